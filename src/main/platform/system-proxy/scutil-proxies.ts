import type { HostPort } from '../../../shared/settings';
import type { ProxyHolder, SystemProxyTarget } from '../../../shared/system-proxy';
import type { MacProxies } from '../ports';
import { type MacCommand, runMacCommand } from '../macos/run-mac-command';
import { pacUrl } from './service-proxies';

/** The proxies that are in force for the primary network, as `scutil --proxy` tells them; a missing key is off. */
export type ProxiesInForce = Readonly<Record<string, string>>;

/**
 * Reads `scutil --proxy`: `  Key : value` lines. The entries of arrays and inner dictionaries are left out.
 * `No proxy configuration available` is an empty one.
 */
export function parseProxiesInForce(text: string): ProxiesInForce {
  const entries = text.split(/\r?\n/).flatMap((line) => {
    const [, key, value] = /^ {2}(\w+) : (.*?)\s*$/.exec(line) ?? [];
    return key === undefined || value === undefined || value.endsWith('> {') ? [] : [[key, value] as const];
  });
  return Object.fromEntries(entries);
}

function isOn(proxies: ProxiesInForce, key: string): boolean {
  return proxies[key] === '1';
}

const usualPorts = { HTTP: 80, HTTPS: 443 } as const;

function addressOf(proxies: ProxiesInForce, name: keyof typeof usualPorts): HostPort | undefined {
  const host = proxies[`${name}Proxy`];
  if (!isOn(proxies, `${name}Enable`) || host === undefined || host === '') return undefined;
  const port = Number(proxies[`${name}Port`] ?? usualPorts[name]);
  return Number.isInteger(port) && port >= 1 && port <= 65_535 ? { host, port } : undefined;
}

function endpoint(proxies: ProxiesInForce, name: keyof typeof usualPorts): ProxyHolder | undefined {
  const address = addressOf(proxies, name);
  return address && { kind: 'proxy', address };
}

/** What is set, whatever macOS asks first. */
export function proxySettings(proxies: ProxiesInForce): MacProxies {
  const pacUrl = isOn(proxies, 'ProxyAutoConfigEnable') ? proxies['ProxyAutoConfigURLString'] : undefined;
  const web = { http: addressOf(proxies, 'HTTP'), https: addressOf(proxies, 'HTTPS') };
  return { ...web, pacUrl: pacUrl === '' ? undefined : pacUrl };
}

/** Whom the Mac's traffic goes to, in the order in which macOS asks; undefined: straight to its origin. */
export function holderOf(proxies: ProxiesInForce): ProxyHolder | undefined {
  if (isOn(proxies, 'ProxyAutoDiscoveryEnable')) return { kind: 'auto-discovery' };
  if (isOn(proxies, 'ProxyAutoConfigEnable')) {
    return { kind: 'pac', url: proxies['ProxyAutoConfigURLString'] ?? '' };
  }
  return endpoint(proxies, 'HTTP') ?? endpoint(proxies, 'HTTPS');
}

/** Whether the Mac's traffic goes to this target, and who else has it when it does not. */
export function whoIsInForce(
  proxies: ProxiesInForce,
  target: SystemProxyTarget,
): { readonly isOurs: boolean; readonly holder: ProxyHolder | undefined } {
  const holder = holderOf(proxies);
  if (target.mode === 'pac')
    return { isOurs: holder?.kind === 'pac' && holder.url === pacUrl(target), holder };
  const isOurs = (each: ProxyHolder | undefined): boolean =>
    each?.kind === 'proxy' &&
    each.address.host === target.address.host &&
    each.address.port === target.address.port;
  if (!isOurs(holder)) return { isOurs: false, holder };
  const secure = endpoint(proxies, 'HTTPS');
  return isOurs(secure) ? { isOurs: true, holder } : { isOurs: false, holder: secure };
}

/** Asks scutil what is in force; undefined when it does not say. */
export async function readProxiesInForce(
  command: MacCommand,
  signal?: AbortSignal,
): Promise<ProxiesInForce | undefined> {
  const result = await runMacCommand(command, ['--proxy'], signal);
  return result.kind === 'ended' && result.exitCode === 0 ? parseProxiesInForce(result.stdout) : undefined;
}
