import { formatUpstream, type Upstream } from '../../shared/settings';
import { exitCodes } from '../cli-error';
import { resultError } from '../result-error';
import { type WhichOptions, withRunning } from '../running';
import type { Terminal } from '../terminal';

export interface AgreeOptions extends WhichOptions {
  /** The company proxy gets no sign-in. */
  readonly not?: boolean | undefined;
}

/** `latchkey agree`: which company proxies that a PAC names may get the sign-in; without an address, those that wait. */
export function agree(
  address: Upstream | undefined,
  { port, not = false }: AgreeOptions,
  terminal: Terminal,
): Promise<number> {
  return withRunning(terminal, port, async (client) => {
    if (address === undefined) {
      for (const each of (await client.state()).askedProxies) terminal.out(formatUpstream(each));
      return exitCodes.ok;
    }
    const result = await client.run({ kind: 'answer-proxy', upstream: address, isAgreed: !not }, 120_000);
    if (result.kind !== 'done') throw resultError(result, 'it was called off');
    terminal.out(`${formatUpstream(address)} ${not ? 'gets no sign-in' : 'may get the sign-in'}`);
    return exitCodes.ok;
  });
}
