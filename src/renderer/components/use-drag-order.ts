import { type CSSProperties, type PointerEvent, useRef, useState } from 'react';

interface Drag {
  readonly from: number;
  readonly to: number;
  /** How far the pointer has come, in pixels. */
  readonly by: number;
}

/** What the grip of a row listens to. */
type GripHandlers = Readonly<
  Record<
    'onPointerDown' | 'onPointerMove' | 'onPointerUp' | 'onPointerCancel',
    (event: PointerEvent<HTMLElement>) => void
  >
>;

/** A list with one entry taken to another place. */
export function moved<Value>(list: readonly Value[], from: number, to: number): readonly Value[] {
  const entry = list[from];
  if (entry === undefined) return list;
  return list.toSpliced(from, 1).toSpliced(to, 0, entry);
}

/**
 * Rows of a list, `li` each, that are dragged to another place by a grip.
 *
 * @param onDrop told once, when a row is let go somewhere else
 * @param onTake told of the row that is taken
 */
export function useDragOrder(
  count: number,
  onDrop: (from: number, to: number) => void,
  onTake: (place: number) => void = () => undefined,
): {
  readonly isDragged: (place: number) => boolean;
  /** Where a row is drawn while one is dragged; the others make way for it. */
  readonly styleOf: (place: number) => CSSProperties | undefined;
  readonly grip: (place: number) => GripHandlers;
} {
  const [drag, setDrag] = useState<Drag>();
  const startY = useRef(0);
  /** In row heights. */
  const shift = (place: number): number => {
    if (drag === undefined) return 0;
    if (drag.from < place && place <= drag.to) return -1;
    return drag.to <= place && place < drag.from ? 1 : 0;
  };
  return {
    isDragged: (place) => drag?.from === place,
    styleOf: (place) => {
      if (drag === undefined) return undefined;
      const by = drag.from === place ? `${drag.by}px` : `${shift(place) * 100}%`;
      return { transform: `translateY(${by})` };
    },
    grip: (place) => ({
      onPointerDown: (event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        startY.current = event.clientY;
        onTake(place);
        setDrag({ from: place, to: place, by: 0 });
      },
      onPointerMove: (event) => {
        if (drag === undefined) return;
        const height = event.currentTarget.closest('li')?.offsetHeight ?? 46;
        const by = event.clientY - startY.current;
        const to = Math.min(count - 1, Math.max(0, drag.from + Math.round(by / height)));
        setDrag({ from: drag.from, to, by });
      },
      onPointerUp: () => {
        if (drag !== undefined && drag.from !== drag.to) onDrop(drag.from, drag.to);
        setDrag(undefined);
      },
      onPointerCancel: () => setDrag(undefined),
    }),
  };
}
