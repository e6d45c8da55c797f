import type { ReactNode } from 'react';
import { IconButton } from './button';
import { Shape, type ShapeName } from './shape';

const shapes = { warn: 'warn', bad: 'bad', ok: 'ok', plain: 'off' } as const satisfies Record<
  string,
  ShapeName
>;

/**
 * One thing that is to be known now. A refusal is told assertively, everything else politely.
 */
export function Banner({
  tone,
  title,
  children,
  detail,
  actions,
  dismiss,
}: {
  readonly tone: keyof typeof shapes;
  readonly title?: string;
  readonly children?: ReactNode;
  readonly detail?: string | undefined;
  readonly actions?: ReactNode;
  readonly dismiss?: { readonly name: string; readonly onClick: () => void };
}): ReactNode {
  return (
    <section className={`banner ${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      <Shape name={shapes[tone]} size="middle" />
      <div className="banner-text">
        {title === undefined ? null : <b>{title}</b>}
        {children === undefined ? null : <div className="selectable">{children}</div>}
        {detail === undefined ? null : <small>{detail}</small>}
        {actions === undefined ? null : <div className="actions">{actions}</div>}
      </div>
      {dismiss === undefined ? null : (
        <IconButton icon="cross" name={dismiss.name} onClick={dismiss.onClick} />
      )}
    </section>
  );
}
