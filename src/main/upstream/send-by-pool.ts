import type { Hop } from '../../shared/problem';
import type { ConnectionPool } from './connection-pool';
import type { Answer, HttpConnection } from './http-connection';
import type { OutgoingRequest } from './outgoing-request';
import { UpstreamError } from './upstream-error';

/** A road whose connections need no sign-in. */
export interface PlainRoad {
  readonly hop: Hop;
  readonly pool: ConnectionPool;
  /** What its connections are kept under. */
  readonly key: string;
  connect(): Promise<HttpConnection>;
  sendOver(connection: HttpConnection, request: OutgoingRequest): Promise<Answer>;
}

/**
 * Sends over an idle connection, or over a new one: where there is none, and where the other side had closed it meanwhile and the
 * request can be repeated (RFC 9110, 9.2.2).
 *
 * @throws UpstreamError aborted when the client has left, and as the road
 */
export async function sendByPool(road: PlainRoad, request: OutgoingRequest): Promise<Answer> {
  const { hop, pool, key } = road;
  const pooled = pool.take(key, !request.canRepeat || request.body !== undefined);
  if (pooled !== undefined) {
    try {
      return await road.sendOver(pooled, request);
    } catch (error) {
      const isStale = error instanceof UpstreamError && error.code === 'closed-early';
      if (!isStale || !request.canRepeat || request.isAborted) throw error;
    }
  }
  const connection = await road.connect();
  if (!request.isAborted) return road.sendOver(connection, request);
  connection.destroy();
  throw new UpstreamError('aborted', hop, 'the client has gone away');
}
