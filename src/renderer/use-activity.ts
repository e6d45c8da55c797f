import { useEffect, useRef, useState } from 'react';
import type { ActivityRow } from '../shared/activity';
import { usePanel } from './panel-context';

/** What is kept here, newest last; main keeps no more either. */
const keptRows = 10_000;

/** New rows are asked for at most so often. */
const pauseMs = 250;

/** A tunnel that has ended takes the place of its row from when it was opened. */
function withNew(before: readonly ActivityRow[], more: readonly ActivityRow[]): readonly ActivityRow[] {
  const replaced = new Set(more.map(({ replaces }) => replaces));
  return [...before, ...more].filter(({ id }) => !replaced.has(id)).slice(-keptRows);
}

/** The rows of the activity list, oldest first, as long as the screen that shows them is there. */
export function useActivity(): readonly ActivityRow[] {
  const { state, run } = usePanel();
  const [rows, setRows] = useState<readonly ActivityRow[]>([]);
  const wanted = useRef(state.lastActivityId);
  wanted.current = state.lastActivityId;

  useEffect(() => {
    let isOver = false;
    let known = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = async (): Promise<void> => {
      if (wanted.current > known) {
        const result = await run({ kind: 'read-activity', afterId: known });
        if (isOver) return;
        if (result.kind === 'activity') {
          known = result.rows.at(-1)?.id ?? wanted.current;
          if (result.rows.length > 0) setRows((before) => withNew(before, result.rows));
        }
      }
      // Asked in turns rather than by each state: a hundred requests a second are four questions a second.
      timer = setTimeout(() => void read(), pauseMs);
    };
    void read();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [run]);
  return rows;
}
