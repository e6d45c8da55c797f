import { createServer, type Server, type Socket } from 'node:net';
import type { ByteCount } from '../../shared/event';
import type { HostPort, SocksUser } from '../../shared/settings';
import { countOf, sum } from './byte-counts';
import { Forwarder } from './forwarder';
import type { Forwarding } from './forwarding';
import { acceptOptions, type InheritedPort } from './inherited-ports';
import type { EngineListener, TrafficCount } from './listener';
import { type OpenPort, openPort } from './open-port';
import { RequestRecord } from './request-record';
import { TunnelClient, type TunnelService } from './tunnel-client';

/** What connections to a port become. */
export type TunnelWay =
  /** Who may name a target by SOCKS5, asked anew for each. */
  | { readonly kind: 'socks'; readonly users: () => readonly SocksUser[] }
  | { readonly kind: 'tunnel'; readonly target: HostPort };

export interface TunnelListenerOptions {
  readonly address: HostPort;
  /** The port, where somebody else has opened it. */
  readonly inherited?: InheritedPort | undefined;
  readonly way: TunnelWay;
  readonly forwarding: Forwarding;
  /** Whether a client with this address may connect. */
  readonly isAllowed: (remoteAddress: string) => boolean;
  /** Told of a connection that was accepted. */
  readonly onConnection: () => void;
  /** Told of a bug. */
  readonly onBug: (error: unknown) => void;
  /** Told when a connection could not be accepted. */
  readonly onServerError: (error: Error) => void;
}

/** A port that speaks no HTTP: each of its connections becomes a tunnel, or ends. */
export class TunnelListener implements EngineListener {
  readonly host: string;
  port: number;
  readonly #options: TunnelListenerOptions;
  readonly #service: TunnelService;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #open: OpenPort | undefined;
  /** Bytes of the connections that have ended. */
  #ended: ByteCount = { down: 0, up: 0 };

  constructor(options: TunnelListenerOptions) {
    const { address, forwarding, onBug } = options;
    this.host = address.host;
    this.port = address.port;
    this.#options = options;
    this.#service = { forwarding, forwarder: new Forwarder(forwarding), onBug };
    this.#server = createServer(acceptOptions);
    this.#server.on('connection', (socket) => this.#accept(socket));
  }

  get traffic(): TrafficCount {
    let count = this.#ended;
    for (const socket of this.#sockets) count = sum(count, countOf(socket));
    return { ...count, openTunnels: this.#service.forwarder.openTunnels };
  }

  /** @throws NodeJS.ErrnoException as net.Server */
  async listen(): Promise<void> {
    const { inherited, onServerError } = this.#options;
    this.#open = await openPort(this.#server, { host: this.host, port: this.port }, inherited);
    this.port = this.#open.port;
    this.#server.on('error', onServerError);
  }

  async close(closeConnections = false): Promise<void> {
    if (closeConnections) this.closeConnections();
    await this.#open?.close();
    await Promise.all(Array.from(this.#sockets, whenClosed));
  }

  closeConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** No origin signs in what is a tunnel from its beginning. */
  dropPins(): void {
    // Nothing is pinned.
  }

  #accept(socket: Socket): void {
    const { isAllowed, way, onConnection, forwarding } = this.#options;
    if (!isAllowed(socket.remoteAddress ?? '')) {
      const record = new RequestRecord(forwarding);
      record.problem = { kind: 'client-denied' };
      socket.on('error', () => undefined).destroy();
      record.tellFinished('-', undefined, { down: 0, up: 0 });
      return;
    }
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      this.#ended = sum(this.#ended, countOf(socket));
    });
    onConnection();
    const wanted = way.kind === 'tunnel' ? { target: way.target } : { users: way.users() };
    // It belongs to its socket, whose end is its own.
    void new TunnelClient(socket, wanted, this.#service);
  }
}

/** Resolves once a socket has closed, after an error as well. */
function whenClosed(socket: Socket): Promise<void> {
  if (socket.closed) return Promise.resolve();
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
  });
}
