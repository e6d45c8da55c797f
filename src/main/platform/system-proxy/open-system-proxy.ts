import { hasMacCommands } from '../macos/has-mac-commands';
import { macSystemProxy, type MacSystemProxyOptions } from './mac-system-proxy';
import type { SystemProxy } from '../ports';
import { unsupportedSystemProxy } from './unsupported-system-proxy';

/** The proxy settings of this machine, as far as Latchkey can switch them. The caller closes it. */
export async function openSystemProxy(options: MacSystemProxyOptions): Promise<SystemProxy> {
  return hasMacCommands(options.env, options.platform)
    ? await macSystemProxy(options)
    : unsupportedSystemProxy();
}
