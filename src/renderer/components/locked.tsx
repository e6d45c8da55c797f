import type { ReactNode } from 'react';
import type { SettingName } from '../../shared/managed';
import { usePanel } from '../panel-context';
import { Icon } from './icon';

/** Who has set something, and whom to ask: at the top of what he has locked. */
export function ManagedBanner({
  title,
  detail,
}: {
  readonly title: string;
  readonly detail?: string;
}): ReactNode {
  const { state, words } = usePanel();
  const { contact } = state.managed;
  return (
    <section className="card managed">
      <Icon name="lock" />
      <div>
        <b>{title}</b>
        {detail === undefined ? null : <small>{detail}</small>}
        {contact === undefined ? null : (
          <small className="selectable">{words.managed.questions(contact)}</small>
        )}
      </div>
    </section>
  );
}

/** Settings that can be read and not changed where somebody else has set them. */
export function Locked({
  names,
  children,
}: {
  /** What is set in it; locked when any of them is. */
  readonly names: readonly SettingName[];
  readonly children: ReactNode;
}): ReactNode {
  const { state, words } = usePanel();
  const { managed } = state;
  if (!names.some((name) => managed.names.includes(name))) return children;
  return (
    <>
      <ManagedBanner
        title={words.managed.lockedBy(managed.by ?? words.managed.company)}
        detail={words.managed.inProfile}
      />
      <fieldset className="locked" disabled>
        {children}
      </fieldset>
    </>
  );
}
