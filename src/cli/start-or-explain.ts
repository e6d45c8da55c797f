import { resolveIpv4 } from '../main/app/resolve-ipv4';
import { type Engine, type EngineOptions, OwnAddressError, startEngine } from '../main/server/engine';
import { UnknownHostError } from '../main/server/access-list';
import { formatHostPort, type HostPort } from '../shared/settings';
import { CliError, exitCodes, messageOf } from './cli-error';
import { systemEntropy } from '../main/app/system-entropy';
import type { Terminal } from './terminal';

/** The line that says that the local proxy is ready, for each address. */
export function announce(engine: Engine, terminal: Terminal): void {
  for (const address of engine.addresses) terminal.err(`latchkey: listening on ${formatHostPort(address)}`);
}

/** Starts the engine on this machine's clock, names and randomness. @throws CliError with what to do */
export async function startOrExplain(
  options: Omit<EngineOptions, 'entropy' | 'monotonicMs' | 'resolve'>,
): Promise<Engine> {
  try {
    return await startEngine({
      ...options,
      entropy: systemEntropy,
      monotonicMs: () => performance.now(),
      resolve: resolveIpv4,
    });
  } catch (error) {
    throw explainStart(error);
  }
}

function addressOf(error: Error): string {
  const { address, port } = error as Error & Partial<{ address: string; port: number }>;
  return address === undefined
    ? 'the address'
    : formatHostPort({ host: address, port: port ?? 0 } satisfies HostPort);
}

function explainStart(error: unknown): unknown {
  if (error instanceof UnknownHostError) {
    return new CliError(exitCodes.badConfiguration, messageOf(error), { cause: error });
  }
  if (error instanceof OwnAddressError) {
    const remedy = 'put the address of the company proxy into Proxy, or listen on another --port';
    return new CliError(exitCodes.badConfiguration, `${messageOf(error)}; ${remedy}`, { cause: error });
  }
  if (!(error instanceof Error) || !('code' in error)) return error;
  const where = addressOf(error);
  switch (error.code) {
    case 'EADDRINUSE':
      return new CliError(
        exitCodes.portInUse,
        `${where} is in use by another program; stop it (is cntlm still running?) or choose another --port`,
        { cause: error },
      );
    case 'EACCES':
      return new CliError(
        exitCodes.failure,
        `${where} needs rights that you do not have; use a port above 1023`,
        {
          cause: error,
        },
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new CliError(
        exitCodes.badConfiguration,
        `${where} is not an address of this machine; correct Listen`,
        {
          cause: error,
        },
      );
    default:
      return error;
  }
}
