import type { ReactNode, Ref } from 'react';
import { Icon, type IconName } from './icon';

export function Button({
  children,
  onClick,
  look = 'usual',
  size = 'usual',
  type = 'button',
  isDisabled = false,
  opens,
  hasFocusFirst = false,
  ref,
}: {
  readonly children: ReactNode;
  readonly onClick?: () => void;
  readonly look?: 'usual' | 'primary' | 'danger';
  readonly size?: 'usual' | 'small' | 'wide';
  readonly type?: 'button' | 'submit';
  readonly isDisabled?: boolean;
  /** The page that it opens: the focus returns here when that page is left. */
  readonly opens?: string;
  /** Whether the page begins here: Return presses it. */
  readonly hasFocusFirst?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
}): ReactNode {
  return (
    <button
      ref={ref}
      type={type}
      className={`button ${look} ${size}`}
      disabled={isDisabled}
      data-opens={opens}
      data-autofocus={hasFocusFirst ? '' : undefined}
      onClick={onClick}
    >
      {children}
    </button>
  );
}

/** A button that is an icon; the name is for VoiceOver and the tooltip. */
export function IconButton({
  icon,
  name,
  onClick,
  isOn,
  isDisabled = false,
  className = '',
}: {
  readonly icon: IconName;
  readonly name: string;
  readonly onClick: () => void;
  readonly isOn?: boolean;
  readonly isDisabled?: boolean;
  readonly className?: string;
}): ReactNode {
  return (
    <button
      type="button"
      className={`icon-button ${isOn === true ? 'on' : ''} ${className}`}
      aria-label={name}
      aria-pressed={isOn}
      title={name}
      disabled={isDisabled}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
