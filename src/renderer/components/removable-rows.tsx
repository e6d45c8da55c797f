import type { ReactNode } from 'react';
import { CutText } from './cut-text';
import { Icon } from './icon';

/** How an entry reads in a row of its own. */
export interface EntryLook {
  readonly title: string;
  readonly detail?: string;
  readonly value?: string;
}

/** Entries of a row each, with a cross; where their order counts, numbered and with a button that takes one a place up. */
export function RemovableRows({
  label,
  entries,
  look,
  removeLabel,
  onRemove,
  raiseLabel,
  onRaise,
}: {
  readonly label: string;
  readonly entries: readonly string[];
  readonly look: (entry: string) => EntryLook;
  readonly removeLabel: (entry: string) => string;
  readonly onRemove: (entry: string) => void;
  /** Default: their order does not count. */
  readonly raiseLabel: ((entry: string) => string) | undefined;
  readonly onRaise: (place: number) => void;
}): ReactNode {
  const button = (icon: 'cross' | 'arrow-up', name: string, onClick: () => void): ReactNode => (
    <button type="button" aria-label={name} title={name} onClick={onClick}>
      <Icon name={icon} />
    </button>
  );
  return (
    <ul className="entry-rows" aria-label={label}>
      {entries.map((entry, place) => {
        const { title, detail, value } = look(entry);
        return (
          <li className="tag entry-row" key={entry}>
            {raiseLabel === undefined ? null : <span className="place">{place + 1}</span>}
            <span className="row-text">
              <CutText text={title} />
              {detail === undefined ? null : <small>{detail}</small>}
            </span>
            {value === undefined ? null : <span className="row-value">{value}</span>}
            {raiseLabel === undefined || place === 0
              ? null
              : button('arrow-up', raiseLabel(entry), () => onRaise(place))}
            {button('cross', removeLabel(entry), () => onRemove(entry))}
          </li>
        );
      })}
    </ul>
  );
}
