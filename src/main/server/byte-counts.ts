import type { Socket } from 'node:net';
import type { ByteCount } from '../../shared/event';

/** A client's connection, and how many of its bytes have been told. */
export interface CountedConnection {
  readonly socket: Socket;
  /** Bytes that belong to requests which are over; whoever serves the client counts them. */
  told: ByteCount;
}

/** What a socket has carried; down is to the client. */
export function countOf({ bytesWritten, bytesRead }: Socket): ByteCount {
  // Node has no number for a socket that was torn down in the middle of a write.
  return { down: (bytesWritten as number | undefined) ?? 0, up: bytesRead };
}

/** Both together. */
export function sum(one: ByteCount, other: ByteCount): ByteCount {
  return { down: one.down + other.down, up: one.up + other.up };
}

/** The bytes of a connection since this was asked the last time. */
export function untoldBytes(client: CountedConnection): ByteCount {
  const before = client.told;
  client.told = countOf(client.socket);
  return { down: client.told.down - before.down, up: client.told.up - before.up };
}
