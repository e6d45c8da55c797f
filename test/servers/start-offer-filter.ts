import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface OfferFilter {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** What a proxy that does not know it takes no notice of. */
const raw = /^Proxy-Authorization: NTLM/gim;
const offer = /^Proxy-Authenticate: NTLM[^\r\n]*/gim;

/**
 * Stands before a company proxy that offers NTLM beside Negotiate, and lets it offer Negotiate alone: whoever begins with NTLM is
 * offered Negotiate instead. Heads must come in one piece.
 */
export async function startOfferFilter(port: number): Promise<OfferFilter> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const proxy = connect({ host: '127.0.0.1', port });
    for (const [one, other] of [
      [client, proxy],
      [proxy, client],
    ] as const) {
      sockets.add(one);
      one.once('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      one.on('error', () => one.destroy());
    }
    client.on('data', (chunk: Buffer) => {
      proxy.write(chunk.toString('latin1').replace(raw, 'X-Not-Offered: NTLM'), 'latin1');
    });
    client.once('end', () => proxy.end());
    proxy.on('data', (chunk: Buffer) => {
      client.write(chunk.toString('latin1').replace(offer, 'Proxy-Authenticate: Negotiate'), 'latin1');
    });
    proxy.once('end', () => client.end());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
