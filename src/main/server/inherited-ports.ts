import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { HostPort } from '../../shared/settings';
import { keepAliveDelayMs } from '../upstream/dial';

/** The first descriptor that is handed over (sd_listen_fds(3)). */
const firstDescriptor = 3;

/** How a listener of Latchkey takes its clients, whoever has opened its port. */
export const acceptOptions = {
  // A client that closes its sending side behind its request still waits for the answer.
  allowHalfOpen: true,
  noDelay: true,
  // Finds those that are gone.
  keepAlive: true,
  keepAliveInitialDelay: keepAliveDelayMs,
} as const;

/**
 * A port that whoever has started this process listens on for it, as systemd does for a unit with a socket. It stays open while
 * nobody takes its connections: to open it again would not be in this process's power.
 */
export class InheritedPort {
  readonly address: HostPort;
  readonly #server: Server;
  /** Who came before anybody could serve them. */
  #early: Socket[] = [];
  #isTaken = false;
  #isOpen = false;
  #onConnection: ((socket: Socket) => void) | undefined;

  private constructor(server: Server) {
    const { address, port } = server.address() as AddressInfo;
    this.address = { host: address, port };
    this.#server = server;
    server.on('connection', (socket) => {
      // Until somebody has taken it.
      socket.on('error', () => undefined);
      this.#accept(socket);
    });
  }

  /** @throws NodeJS.ErrnoException when the descriptor is no socket that listens */
  static open(descriptor: number): Promise<InheritedPort> {
    return new Promise((resolve, reject) => {
      const server = createServer(acceptOptions);
      server.once('error', reject);
      server.listen({ fd: descriptor }, () => {
        server.off('error', reject);
        resolve(new InheritedPort(server));
      });
    });
  }

  /** Hands connections over, once they are let in. @returns what ends that: from then on clients are turned away */
  take(onConnection: (socket: Socket) => void): () => void {
    this.#isTaken = true;
    this.#onConnection = onConnection;
    return () => {
      if (this.#onConnection === onConnection) this.#onConnection = undefined;
    };
  }

  /** Lets in those who have come early, and whoever comes from now on. */
  letIn(): void {
    this.#isOpen = true;
    for (const socket of this.#early.splice(0)) this.#accept(socket);
  }

  /** Whether somebody has ever taken its connections. */
  get isTaken(): boolean {
    return this.#isTaken;
  }

  /** Accepts no more; whoever has taken its connections ends them. */
  close(): void {
    for (const socket of this.#early.splice(0)) socket.destroy();
    this.#server.close();
  }

  #accept(socket: Socket): void {
    if (!this.#isOpen) this.#early.push(socket);
    else if (this.#onConnection === undefined) socket.destroy();
    else this.#onConnection(socket);
  }
}

/** The ports of this process that others have opened, by their address. */
export interface InheritedPorts {
  /** That of an address; undefined where it is to be opened. */
  readonly find: (address: HostPort) => InheritedPort | undefined;
  /** Lets clients in: whoever has taken a port can serve them. */
  readonly letIn: () => void;
  /** Those that nobody has taken so far. */
  readonly untaken: () => readonly InheritedPort[];
  readonly close: () => void;
}

/**
 * What systemd has handed over to this process (LISTEN_PID, LISTEN_FDS); undefined when that is nothing. They are taken out of the
 * environment, as they are meant for no other process.
 *
 * @throws NodeJS.ErrnoException when one of them does not listen
 */
export async function takeInheritedPorts(
  env: NodeJS.ProcessEnv,
  pid: number,
): Promise<InheritedPorts | undefined> {
  const { LISTEN_PID: whose, LISTEN_FDS: count } = env;
  for (const name of ['LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES']) delete env[name];
  if (whose !== String(pid) || count === undefined || !/^[1-9]\d{0,3}$/.test(count)) return undefined;
  const ports: InheritedPort[] = [];
  const close = (): void => {
    for (const each of ports) each.close();
  };
  try {
    for (let index = 0; index < Number(count); index += 1) {
      ports.push(await InheritedPort.open(firstDescriptor + index));
    }
  } catch (error) {
    close();
    throw error;
  }
  return {
    find: ({ host, port }) => ports.find(({ address }) => address.host === host && address.port === port),
    letIn: () => {
      for (const each of ports) each.letIn();
    },
    untaken: () => ports.filter(({ isTaken }) => !isTaken),
    close,
  };
}
