import { hasMacCommands, macSystemProxy } from '../main/platform/mac-system-proxy';
import type { SystemProxy } from '../main/platform/ports';
import { systemProxyTarget } from '../main/platform/system-proxy-target';
import type { HostPort } from '../shared/settings';
import type { SystemProxyState, SystemProxyWay } from '../shared/system-proxy';
import { systemProxyInEnglish } from '../shared/words/system-proxy-en';
import { CliError, exitCodes } from './cli-error';
import { stateDirectory } from './state-directory';
import type { Terminal } from './terminal';

/** Where clients of this machine reach a proxy that listens on these addresses. */
export function clientAddress(addresses: readonly HostPort[]): HostPort {
  const [first] = addresses;
  if (first === undefined) throw new Error('the engine listens nowhere');
  const loopback = addresses.find(({ host }) => host === '127.0.0.1' || host === '0.0.0.0') ?? first;
  return { host: loopback.host === '0.0.0.0' ? '127.0.0.1' : loopback.host, port: loopback.port };
}

/** The sentences about the Mac's proxy settings, one a line. */
export function systemProxyLines(state: SystemProxyState): string[] {
  const { sentence, remedy, notes } = systemProxyInEnglish(state);
  const isLeft = state.kind === 'needs-password' && state.to === 'off';
  const advice = isLeft ? 'Run `latchkey restore`, and let an administrator answer.' : remedy;
  return [sentence, ...(advice === undefined ? [] : [advice]), ...notes];
}

type Aim = SystemProxyWay & { readonly address: HostPort };

/** How it is switched on, by what stands on a command line. @throws CliError exit 2 for what does not go together */
export function systemProxyWay(values: {
  readonly 'fail-open'?: string | boolean | undefined;
  readonly 'local-direct'?: string | boolean | undefined;
}): SystemProxyWay {
  const isFailOpen = values['fail-open'] === true;
  const isLocalDirect = values['local-direct'] === true;
  if (isFailOpen && isLocalDirect) {
    throw new CliError(
      exitCodes.badConfiguration,
      'with --fail-open the Mac looks at no list of networks, so that --local-direct does nothing',
    );
  }
  return { mode: isFailOpen ? 'pac' : 'manual', isLocalDirect };
}

/** What one command line does with the Mac's proxy settings; says each change on standard error. */
export class SystemProxySwitch {
  readonly #proxy: SystemProxy;
  readonly #aim: { current: Aim };

  constructor(proxy: SystemProxy, aim: { current: Aim }, terminal: Terminal) {
    this.#proxy = proxy;
    this.#aim = aim;
    proxy.subscribe((state) => {
      if (state.kind !== 'changing')
        for (const line of systemProxyLines(state)) terminal.err(`latchkey: ${line}`);
    });
  }

  state(): SystemProxyState {
    return this.#proxy.state();
  }

  turnOn(address: HostPort, way: SystemProxyWay): Promise<SystemProxyState> {
    this.#aim.current = { ...way, address };
    return this.#proxy.set(true, { mayAsk: true });
  }

  turnOff(): Promise<SystemProxyState> {
    return this.#proxy.set(false, { mayAsk: true });
  }

  /** See `SystemProxy`. */
  recover(mayAsk: boolean): Promise<SystemProxyState> {
    return this.#proxy.recover({ mayAsk });
  }

  async check(): Promise<void> {
    await this.#proxy.check();
  }

  async close(): Promise<void> {
    await this.#proxy.close();
  }
}

/** @throws CliError exit 1 where there are no such settings */
export function requireMac(terminal: Terminal): void {
  if (hasMacCommands(terminal.env, process.platform)) return;
  throw new CliError(
    exitCodes.failure,
    'the system proxy is a setting of macOS, and this is none; `latchkey env` prints what a terminal needs',
  );
}

/** The Mac's proxy settings; undefined on another system. The caller closes it. */
export async function openSystemProxySwitch(
  terminal: Terminal,
  onInternalError: (error: unknown) => void,
  port = 3128,
): Promise<SystemProxySwitch | undefined> {
  const { env } = terminal;
  if (!hasMacCommands(env, process.platform)) return undefined;
  const aim: { current: Aim } = {
    current: { mode: 'manual', isLocalDirect: false, address: { host: '127.0.0.1', port } },
  };
  const proxy = await macSystemProxy({
    env,
    platform: process.platform,
    directory: stateDirectory(env, process.platform),
    target: () => systemProxyTarget(aim.current, aim.current.address),
    onProblem: (message) => terminal.err(`latchkey: warning: ${message}`),
    onInternalError,
  });
  return new SystemProxySwitch(proxy, aim, terminal);
}
