import { exitCodes } from '../cli-error';
import { openTerminalSystemProxy, requireMac, systemProxyLines } from '../terminal-system-proxy';
import type { Terminal } from '../terminal';

export interface RestoreOptions {
  /** The port that the one had which has left something. */
  readonly port?: number | undefined;
}

/** `latchkey restore`: puts back what a Latchkey that was killed has left. */
export async function restore({ port = 3128 }: RestoreOptions, terminal: Terminal): Promise<number> {
  requireMac(terminal);
  const errors: unknown[] = [];
  const quiet: Terminal = { ...terminal, err: () => undefined };
  const aim = {
    mode: 'manual',
    isLocalDirect: false,
    isNoProxyDirect: false,
    noProxy: [],
    address: { host: '127.0.0.1', port },
  } as const;
  const proxy = await openTerminalSystemProxy(
    quiet,
    () => aim,
    (error) => errors.push(error),
  );
  try {
    const state = await proxy.recover({ mayAsk: true });
    if (errors.length > 0) throw errors[0];
    for (const line of systemProxyLines(state)) terminal.out(line);
    return state.kind === 'off' ? exitCodes.ok : exitCodes.failure;
  } finally {
    await proxy.close();
  }
}
