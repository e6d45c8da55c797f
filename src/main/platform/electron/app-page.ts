import { session } from 'electron';
import type { PageFetchers } from '../app-ports';

/** A session of its own, in memory: it has no cookies, no cache, and no connection from before. */
const partition = 'way-proof';

/** Fetches pages as an app that goes by the proxy settings of the system, which Chromium asks for by itself. */
export function electronAppPage(): NonNullable<PageFetchers['asApp']> {
  return async (url, signal) => {
    const own = session.fromPartition(partition);
    await own.setProxy({ mode: 'system' });
    // What it has read a moment ago may have been changed since, by Latchkey itself.
    await own.forceReloadProxyConfig();
    await own.closeAllConnections();
    const response = await own.fetch(url.href, { cache: 'no-store', credentials: 'omit', signal });
    await response.arrayBuffer();
  };
}
