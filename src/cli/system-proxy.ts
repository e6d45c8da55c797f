import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SystemProxyState } from '../shared/system-proxy';
import { CliError, exitCodes } from './cli-error';
import { sendControlCommand } from './control-client';
import { findControlSocket } from './control-socket';
import { parseOptions, parsePort } from './options';
import { stateDirectory } from './state-directory';
import { openSystemProxySwitch, requireMac, systemProxyLines, systemProxyWay } from './system-proxy-switch';
import type { Terminal } from './terminal';

/** Longer than the question for an administrator's password may stand. */
const timeoutMs = 6 * 60_000;

/** `latchkey system-proxy`: has the running `latchkey run` make itself the Mac's proxy, or put everything back. */
export async function systemProxy(args: string[], terminal: Terminal): Promise<number> {
  const [action, ...rest] = args;
  if (action !== 'on' && action !== 'off' && action !== 'status') {
    throw new CliError(
      exitCodes.badConfiguration,
      `\`system-proxy\` is followed by on, off or status${action === undefined ? '' : `, not '${action}'`}`,
    );
  }
  const { values } = parseOptions(`system-proxy ${action}`, rest, {
    port: { type: 'string', short: 'p' },
    ...(action === 'on'
      ? ({ 'fail-open': { type: 'boolean' }, 'local-direct': { type: 'boolean' } } as const)
      : {}),
  });
  const port = values.port === undefined ? undefined : parsePort(values.port);
  const way = systemProxyWay(values);
  requireMac(terminal);
  const directory = stateDirectory(terminal.env, process.platform);
  let path: string;
  try {
    path = await findControlSocket(directory, port);
  } catch (error) {
    if (!(error instanceof CliError) || !existsSync(join(directory, 'system-proxy.json'))) throw error;
    // Nobody runs who could put back what is left.
    if (action === 'off') return await restoreNow(port, terminal);
    const hint =
      'the Mac’s proxy is set, though: by the app in the menu bar, whose switch it is then, or by a Latchkey that has ended; ' +
      '`latchkey restore` puts the earlier settings back after that one';
    throw new CliError(exitCodes.failure, [...error.lines, `latchkey: ${hint}`], { cause: error });
  }
  const answer = await sendControlCommand(path, { kind: 'system-proxy', action, ...way }, timeoutMs);
  if (answer.kind === 'failed') throw new CliError(exitCodes.failure, answer.message);
  if (answer.kind !== 'system-proxy')
    throw new CliError(exitCodes.failure, 'the running `latchkey` does not say');
  for (const line of systemProxyLines(answer.state)) terminal.out(line);
  return action === 'status' || isDone(answer.state, action) ? exitCodes.ok : exitCodes.failure;
}

function isDone({ kind }: SystemProxyState, action: 'on' | 'off'): boolean {
  return action === 'on' ? kind === 'on' || kind === 'not-in-force' : kind === 'off';
}

/** `latchkey restore`: puts back what a Latchkey that was killed has left. */
export async function restore(args: string[], terminal: Terminal): Promise<number> {
  const { values } = parseOptions('restore', args, { port: { type: 'string', short: 'p' } });
  requireMac(terminal);
  return await restoreNow(values.port === undefined ? undefined : parsePort(values.port), terminal);
}

async function restoreNow(port: number | undefined, terminal: Terminal): Promise<number> {
  const errors: unknown[] = [];
  const quiet: Terminal = { ...terminal, err: () => undefined };
  const proxy = await openSystemProxySwitch(quiet, (error) => errors.push(error), port);
  if (proxy === undefined) return exitCodes.failure;
  try {
    const state = await proxy.recover(true);
    if (errors.length > 0) throw errors[0];
    for (const line of systemProxyLines(state)) terminal.out(line);
    return state.kind === 'off' ? exitCodes.ok : exitCodes.failure;
  } finally {
    await proxy.close();
  }
}
