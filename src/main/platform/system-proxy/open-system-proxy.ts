import { existsSync } from 'node:fs';
import { hasMacCommands } from '../macos/has-mac-commands';
import { macCommand } from '../macos/run-mac-command';
import { macSystemProxy, type MacSystemProxyOptions } from './mac-system-proxy';
import type { SystemProxy } from '../ports';
import { unsupportedSystemProxy } from './unsupported-system-proxy';

/** The proxy settings of this machine, as far as Latchkey can switch them. The caller closes it. */
export async function openSystemProxy(options: MacSystemProxyOptions): Promise<SystemProxy> {
  const { env, platform } = options;
  const canSwitch =
    hasMacCommands(env, platform) && existsSync(macCommand(env, '/usr/sbin/networksetup', 0).file);
  return canSwitch ? await macSystemProxy(options) : unsupportedSystemProxy();
}
