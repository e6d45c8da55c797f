import { type KeyboardEvent, type RefObject, useRef, useState } from 'react';

/** A list of buttons that is one stop of the Tab key; the arrow keys, Home and End lead from one to the next. */
export function useRoving<List extends HTMLElement>(
  count: number,
): {
  readonly list: RefObject<List | null>;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  /** For the button at this place. */
  readonly stop: (index: number) => { readonly tabIndex: number; readonly onFocus: () => void };
} {
  const list = useRef<List>(null);
  const [active, setActive] = useState(0);
  const last = Math.max(0, count - 1);
  const at = Math.min(active, last);
  const places: Readonly<Record<string, number>> = {
    ArrowDown: Math.min(at + 1, last),
    ArrowUp: Math.max(at - 1, 0),
    Home: 0,
    End: last,
  };
  return {
    list,
    onKeyDown: (event) => {
      const place = places[event.key];
      if (place === undefined) return;
      event.preventDefault();
      list.current?.querySelectorAll<HTMLElement>('[data-stop]')[place]?.focus();
    },
    stop: (index) => ({
      'data-stop': '',
      tabIndex: index === at ? 0 : -1,
      onFocus: () => setActive(index),
    }),
  };
}
