import type { AppSettings } from '../../shared/app-settings';
import type { SystemProxyTarget } from '../../shared/system-proxy';

/** What the Mac's traffic is to be sent to, as the settings say. */
export function systemProxyTarget({ systemProxyMode, port }: AppSettings): SystemProxyTarget {
  // Whoever may connect: this Mac does so over loopback.
  return { mode: systemProxyMode, address: { host: '127.0.0.1', port }, bypass: [] };
}
