import { type ReactNode, useRef, useState } from 'react';
import type { FieldProblem, Reading } from '../../shared/fields';
import { usePanel } from '../panel-context';
import { type EntryLook, type EntryOrder, RemovableRows } from './removable-rows';
import { RemovableTags } from './removable-tags';
import { BareField } from './text-field';
import { moved } from './use-drag-order';

/** A list of entries, each with a cross, and a field that adds one: short ones beside each other, others a row each. */
export function TagList({
  label,
  entries,
  read,
  onChange,
  addLabel,
  removeLabel,
  emptyText,
  look,
  order,
}: {
  readonly label: string;
  readonly entries: readonly string[];
  readonly read: (text: string) => Reading<string>;
  readonly onChange: (entries: readonly string[]) => void;
  readonly addLabel: string;
  readonly removeLabel: (entry: string) => string;
  readonly emptyText: string;
  /** How each reads in a row of its own. Default: they are short, and beside each other. */
  readonly look?: (entry: string) => EntryLook;
  /** Where their order counts. Only for those with a look. */
  readonly order?: EntryOrder;
}): ReactNode {
  const { words } = usePanel();
  const [text, setText] = useState('');
  const [isTried, setIsTried] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const problem = problemOf(text, entries, read);
  // As it is typed, an address or a name is not finished yet; what can never become right is told at once.
  const isHopeless = problem?.kind === 'bad-character' || problem?.kind === 'is-url';
  const error =
    text !== '' && problem !== undefined && (isTried || isHopeless) ? words.field(problem) : undefined;
  const add = (): void => {
    setIsTried(true);
    const reading = read(text);
    if (problem !== undefined || reading.kind === 'bad') return;
    onChange([...entries, reading.value]);
    setText('');
    setIsTried(false);
  };
  const remove = (entry: string): void => {
    onChange(entries.filter((other) => other !== entry));
    field.current?.focus();
  };
  return (
    <section className="card pad">
      {entries.length === 0 ? (
        <p className="note">{emptyText}</p>
      ) : look !== undefined ? (
        <RemovableRows
          label={label}
          entries={entries}
          look={look}
          removeLabel={removeLabel}
          onRemove={remove}
          order={order}
          onMove={(from, to) => onChange(moved(entries, from, to))}
        />
      ) : (
        <RemovableTags label={label} entries={entries} removeLabel={removeLabel} onRemove={remove} />
      )}
      <div className="field-block tag-field">
        <BareField
          ref={field}
          label={addLabel}
          placeholder={addLabel}
          icon="plus"
          value={text}
          onChange={(value) => {
            setText(value);
            setIsTried(false);
          }}
          onBlur={() => setIsTried(text !== '')}
          onReturn={add}
          onEscape={() => {
            setText('');
            return text !== '';
          }}
          error={error}
        />
        <span className="field-line error" aria-live="polite" hidden={error === undefined}>
          {error}
        </span>
      </div>
    </section>
  );
}

function problemOf(
  text: string,
  entries: readonly string[],
  read: (text: string) => Reading<string>,
): FieldProblem | undefined {
  const reading = read(text);
  if (reading.kind === 'bad') return reading.problem;
  return entries.includes(reading.value) ? { kind: 'duplicate' } : undefined;
}
