import { type ReactNode, type Ref, useId } from 'react';
import { Icon, type IconName } from './icon';

interface FieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onBlur?: () => void;
  /** Return was pressed; a form has its own way. */
  readonly onReturn?: () => void;
  /** Escape was pressed; returns whether that was dealt with. */
  readonly onEscape?: () => boolean;
  readonly placeholder?: string;
  readonly error?: string | undefined;
  readonly isBad?: boolean;
  readonly isReadOnly?: boolean;
  readonly hasFocusFirst?: boolean;
  readonly inputMode?: 'text' | 'numeric';
  readonly type?: 'text' | 'password' | 'search';
  readonly width?: 'full' | 'middle' | 'short';
  readonly icon?: IconName;
  readonly after?: ReactNode;
  readonly ref?: Ref<HTMLInputElement>;
}

/** The bare field; its name comes from `labelledBy` or `label`. */
export function BareField({
  id,
  label,
  describedBy,
  error,
  isBad = error !== undefined,
  ...field
}: FieldProps & {
  readonly id?: string;
  readonly label?: string;
  readonly describedBy?: string | undefined;
}): ReactNode {
  const { width = 'full', icon, after, type = 'text' } = field;
  return (
    <div className={`field ${width} ${isBad ? 'bad' : ''}`}>
      {icon === undefined ? null : <Icon name={icon} />}
      <input
        ref={field.ref}
        id={id}
        type={type}
        value={field.value}
        placeholder={field.placeholder}
        aria-label={label}
        aria-invalid={isBad}
        aria-describedby={describedBy}
        readOnly={field.isReadOnly}
        inputMode={field.inputMode}
        autoComplete="off"
        autoCapitalize="off"
        autoCorrect="off"
        spellCheck={false}
        data-autofocus={field.hasFocusFirst === true ? '' : undefined}
        onChange={(event) => field.onChange(event.target.value)}
        onBlur={field.onBlur}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && field.onReturn !== undefined) {
            event.preventDefault();
            field.onReturn();
          } else if (event.key === 'Escape' && field.onEscape?.() === true) {
            event.preventDefault();
          }
        }}
      />
      {after}
    </div>
  );
}

/** A field with its label above, and one line below: the error, or else the hint. */
export function TextField({
  label,
  hint,
  lineAfter,
  ...field
}: FieldProps & {
  readonly label: string;
  readonly hint?: string | undefined;
  /** Stands behind the error: what would mend it. */
  readonly lineAfter?: ReactNode;
}): ReactNode {
  const id = useId();
  const line = field.error ?? hint;
  return (
    <div className="field-block">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      <BareField {...field} id={id} describedBy={line === undefined ? undefined : `${id}line`} />
      <span
        className={`field-line ${field.error === undefined ? '' : 'error'}`}
        id={`${id}line`}
        aria-live="polite"
        hidden={line === undefined}
      >
        {line} {lineAfter}
      </span>
    </div>
  );
}
