import { encodeRequestHead } from '../http1/head-writer';
import type { IsForbiddenByMac } from '../../shared/failed-connect';
import type { Hop } from '../../shared/problem';
import { formatHostPort, type HostPort } from '../../shared/settings';
import type { ConnectionPool } from './connection-pool';
import { dial, type HopSocket } from './dial';
import type { HopTimeouts } from './hop-timeouts';
import { type Answer, HttpConnection } from './http-connection';
import type { OutgoingRequest } from './outgoing-request';
import type { NameLookups } from './name-lookups';
import type { JudgeAddress } from './own-machine';
import type { Road } from './road';
import { type PlainRoad, sendByPool } from './send-by-pool';
import { isConnectFailure } from './upstream-error';

/** For whom the direct road is taken, and how. */
export interface OriginRoadOptions {
  /** Shared by the roads to all origins, and closed by whoever made it. */
  readonly pool: ConnectionPool;
  readonly timeouts: HopTimeouts;
  readonly names: Pick<NameLookups, 'lookup' | 'forget'>;
  /** Which addresses the client may not reach. */
  readonly judge: JudgeAddress;
  readonly isForbiddenByMac?: IsForbiddenByMac | undefined;
  /** Clients with the same word may reach the same addresses, and share connections. */
  readonly reach: string;
  /** Connects in another way than straight to it. Resolves with what has come from it already, too. */
  readonly connectBy?: ((origin: HostPort) => Promise<ConnectedHop>) | undefined;
}

interface ConnectedHop {
  readonly hopSocket: HopSocket;
  readonly early: Buffer;
}

/** The direct road to one origin, for requests in origin-form. Connections are shared through the pool. */
export class OriginRoad implements Road, PlainRoad {
  readonly #hop: Hop;
  readonly #options: OriginRoadOptions;
  readonly #key: string;

  constructor(origin: HostPort, options: OriginRoadOptions) {
    this.#hop = { role: 'origin', address: origin };
    this.#key = `${options.reach} ${formatHostPort(origin)}`;
    this.#options = options;
  }

  /** What connections to it are kept under: those of another road are not its own. */
  get key(): string {
    return this.#key;
  }

  get hop(): Hop {
    return this.#hop;
  }

  get pool(): ConnectionPool {
    return this.#options.pool;
  }

  send(request: OutgoingRequest): Promise<Answer> {
    return sendByPool(this, request);
  }

  /** Opens a new connection, as for a tunnel. @throws UpstreamError */
  async connect(): Promise<HttpConnection> {
    const { timeouts, names, judge, isForbiddenByMac, connectBy } = this.#options;
    if (connectBy !== undefined) {
      const { hopSocket, early } = await connectBy(this.#hop.address);
      return new HttpConnection(hopSocket, this.#hop, timeouts, early);
    }
    const { lookup } = names;
    try {
      const socket = await dial(this.#hop, timeouts.connectMs, { lookup, judge, isForbiddenByMac });
      return new HttpConnection(socket, this.#hop, timeouts);
    } catch (error) {
      // It may have moved.
      if (isConnectFailure(error) && error.code !== 'name-not-found') names.forget(this.#hop.address.host);
      throw error;
    }
  }

  release(answer: Answer, isReusable: boolean): void {
    if (isReusable) this.#options.pool.put(this.#key, answer.connection);
    else answer.connection.destroy();
  }

  sendOver(connection: HttpConnection, request: OutgoingRequest): Promise<Answer> {
    const { method, target, headers, body, onInformational } = request;
    request.whenAborted(connection.endOfExchange);
    const head = encodeRequestHead({ method, target, minorVersion: 1, headers });
    return connection.exchange(method, head, this.#options.timeouts.answerMs, body, onInformational);
  }
}
