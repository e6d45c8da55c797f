import { networkInterfaces } from 'node:os';
import type { HostPort } from '../../shared/settings';
import type { SystemProxyTarget, SystemProxyWay } from '../../shared/system-proxy';
import { onLinkNetworks } from './on-link-networks';

/**
 * What the Mac's traffic is to be sent to, with the networks that this Mac is on at the moment.
 *
 * @param address where the local proxy listens
 */
export function systemProxyTarget(
  { mode, isLocalDirect }: SystemProxyWay,
  address: HostPort,
): SystemProxyTarget {
  // The list counts for nothing while there is a PAC.
  const bypass = isLocalDirect && mode === 'manual' ? onLinkNetworks(networkInterfaces()) : [];
  return { mode, address, bypass };
}
