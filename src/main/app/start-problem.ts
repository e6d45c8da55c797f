import { createServer } from 'node:net';
import { formatListen } from '../../shared/address-text';
import type { UnboundPort } from '../../shared/engine-state';
import type { AppProblem } from '../../shared/app-problem';
import { UnknownHostError } from '../server/access-list';
import type { PortHolders } from '../platform/ports';
import { OwnAddressError } from '../server/engine';
import type { Unbound } from '../server/listeners';

/** So many ports above the wanted one are looked at. */
const portsTried = 20;

/** Why the local proxy cannot run with these settings, and who is in its way; undefined for a bug. */
export async function startProblem(
  error: unknown,
  settingsPort: number,
  holders: PortHolders,
): Promise<AppProblem | undefined> {
  if (error instanceof UnknownHostError) return { kind: 'unknown-host', host: error.host };
  if (error instanceof OwnAddressError) return { kind: 'upstream-is-latchkey', upstream: error.address };
  const { code, port: triedPort } = (error instanceof Error ? error : {}) as NodeJS.ErrnoException & {
    port?: number;
  };
  const port = triedPort ?? settingsPort;
  if (code === 'EADDRINUSE') {
    const [freePort, holder] = await Promise.all([nextFreePort(port), holders.holderOf(port)]);
    return { kind: 'port-in-use', port, freePort, holder };
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return { kind: 'no-such-address', host: hostOf(error) };
  return code === 'EACCES' ? { kind: 'port-not-allowed', port } : undefined;
}

/** Why some of several ports are not open. */
export function unboundPorts(unbound: readonly Unbound[], holders: PortHolders): Promise<UnboundPort[]> {
  return Promise.all(unbound.map((each) => unboundPort(each, holders)));
}

async function unboundPort(
  { service, setting, error, isOwn }: Unbound,
  holders: PortHolders,
): Promise<UnboundPort> {
  const problem = isOwn ? undefined : await startProblem(error, setting.port, holders);
  const reasons: Readonly<Record<string, UnboundPort['why']>> = {
    'port-in-use': 'in-use',
    'no-such-address': 'no-such-address',
    'port-not-allowed': 'not-allowed',
  };
  return {
    kind: service.kind,
    ...(service.kind === 'tunnel' ? { target: service.target } : {}),
    place: formatListen(setting),
    line: setting.line ?? 0,
    why: isOwn ? 'own' : (reasons[problem?.kind ?? ''] ?? 'other'),
  };
}

function hostOf(error: unknown): string {
  const { address, hostname } = error as { address?: string; hostname?: string };
  return address ?? hostname ?? '';
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
