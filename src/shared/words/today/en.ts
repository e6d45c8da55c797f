import type { DayEvent, DayHolder, LogonLine } from '../../activity-day';
import { formatAccount, formatHostPort, type HostPort } from '../../settings';
import { formats } from '../numbers/en';

function logons(count: number): string {
  return count === 1 ? 'One logon' : `${formats.number(count)} logons`;
}

/** `One logon to proxy.corp as CORP\alice`; many of them until a time. */
function logonText(event: LogonLine): string {
  const to = event.upstream === undefined ? '' : ` to ${event.upstream.host}`;
  const until = event.logons === 1 ? '' : ` until ${formats.clock(event.untilMs)}`;
  return event.logons === 0
    ? formatAccount(event.account)
    : `${logons(event.logons)}${to} as ${formatAccount(event.account)}${until}`;
}

function holderText(holder: DayHolder | undefined): string {
  if (holder === undefined) return 'By whom is not known';
  if (holder.kind === 'proxy') return formatHostPort(holder.address);
  if (holder.kind === 'pac') return holder.host === '' ? 'A PAC file' : `A PAC of ${holder.host}`;
  return 'Automatic proxy discovery';
}

function span(fromMs: number, untilMs: number | undefined): string {
  return untilMs === undefined ? '' : `, for ${formats.duration(minutes(untilMs - fromMs))}`;
}

/** Seconds say nothing of what took minutes. */
function minutes(ms: number): number {
  return ms < 60_000 ? ms : Math.round(ms / 60_000) * 60_000;
}

function sleepText(untilMs: number | undefined, fromMs: number, openTunnels: number | undefined): string {
  const tunnels =
    openTunnels === undefined
      ? []
      : openTunnels === 0
        ? ['no tunnel was open']
        : openTunnels === 1
          ? ['1 tunnel was open']
          : [`${formats.number(openTunnels)} tunnels were open`];
  const how = untilMs === undefined ? [] : [`for ${formats.duration(minutes(untilMs - fromMs))}`];
  const text = [...how, ...tunnels].join(', ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What has happened, and the particulars. */
function line(event: DayEvent): { readonly title: string; readonly detail: string } {
  switch (event.kind) {
    case 'switched':
      return { title: event.isOn ? 'Latchkey turned on' : 'Latchkey turned off', detail: '' };
    case 'on-company-network':
      return {
        title: event.isBack ? 'On the company network again' : 'On the company network',
        detail: answers(event.upstream),
      };
    case 'elsewhere':
      return { title: 'Off the company network', detail: 'No company proxy can be reached' };
    case 'upstream-changed':
      return { title: 'Another company proxy', detail: answers(event.upstream) };
    case 'asleep':
      return { title: 'Asleep', detail: sleepText(event.untilMs, event.atMs, event.openTunnels) };
    case 'signed-in':
      return { title: 'Signed in', detail: logonText(event) };
    case 'signed-in-with-ticket':
      return { title: 'Signed in with a Kerberos ticket', detail: `No logon, ${event.upstream.host}` };
    case 'password-accepted':
      return { title: 'New password accepted', detail: logonText(event) };
    case 'logon-refused':
      return event.isFinal
        ? {
            title: 'The company proxy refused the password',
            detail: `${logonText(event)}. Nothing more was sent.`,
          }
        : { title: 'The company proxy refused a logon', detail: logonText(event) };
    case 'logon-unanswered':
      return { title: 'No answer to a logon', detail: logonText(event) };
    case 'proxy-taken':
      return {
        title: 'Another program took the proxy setting',
        detail: `${holderText(event.holder)}${span(event.atMs, event.untilMs)}`,
      };
    case 'proxy-behind':
      return {
        title: 'Another setting decides for this Mac',
        detail: `${holderText(event.holder)}${span(event.atMs, event.untilMs)}`,
      };
    case 'proxy-taken-back':
      return {
        title: 'Another program took the proxy setting',
        detail: `${holderText(event.holder)}, set back at once`,
      };
  }
}

function answers(upstream: HostPort): string {
  return `${formatHostPort(upstream)} answers`;
}

export const today = {
  requests: 'Requests',
  today: 'Today',
  views: 'Show',
  traffic: 'Traffic today',
  peak: (bytes: string, hour: number): string => `peak ${bytes}, ${hour} to ${hour + 1}`,
  logons: 'Logons',
  chart: (down: string, up: string): string => `Traffic today by the hour: ${down} down, ${up} up`,
  chartPeak: (down: string, up: string, hour: number): string =>
    `Traffic today by the hour: ${down} down, ${up} up, most between ${hour} and ${hour + 1}`,
  onCompanyNetwork: 'company network',
  elsewhere: 'elsewhere',
  asleepOrOff: 'asleep or off',
  lane: (
    spans: readonly {
      readonly where: 'company' | 'elsewhere';
      readonly from: string;
      readonly until: string;
    }[],
  ) =>
    spans.length === 0
      ? 'Asleep or off all day'
      : spans
          .map(
            ({ where, from, until }) =>
              `${where === 'company' ? 'on the company network' : 'elsewhere'} from ${from} to ${until}`,
          )
          .join(', '),
  mostTraffic: 'Most traffic',
  hostsInAll: (count: number): string =>
    count === 1 ? '1 host in all' : `${formats.number(count)} hosts in all`,
  noHosts: 'No requests yet',
  opensRequests: 'A host opens Requests, filtered to it.',
  timeline: 'Timeline',
  newestFirst: 'newest first',
  line,
  showsAround: 'Kept for today. A press on a line shows the requests around it.',
  nothing: 'Nothing has happened yet.',
  copy: 'Copy the day',
  copied: 'The day is copied',
};
