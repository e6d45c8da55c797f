import { randomBytes } from 'node:crypto';
import type { SystemProxyTarget } from '../../../shared/system-proxy';
import { NetworksetupSystemProxy } from './networksetup-system-proxy';
import type { SystemProxy } from '../ports';
import { identifyProcess } from '../macos/process-identity';
import { type MacCommand, macCommand } from '../macos/run-mac-command';
import { scutilNetworkWatch } from '../network/scutil-network-watch';

export interface MacSystemProxyOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  /** Where the journal is kept. */
  readonly directory: string;
  /** What the Mac is to use; asked each time that it is switched on. */
  readonly target: () => SystemProxyTarget;
  /** Told with a sentence when changes cannot be watched. */
  readonly onProblem: (message: string) => void;
  readonly onInternalError: (error: unknown) => void;
  readonly onStep?: (step: string) => void;
}

const commandTimeoutMs = 10_000;
/** Somebody may have to be fetched. */
const dialogTimeoutMs = 5 * 60_000;
/** The primary network, what is in force, and the settings of each service. */
const watched = [
  'State:/Network/Global/IPv4',
  'State:/Network/Global/IPv6',
  'State:/Network/Global/Proxies',
  'Setup:/Network/Service/.*/Proxies pattern',
];

/** The Mac's proxy settings, as this process changes them. The caller closes it. */
export async function macSystemProxy(options: MacSystemProxyOptions): Promise<SystemProxy> {
  const command = (path: string, timeoutMs = commandTimeoutMs): MacCommand =>
    macCommand(options.env, path, timeoutMs);
  const scutil = command('/usr/sbin/scutil');
  return new NetworksetupSystemProxy({
    networksetup: command('/usr/sbin/networksetup'),
    scutil,
    osascript: command('/usr/bin/osascript', dialogTimeoutMs),
    right: { id: command('/usr/bin/id'), security: command('/usr/bin/security') },
    openWatch: () => scutilNetworkWatch({ command: scutil.file, watched, onProblem: options.onProblem }),
    directory: options.directory,
    owner: await identifyProcess(),
    target: options.target,
    nowMs: Date.now,
    monotonicMs: () => performance.now(),
    newId: () => randomBytes(8).toString('hex'),
    onInternalError: options.onInternalError,
    ...(options.onStep === undefined ? {} : { onStep: options.onStep }),
  });
}
