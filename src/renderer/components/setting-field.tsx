import { type ReactNode, useId, useState } from 'react';
import type { Reading } from '../../shared/fields';
import { usePanel } from '../panel-context';
import { Icon, type IconName } from './icon';
import { BareField } from './text-field';

/**
 * A setting in a row: checked as it is typed, put to use by Return or on leaving the field. A bad value stays in the
 * field, with one line under it; Escape brings the old one back.
 */
export function SettingField<Value>({
  icon,
  label,
  value,
  read,
  write,
  unit,
  placeholder,
  hint,
  width = 'short',
  inputMode = 'numeric',
}: {
  readonly icon?: IconName;
  readonly label: string;
  readonly value: string;
  readonly read: (text: string) => Reading<Value>;
  readonly write: (value: Value) => void;
  readonly unit?: string;
  readonly placeholder?: string;
  readonly hint?: string;
  readonly width?: 'short' | 'middle';
  readonly inputMode?: 'text' | 'numeric';
}): ReactNode {
  const { words } = usePanel();
  const id = useId();
  const [draft, setDraft] = useState<string>();
  const reading = read(draft ?? value);
  const error = draft !== undefined && reading.kind === 'bad' ? words.field(reading.problem) : undefined;
  const commit = (): void => {
    if (draft === undefined || reading.kind === 'bad') return;
    setDraft(undefined);
    if (draft.trim() !== value) write(reading.value);
  };
  return (
    <div className="row wrap">
      {icon === undefined ? null : <Icon name={icon} />}
      <label className="row-text" htmlFor={id}>
        {label}
        {hint === undefined ? null : <small>{hint}</small>}
      </label>
      <BareField
        id={id}
        value={draft ?? value}
        onChange={setDraft}
        onBlur={commit}
        onReturn={commit}
        onEscape={() => {
          setDraft(undefined);
          return draft !== undefined;
        }}
        error={error}
        describedBy={`${id}line`}
        width={width}
        inputMode={inputMode}
        {...(placeholder === undefined ? {} : { placeholder })}
      />
      {unit === undefined ? null : <span className="row-unit dim">{unit}</span>}
      <span className="field-line error" id={`${id}line`} aria-live="polite">
        {error}
      </span>
    </div>
  );
}
