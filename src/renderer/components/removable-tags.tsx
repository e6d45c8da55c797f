import type { ReactNode } from 'react';
import { CutText } from './cut-text';
import { Icon } from './icon';

/** Short entries, each with a cross. */
export function RemovableTags({
  label,
  entries,
  removeLabel,
  onRemove,
}: {
  readonly label: string;
  readonly entries: readonly string[];
  readonly removeLabel: (entry: string) => string;
  readonly onRemove: (entry: string) => void;
}): ReactNode {
  return (
    <ul className="tags" aria-label={label}>
      {entries.map((entry) => (
        <li className="tag" key={entry}>
          <CutText text={entry} />
          <button
            type="button"
            aria-label={removeLabel(entry)}
            title={removeLabel(entry)}
            onClick={() => onRemove(entry)}
          >
            <Icon name="cross" />
          </button>
        </li>
      ))}
    </ul>
  );
}
