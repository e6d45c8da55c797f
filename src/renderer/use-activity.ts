import { useRef, useState } from 'react';
import type { ActivityRow } from '../shared/activity';
import { originOf } from './activity-kind';
import { usePanel } from './panel-context';
import { useReading } from './use-reading';

/** What is kept here, newest last; main keeps no more either. */
const keptRows = 10_000;

/** New rows are asked for at most so often. */
const pauseMs = 250;

/** A row that is newer takes the place of those that were of the same thing. */
export function withNew(
  before: readonly ActivityRow[],
  more: readonly ActivityRow[],
): readonly ActivityRow[] {
  const replaced = new Set(more.flatMap(({ replaces = [] }) => replaces));
  const left = replaced.size === 0 ? before : before.filter((row) => !replaced.has(originOf(row)));
  return [...left, ...more].slice(-keptRows);
}

/** The rows of the activity list, oldest first, as long as the screen that shows them is there. */
export function useActivity(): readonly ActivityRow[] {
  const { state, run } = usePanel();
  const [rows, setRows] = useState<readonly ActivityRow[]>([]);
  const known = useRef(0);
  useReading(state.lastActivityId, pauseMs, async () => {
    if (state.lastActivityId <= known.current) return;
    const result = await run({ kind: 'read-activity', afterId: known.current });
    if (result.kind !== 'activity') return;
    known.current = result.rows.at(-1)?.id ?? state.lastActivityId;
    if (result.rows.length > 0) setRows((before) => withNew(before, result.rows));
  });
  return rows;
}
