import type { ControlHello } from '../../shared/control';
import type { LogonCount } from '../../shared/engine-state';
import { describeExpiry, passwordAge } from '../../shared/password-age';
import { formatAccount, formatHostPort, formatUpstream, type HostPort } from '../../shared/settings';
import type { AppState } from '../../shared/state';
import { localDay } from '../../shared/calendar-day';
import { systemProxyInEnglish } from '../../shared/words/system-proxy/en';
import { exitCodes } from '../cli-error';
import { describeAppProblem, unboundReasons, problemLine } from '../describe-app-problem';
import { type WhichOptions, withRunning } from '../running';
import { factLine } from '../style';
import type { Terminal } from '../terminal';

export interface StatusOptions extends WhichOptions {
  readonly json?: boolean | undefined;
}

type Who = Pick<ControlHello, 'host' | 'pid' | 'version'>;

/** `latchkey status`: how the Latchkey that runs is, the app or `latchkey run`. */
export function status({ port, json }: StatusOptions, terminal: Terminal): Promise<number> {
  return withRunning(terminal, port, async (client) => {
    const state = await client.state();
    if (json === true) terminal.out(JSON.stringify(statusFacts(client.hello, state), undefined, 2));
    else for (const line of statusLines(client.hello, state, terminal.outStyle.bold)) terminal.out(line);
    return exitCodes.ok;
  });
}

/** What `latchkey status --json` prints: docs/command-line.md has the meaning of each field, which stays. */
export function statusFacts({ host, pid, version }: Who, state: AppState): object {
  const { connection, reachability, addresses, upstreams, account, settings, systemProxy, notices, traffic } =
    state;
  const { pac, askedProxies } = state;
  return {
    host,
    pid,
    version,
    connection: connection.kind,
    listening: addresses,
    services: serviceFacts(state),
    companyProxy: reachability,
    companyProxies: upstreams.map(({ address: { host: name, port }, status: standing }) => ({
      host: name,
      port,
      status: standing,
    })),
    account: account === undefined ? null : account.account,
    password:
      account === undefined
        ? null
        : {
            standing: account.standing,
            isPaused: isPaused(state),
            isForSessionOnly: account.isForSessionOnly,
            lastAccepted:
              account.lastAcceptedMs === undefined ? null : new Date(account.lastAcceptedMs).toISOString(),
            setOn: account.setOn ?? null,
            daysLeft: account.daysLeft ?? null,
          },
    logonsToday: account?.today ?? null,
    pac:
      settings.pac === ''
        ? null
        : {
            source: settings.pac,
            place: pac?.place ?? null,
            read: pac?.readMs === undefined ? null : new Date(pac.readMs).toISOString(),
            error: pac?.error ?? null,
            notAgreedTo: askedProxies.map(formatUpstream),
          },
    trafficToday: traffic.today,
    offNetwork: settings.offNetwork,
    systemProxy: systemProxy.kind,
    notices: notices.map(({ kind }) => kind),
  };
}

/** What `latchkey status` prints, one line for each fact. */
export function statusLines(
  { host, pid, version }: Who,
  state: AppState,
  mark: (title: string) => string,
): string[] {
  const { connection, addresses, account, systemProxy, notices } = state;
  const facts: [string, string][] = [
    [
      'Running',
      host === 'app' ? `the app, version ${version}` : `\`latchkey run\`, version ${version}, process ${pid}`,
    ],
  ];
  if (connection.kind === 'needs-setup') {
    facts.push(['Set-up', 'nothing is set up yet: open Latchkey in the menu bar']);
  } else {
    facts.push(
      [
        'Listening on',
        addresses.length === 0 ? notListening(state) : addresses.map(formatHostPort).join(', '),
      ],
      ...portLines(state),
      ['Company proxy', describeCompanyProxy(state)],
      ...pacFacts(state),
    );
  }
  if (account !== undefined) {
    facts.push(
      ['Account', formatAccount(account.account)],
      ['Password', describePassword(state)],
      ['Today', describeLogons(account.today)],
    );
    facts.push(...ageFacts(state));
  }
  if (systemProxy.kind !== 'unsupported')
    facts.push(['System proxy', systemProxyInEnglish(systemProxy).sentence]);
  // What is not open is told with the others of its kind.
  for (const notice of notices.filter(({ kind }) => kind !== 'not-listening'))
    facts.push(['Notice', describeAppProblem(notice).sentence]);
  return facts.map(([title, fact]) => factLine(title, fact, mark));
}

/** Every port that is wanted: where it is open, or what keeps it from being so. */
function serviceFacts({ addresses, services, unbound }: AppState): object[] {
  const fact = (kind: string, place: string, target?: HostPort, openTunnels?: number, problem?: string) => ({
    kind,
    place,
    target: target === undefined ? null : formatHostPort(target),
    openTunnels: openTunnels ?? null,
    problem: problem ?? null,
  });
  return [
    ...addresses.map((address) => fact('http', formatHostPort(address))),
    ...services.map(({ kind, address, target, openTunnels }) =>
      fact(kind, formatHostPort(address), target, openTunnels),
    ),
    ...unbound.map(({ kind, place, target, why }) => fact(kind, place, target, undefined, why)),
  ];
}

/** The ports for SOCKS5 and tunnels, and those that could not be opened. */
function portLines({ services, unbound }: AppState): [string, string][] {
  const open = (count: number): string => (count === 0 ? '' : ` (${count} open)`);
  const socks = services
    .filter(({ kind }) => kind === 'socks')
    .map(({ address, openTunnels }) => `${formatHostPort(address)}${open(openTunnels)}`);
  const tunnels = services.flatMap(({ address, target, openTunnels }) =>
    target === undefined
      ? []
      : [`${formatHostPort(address)} to ${formatHostPort(target)}${open(openTunnels)}`],
  );
  const titles = { http: 'HTTP', socks: 'SOCKS5', tunnel: 'tunnel' } as const;
  return [
    ...(socks.length === 0 ? [] : [['SOCKS5', socks.join(', ')] as [string, string]]),
    ...(tunnels.length === 0 ? [] : [['Tunnels', tunnels.join(', ')] as [string, string]]),
    ...unbound.map(({ kind, place, target, line, why }): [string, string] => [
      'Not open',
      `${place}, ${titles[kind]}${target === undefined ? '' : ` to ${formatHostPort(target)}`}${line === 0 ? '' : `, line ${line}`}: ${unboundReasons[why]}`,
    ]),
  ];
}

function notListening({ connection }: AppState): string {
  if (connection.kind !== 'failed') return 'nothing: it is turned off; `latchkey on` turns it on';
  return `nothing: ${problemLine(connection.problem)}`;
}

function describeCompanyProxy({ reachability, upstreams, settings, addresses }: AppState): string {
  const names = upstreams.map(({ address }) => formatUpstream(address)).join(', ');
  if (addresses.length === 0) return names;
  if (reachability === 'unknown') return 'being looked for';
  const inUse = upstreams.find(({ status: standing }) => standing === 'in-use');
  if (reachability === 'reachable' && inUse !== undefined) return `${formatUpstream(inUse.address)}, in use`;
  if (reachability === 'forbidden') {
    return 'macOS does not let Latchkey reach it: allow it in System Settings, Privacy & Security, Local Network';
  }
  return `none can be reached: ${describeAway(settings)}`;
}

function describeAway({ offNetwork, offNetworkWaitSeconds }: AppState['settings']): string {
  switch (offNetwork) {
    case 'direct':
      return 'going direct';
    case 'refuse':
      return 'requests are refused';
    case 'wait':
      return `requests wait up to ${offNetworkWaitSeconds} s`;
  }
}

/** The PAC that is in use, its age, why it could not be read the last time, and whom it names without the user's word. */
function pacFacts({ pac, askedProxies, settings }: AppState): [string, string][] {
  if (settings.pac === '') return [];
  const place = pac?.place ?? settings.pac;
  const age = pac?.readMs === undefined ? 'not read yet' : `read ${new Date(pac.readMs).toISOString()}`;
  const trouble = pac?.error === undefined ? '' : `; the last try failed: ${pac.error}`;
  const asked = askedProxies.map(formatUpstream).join(', ');
  return [
    ['PAC', pac === undefined ? `${place}, not in use while Latchkey is off` : `${place}, ${age}${trouble}`],
    ...(asked === '' ? [] : [['Not agreed to', `${asked}: see \`latchkey agree\``] as [string, string]]),
  ];
}

function isPaused({ connection }: AppState): boolean {
  return connection.kind === 'waiting' && connection.why.kind === 'paused';
}

function describePassword(state: AppState): string {
  const { account, connection } = state;
  if (isPaused(state)) {
    return 'the sign-in is paused until `latchkey credential set` or `latchkey credential resume`';
  }
  if (connection.kind === 'password-needed' && connection.why.kind !== 'refused') {
    return 'none: give it with `latchkey credential set`';
  }
  const session = account?.isForSessionOnly === true ? '; it is kept until this Latchkey ends' : '';
  switch (account?.standing) {
    case 'proven':
      return `accepted${session}`;
    case 'suspect':
      return 'accepted before, refused for one address: being judged';
    case 'refused':
      return 'refused: it is not sent again until `latchkey credential set` or `latchkey credential retry`';
    case 'unproven':
    case undefined:
      return `not tried yet on this network${session}`;
  }
}

function ageFacts({ account, settings }: AppState): [string, string][] {
  const { setOn } = account ?? {};
  const { maxPasswordAgeDays: maxAgeDays } = settings;
  if (setOn === undefined || maxAgeDays === null) return [];
  const age = passwordAge({ setOn, maxAgeDays, today: localDay(Date.now()) });
  return [['Password age', `set on ${setOn}; by the maximum age that you set it ${describeExpiry(age)}`]];
}

function describeLogons({ sent, refused, unanswered }: LogonCount): string {
  return `${sent} ${sent === 1 ? 'logon' : 'logons'}, ${refused} refused, ${unanswered} without an answer`;
}
