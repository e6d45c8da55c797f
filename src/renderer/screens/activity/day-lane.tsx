import type { ReactNode } from 'react';
import type { Presence } from '../../../shared/activity-day';
import { usePanel } from '../../panel-context';

const dayMs = 86_400_000;
/** A moment is still to be seen. */
const leastWidth = 0.4;

/** The place of a moment on the clock, as a part of the day: as the hours of the chart, also on a day of 23 or 25 hours. */
function partOfDay(atMs: number): number {
  const date = new Date(atMs);
  const clockMs = Date.UTC(1970, 0, 1, date.getHours(), date.getMinutes(), date.getSeconds());
  return clockMs / dayMs;
}

/** Where this Mac was, below the hours of the day. */
export function DayLane({ presence }: { readonly presence: readonly Presence[] }): ReactNode {
  const { today, formats } = usePanel().words;
  const spans = presence.map(({ where, fromMs, untilMs }) => ({
    where,
    from: formats.clock(fromMs),
    until: formats.clock(untilMs),
  }));
  return (
    <div className="lane" role="img" aria-label={today.lane(spans)}>
      {presence.map(({ where, fromMs, untilMs }) => {
        const left = partOfDay(fromMs) * 100;
        const width = Math.max(leastWidth, partOfDay(untilMs) * 100 - left);
        return (
          <i
            key={fromMs}
            className={where}
            style={{ left: `${left}%`, width: `${Math.min(width, 100 - left)}%` }}
          />
        );
      })}
    </div>
  );
}
