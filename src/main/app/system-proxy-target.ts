import type { AppSettings } from '../../shared/app-settings';
import type { SystemProxyTarget } from '../../shared/system-proxy';

/**
 * What the Mac's traffic is to be sent to, as the settings say.
 *
 * @param localNetworks the networks that this Mac is on, as entries of its list of hosts without a proxy
 */
export function systemProxyTarget(
  { systemProxyMode, port, bypassesLocalNetworks }: AppSettings,
  localNetworks: () => readonly string[],
): SystemProxyTarget {
  return {
    mode: systemProxyMode,
    // Whoever may connect: this Mac does so over loopback.
    address: { host: '127.0.0.1', port },
    // The list counts for nothing while there is a PAC.
    bypass: bypassesLocalNetworks && systemProxyMode === 'manual' ? localNetworks() : [],
  };
}
