import { formatHostPort } from '../../shared/settings';
import { CliError, exitCodes } from '../cli-error';
import { resultError } from '../result-error';
import { type WhichOptions, withRunning } from '../running';
import type { Terminal } from '../terminal';
import { warnOfUnsaved } from '../warn-of-unsaved';

/** Longer than the question for an administrator's password may stand. */
const timeoutMs = 6 * 60_000;

/** `latchkey on` and `off`: the large switch. Off, the local proxy listens no more, and the Mac's settings are put back. */
export function turn(action: 'on' | 'off', { port }: WhichOptions, terminal: Terminal): Promise<number> {
  return withRunning(terminal, port, async (client) => {
    const { connection: before } = await client.state();
    if (before.kind === 'needs-setup') {
      throw new CliError(exitCodes.failure, 'nothing is set up yet: open Latchkey in the menu bar');
    }
    const result = await client.run({ kind: action === 'on' ? 'turn-on' : 'turn-off' }, timeoutMs);
    if (result.kind !== 'done') {
      throw resultError(result, 'the Mac’s proxy settings could not be put back, so it stays on');
    }
    const state = await client.state();
    warnOfUnsaved(state, terminal);
    const { addresses } = state;
    terminal.out(
      action === 'on' ? `It listens on ${addresses.map(formatHostPort).join(', ')}.` : 'It is turned off.',
    );
    return exitCodes.ok;
  });
}

/** `latchkey reload`: has the settings read again from the file that they are in. */
export async function reload({ port }: WhichOptions, terminal: Terminal): Promise<number> {
  const { reloadLines } = await import('../reload-lines');
  return withRunning(terminal, port, async (client) => {
    const result = await client.run({ kind: 'reload-settings' }, 120_000);
    const lines = reloadLines(await client.state(), result);
    if (lines.length === 0) throw resultError(result, 'it was called off: Latchkey is stopping');
    if (result.kind !== 'reloaded' || result.rejected !== undefined)
      throw new CliError(exitCodes.failure, lines.join('; '));
    for (const line of lines) terminal.out(line);
    return exitCodes.ok;
  });
}
