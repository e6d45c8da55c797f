import type { ReactNode } from 'react';
import { peakHour } from '../../shared/activity-day';
import type { TrafficStep } from '../../shared/traffic';
import type { Words } from '../../shared/words/en';
import { joinQuantity, type Quantity } from '../../shared/words/formats';
import { usePanel } from '../panel-context';
import { Icon, type IconName } from './icon';

/** A figure with its name, one of a list. */
export function Figure({
  icon,
  label,
  quantity,
}: {
  readonly icon?: IconName;
  readonly label: string;
  readonly quantity: Quantity;
}): ReactNode {
  const { formats } = usePanel().words;
  return (
    <div>
      <dt>
        {icon === undefined ? null : <Icon name={icon} size="small" />}
        {label}
      </dt>
      <dd>
        <span aria-hidden="true">
          {quantity.value}
          <small>{quantity.unit}</small>
        </span>
        <span className="hidden">{formats.spoken(quantity)}</span>
      </dd>
    </div>
  );
}

/** The hours below a chart of the day. */
export function DayAxis(): ReactNode {
  return (
    <div className="axis" aria-hidden="true">
      {['0', '6', '12', '18', '24'].map((hour) => (
        <span key={hour}>{hour}</span>
      ))}
    </div>
  );
}

/** The figure of the dots in a chart of the day, and when it was; nothing without one. */
export function DayPeak({ hours }: { readonly hours: readonly TrafficStep[] }): ReactNode {
  const { formats, today } = usePanel().words;
  const peak = peakHour(hours);
  if (peak === undefined) return null;
  const text = today.peak(joinQuantity(formats.bytes(peak.downBytes)), peak.hour);
  return (
    <span className="traffic-peak">
      {/* How much, and when: each stays whole where the line is too short for both. */}
      {text.split(/(?<=, )/).map((part) => (
        <span key={part}>{part}</span>
      ))}
    </span>
  );
}

/** What VoiceOver says of a chart of the day. */
export function dayLabel(hours: readonly TrafficStep[], sum: TrafficStep, { formats, today }: Words): string {
  const down = formats.spoken(formats.bytes(sum.downBytes));
  const up = formats.spoken(formats.bytes(sum.upBytes));
  const peak = peakHour(hours);
  return peak === undefined ? today.chart(down, up) : today.chartPeak(down, up, peak.hour);
}
