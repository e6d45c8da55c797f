import { type AddressInfo, connect, type Socket } from 'node:net';
import { createServer } from 'node:tls';

export interface TlsFront {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** Speaks TLS on a free port of 127.0.0.1, and hands everything on to another one: a company proxy of kind HTTPS. */
export async function startTlsFront(
  port: number,
  tls: { readonly key: string; readonly cert: string },
): Promise<TlsFront> {
  const sockets = new Set<Socket>();
  const track = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('error', () => socket.destroy()).once('close', () => sockets.delete(socket));
  };
  const server = createServer({ ...tls, ALPNProtocols: ['http/1.1'] }, (client) => {
    const behind = track(connect(port, '127.0.0.1'));
    track(client).pipe(behind).pipe(client);
  });
  server.on('connection', track).on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
