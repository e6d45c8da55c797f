import type { DayEvent, DayHolder, LogonLine } from '../../activity-day';
import { formatAccount, formatHostPort, type HostPort } from '../../settings';
import { formats } from '../numbers/de';
import type * as english from './en';

function logons(count: number): string {
  return count === 1 ? 'Eine Anmeldung' : `${formats.number(count)} Anmeldungen`;
}

function logonText(event: LogonLine): string {
  const to = event.upstream === undefined ? '' : ` bei ${event.upstream.host}`;
  const until = event.logons === 1 ? '' : ` bis ${formats.clock(event.untilMs)}`;
  return event.logons === 0
    ? formatAccount(event.account)
    : `${logons(event.logons)}${to} als ${formatAccount(event.account)}${until}`;
}

function holderText(holder: DayHolder | undefined): string {
  if (holder === undefined) return 'Von wem, ist nicht bekannt';
  if (holder.kind === 'proxy') return formatHostPort(holder.address);
  if (holder.kind === 'pac') return holder.host === '' ? 'Eine PAC-Datei' : `Eine PAC von ${holder.host}`;
  return 'Automatische Proxyerkennung';
}

function span(fromMs: number, untilMs: number | undefined): string {
  return untilMs === undefined ? '' : `, ${formats.duration(minutes(untilMs - fromMs))} lang`;
}

function minutes(ms: number): number {
  return ms < 60_000 ? ms : Math.round(ms / 60_000) * 60_000;
}

function sleepText(untilMs: number | undefined, fromMs: number, openTunnels: number | undefined): string {
  const tunnels =
    openTunnels === undefined
      ? []
      : openTunnels === 0
        ? ['kein Tunnel war offen']
        : openTunnels === 1
          ? ['1 Tunnel war offen']
          : [`${formats.number(openTunnels)} Tunnel waren offen`];
  const how = untilMs === undefined ? [] : [`${formats.duration(minutes(untilMs - fromMs))} lang`];
  const text = [...how, ...tunnels].join(', ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function line(event: DayEvent): { readonly title: string; readonly detail: string } {
  switch (event.kind) {
    case 'switched':
      return { title: event.isOn ? 'Latchkey eingeschaltet' : 'Latchkey ausgeschaltet', detail: '' };
    case 'on-company-network':
      return {
        title: event.isBack ? 'Wieder im Firmennetz' : 'Im Firmennetz',
        detail: answers(event.upstream),
      };
    case 'elsewhere':
      return { title: 'Außerhalb des Firmennetzes', detail: 'Kein Firmenproxy ist zu erreichen' };
    case 'upstream-changed':
      return { title: 'Ein anderer Firmenproxy', detail: answers(event.upstream) };
    case 'asleep':
      return { title: 'Im Ruhezustand', detail: sleepText(event.untilMs, event.atMs, event.openTunnels) };
    case 'signed-in':
      return { title: 'Angemeldet', detail: logonText(event) };
    case 'signed-in-with-ticket':
      return {
        title: 'Mit einem Kerberos-Ticket angemeldet',
        detail: `Kein Versuch, ${event.upstream.host}`,
      };
    case 'password-accepted':
      return { title: 'Neues Passwort angenommen', detail: logonText(event) };
    case 'logon-refused':
      return event.isFinal
        ? {
            title: 'Der Firmenproxy hat das Passwort abgelehnt',
            detail: `${logonText(event)}. Mehr wurde nicht gesendet.`,
          }
        : { title: 'Der Firmenproxy hat eine Anmeldung abgelehnt', detail: logonText(event) };
    case 'logon-unanswered':
      return { title: 'Keine Antwort auf eine Anmeldung', detail: logonText(event) };
    case 'proxy-taken':
      return {
        title: 'Ein anderes Programm hat die Proxyeinstellung übernommen',
        detail: `${holderText(event.holder)}${span(event.atMs, event.untilMs)}`,
      };
    case 'proxy-behind':
      return {
        title: 'Eine andere Einstellung entscheidet für diesen Mac',
        detail: `${holderText(event.holder)}${span(event.atMs, event.untilMs)}`,
      };
    case 'proxy-taken-back':
      return {
        title: 'Ein anderes Programm hat die Proxyeinstellung übernommen',
        detail: `${holderText(event.holder)}, gleich zurückgestellt`,
      };
  }
}

function answers(upstream: HostPort): string {
  return `${formatHostPort(upstream)} antwortet`;
}

export const today: typeof english.today = {
  requests: 'Anfragen',
  today: 'Heute',
  views: 'Anzeigen',
  traffic: 'Datenverkehr heute',
  peak: (bytes, hour) => `Spitze ${bytes}, ${hour}–${hour + 1} Uhr`,
  logons: 'Anmeldungen',
  chart: (down, up) => `Datenverkehr heute je Stunde: ${down} geladen, ${up} gesendet`,
  chartPeak: (down, up, hour) =>
    `Datenverkehr heute je Stunde: ${down} geladen, ${up} gesendet, am meisten von ${hour} bis ${hour + 1} Uhr`,
  onCompanyNetwork: 'Firmennetz',
  elsewhere: 'anderswo',
  asleepOrOff: 'Ruhezustand oder aus',
  lane: (spans) =>
    spans.length === 0
      ? 'Den ganzen Tag im Ruhezustand oder aus'
      : spans
          .map(
            ({ where, from, until }) =>
              `${where === 'company' ? 'im Firmennetz' : 'anderswo'} von ${from} bis ${until}`,
          )
          .join(', '),
  mostTraffic: 'Am meisten Verkehr',
  hostsInAll: (count) => (count === 1 ? '1 Rechner insgesamt' : `${formats.number(count)} Rechner insgesamt`),
  noHosts: 'Noch keine Anfragen',
  opensRequests: 'Ein Rechner öffnet die Anfragen, nach ihm gefiltert.',
  timeline: 'Verlauf',
  newestFirst: 'Neuestes zuerst',
  line,
  showsAround: 'Bis Mitternacht aufbewahrt. Eine Zeile zeigt die Anfragen um sie herum.',
  nothing: 'Noch ist nichts geschehen.',
  copy: 'Den Tag kopieren',
  copied: 'Der Tag ist kopiert',
};
