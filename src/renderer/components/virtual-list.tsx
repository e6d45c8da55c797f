import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';

/** Every row has this height; the open one shows all of its text, and its details below. */
const rowHeight = 45;

/** Rows beyond the edges that are drawn all the same, so that fast scrolling shows no gap. */
const beyond = 8;

/** A list of any length of which only what can be seen is drawn. Arrow keys move, Return opens. */
export function VirtualList<Row extends { readonly id: string }>({
  label,
  rows,
  openId,
  isHeld,
  newer,
  onHold,
  onToggle,
  head,
  more,
}: {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly openId: string | undefined;
  readonly isHeld: boolean;
  /** What the button says that lets the rows in that wait; there is none without. */
  readonly newer: string | undefined;
  /**
   * With true no row is to come on top of those that are there now: the pointer or the focus is here, or the list is
   * scrolled.
   */
  readonly onHold: (isHeld: boolean) => void;
  readonly onToggle: (id: string) => void;
  readonly head: (row: Row) => ReactNode;
  readonly more: (row: Row) => ReactNode;
}): ReactNode {
  const frame = useRef<HTMLDivElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const openRow = useRef<HTMLLIElement>(null);
  const [scrolled, setScrolled] = useState(0);
  const [height, setHeight] = useState(0);
  const [openExtra, setOpenExtra] = useState(0);
  const [activeId, setActiveId] = useState<string>();
  const isPointerIn = useRef(false);
  const focusNext = useRef(false);

  const openIndex = openId === undefined ? -1 : rows.findIndex(({ id }) => id === openId);
  const extra = openIndex === -1 ? 0 : openExtra;
  const topOf = (index: number): number =>
    index * rowHeight + (openIndex !== -1 && index > openIndex ? extra : 0);
  const indexAt = (top: number): number => {
    const plain = Math.floor(top / rowHeight);
    if (openIndex === -1 || plain <= openIndex) return plain;
    return Math.max(openIndex, Math.floor((top - extra) / rowHeight));
  };
  const first = Math.max(0, indexAt(scrolled) - beyond);
  const last = Math.min(rows.length - 1, indexAt(scrolled + height) + beyond);
  const isOpenDrawn = first <= openIndex && openIndex <= last;
  const activeIndex = Math.max(
    0,
    rows.findIndex(({ id }) => id === activeId),
  );

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    setHeight(element.clientHeight);
    return () => observer.disconnect();
  }, []);

  useLayoutEffect(() => {
    const element = openRow.current;
    if (element === null) return undefined;
    const measure = (): void => setOpenExtra(element.offsetHeight - rowHeight);
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [openId, isOpenDrawn]);

  const reveal = (index: number): void => {
    const element = box.current;
    if (element === null) return;
    const top = topOf(index);
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + rowHeight > element.scrollTop + element.clientHeight) {
      element.scrollTop = top + rowHeight - element.clientHeight;
    }
  };

  // The row that is open from the start, as the status screen asks for it.
  const isRevealed = useRef(false);
  useEffect(() => {
    if (isRevealed.current || openIndex === -1 || height === 0) return;
    isRevealed.current = true;
    setActiveId(openId);
    if (box.current !== null) box.current.scrollTop = topOf(openIndex);
  });

  useEffect(() => {
    if (!focusNext.current) return;
    const row = box.current?.querySelector(`[data-row="${CSS.escape(rows[activeIndex]?.id ?? '')}"]`);
    if (!(row instanceof HTMLElement)) return;
    focusNext.current = false;
    row.focus({ preventScroll: true });
  });

  const onKeyDown = (event: KeyboardEvent): void => {
    if (!(event.target instanceof HTMLElement) || event.target.dataset['row'] === undefined) return;
    const page = Math.max(1, Math.floor(height / rowHeight) - 1);
    const moves: Record<string, number> = {
      ArrowDown: activeIndex + 1,
      ArrowUp: activeIndex - 1,
      PageDown: activeIndex + page,
      PageUp: activeIndex - page,
      Home: 0,
      End: rows.length - 1,
    };
    const wanted = moves[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    const index = Math.min(rows.length - 1, Math.max(0, wanted));
    focusNext.current = true;
    setActiveId(rows[index]?.id);
    reveal(index);
  };
  // The button counts as the list, above which it lies: whoever goes to it must find it there, and hit no row instead.
  const wantsHold = (): boolean =>
    isPointerIn.current ||
    frame.current?.contains(document.activeElement) === true ||
    (box.current?.scrollTop ?? 0) > 0;
  const updateHold = (): void => {
    const wants = wantsHold();
    if (wants !== isHeld) onHold(wants);
  };
  const showNewer = (event: MouseEvent): void => {
    if (box.current !== null) box.current.scrollTop = 0;
    setActiveId(undefined);
    // Without a click of the mouse the focus would be lost with the button.
    focusNext.current = event.detail === 0;
    onHold(wantsHold());
  };

  // A list that was held and left the screen is not held any more.
  useEffect(updateHold, []);

  const indices = Array.from({ length: Math.max(0, last - first + 1) }, (_, offset) => first + offset);
  // Where the focus is stays in the document, wherever one scrolls.
  if (activeId !== undefined && !indices.includes(activeIndex)) indices.push(activeIndex);
  return (
    <div
      className="entries-frame"
      ref={frame}
      role="presentation"
      // Not "enter", which React does not tell when what was under the pointer before is gone, as the text of an empty list.
      onPointerOver={() => {
        isPointerIn.current = true;
        updateHold();
      }}
      onPointerLeave={() => {
        isPointerIn.current = false;
        updateHold();
      }}
      onFocus={updateHold}
      onBlur={(event) => {
        // From one row to the next the focus is nowhere for a moment, which is not to let new rows in.
        const isWithin = event.relatedTarget !== null && event.currentTarget.contains(event.relatedTarget);
        if (!isWithin) queueMicrotask(updateHold);
      }}
    >
      {newer === undefined ? null : (
        <button type="button" className="button small more-rows" onClick={showNewer}>
          {newer}
        </button>
      )}
      <div
        className="entries"
        ref={box}
        role="presentation"
        onScroll={(event) => {
          setScrolled(event.currentTarget.scrollTop);
          updateHold();
        }}
        onKeyDown={onKeyDown}
      >
        <ul aria-label={label} style={{ height: rows.length * rowHeight + extra }}>
          {indices.map((index) => {
            const row = rows[index];
            if (row === undefined) return null;
            const isOpen = row.id === openId;
            return (
              <li
                key={row.id}
                ref={isOpen ? openRow : undefined}
                className={`entry ${isOpen ? 'open' : ''}`}
                style={{ transform: `translateY(${topOf(index)}px)` }}
                aria-setsize={rows.length}
                aria-posinset={index + 1}
              >
                <button
                  type="button"
                  className="entry-head"
                  data-row={row.id}
                  aria-expanded={isOpen}
                  tabIndex={index === activeIndex ? 0 : -1}
                  onClick={() => {
                    setActiveId(row.id);
                    onToggle(row.id);
                  }}
                >
                  {head(row)}
                </button>
                {isOpen ? more(row) : null}
              </li>
            );
          })}
        </ul>
      </div>
    </div>
  );
}
