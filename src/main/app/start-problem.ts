import { createServer } from 'node:net';
import type { AppProblem } from '../../shared/state';
import { UnknownHostError } from '../server/access-list';
import { OwnAddressError } from '../server/engine';

/** So many ports above the wanted one are looked at. */
const portsTried = 20;

/** Why the local proxy cannot run with these settings; undefined for a bug. */
export async function startProblem(error: unknown, port: number): Promise<AppProblem | undefined> {
  if (error instanceof UnknownHostError) return { kind: 'unknown-host', host: error.host };
  if (error instanceof OwnAddressError) return { kind: 'upstream-is-latchkey', upstream: error.address };
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return { kind: 'port-in-use', port, freePort: await nextFreePort(port), holder: undefined };
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
