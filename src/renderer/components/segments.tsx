import { type ReactNode, useId } from 'react';

/** One of a few: native radio buttons, so that arrow keys and VoiceOver work as everywhere. */
export function Segments<Value extends string>({
  label,
  value,
  options,
  onChange,
  isWide = false,
}: {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly (readonly [Value, string])[];
  readonly onChange: (value: Value) => void;
  readonly isWide?: boolean;
}): ReactNode {
  const name = useId();
  return (
    <div className={`segments ${isWide ? 'wide' : ''}`} role="radiogroup" aria-label={label}>
      {options.map(([option, word]) => (
        <label key={option}>
          <input
            type="radio"
            name={name}
            value={option}
            checked={option === value}
            onChange={() => onChange(option)}
          />
          <span data-word={word}>{word}</span>
        </label>
      ))}
    </div>
  );
}
