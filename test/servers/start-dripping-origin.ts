import { createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { pseudoRandomBytes } from './pseudo-random';

export interface DrippingOrigin {
  readonly port: number;
  close(): Promise<void>;
}

/** A server that sends every client the same bytes, a piece of 256 KiB at a time with a rest in between, and closes. */
export async function startDrippingOrigin(length: number, restMs: number): Promise<DrippingOrigin> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    void drip(socket, length, restMs);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function drip(socket: Socket, length: number, restMs: number): Promise<void> {
  for (const piece of pseudoRandomBytes(length)) {
    if (socket.destroyed) return;
    socket.write(piece);
    await delay(restMs);
  }
  socket.end();
}
