import type { Socket } from 'node:net';
import { hasRoom } from '../upstream/has-room';

/** How long a tunnel that is closed in one direction may be silent in the other, in milliseconds. */
const halfOpenIdleMs = 300_000;
/** How long the last bytes may take to be written after the other side has gone, in milliseconds. */
const lingerMs = 10_000;

function copy(from: Socket, to: Socket): void {
  const onDrain = (): void => {
    from.resume();
  };
  const end = (): void => {
    if (to.writable) to.end();
    to.setTimeout(halfOpenIdleMs);
    from.setTimeout(halfOpenIdleMs);
  };
  from.on('data', (chunk: Buffer) => {
    if (!to.write(chunk) && !hasRoom(to)) from.pause();
  });
  to.on('drain', onDrain);
  from.on('end', end);
  from.on('error', () => {
    // Its `close` follows and does the work; an error is how a peer that goes away shows itself.
  });
  from.on('close', () => {
    to.off('drain', onDrain);
    // What has been read is still written, but the peer gets a limited time to take it.
    if (to.writable) to.end();
    if (to.writableFinished || to.destroyed) to.destroy();
    else {
      to.once('finish', () => to.destroy());
      to.setTimeout(lingerMs);
    }
    // Nobody reads the other direction any more: let it flow, so that its end is noticed.
    to.resume();
  });
  from.on('timeout', () => from.destroy());
  // The end came before anybody listened: it will not come again.
  if (from.readableEnded) end();
}

/**
 * Joins two sockets into a tunnel that lasts until both directions have ended: back-pressure both ways, a FIN is
 * passed on by itself (half-close), a reset ends both. There is no idle limit while both directions are open;
 * TCP keep-alive finds a dead peer.
 *
 * @param clientHead bytes that the client has sent already
 * @param hopRest bytes that the hop has sent already
 */
export function joinTunnel(client: Socket, clientHead: Buffer, hop: Socket, hopRest: Buffer): void {
  client.setTimeout(0);
  hop.setTimeout(0);
  client.setNoDelay(true);
  client.setKeepAlive(true, 30_000);
  if (clientHead.length > 0) hop.write(clientHead);
  if (hopRest.length > 0) client.write(hopRest);
  copy(client, hop);
  copy(hop, client);
  client.resume();
  hop.resume();
}
