import type { ReactNode } from 'react';
import { peakHour } from '../../shared/activity-day';
import type { TrafficStep } from '../../shared/traffic';

const width = 312;
const height = 46;
/** Between the upper half, down, and the lower half, up. */
const middle = 31;
const downRoom = 27;
const upRoom = 12;

/** From bytes to the drawing's units. */
type Scale = (bytes: number) => number;

/**
 * One scale for down and up, so that both can be compared. Square roots: a download of megabytes does not make the
 * kilobytes around it vanish.
 */
function scaleFor(steps: readonly TrafficStep[]): Scale {
  const mostDown = Math.max(0, ...steps.map(({ downBytes }) => downBytes));
  const mostUp = Math.max(0, ...steps.map(({ upBytes }) => upBytes));
  if (mostDown + mostUp === 0) return () => 0;
  const factor = Math.min(downRoom / Math.sqrt(mostDown), upRoom / Math.sqrt(mostUp));
  return (bytes) => Math.sqrt(bytes) * factor;
}

/** A line through the middles between the points, round at each point. */
function smooth(points: readonly (readonly [number, number])[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  let path = `M${first[0].toFixed(1)} ${first[1].toFixed(1)}`;
  for (const [index, [x, y]] of rest.entries()) {
    const next = rest[index + 1];
    path +=
      next === undefined
        ? `L${x.toFixed(1)} ${y.toFixed(1)}`
        : `Q${x.toFixed(1)} ${y.toFixed(1)} ${((x + next[0]) / 2).toFixed(1)} ${((y + next[1]) / 2).toFixed(1)}`;
  }
  return path;
}

/** The last minute as two curves; without traffic, and before the first figures, two flat lines. */
export function MinuteChart({
  steps,
  label,
}: {
  readonly steps: readonly TrafficStep[];
  readonly label: string;
}): ReactNode {
  const known = steps.length < 2 ? [noTraffic, noTraffic] : steps;
  const scale = scaleFor(known);
  const x = (index: number): number => (index * width) / (known.length - 1);
  const down = smooth(known.map(({ downBytes }, index) => [x(index), middle - 1 - scale(downBytes)]));
  const up = smooth(known.map(({ upBytes }, index) => [x(index), middle + 1.5 + scale(upBytes)]));
  return (
    <svg
      className="chart"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <path className="down-area" d={`${down}L${width} ${middle}L0 ${middle}Z`} />
      <path className="down-line" d={down} />
      <path className="up-area" d={`${up}L${width} ${middle}L0 ${middle}Z`} />
      <path className="up-line" d={up} />
      <path className="base" d={`M0 ${middle}H${width}`} />
    </svg>
  );
}

const noTraffic: TrafficStep = { downBytes: 0, upBytes: 0 };
const hourWidth = width / 24;
const barWidth = 9;

/** Today as 24 bars: an hour without traffic is a dash on the floor, and dots are at the height of the peak. */
export function DayChart({
  hours,
  label,
}: {
  readonly hours: readonly TrafficStep[];
  readonly label: string;
}): ReactNode {
  const all = Array.from({ length: 24 }, (_, hour) => hours[hour] ?? noTraffic);
  const scale = scaleFor(all);
  const peak = peakHour(all);
  const peakY = middle - 0.5 - Math.max(1, scale(peak?.downBytes ?? 0));
  return (
    <svg
      className="chart"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {all.map(({ downBytes, upBytes }, hour) => {
        const x = hour * hourWidth + (hourWidth - barWidth) / 2;
        const down = scale(downBytes);
        const up = scale(upBytes);
        const key = `hour-${hour}`;
        return down + up === 0 ? (
          <rect key={key} className="no-bar" x={x} y={middle - 1} width={barWidth} height={2} rx={1} />
        ) : (
          <g key={key}>
            <rect
              className="down-bar"
              x={x}
              y={middle - 0.5 - Math.max(1, down)}
              width={barWidth}
              height={Math.max(1, down)}
              rx={1.5}
            />
            <rect
              className="up-bar"
              x={x}
              y={middle + 0.5}
              width={barWidth}
              height={Math.max(1, up)}
              rx={1.5}
            />
          </g>
        );
      })}
      {peak === undefined ? null : <path className="peak" d={`M1 ${peakY.toFixed(1)}H${width - 1}`} />}
    </svg>
  );
}
