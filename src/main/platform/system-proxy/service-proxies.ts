import type { ProxySetting, SystemProxyTarget } from '../../../shared/system-proxy';
import type { HostPort } from '../../../shared/settings';

/** One proxy of a network service. macOS keeps host and port of one that is off. */
export interface ProxyEndpoint {
  readonly isOn: boolean;
  /** Empty when there is none. */
  readonly host: string;
  readonly port: number;
  /** Whether macOS sends it a password, which cannot be read. */
  readonly isAuthenticated: boolean;
}

/** The proxy settings of one network service, as networksetup tells them. */
export interface ServiceProxies {
  readonly web: ProxyEndpoint;
  readonly secureWeb: ProxyEndpoint;
  readonly socks: ProxyEndpoint;
  readonly pac: { readonly isOn: boolean; readonly url: string };
  readonly isAutoDiscovering: boolean;
  readonly bypass: readonly string[];
}

/** What a service was like before Latchkey came, and what Latchkey made of it. */
export interface ServiceRecord {
  readonly name: string;
  readonly earlier: ServiceProxies;
  readonly written: ServiceProxies;
}

/** `applying` and `restoring`: a command sequence may have been cut in the middle. */
export type ProxyPhase = 'applying' | 'on' | 'restoring';

const endpointSettings = ['web', 'secureWeb', 'socks'] as const;
const setCommands = {
  web: '-setwebproxy',
  secureWeb: '-setsecurewebproxy',
  socks: '-setsocksfirewallproxy',
} as const;

/** What is never sent to a proxy: this machine, and names and addresses of the link. */
const neverProxied = ['localhost', '127.0.0.1', '::1', '*.local', '169.254.0.0/16'];

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/i;

function sameAddress(one: ProxyEndpoint, other: HostPort): boolean {
  return one.host === other.host && one.port === other.port;
}

function sameEndpoint(one: ProxyEndpoint, other: ProxyEndpoint): boolean {
  return sameAddress(one, other) && one.isOn === other.isOn && one.isAuthenticated === other.isAuthenticated;
}

function sameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((entry, index) => entry === other[index]);
}

/** Where the local proxy serves its PAC. */
export function pacUrl({ address: { host, port } }: SystemProxyTarget): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}/proxy.pac`;
}

/** What an entry of the bypass list may look like: networksetup would take others for options or for its own words. */
export function isBypassEntry(entry: string): boolean {
  return /^[^\s,\p{Cc}-][^\s,\p{Cc}]*$/u.test(entry) && entry !== 'Empty';
}

/** Whether an endpoint leads to one of these addresses of ours, however this machine is called in it. */
function leadsTo({ host, port }: HostPort, own: readonly HostPort[]): boolean {
  return own.some((each) => each.port === port && (each.host === host || loopback.test(host)));
}

function isOwnPac(url: string, own: readonly HostPort[]): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname, port, pathname } = new URL(url);
  return pathname === '/proxy.pac' && leadsTo({ host: hostname, port: Number(port) }, own);
}

/**
 * What was there before, when these settings are found without a journal: an address of our own is what a crash left, and
 * nobody's earlier setting.
 */
export function withoutOwn(found: ServiceProxies, own: readonly HostPort[]): ServiceProxies {
  const none = { isOn: false, host: '', port: 0, isAuthenticated: false };
  const clean = (endpoint: ProxyEndpoint): ProxyEndpoint => (leadsTo(endpoint, own) ? none : endpoint);
  return {
    ...found,
    web: clean(found.web),
    secureWeb: clean(found.secureWeb),
    socks: clean(found.socks),
    pac: isOwnPac(found.pac.url, own) ? { isOn: false, url: '' } : found.pac,
  };
}

/** Whether something of these settings is on and leads to the local proxy. */
export function usesOwn(found: ServiceProxies, own: readonly HostPort[]): boolean {
  const isOwn = (endpoint: ProxyEndpoint): boolean => endpoint.isOn && leadsTo(endpoint, own);
  return isOwn(found.web) || isOwn(found.secureWeb) || (found.pac.isOn && isOwnPac(found.pac.url, own));
}

/** Whether setting these would replace a proxy whose password could not be put back. */
export function wouldLosePassword(found: ServiceProxies, { mode, address }: SystemProxyTarget): boolean {
  if (mode === 'pac') return false;
  return [found.web, found.secureWeb].some((each) => each.isAuthenticated && !sameAddress(each, address));
}

/** What a service is to be like while it uses the local proxy. */
export function writtenFor(earlier: ServiceProxies, target: SystemProxyTarget): ServiceProxies {
  const others = {
    socks: { ...earlier.socks, isOn: false },
    isAutoDiscovering: false,
  };
  if (target.mode === 'pac') {
    // macOS does not look at the list while there is a PAC; the PAC says the same.
    const web = { ...earlier.web, isOn: false };
    const secureWeb = { ...earlier.secureWeb, isOn: false };
    return { ...others, web, secureWeb, pac: { isOn: true, url: pacUrl(target) }, bypass: earlier.bypass };
  }
  const endpoint = { ...target.address, isOn: true, isAuthenticated: false };
  const added = [...neverProxied, ...target.bypass.filter(isBypassEntry)];
  return {
    ...others,
    web: endpoint,
    secureWeb: endpoint,
    pac: { ...earlier.pac, isOn: false },
    bypass: [...new Set([...earlier.bypass, ...added])],
  };
}

/**
 * The arguments of networksetup that lead from one state of a service to another, in an order in which the local proxy
 * is never passed by in favour of nothing: the list first, what outranks a manual proxy last.
 */
export function proxyCommands(name: string, from: ServiceProxies, to: ServiceProxies): string[][] {
  const commands: string[][] = [];
  if (!sameList(from.bypass, to.bypass)) {
    commands.push(['-setproxybypassdomains', name, ...(to.bypass.length === 0 ? ['Empty'] : to.bypass)]);
  }
  for (const setting of endpointSettings) commands.push(...endpointCommands(name, setting, from, to));
  const stateCommand = ['-setautoproxystate', name, to.pac.isOn ? 'on' : 'off'];
  // Whether a new address turns the PAC on is not known for every macOS.
  if (from.pac.url !== to.pac.url) commands.push(['-setautoproxyurl', name, to.pac.url], stateCommand);
  else if (from.pac.isOn !== to.pac.isOn) commands.push(stateCommand);
  if (from.isAutoDiscovering !== to.isAutoDiscovering) {
    commands.push(['-setproxyautodiscovery', name, to.isAutoDiscovering ? 'on' : 'off']);
  }
  return commands;
}

function endpointCommands(
  name: string,
  setting: keyof typeof setCommands,
  { [setting]: from }: ServiceProxies,
  { [setting]: to }: ServiceProxies,
): string[][] {
  if (sameEndpoint(from, to)) return [];
  const command = setCommands[setting];
  if (sameAddress(from, to)) return [[`${command}state`, name, to.isOn ? 'on' : 'off']];
  // This turns it on, whatever it was before.
  const set = [command, name, to.host, String(to.port), 'off'];
  return to.isOn ? [set] : [set, [`${command}state`, name, 'off']];
}

/** What a service is to be like once Latchkey has left it, and what of it is somebody else's since. */
export interface RestoreGoal {
  readonly goal: ServiceProxies;
  readonly changedByOthers: readonly ProxySetting[];
}

/**
 * Decides setting by setting: what still is as Latchkey wrote it becomes what it was before; everything else stays.
 *
 * @param phase while it is not `on`, one of our own command sequences may have been cut: a proxy at an address that was
 *   written or put back, but switched as nobody asked for, is our own work then
 */
export function restoreGoal(
  { earlier, written }: ServiceRecord,
  current: ServiceProxies,
  phase: ProxyPhase,
): RestoreGoal {
  const changedByOthers: ProxySetting[] = [];
  const isCut = phase !== 'on';
  const endpoint = (setting: (typeof endpointSettings)[number]): ProxyEndpoint => {
    const [now, before, ours] = [current[setting], earlier[setting], written[setting]];
    if (sameEndpoint(now, before)) return now;
    if (sameAddress(now, ours) && now.isOn === ours.isOn) return before;
    if (isCut && (sameAddress(now, ours) || sameAddress(now, before))) return before;
    // Switched off by hand, say: that stays, but the address that it names is gone with Latchkey.
    const isOursStill = sameAddress(now, ours) && !sameAddress(ours, before);
    const rest = isOursStill ? { ...before, isOn: now.isOn && before.isOn } : now;
    if (!sameEndpoint(rest, before)) changedByOthers.push(setting);
    return rest;
  };
  const pac = (): ServiceProxies['pac'] => {
    const [now, before, ours] = [current.pac, earlier.pac, written.pac];
    if (now.url === before.url && now.isOn === before.isOn) return now;
    if (now.url === ours.url && now.isOn === ours.isOn) return before;
    if (isCut && (now.url === ours.url || now.url === before.url)) return before;
    const isOursStill = now.url === ours.url && ours.url !== before.url;
    const rest = isOursStill ? { url: before.url, isOn: now.isOn && before.isOn } : now;
    if (rest.url !== before.url || rest.isOn !== before.isOn) changedByOthers.push('pac');
    return rest;
  };
  const autoDiscovery =
    current.isAutoDiscovering === written.isAutoDiscovering
      ? earlier.isAutoDiscovering
      : current.isAutoDiscovering;
  // Entry by entry: what somebody has added or removed stays so.
  const added = new Set(written.bypass.filter((entry) => !earlier.bypass.includes(entry)));
  const bypass = sameList(current.bypass, written.bypass)
    ? earlier.bypass
    : current.bypass.filter((entry) => !added.has(entry));
  const goal = {
    web: endpoint('web'),
    secureWeb: endpoint('secureWeb'),
    socks: endpoint('socks'),
    pac: pac(),
    isAutoDiscovering: autoDiscovery,
    bypass,
  };
  return { goal, changedByOthers };
}

/** Whether a service is as it should be; an address that macOS keeps although it was cleared does no harm while it is off. */
export function isReached(current: ServiceProxies, goal: ServiceProxies): boolean {
  const isFine = (now: ProxyEndpoint, wanted: ProxyEndpoint): boolean =>
    sameEndpoint(now, wanted) || (wanted.host === '' && !wanted.isOn && !now.isOn);
  return (
    endpointSettings.every((setting) => isFine(current[setting], goal[setting])) &&
    current.pac.isOn === goal.pac.isOn &&
    (current.pac.url === goal.pac.url || (goal.pac.url === '' && !goal.pac.isOn)) &&
    current.isAutoDiscovering === goal.isAutoDiscovering &&
    sameList(current.bypass, goal.bypass)
  );
}

/** What somebody else has made of a service that Latchkey had set. The bypass list is not worth a fight. */
export function takenSettings({ written }: ServiceRecord, current: ServiceProxies): ProxySetting[] {
  const taken: ProxySetting[] = endpointSettings.filter((setting) => {
    const [now, ours] = [current[setting], written[setting]];
    // An address that is off does nothing.
    return now.isOn !== ours.isOn || (ours.isOn && !sameAddress(now, ours));
  });
  const { pac } = current;
  if (pac.isOn !== written.pac.isOn || (pac.isOn && pac.url !== written.pac.url)) taken.push('pac');
  if (current.isAutoDiscovering !== written.isAutoDiscovering) taken.push('autoDiscovery');
  return taken;
}

/** Whether two targets are the same but for their lists of hosts. */
export function isSameWay(one: SystemProxyTarget, other: SystemProxyTarget): boolean {
  return JSON.stringify({ ...one, bypass: [] }) === JSON.stringify({ ...other, bypass: [] });
}

/**
 * A record that also takes out what an earlier one has put into the list of hosts: until the list is changed, the entries
 * of that one are still there.
 */
export function withEntriesOf(earlier: ServiceRecord, record: ServiceRecord): ServiceRecord {
  const bypass = [...new Set([...earlier.written.bypass, ...record.written.bypass])];
  return { ...record, written: { ...record.written, bypass } };
}

/**
 * A record for setting a service once more: what somebody else has set since is what is put back later, unless it leads to
 * this machine, where another program would be gone by then.
 */
export function renewedRecord(
  record: ServiceRecord,
  current: ServiceProxies,
  target: SystemProxyTarget,
): ServiceRecord {
  const { goal } = restoreGoal(record, current, 'applying');
  const { earlier: before } = record;
  const endpoint = (setting: (typeof endpointSettings)[number]): ProxyEndpoint =>
    loopback.test(goal[setting].host) ? before[setting] : goal[setting];
  const { url } = goal.pac;
  const isLocalPac = URL.canParse(url) && loopback.test(new URL(url).hostname);
  const earlier = {
    ...goal,
    web: endpoint('web'),
    secureWeb: endpoint('secureWeb'),
    socks: endpoint('socks'),
    pac: isLocalPac ? before.pac : goal.pac,
  };
  return { name: record.name, earlier, written: writtenFor(earlier, target) };
}
