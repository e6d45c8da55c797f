import { encodeRequestHead } from '../http1/head-writer';
import type { Hop } from '../../shared/problem';
import { formatHostPort, type HostPort } from '../../shared/settings';
import type { ConnectionPool } from './connection-pool';
import { dial } from './dial';
import { type Answer, type HopTimeouts, HttpConnection } from './http-connection';
import type { OutgoingRequest } from './outgoing-request';
import type { NameLookups } from './name-lookups';
import type { JudgeAddress } from './own-machine';
import type { Road } from './road';
import { isConnectFailure, UpstreamError } from './upstream-error';

/** For whom the direct road is taken, and how. */
export interface OriginRoadOptions {
  /** Shared by the roads to all origins, and closed by whoever made it. */
  readonly pool: ConnectionPool;
  readonly timeouts: HopTimeouts;
  readonly names: Pick<NameLookups, 'lookup' | 'forget'>;
  /** Which addresses the client may not reach. */
  readonly judge: JudgeAddress;
  /** Clients with the same word may reach the same addresses, and share connections. */
  readonly reach: 'local' | 'remote';
}

/** The direct road to one origin, for requests in origin-form. Connections are shared through the pool. */
export class OriginRoad implements Road {
  readonly #hop: Hop;
  readonly #options: OriginRoadOptions;
  readonly #key: string;

  constructor(origin: HostPort, options: OriginRoadOptions) {
    this.#hop = { role: 'origin', address: origin };
    this.#key = `${options.reach} ${formatHostPort(origin)}`;
    this.#options = options;
  }

  async send(request: OutgoingRequest): Promise<Answer> {
    const pooled = this.#options.pool.take(this.#key, !request.canRepeat || request.body !== undefined);
    if (pooled !== undefined) {
      try {
        return await this.sendOver(pooled, request);
      } catch (error) {
        const isStale = error instanceof UpstreamError && error.code === 'closed-early';
        if (!isStale || !request.canRepeat || request.isAborted) throw error;
      }
    }
    const connection = await this.connect();
    if (request.isAborted) {
      connection.destroy();
      throw new UpstreamError('aborted', this.#hop, 'the client has gone away');
    }
    return this.sendOver(connection, request);
  }

  /** Opens a new connection, as for a tunnel. @throws UpstreamError */
  async connect(): Promise<HttpConnection> {
    const { timeouts, names, judge } = this.#options;
    try {
      const socket = await dial(this.#hop, timeouts.connectMs, names.lookup, judge);
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
