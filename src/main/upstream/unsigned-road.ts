import type { IsForbiddenByMac } from '../../shared/failed-connect';
import type { Hop } from '../../shared/problem';
import { formatUpstream, type Upstream } from '../../shared/settings';
import type { ConnectionPool } from './connection-pool';
import { dial } from './dial';
import type { HopTimeouts } from './hop-timeouts';
import { type Answer, HttpConnection } from './http-connection';
import type { NameLookups } from './name-lookups';
import type { OutgoingRequest } from './outgoing-request';
import type { Road } from './road';
import { type PlainRoad, sendByPool } from './send-by-pool';
import { isOfCompanyProxy } from './sign-in';
import { exchangeWhole } from './sign-in-request';
import { UpstreamError } from './upstream-error';

export interface UnsignedRoadOptions {
  /** Shared by many roads, and closed by whoever made it. */
  readonly pool: ConnectionPool;
  readonly timeouts: HopTimeouts;
  readonly names: Pick<NameLookups, 'lookup'>;
  readonly isForbiddenByMac?: IsForbiddenByMac | undefined;
}

/** The road through a company proxy to which the user has not agreed: it never gets a sign-in. */
export class UnsignedRoad implements Road, PlainRoad {
  readonly #hop: Hop;
  readonly #options: UnsignedRoadOptions;
  readonly #key: string;

  constructor(upstream: Upstream, options: UnsignedRoadOptions) {
    this.#hop = { role: 'upstream', address: upstream };
    this.#key = `unsigned ${formatUpstream(upstream)}`;
    this.#options = options;
  }

  get hop(): Hop {
    return this.#hop;
  }

  get key(): string {
    return this.#key;
  }

  get pool(): ConnectionPool {
    return this.#options.pool;
  }

  send(request: OutgoingRequest): Promise<Answer> {
    request.onPassage(this.#hop, undefined);
    return sendByPool(this, request);
  }

  async connect(): Promise<HttpConnection> {
    const { timeouts, names, isForbiddenByMac } = this.#options;
    const { lookup } = names;
    const socket = await dial(this.#hop, timeouts.connectMs, { lookup, isForbiddenByMac });
    return new HttpConnection(socket, this.#hop, timeouts);
  }

  /** @throws UpstreamError not-agreed where the company proxy asks for a sign-in, and as Road */
  async sendOver(connection: HttpConnection, request: OutgoingRequest): Promise<Answer> {
    request.whenAborted(connection.endOfExchange);
    const answer = await exchangeWhole(connection, request, undefined, this.#options.timeouts.answerMs);
    if (answer.head.status !== 407) return answer;
    connection.destroy();
    const code = isOfCompanyProxy(answer) ? 'not-agreed' : 'origin-asked';
    throw new UpstreamError(code, this.#hop, 'it asks for the sign-in');
  }

  release(answer: Answer, isReusable: boolean): void {
    if (isReusable) this.#options.pool.put(this.#key, answer.connection);
    else answer.connection.destroy();
  }
}
