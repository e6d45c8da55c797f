import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { ByteCount } from '../../shared/event';
import type { HostPort, SocksUser } from '../../shared/settings';
import { keepAliveDelayMs } from '../upstream/dial';
import { countOf, sum } from './byte-counts';
import { Forwarder } from './forwarder';
import type { Forwarding } from './forwarding';
import type { EngineListener, TrafficCount } from './listener';
import { RequestRecord } from './request-record';
import { TunnelClient, type TunnelService } from './tunnel-client';

/** What connections to a port become. */
export type TunnelWay =
  /** Who may name a target by SOCKS5, asked anew for each. */
  | { readonly kind: 'socks'; readonly users: () => readonly SocksUser[] }
  | { readonly kind: 'tunnel'; readonly target: HostPort };

export interface TunnelListenerOptions {
  readonly address: HostPort;
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
  /** Bytes of the connections that have ended. */
  #ended: ByteCount = { down: 0, up: 0 };

  constructor(options: TunnelListenerOptions) {
    const { address, forwarding, onBug } = options;
    this.host = address.host;
    this.port = address.port;
    this.#options = options;
    this.#service = { forwarding, forwarder: new Forwarder(forwarding), onBug };
    this.#server = createServer({
      allowHalfOpen: true,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: keepAliveDelayMs,
    });
    this.#server.on('connection', (socket) => this.#accept(socket));
  }

  get traffic(): TrafficCount {
    let count = this.#ended;
    for (const socket of this.#sockets) count = sum(count, countOf(socket));
    return { ...count, openTunnels: this.#service.forwarder.openTunnels };
  }

  /** @throws NodeJS.ErrnoException as net.Server */
  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.port, this.host, () => {
        this.#server.off('error', reject).on('error', this.#options.onServerError);
        this.port = (this.#server.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  close(closeConnections = false): Promise<void> {
    if (closeConnections) this.closeConnections();
    if (!this.#server.listening) return Promise.resolve();
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
    });
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
