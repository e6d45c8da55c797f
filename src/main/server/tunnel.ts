import type { Socket } from 'node:net';
import type { HopSocket } from '../upstream/dial';
import { hasRoom } from '../upstream/has-room';

/** How long a tunnel that is closed in one direction may be silent in the other, in milliseconds. */
const halfOpenIdleMs = 300_000;
/** How long the last bytes may take to be written after the other side has gone, in milliseconds. */
const lingerMs = 10_000;
/** How long a client may be paused because its hop takes nothing, in milliseconds. */
const pausedMs = 900_000;

/** Lets the end of one side end the other, in each way in which a socket can end. */
function passOnEnd(from: Socket, to: Socket): void {
  const end = (): void => {
    if (to.writable) to.end();
    // Both directions have ended, and the limits are set already.
    if (to.readableEnded) return;
    to.setTimeout(halfOpenIdleMs);
    from.setTimeout(halfOpenIdleMs);
  };
  from.on('end', end);
  from.on('error', () => {
    // Its `close` follows and does the work; an error is how a peer that goes away shows itself.
  });
  from.on('close', () => {
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

/** Client to hop. */
function copyUp(client: Socket, hop: Socket): void {
  client.on('data', (chunk: Buffer) => {
    if (hop.write(chunk) || hasRoom(hop)) return;
    client.pause();
    // As long as it is paused its end is not noticed.
    client.setTimeout(pausedMs);
  });
  hop.on('drain', () => {
    if (!client.isPaused()) return;
    client.resume();
    if (!hop.readableEnded && !client.readableEnded) client.setTimeout(0);
  });
}

/** Hop to client, out of the hop's read buffer: nothing more may be read into it until the kernel has taken it all. */
function copyDown(hop: HopSocket, client: Socket): void {
  const { socket } = hop;
  const onWritten = (): void => {
    if (client.writableLength === 0) socket.resume();
  };
  hop.onBytes = (bytes) => {
    client.write(bytes, onWritten);
    if (client.writableLength > 0) socket.pause();
  };
}

/**
 * Joins two sockets into a tunnel that lasts until both directions have ended: back-pressure both ways, a FIN is
 * passed on by itself (half-close), a reset ends both. There is no idle limit while both directions are open;
 * TCP keep-alive, which both sockets have from their start, finds a dead peer.
 *
 * @param clientHead bytes that the client has sent already
 * @param hopRest bytes that the hop has sent already
 */
export function joinTunnel(client: Socket, clientHead: Buffer, hop: HopSocket, hopRest: Buffer): void {
  const { socket } = hop;
  hop.isTunnel = true;
  client.setTimeout(0);
  socket.setTimeout(0);
  if (clientHead.length > 0) socket.write(clientHead);
  if (hopRest.length > 0) client.write(hopRest);
  copyUp(client, socket);
  copyDown(hop, client);
  passOnEnd(client, socket);
  passOnEnd(socket, client);
  client.resume();
  socket.resume();
}
