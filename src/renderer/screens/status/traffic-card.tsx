import { type ReactNode, useState } from 'react';
import type { AppState } from '../../../shared/state';
import type { Quantity } from '../../../shared/words/formats';
import { Icon, type IconName } from '../../components/icon';
import { Segments } from '../../components/segments';
import { DayChart, MinuteChart } from '../../components/traffic-chart';
import { usePanel } from '../../panel-context';

/** The traffic card leaves when there is no traffic to show. */
export function hasTraffic({ connection, traffic }: AppState): boolean {
  if (connection.kind !== 'on') return false;
  return connection.route.kind === 'upstream' || traffic.openTunnels > 0 || traffic.now.downBytes > 0;
}

function Figure({
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
          <DayChart hours={traffic.hours} label={said.chartToday(formats.spoken(down), formats.spoken(up))} />
          <div className="axis" aria-hidden="true">
            {['0', '6', '12', '18', '24'].map((hour) => (
              <span key={hour}>{hour}</span>
            ))}
          </div>
        </>
      )}
    </section>
  );
}
