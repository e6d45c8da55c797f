import { hasMacCommands } from '../main/platform/macos/has-mac-commands';
import type { SystemProxy } from '../main/platform/ports';
import { systemProxyTarget } from '../main/platform/system-proxy/system-proxy-target';
import { unsupportedSystemProxy } from '../main/platform/system-proxy/unsupported-system-proxy';
import type { HostPort } from '../shared/settings';
import type { SystemProxyState, SystemProxyWay } from '../shared/system-proxy';
import { systemProxyInEnglish } from '../shared/words/system-proxy/en';
import { CliError, exitCodes } from './cli-error';
import { stateDirectory } from './state-directory';
import { type Terminal, warnOn } from './terminal';

/** Where clients of this machine reach a proxy that listens on these addresses; undefined when it listens nowhere. */
export function clientAddress(addresses: readonly HostPort[]): HostPort | undefined {
  const loopback = addresses.find(({ host }) => host === '127.0.0.1' || host === '0.0.0.0') ?? addresses[0];
  if (loopback === undefined) return undefined;
  // Listening on every address of either kind takes connections to this one.
  const isAnywhere = loopback.host === '0.0.0.0' || loopback.host === '::';
  return { host: isAnywhere ? '127.0.0.1' : loopback.host, port: loopback.port };
}

/** The sentences about the Mac's proxy settings, one a line. */
export function systemProxyLines(state: SystemProxyState): string[] {
  const { sentence, remedy, notes } = systemProxyInEnglish(state);
  const isLeft = state.kind === 'needs-password' && state.to === 'off';
  const advice = isLeft ? 'Run `latchkey restore`, and let an administrator answer.' : remedy;
  return [sentence, ...(advice === undefined ? [] : [advice]), ...notes];
}

/** @throws CliError exit 1 where there are no such settings */
export function requireMac(terminal: Terminal): void {
  if (hasMacCommands(terminal.env, process.platform)) return;
  throw new CliError(
    exitCodes.failure,
    'the system proxy is a setting of macOS, and this is none; `latchkey env` prints what a terminal needs',
  );
}

/** Says each change on standard error. */
export function tellChanges(systemProxy: SystemProxy, terminal: Terminal): void {
  systemProxy.subscribe((state) => {
    if (state.kind === 'changing') return;
    for (const line of systemProxyLines(state)) terminal.err(`latchkey: ${line}`);
  });
}

/**
 * The Mac's proxy settings; on another system they cannot be switched. The caller closes it.
 *
 * @param aim where it is to lead to, and how, asked anew each time
 */
export async function openTerminalSystemProxy(
  terminal: Terminal,
  aim: () => SystemProxyWay & { readonly address: HostPort; readonly noProxy: readonly string[] },
  onInternalError: (error: unknown) => void,
): Promise<SystemProxy> {
  const { env } = terminal;
  if (!hasMacCommands(env, process.platform)) return unsupportedSystemProxy();
  // Loaded where there is such a setting alone.
  const { macSystemProxy } = await import('../main/platform/system-proxy/mac-system-proxy');
  return macSystemProxy({
    env,
    platform: process.platform,
    directory: stateDirectory(env, process.platform),
    target: () => {
      const { address, noProxy, ...way } = aim();
      return systemProxyTarget(way, address, noProxy);
    },
    onProblem: warnOn(terminal),
    onInternalError,
  });
}
