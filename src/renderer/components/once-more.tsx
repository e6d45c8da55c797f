import type { ReactNode } from 'react';
import { usePanel } from '../panel-context';
import { ActionRow } from './row';

/** The way on for a password that was refused and is right all the same, as after an account was unlocked. */
export function OnceMore({ onClick }: { readonly onClick: () => void }): ReactNode {
  const { retry, retryDetail } = usePanel().words.password;
  return (
    <section className="card list">
      <ActionRow icon="key" label={retry} detail={retryDetail} onClick={onClick} />
    </section>
  );
}
