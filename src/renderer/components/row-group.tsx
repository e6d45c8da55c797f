import type { KeyboardEvent, ReactNode } from 'react';

const places: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowDown: (at, last) => Math.min(at + 1, last),
  ArrowUp: (at) => Math.max(at - 1, 0),
  Home: () => 0,
  End: (_at, last) => last,
};

/** Rows among which the arrow keys lead from one to the next, over the edges of their cards. */
export function RowGroup({ children }: { readonly children: ReactNode }): ReactNode {
  const move = (event: KeyboardEvent<HTMLDivElement>): void => {
    const place = places[event.key];
    const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('button.row')];
    const at = rows.findIndex((row) => row === document.activeElement);
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
