import { connect, type Socket } from 'node:net';
import { flushed, type SocketReader } from './socket-reader';

/** Opens a connection to an origin that may be closed one way first; undefined when nobody answers there. */
export function dialOrigin(host: string, port: number, sockets: Set<Socket>): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      resolve(undefined);
    });
    // The close that follows says all there is to say.
    socket.on('error', () => socket.destroy());
    socket.once('connect', () => resolve(socket));
  });
}

/** One end of a tunnel. */
export interface TunnelEnd {
  readonly socket: Socket;
  readonly reader: SocketReader;
}

/** Copies both ways until both have ended. The end of one way is passed on and leaves the other one open. */
export async function tunnel(one: TunnelEnd, other: TunnelEnd): Promise<void> {
  await Promise.all([copy(one, other), copy(other, one)]);
}

async function copy(from: TunnelEnd, to: TunnelEnd): Promise<void> {
  for (;;) {
    const piece = await from.reader.read();
    if (piece === undefined) break;
    to.socket.write(piece);
    await flushed(to.socket);
  }
  if (from.socket.readableEnded) to.socket.end();
  else to.socket.destroy();
}
