import { createServer } from 'node:net';
import type { AppProblem } from '../../shared/state';
import { UnknownHostError } from '../server/access-list';
import type { PortHolders } from '../platform/ports';
import { OwnAddressError } from '../server/engine';

/** So many ports above the wanted one are looked at. */
const portsTried = 20;

/** Why the local proxy cannot run with these settings, and who is in its way; undefined for a bug. */
export async function startProblem(
  error: unknown,
  port: number,
  holders: PortHolders,
): Promise<AppProblem | undefined> {
  if (error instanceof UnknownHostError) return { kind: 'unknown-host', host: error.host };
  if (error instanceof OwnAddressError) return { kind: 'upstream-is-latchkey', upstream: error.address };
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    const [freePort, holder] = await Promise.all([nextFreePort(port), holders.holderOf(port)]);
    return { kind: 'port-in-use', port, freePort, holder };
  }
  return code === 'EACCES' ? { kind: 'port-not-allowed', port } : undefined;
}

/** The next port above this one that nobody listens on at the moment. */
async function nextFreePort(port: number): Promise<number | undefined> {
  for (let candidate = port + 1; candidate <= Math.min(port + portsTried, 65_535); candidate += 1) {
    if (await isFree(candidate)) return candidate;
  }
  return undefined;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1' }, () => {
      server.close(() => resolve(true));
    });
  });
}
