import { networkInterfaces } from 'node:os';
import { macBypass } from '../../../shared/mac-bypass';
import type { HostPort } from '../../../shared/settings';
import type { SystemProxyTarget, SystemProxyWay } from '../../../shared/system-proxy';
import { onLinkNetworks } from '../network/on-link-networks';

/**
 * What the Mac's traffic is to be sent to, with the networks that this Mac is on at the moment.
 *
 * @param address where the local proxy listens
 * @param noProxy the no-proxy rules
 */
export function systemProxyTarget(
  { mode, isLocalDirect, isNoProxyDirect }: SystemProxyWay,
  address: HostPort,
  noProxy: readonly string[],
): SystemProxyTarget {
  // The list counts for nothing while there is a PAC.
  if (mode === 'pac') return { mode, address, bypass: [] };
  const local = isLocalDirect ? onLinkNetworks(networkInterfaces()) : [];
  const ruled = isNoProxyDirect ? macBypass(noProxy).entries : [];
  return { mode, address, bypass: [...local, ...ruled] };
}
