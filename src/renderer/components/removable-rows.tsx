import type { ReactNode } from 'react';
import { CutText } from './cut-text';
import { Icon } from './icon';
import { useDragOrder } from './use-drag-order';

/** How an entry reads in a row of its own. */
export interface EntryLook {
  readonly title: string;
  readonly detail?: string;
  readonly value?: string;
}

/** For entries whose order counts. */
export interface EntryOrder {
  /** Names the button that takes an entry a place up. */
  readonly raiseLabel: (entry: string) => string;
  /** Names the grip by which an entry is dragged. */
  readonly gripLabel: (entry: string) => string;
}

/** Entries of a row each, with a cross; where their order counts, numbered, with a grip and a button that takes one a place up. */
export function RemovableRows({
  label,
  entries,
  look,
  removeLabel,
  onRemove,
  order,
  onMove,
}: {
  readonly label: string;
  readonly entries: readonly string[];
  readonly look: (entry: string) => EntryLook;
  readonly removeLabel: (entry: string) => string;
  readonly onRemove: (entry: string) => void;
  /** Undefined: their order does not count. */
  readonly order: EntryOrder | undefined;
  readonly onMove: (from: number, to: number) => void;
}): ReactNode {
  const { isDragged, styleOf, grip } = useDragOrder(entries.length, onMove);
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
          <li
            className={`tag entry-row ${isDragged(place) ? 'dragged' : ''}`}
            style={styleOf(place)}
            key={entry}
          >
            {order === undefined ? null : <span className="place">{place + 1}</span>}
            <span className="row-text">
              <CutText text={title} />
              {detail === undefined ? null : <small>{detail}</small>}
            </span>
            {value === undefined ? null : <span className="row-value">{value}</span>}
            {order === undefined ? null : place === 0 ? (
              <span className="no-raise" />
            ) : (
              button('arrow-up', order.raiseLabel(entry), () => onMove(place, place - 1))
            )}
            {button('cross', removeLabel(entry), () => onRemove(entry))}
            {order === undefined ? null : (
              <span className="grip" title={order.gripLabel(entry)} aria-hidden="true" {...grip(place)}>
                <Icon name="grip" />
              </span>
            )}
          </li>
        );
      })}
    </ul>
  );
}
