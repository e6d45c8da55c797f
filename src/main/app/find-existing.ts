import { hostPortOf } from '../../shared/address-text';
import { type AppSettings, defaultAppSettings } from '../../shared/app-settings';
import type { Finding } from '../../shared/finding';
import type { Surroundings } from '../platform/ports';
import { importCntlmConf } from './import-cntlm-conf';
import { isThisMac } from './is-this-mac';

/** Where cntlm is installed with its configuration: Homebrew on either processor, packages, and at home. */
export const cntlmPlaces = [
  '/opt/homebrew/etc/cntlm.conf',
  '/usr/local/etc/cntlm.conf',
  '/etc/cntlm.conf',
] as const;

/** What the summary of a cntlm.conf says of it; undefined when there is none, or none that can be used. */
async function findConf(
  file: string,
  surroundings: Surroundings,
  base: AppSettings,
): Promise<Finding | undefined> {
  let text: string | undefined;
  try {
    text = await surroundings.readFile(file);
  } catch {
    // It is there, but not for this user: nothing that could be offered.
    return undefined;
  }
  if (text === undefined) return undefined;
  const result = importCntlmConf(text, base);
  if (result.kind === 'bad') return undefined;
  const { upstreams, pac, account, domain, noProxy } = result.conf;
  return {
    kind: 'cntlm-conf',
    file,
    upstreams,
    pac,
    account,
    domain,
    hasCredential: result.readings.length > 0,
    noProxyCount: noProxy.length,
    remarks: result.remarks,
  };
}

/**
 * What set-up can take over, best first. Nothing is changed, and nobody is asked over the network.
 *
 * @param places where a cntlm.conf is looked for, in order
 */
export async function findExisting(
  surroundings: Surroundings,
  places: readonly string[] = cntlmPlaces,
): Promise<readonly Finding[]> {
  const mac = await surroundings.systemProxy();
  const service = mac?.service ?? '';
  const findings: Finding[] = [];
  // What the company hands out names the proxies of tomorrow too.
  if (mac?.pacUrl !== undefined && !isLocalPac(mac.pacUrl)) {
    findings.push({ kind: 'system-pac', url: mac.pacUrl, service });
  }
  for (const place of new Set(places)) {
    const finding = await findConf(place, surroundings, defaultAppSettings);
    if (finding !== undefined) findings.push(finding);
  }
  const upstream = mac?.http ?? mac?.https;
  if (upstream !== undefined && !isThisMac(upstream.host)) {
    findings.push({ kind: 'system-proxy', upstream, service });
  }
  return findings;
}

/** The PAC that a local proxy serves. */
function isLocalPac(url: string): boolean {
  return URL.canParse(url) && isThisMac(hostPortOf(new URL(url)).host);
}
