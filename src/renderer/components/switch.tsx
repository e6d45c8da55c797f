import type { ReactNode } from 'react';

export function Switch({
  isOn,
  onChange,
  label,
  id,
  describedBy,
  size = 'usual',
  isBusy = false,
  isDisabled = false,
}: {
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
  readonly label: string;
  readonly id?: string;
  readonly describedBy?: string;
  readonly size?: 'usual' | 'large';
  readonly isBusy?: boolean;
  readonly isDisabled?: boolean;
}): ReactNode {
  return (
    <button
      type="button"
      role="switch"
      id={id}
      className={`switch ${size === 'large' ? 'large' : ''} ${isBusy ? 'busy' : ''}`}
      aria-checked={isOn}
      aria-label={label}
      aria-busy={isBusy}
      aria-describedby={describedBy}
      disabled={isDisabled}
      onClick={() => onChange(!isOn)}
    />
  );
}
