import type { ByteCount } from '../../shared/event';

/** What a listener has carried since it was started. */
export interface TrafficCount extends ByteCount {
  readonly openTunnels: number;
}

/** One port of the engine on one address, whatever its clients speak. */
export interface EngineListener {
  readonly host?: string | undefined;
  /** That which the system has picked, once it listens. */
  port: number;
  readonly traffic: TrafficCount;
  /** @throws NodeJS.ErrnoException as net.Server */
  listen(): Promise<void>;
  /** Accepts no more; resolves when the last connection has ended. */
  close(closeConnections?: boolean): Promise<void>;
  closeConnections(): void;
  /** The network has changed: connections that an origin has signed in over the old one lead nowhere. */
  dropPins(): void;
}
