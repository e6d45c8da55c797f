import { memo, type ReactNode } from 'react';
import type { DayEvent } from '../../../shared/activity-day';
import { Icon, type IconName } from '../../components/icon';
import { useRoving } from '../../components/use-roving';
import type { Words } from '../../../shared/words/en';

const icons: Record<DayEvent['kind'], IconName> = {
  switched: 'power',
  'on-company-network': 'wifi',
  elsewhere: 'globe',
  'upstream-changed': 'server',
  asleep: 'moon',
  'signed-in': 'key',
  'signed-in-with-ticket': 'key',
  'password-accepted': 'key',
  'logon-refused': 'warning',
  'logon-unanswered': 'warning',
  'proxy-taken': 'laptop',
  'proxy-behind': 'bypass',
  'proxy-taken-back': 'laptop',
};

/**
 * What has happened, a line an event; a press shows the requests around it. Drawn anew when something has happened, not with each
 * figure.
 */
export const Timeline = memo(function Timeline({
  events,
  words,
  onMoment,
}: {
  /** Newest first. */
  readonly events: readonly DayEvent[];
  readonly words: Words;
  readonly onMoment: (fromMs: number, untilMs: number) => void;
}): ReactNode {
  const said = words.today;
  const { list, onKeyDown, stop } = useRoving<HTMLOListElement>(events.length);
  return (
    <>
      <div className="today-label">
        <h2>{said.timeline}</h2>
        <span>{said.newestFirst}</span>
      </div>
      {events.length === 0 ? (
        <p className="today-note">{said.nothing}</p>
      ) : (
        <>
          <ol
            className="card list"
            ref={list}
            aria-label={`${said.timeline}, ${said.newestFirst}`}
            onKeyDown={onKeyDown}
          >
            {events.map((event, index) => {
              const { title, detail } = said.line(event);
              return (
                // From the oldest on, as new ones come on top.
                <li key={`${events.length - index} ${event.kind}`}>
                  <button
                    type="button"
                    className="event"
                    {...stop(index)}
                    onClick={() => onMoment(event.atMs, 'logons' in event ? event.untilMs : event.atMs)}
                  >
                    <Icon name={icons[event.kind]} />
                    <span className="event-title">{title}</span>{' '}
                    <span className="event-time">{words.formats.clock(event.atMs)}</span>{' '}
                    <span className="event-detail">{detail}</span>
                  </button>
                </li>
              );
            })}
          </ol>
          <p className="today-note">{said.showsAround}</p>
        </>
      )}
    </>
  );
});
