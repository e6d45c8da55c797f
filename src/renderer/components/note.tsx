import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon';

export function Note({
  icon,
  children,
  id,
}: {
  readonly icon?: IconName;
  readonly children: ReactNode;
  readonly id?: string;
}): ReactNode {
  if (icon === undefined) {
    return (
      <p className="note" id={id}>
        {children}
      </p>
    );
  }
  return (
    <p className="note icon-note" id={id}>
      <Icon name={icon} />
      <span>{children}</span>
    </p>
  );
}
