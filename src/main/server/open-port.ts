import type { AddressInfo, Server } from 'node:net';
import type { HostPort } from '../../shared/settings';
import type { InheritedPort } from './inherited-ports';

/** A port that is open. */
export interface OpenPort {
  /** That which the system has picked where 0 was wanted. */
  readonly port: number;
  /** Accepts no more; resolves when those that it has accepted itself have ended. */
  readonly close: () => Promise<void>;
}

/**
 * Has a server get the connections of an address: by listening there, or from whoever has opened that port for this process.
 *
 * @throws NodeJS.ErrnoException as net.Server: EADDRINUSE, EADDRNOTAVAIL, EACCES ...
 */
export function openPort(
  server: Server,
  { host, port }: HostPort,
  inherited: InheritedPort | undefined,
): Promise<OpenPort> {
  if (inherited !== undefined) {
    const release = inherited.take((socket) => {
      // Who came before anybody could serve him may have gone: nobody would hear of his end any more.
      if (!socket.destroyed) server.emit('connection', socket);
    });
    return Promise.resolve({ port, close: () => Promise.resolve(release()) });
  }
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const close = (): Promise<void> => new Promise((closed) => server.close(() => closed()));
      resolve({ port: (server.address() as AddressInfo).port, close });
    });
  });
}
