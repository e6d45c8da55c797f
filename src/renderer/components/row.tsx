import { type ReactNode, useId } from 'react';
import { CutText } from './cut-text';
import { Icon, type IconName } from './icon';
import { Switch } from './switch';

/** A fact: what it is and its value. */
export function FactRow({
  icon,
  label,
  value,
  isName = false,
}: {
  readonly icon: IconName;
  readonly label: string;
  readonly value?: string;
  /** Whether the last of them is the name of a host or an account, and no word that could go into another line. */
  readonly isName?: boolean;
}): ReactNode {
  return (
    <li className="row">
      <Icon name={icon} />
      <span className="row-text">{isName && value === undefined ? <CutText text={label} /> : label}</span>
      {value === undefined ? null : (
        <span className="row-value">{isName ? <CutText text={value} /> : value}</span>
      )}
    </li>
  );
}

/** A row that does something or opens a page. */
export function ActionRow({
  icon,
  label,
  detail,
  value,
  keys,
  opens,
  lock,
  onClick,
  isDone = false,
}: {
  readonly icon: IconName;
  readonly label: string;
  readonly detail?: string | undefined;
  readonly value?: string | undefined;
  /** The shortcut, as macOS writes it. */
  readonly keys?: string | undefined;
  /** The page that it opens; it then ends in a chevron. */
  readonly opens?: string;
  /** What VoiceOver says where somebody else has set what is behind it; it then ends in a padlock. */
  readonly lock?: string | undefined;
  readonly onClick: () => void;
  /** What it did is said in the row itself. */
  readonly isDone?: boolean;
}): ReactNode {
  return (
    <button type="button" className="row" data-opens={opens} onClick={onClick}>
      <Icon name={isDone ? 'check' : icon} className={isDone ? 'yes' : ''} />
      <span className="row-text" role={isDone ? 'status' : undefined}>
        {label}
        {detail === undefined ? null : <small>{detail}</small>}
      </span>
      {/* A blank between them, for VoiceOver. */}
      {value === undefined ? null : <span className="row-value"> {value}</span>}
      {keys === undefined ? null : (
        <span className="keys" aria-hidden="true">
          {keys}
        </span>
      )}
      {lock === undefined ? null : <span className="hidden"> {lock}</span>}
      {opens === undefined ? null : <Icon name={lock === undefined ? 'right' : 'lock'} size="small" />}
    </button>
  );
}

export function SwitchRow({
  icon,
  label,
  detail,
  isOn,
  onChange,
  isBusy = false,
}: {
  readonly icon: IconName;
  readonly label: string;
  readonly detail?: ReactNode;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
  readonly isBusy?: boolean;
}): ReactNode {
  const id = useId();
  return (
    <div className="row">
      <Icon name={icon} />
      <div className="row-text">
        <label htmlFor={id}>{label}</label>
        {/* Always there, so that VoiceOver tells what comes into it. */}
        <small id={`${id}detail`} aria-live="polite">
          {detail}
        </small>
      </div>
      <Switch
        id={id}
        isOn={isOn}
        onChange={onChange}
        label={label}
        isBusy={isBusy}
        {...(detail === undefined ? {} : { describedBy: `${id}detail` })}
      />
    </div>
  );
}
