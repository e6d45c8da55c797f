import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { settingsOfWay, type SystemProxyState, type SystemProxyWay } from '../../shared/system-proxy';
import { CliError, exitCodes } from '../cli-error';
import { withProgress } from '../progress';
import { resultError } from '../result-error';
import { type WhichOptions, withRunning } from '../running';
import { stateDirectory } from '../state-directory';
import { requireMac, systemProxyLines } from '../terminal-system-proxy';
import type { Terminal } from '../terminal';
import { warnOfUnsaved } from '../warn-of-unsaved';
import { restore } from './restore';

/** Longer than the question for an administrator's password may stand. */
const timeoutMs = 6 * 60_000;

export interface SystemProxyOptions extends WhichOptions {
  /** How it is switched on; undefined: as it is set. */
  readonly way?: SystemProxyWay | undefined;
  readonly json?: boolean | undefined;
}

/** `latchkey system-proxy`: has the Latchkey that runs make itself the Mac's proxy, or put everything back. */
export async function systemProxy(
  action: 'on' | 'off' | 'status',
  { port, way, json }: SystemProxyOptions,
  terminal: Terminal,
): Promise<number> {
  requireMac(terminal);
  let isThere = false;
  try {
    return await withRunning(terminal, port, async (client) => {
      isThere = true;
      if (way !== undefined) {
        const patch = settingsOfWay(way);
        const changed = await client.run({ kind: 'change-settings', patch }, timeoutMs);
        if (changed.kind !== 'done') throw resultError(changed, 'it was called off');
      }
      if (action !== 'status') {
        const changing = client.run({ kind: 'set-system-proxy', isOn: action === 'on' }, timeoutMs);
        const result = await withProgress(terminal, 'changing the proxy settings of this Mac', changing);
        if (result.kind === 'failed') throw resultError(result, '');
      }
      const all = await client.state();
      const { systemProxy: state, settings, addresses } = all;
      if (action !== 'status') warnOfUnsaved(all, terminal);
      const isToCome = action === 'on' && addresses.length === 0 && settings.usesSystemProxy;
      if (isToCome && json !== true) {
        terminal.out('This Mac will use Latchkey as its proxy as soon as it is turned on: `latchkey on`.');
        return exitCodes.ok;
      }
      if (json === true) terminal.out(JSON.stringify(state, undefined, 2));
      else for (const line of systemProxyLines(state)) terminal.out(line);
      return action === 'status' || isDone(state, action) ? exitCodes.ok : exitCodes.failure;
    });
  } catch (error) {
    const isLeft = existsSync(join(stateDirectory(terminal.env, process.platform), 'system-proxy.json'));
    if (isThere || !isLeft || !(error instanceof CliError)) throw error;
    // Nobody runs who could put back what is left.
    if (action === 'off') return await restore({ port }, terminal);
    const hint =
      'the Mac’s proxy is set, though, by a Latchkey that has ended; `latchkey restore` puts the earlier settings back';
    throw new CliError(exitCodes.failure, [...error.lines, `latchkey: ${hint}`], { cause: error });
  }
}

function isDone({ kind }: SystemProxyState, action: 'on' | 'off'): boolean {
  return action === 'on' ? kind === 'on' || kind === 'not-in-force' : kind === 'off';
}
