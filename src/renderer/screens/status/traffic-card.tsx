import { type ReactNode, useState } from 'react';
import type { AppState } from '../../../shared/state';
import { DayAxis, dayLabel, DayPeak, Figure } from '../../components/day-figures';
import { Segments } from '../../components/segments';
import { DayChart, MinuteChart } from '../../components/traffic-chart';
import { usePanel } from '../../panel-context';

/** The traffic card leaves when there is no traffic to show. */
export function hasTraffic({ connection, traffic }: AppState): boolean {
  if (connection.kind !== 'on') return false;
  return connection.route.kind === 'upstream' || traffic.openTunnels > 0 || traffic.now.downBytes > 0;
}

/** What goes through, now and today: figures and a chart. */
export function TrafficCard(): ReactNode {
  const { state, words } = usePanel();
  const [span, setSpan] = useState<'now' | 'today'>('now');
  const { traffic } = state;
  const said = words.status;
  const { formats } = words;
  const isNow = span === 'now';
  const down = isNow ? formats.rate(traffic.now.downBytes) : formats.bytes(traffic.today.downBytes);
  const up = isNow ? formats.rate(traffic.now.upBytes) : formats.bytes(traffic.today.upBytes);
  return (
    <section className="card traffic">
      <div className="traffic-head">
        <h2>{said.traffic}</h2>
        {isNow ? null : <DayPeak hours={traffic.hours} />}
        <Segments
          label={said.traffic}
          value={span}
          onChange={setSpan}
          options={[
            ['now', said.now],
            ['today', said.today],
          ]}
        />
      </div>
      <dl className="figures">
        <Figure icon="arrow-down" label={said.down} quantity={down} />
        <Figure icon="arrow-up" label={said.up} quantity={up} />
        <Figure
          label={said.openTunnels}
          quantity={{ value: formats.number(traffic.openTunnels), unit: '' }}
        />
      </dl>
      {isNow ? (
        <>
          <MinuteChart
            steps={traffic.lastMinute}
            label={said.chartNow(formats.spoken(down), formats.spoken(up))}
          />
          <div className="axis" aria-hidden="true">
            <span>{said.minuteAgo}</span>
            <span>{said.nowAxis}</span>
          </div>
        </>
      ) : (
        <>
          <DayChart hours={traffic.hours} label={dayLabel(traffic.hours, traffic.today, words)} />
          <DayAxis />
        </>
      )}
    </section>
  );
}
