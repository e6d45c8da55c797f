import type { HostPort, ListenAddress } from '../../shared/settings';
import { codeOf } from '../../shared/error-code';

/** What is started and stopped: one listener on one address. */
export interface Listener {
  port: number;
  listen(): Promise<void>;
  close(closeConnections: boolean): Promise<void>;
}

/** IPv6 may be switched off: then its loopback address cannot be listened on, and that is no mistake. */
const absentAddressCodes: ReadonlySet<string | undefined> = new Set([
  'EADDRNOTAVAIL',
  'EAFNOSUPPORT',
  'EINVAL',
]);

interface Candidate {
  readonly host: string;
  /** Whether the start fails when this address is not there. */
  readonly isRequired: boolean;
}

/** The addresses behind one setting; without a host: both loopback addresses, or every address of the machine. */
function candidatesFor({ host }: ListenAddress, gateway: boolean): Candidate[] {
  // `::` takes IPv4 as well; where there is no IPv6 the second one does.
  if (host === '*' || (host === undefined && gateway)) return [{ host: '::', isRequired: false }];
  if (host !== undefined) return [{ host, isRequired: true }];
  return [
    { host: '127.0.0.1', isRequired: true },
    { host: '::1', isRequired: false },
  ];
}

/**
 * Starts a listener on each address of one setting, or none: when one fails, those that were started are closed.
 * Port 0 picks a free port, and the second loopback address follows the first.
 *
 * @throws NodeJS.ErrnoException of the first required address that cannot be listened on
 */
export async function listenOn<L extends Listener>(
  setting: ListenAddress,
  gateway: boolean,
  create: (address: HostPort) => L,
): Promise<L[]> {
  const started: L[] = [];
  const start = async (host: string, port: number): Promise<L> => {
    const listener = create({ host, port });
    await listener.listen();
    started.push(listener);
    return listener;
  };
  let { port } = setting;
  try {
    for (const { host, isRequired } of candidatesFor(setting, gateway)) {
      try {
        ({ port } = await start(host, port));
      } catch (error) {
        const isAbsent = absentAddressCodes.has(codeOf(error));
        // A free port of one family may be taken in the other.
        const isUnlucky = setting.port === 0 && codeOf(error) === 'EADDRINUSE';
        if (isRequired || !(isAbsent || isUnlucky)) throw error;
        if (host === '::' && isAbsent) ({ port } = await start('0.0.0.0', port));
      }
    }
  } catch (error) {
    await Promise.all(started.map((listener) => listener.close(true)));
    throw error;
  }
  return started;
}
