import type { KeyboardEvent, ReactNode, RefObject } from 'react';

const places: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowDown: (at, last) => Math.min(at + 1, last),
  ArrowUp: (at) => Math.max(at - 1, 0),
  Home: () => 0,
  End: (_at, last) => last,
};

/**
 * Rows among which the arrow keys lead from one to the next, over the edges of their cards.
 *
 * @param before a field above them: down leads from it to the first row, and up back to it
 */
export function RowGroup({
  children,
  before,
}: {
  readonly children: ReactNode;
  readonly before?: RefObject<HTMLInputElement | null>;
}): ReactNode {
  const move = (event: KeyboardEvent<HTMLDivElement>): void => {
    const place = places[event.key];
    const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('button.row')];
    const at = rows.findIndex((row) => row === document.activeElement);
    const field = before?.current ?? undefined;
    if (field !== undefined && field === document.activeElement && event.key === 'ArrowDown') {
      event.preventDefault();
      rows[0]?.focus();
      return;
    }
    if (at === 0 && event.key === 'ArrowUp' && field !== undefined) {
      event.preventDefault();
      field.focus();
      return;
    }
    if (place === undefined || at < 0) return;
    event.preventDefault();
    rows[place(at, rows.length - 1)]?.focus();
  };
  return (
    <div className="row-group" onKeyDown={move}>
      {children}
    </div>
  );
}
