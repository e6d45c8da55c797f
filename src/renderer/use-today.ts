import { useState } from 'react';
import type { ActivityDay } from '../shared/activity-day';
import { usePanel } from './panel-context';
import { useReading } from './use-reading';

/** Asked for at most so often. */
const pauseMs = 1_000;

/** Today, as long as the screen that shows it is there; undefined until the first answer. @param hosts so many of them */
export function useToday(hosts: number): ActivityDay | undefined {
  const { state, run } = usePanel();
  const [today, setToday] = useState<ActivityDay>();
  // Whatever happens changes the state; while nothing does, nothing is asked for.
  useReading(state.revision, pauseMs, async () => {
    const result = await run({ kind: 'read-today', hosts });
    if (result.kind === 'today') setToday((before) => withSameEvents(result.today, before));
  });
  return today;
}

/** Most of the time figures have changed, and nothing has happened: then the lines are those of before. */
function withSameEvents(today: ActivityDay, before: ActivityDay | undefined): ActivityDay {
  const isSame = before !== undefined && JSON.stringify(before.events) === JSON.stringify(today.events);
  return isSame ? { ...today, events: before.events } : today;
}
