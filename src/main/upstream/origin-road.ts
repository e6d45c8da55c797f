import { encodeRequestHead } from '../http1/head-writer';
import type { Hop } from '../../shared/problem';
import { formatHostPort, type HostPort } from '../../shared/settings';
import type { ConnectionPool } from './connection-pool';
import { dial } from './dial';
import { type Answer, type HopTimeouts, HttpConnection } from './http-connection';
import type { OutgoingRequest } from './outgoing-request';
import type { Road } from './road';
import { UpstreamError } from './upstream-error';

/** The direct road to one origin, for requests in origin-form. Connections are shared through the pool. */
export class OriginRoad implements Road {
  readonly #hop: Hop;
  readonly #pool: ConnectionPool;
  readonly #timeouts: HopTimeouts;
  readonly #key: string;

  /** @param pool shared by the roads to all origins, and closed by whoever made it */
  constructor(origin: HostPort, pool: ConnectionPool, timeouts: HopTimeouts) {
    this.#hop = { role: 'origin', address: origin };
    this.#key = formatHostPort(origin);
    this.#pool = pool;
    this.#timeouts = timeouts;
  }

  async send(request: OutgoingRequest): Promise<Answer> {
    const pooled = this.#pool.take(this.#key, !request.canRepeat || request.body !== undefined);
    if (pooled !== undefined) {
      try {
        return await this.#sendOver(pooled, request);
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
    return this.#sendOver(connection, request);
  }

  /** Opens a new connection, as for a tunnel. @throws UpstreamError */
  async connect(): Promise<HttpConnection> {
    const socket = await dial(this.#hop, this.#timeouts.connectMs);
    return new HttpConnection(socket, this.#hop, this.#timeouts);
  }

  release(answer: Answer, isReusable: boolean): void {
    if (isReusable) this.#pool.put(this.#key, answer.connection);
    else answer.connection.destroy();
  }

  #sendOver(connection: HttpConnection, request: OutgoingRequest): Promise<Answer> {
    const { method, target, headers, body, onInformational } = request;
    request.whenAborted(connection.endOfExchange);
    const head = encodeRequestHead({ method, target, minorVersion: 1, headers });
    return connection.exchange(method, head, this.#timeouts.answerMs, body, onInformational);
  }
}
