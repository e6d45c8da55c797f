import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A server that answers every request head with bytes of the test's choice and closes behind them. */
export interface ScriptedUpstream {
  readonly host: '127.0.0.1';
  readonly port: number;
  close(): Promise<void>;
}

/**
 * @param answer the whole answer to a request head, and whether the connection is closed behind it
 */
export async function startScriptedUpstream(
  answer: (head: string) => { readonly bytes: Buffer; readonly isLast: boolean },
): Promise<ScriptedUpstream> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let received = '';
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
      const end = received.indexOf('\r\n\r\n');
      if (end < 0) return;
      const { bytes, isLast } = answer(received.slice(0, end));
      received = received.slice(end + 4);
      if (isLast) socket.end(bytes);
      else socket.write(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    host: '127.0.0.1',
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
