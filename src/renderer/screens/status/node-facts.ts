import { macRoad } from '../../../shared/mac-road';
import { assertNever } from '../../../shared/problem';
import { formatAccount, formatHostPort, type HostPort } from '../../../shared/settings';
import { type AppState, isSignedIn, type UpstreamState } from '../../../shared/state';
import type { ProxyHolder } from '../../../shared/system-proxy';
import type { Words } from '../../../shared/words/en';
import { joinQuantity } from '../../../shared/words/formats';
import { upstreamStatus } from '../../components/upstream-status';
import type { NodeName } from '../../road';

/** What it is and its value. */
export type Fact = readonly [label: string, value: string];

/**
 * What is known of a node of the road.
 *
 * @param nowMs milliseconds since 1970
 */
export function nodeFacts(name: NodeName, state: AppState, words: Words, nowMs: number): readonly Fact[] {
  switch (name) {
    case 'mac':
      return macFacts(state, words, nowMs);
    case 'terminals':
      return terminalFacts(state, words);
    case 'latchkey':
      return latchkeyFacts(state, words, nowMs);
    case 'company-proxy':
      return companyProxyFacts(state, words, nowMs);
    case 'internet':
      return internetFacts(state, words);
    default:
      return assertNever(name);
  }
}

function nameHolder(holder: ProxyHolder | undefined, { route }: Words): string {
  switch (holder?.kind) {
    case undefined:
      return route.noProxy;
    case 'proxy':
      return formatHostPort(holder.address);
    case 'pac':
      return route.pac(holder.url);
    case 'auto-discovery':
      return route.autoDiscovery;
    default:
      return assertNever(holder);
  }
}

function listeningOn({ addresses }: AppState, words: Words): string {
  return addresses.length === 0 ? words.route.nowhere : addresses.map(formatHostPort).join(', ');
}

function macFacts(state: AppState, words: Words, nowMs: number): readonly Fact[] {
  const { systemProxy } = state;
  const said = words.route;
  if (systemProxy.kind === 'on') {
    const setting = systemProxy.mode === 'pac' ? said.pacOfLatchkey : listeningOn(state, words);
    return [
      [said.proxySetting, setting],
      [said.services, systemProxy.services.join(', ')],
    ];
  }
  const road = macRoad(state);
  const isElsewhere = road.kind === 'taken' || road.kind === 'behind';
  const facts: Fact[] = [
    [
      said.proxySetting,
      isElsewhere
        ? nameHolder(road.holder, words)
        : road.kind === 'latchkey'
          ? words.common.latchkey
          : said.notLatchkey,
    ],
  ];
  if (systemProxy.kind !== 'taken-over') return facts;
  const { sinceMs, setBackCount } = systemProxy;
  if (state.takenBy !== undefined) facts.push([said.listensThere, state.takenBy]);
  if (sinceMs !== undefined) facts.push([said.since, words.formats.moment(sinceMs, nowMs)]);
  if (setBackCount !== undefined && setBackCount > 0)
    facts.push([said.setBack, said.setBackTimes(setBackCount)]);
  return facts;
}

function terminalFacts({ addresses, settings }: AppState, { route }: Words): readonly Fact[] {
  const [address] = addresses;
  return [
    [route.address, address === undefined ? route.nowhere : `http://${formatHostPort(address)}`],
    [route.newTerminals, settings.writesShellBlock ? route.told : route.notTold],
  ];
}

function latchkeyFacts(state: AppState, words: Words, nowMs: number): readonly Fact[] {
  const { account } = state;
  const { route, password, formats } = words;
  const facts: Fact[] = [[route.listensOn, listeningOn(state, words)], ...portFacts(state, words)];
  if (account === undefined) return facts;
  facts.push(
    [route.account, formatAccount(account.account)],
    [
      password.lastAccepted,
      account.lastAcceptedMs === undefined ? password.notYet : formats.moment(account.lastAcceptedMs, nowMs),
    ],
  );
  if (account.setOn !== undefined) facts.push([route.passwordSet, formats.day(account.setOn)]);
  if (account.daysLeft !== undefined)
    facts.push([route.passwordLeft, words.status.daysLeft(account.daysLeft)]);
  return facts;
}

/** The ports that speak no HTTP, and those that are not open. */
function portFacts({ services, unbound }: AppState, { route }: Words): readonly Fact[] {
  const socks = services.filter(({ kind }) => kind === 'socks').map(({ address }) => formatHostPort(address));
  const tunnels = services.flatMap(({ address, target }) =>
    target === undefined ? [] : [arrow(formatHostPort(address), target)],
  );
  const closed = unbound.map(({ place, target, why }) =>
    route.unbound(target === undefined ? place : arrow(place, target), why),
  );
  return [
    ...(socks.length === 0 ? [] : [[route.socks, socks.join(', ')] as const]),
    ...(tunnels.length === 0 ? [] : [[route.tunnels, tunnels.join(', ')] as const]),
    ...(closed.length === 0 ? [] : [[route.notOpen, closed.join('; ')] as const]),
  ];
}

function arrow(from: string, to: HostPort): string {
  return `${from} → ${formatHostPort(to)}`;
}

function companyProxyFacts(state: AppState, words: Words, nowMs: number): readonly Fact[] {
  const { upstreams, connection, settings, account } = state;
  const { route } = words;
  const used = upstreams.find(({ status }) => status === 'in-use') ?? upstreams[0];
  const address = used?.address ?? settings.upstreams[0];
  const facts: Fact[] = [];
  const answer = used?.answer;
  if (address !== undefined) {
    const place = answer === undefined ? address : { host: answer.ip, port: address.port };
    facts.push([route.address, formatHostPort(place)]);
  }
  if (answer !== undefined) facts.push([route.answersIn, words.formats.duration(answer.durationMs)]);
  if (used !== undefined) {
    facts.push([route.state, upstreamStatus(used, isSignedIn(connection), words, nowMs)]);
  }
  if (account?.lastAcceptedMs !== undefined && isSignedIn(connection))
    facts.push([words.password.lastAccepted, words.formats.moment(account.lastAcceptedMs, nowMs)]);
  const signedInWith = account?.signedInWith;
  if (signedInWith !== undefined && isSignedIn(connection)) {
    const name = signedInWith === 'Kerberos' ? signedInWith : words.signIn.name(signedInWith);
    facts.push([route.signsInWith, name]);
  }
  if (account !== undefined) {
    facts.push([route.logonsToday, route.logons(account.today.sent, account.today.refused)]);
  }
  const others = upstreams.filter((upstream) => upstream !== used);
  const list = (status: UpstreamState['status']): string =>
    others
      .filter((each) => each.status === status)
      .map((each) => formatHostPort(each.address))
      .join(', ');
  const [standingBy, down] = [list('standing-by'), list('down')];
  if (standingBy !== '') facts.push([route.companyProxies.standingBy, standingBy]);
  if (down !== '') facts.push([route.companyProxies.down, down]);
  return facts;
}

function internetFacts({ connection, traffic }: AppState, words: Words): readonly Fact[] {
  const { route, status, formats } = words;
  const going =
    connection.kind !== 'on'
      ? route.nothingGoes
      : connection.route.kind === 'direct'
        ? route.direct
        : route.throughCompanyProxy;
  const { downBytes, upBytes } = traffic.today;
  return [
    [route.going, going],
    [status.openTunnels, formats.number(traffic.openTunnels)],
    [
      route.today,
      route.downAndUp(joinQuantity(formats.bytes(downBytes)), joinQuantity(formats.bytes(upBytes))),
    ],
  ];
}
