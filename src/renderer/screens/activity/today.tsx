import type { ReactNode } from 'react';
import { createPortal } from 'react-dom';
import type { ActivityDay } from '../../../shared/activity-day';
import type { Words } from '../../../shared/words/en';
import { bytesText } from '../../activity-kind';
import { IconButton } from '../../components/button';
import { DayAxis, dayLabel, DayPeak, Figure } from '../../components/day-figures';
import { Icon } from '../../components/icon';
import { DayChart } from '../../components/traffic-chart';
import { MiddleCut } from '../../components/middle-cut';
import { useDone } from '../../components/use-done';
import { usePanel } from '../../panel-context';
import { useToday } from '../../use-today';
import { DayLane } from './day-lane';
import { Timeline } from './timeline';

/** So many hosts are named. */
const hostLimit = 3;

/** What has happened today: traffic by the hour, where the Mac was, where the traffic went, and a line for each event. */
export function Today({
  tools,
  onHost,
  onMoment,
}: {
  /** Where the buttons of the bar go, once that is there. */
  readonly tools: HTMLElement | null;
  /** Shows the requests to a host. */
  readonly onHost: (host: string) => void;
  /** Shows the requests of a time, in milliseconds since 1970. */
  readonly onMoment: (fromMs: number, untilMs: number) => void;
}): ReactNode {
  const { state, words, perform, announce } = usePanel();
  const day = useToday(hostLimit);
  const [isCopied, showCopied] = useDone<true>();
  if (day === undefined) return null;
  const said = words.today;
  const { formats } = words;
  const { today: sum } = state.traffic;
  const copy = async (): Promise<void> => {
    const { kind } = await perform({ kind: 'copy-text', text: dayText(day, words) });
    if (kind === 'failed') return;
    showCopied(true);
    announce(said.copied);
  };
  return (
    <div className="today">
      {tools === null
        ? null
        : createPortal(
            <IconButton
              icon={isCopied === true ? 'check' : 'copy'}
              name={said.copy}
              onClick={() => void copy()}
            />,
            tools,
          )}
      <section className="card traffic">
        <div className="traffic-head">
          <h2>{said.traffic}</h2>
          <DayPeak hours={day.hours} />
        </div>
        <dl className="figures">
          <Figure icon="arrow-down" label={words.status.down} quantity={formats.bytes(sum.downBytes)} />
          <Figure icon="arrow-up" label={words.status.up} quantity={formats.bytes(sum.upBytes)} />
          <Figure
            label={said.logons}
            quantity={{ value: formats.number(state.account?.today.sent ?? 0), unit: '' }}
          />
        </dl>
        <DayChart hours={day.hours} label={dayLabel(day.hours, sum, words)} />
        <DayLane presence={day.presence} />
        <DayAxis />
        <div className="axis lane-key" aria-hidden="true">
          <span>
            <i className="company" />
            {said.onCompanyNetwork}
          </span>
          <span>
            <i className="elsewhere" />
            {said.elsewhere}
          </span>
          <span>
            <i className="nowhere" />
            {said.asleepOrOff}
          </span>
        </div>
      </section>
      <Hosts day={day} onHost={onHost} />
      <Timeline events={day.events} words={words} onMoment={onMoment} />
    </div>
  );
}

/** The hosts with the most traffic, each with a bar as long as its share of the first. */
function Hosts({
  day: { hosts, hostCount },
  onHost,
}: {
  readonly day: ActivityDay;
  readonly onHost: (host: string) => void;
}): ReactNode {
  const { words } = usePanel();
  const said = words.today;
  const [first] = hosts;
  const most = first === undefined ? 0 : first.downBytes + first.upBytes;
  return (
    <>
      <div className="today-label">
        <h2>{said.mostTraffic}</h2>
        <span>{hostCount === 0 ? said.noHosts : said.hostsInAll(hostCount)}</span>
      </div>
      {first === undefined ? null : (
        <>
          <ol className="card list" aria-label={said.mostTraffic}>
            {hosts.map(({ host, downBytes, upBytes }) => (
              <li key={host}>
                <button type="button" className="host" onClick={() => onHost(host)}>
                  <span className="host-name" title={host}>
                    <MiddleCut text={host} />
                  </span>{' '}
                  <span className="host-bytes">{bytesText(downBytes + upBytes, words)}</span>
                  <Icon name="right" size="small" />
                  <span className="host-share" aria-hidden="true">
                    <i style={{ width: `${most === 0 ? 0 : ((downBytes + upBytes) / most) * 100}%` }} />
                  </span>
                </button>
              </li>
            ))}
          </ol>
          <p className="today-note">{said.opensRequests}</p>
        </>
      )}
    </>
  );
}

/** The day as text, to be copied. */
function dayText({ day, hosts, events }: ActivityDay, words: Words): string {
  const { formats } = words;
  const lines = events.map((event) => {
    const { title, detail } = words.today.line(event);
    return [formats.clock(event.atMs), title, detail].join('\t').trimEnd();
  });
  const most = hosts.map(
    ({ host, count, downBytes, upBytes }) =>
      `${host}\t${words.activity.requests(count)}\t${bytesText(downBytes + upBytes, words)}`,
  );
  return `${[formats.day(day), ...most, ...lines].join('\n')}\n`;
}
