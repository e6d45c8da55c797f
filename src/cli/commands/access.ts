import { exitCodes } from '../cli-error';
import { resultError } from '../result-error';
import { withRunning } from '../running';
import type { Terminal } from '../terminal';

export interface AccessOptions {
  /** Which one, when several are running. */
  readonly port?: number | undefined;
  readonly json?: true | undefined;
}

const timeoutMs = 30_000;

/** `latchkey access ADDRESS`: whether a machine may connect, as far as the access rules say. */
export function access(address: string, { port, json }: AccessOptions, terminal: Terminal): Promise<number> {
  return withRunning(terminal, port, async (client) => {
    const result = await client.run({ kind: 'try-client', address }, timeoutMs);
    if (result.kind !== 'client') throw resultError(result, 'it is stopping');
    const { isAllowed, rule } = result;
    if (json === true) {
      terminal.out(JSON.stringify({ address, isAllowed, rule: rule ?? null }, undefined, 2));
      return exitCodes.ok;
    }
    const why = rule === undefined ? 'no rule fits' : `because of ${rule}`;
    terminal.out(`${address} is ${isAllowed ? 'let in' : 'turned away'}: ${why}`);
    return exitCodes.ok;
  });
}
