import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface SocksServer {
  readonly port: number;
  /** What it was asked for: `5 name:host:port`, `4 ip:host:port`. */
  readonly asked: readonly string[];
  readonly close: () => Promise<void>;
}

/** How it misbehaves. */
export type SocksTrouble = 'refuses' | 'asks-for-sign-in' | 'speaks-http' | 'closes' | 'is-silent';

/** A SOCKS 4, 4A and 5 proxy on 127.0.0.1 that connects to whatever it is asked for, every name being this machine. */
export async function startSocksServer(trouble?: SocksTrouble): Promise<SocksServer> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const track = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('error', () => socket.destroy()).once('close', () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    track(client);
    let came = Buffer.alloc(0);
    const join = (what: string, port: number, yes: Buffer): void => {
      asked.push(what);
      client.off('data', onData);
      const origin = track(connect(port, '127.0.0.1', () => client.write(yes)));
      client.pipe(origin).pipe(client);
    };
    const onData = (bytes: Buffer): void => {
      came = Buffer.concat([came, bytes]);
      if (trouble === 'is-silent') return;
      if (trouble === 'closes') client.end();
      else if (trouble === 'speaks-http') client.end('HTTP/1.1 400 Bad Request\r\n\r\n');
      else if (came[0] === 4) four();
      else if (came.length >= 3 && came[0] === 5 && came[2] === 0 && came.length < 5) {
        client.write(Buffer.from([5, trouble === 'asks-for-sign-in' ? 255 : 0]));
        came = Buffer.alloc(0);
      } else if (came.length > 6) five();
    };
    const four = (): void => {
      if (came.at(-1) !== 0 || came.length < 9) return;
      if (trouble !== undefined) {
        client.end(Buffer.from([0, 91, 0, 0, 0, 0, 0, 0]));
        return;
      }
      const port = came.readUInt16BE(2);
      const address = [...came.subarray(4, 8)].join('.');
      const name = address.startsWith('0.0.0.') ? came.subarray(9, -1).toString() : undefined;
      const what = name === undefined ? `4 ip:${address}:${port}` : `4 name:${name}:${port}`;
      join(what, port, Buffer.from([0, 90, 0, 0, 0, 0, 0, 0]));
    };
    const five = (): void => {
      if (trouble !== undefined) {
        client.end(Buffer.from([5, 5, 0, 1, 0, 0, 0, 0, 0, 0]));
        return;
      }
      const port = came.readUInt16BE(came.length - 2);
      const kind = came[3];
      const name = came.subarray(5, -2).toString();
      const ipv6 = came.subarray(4, -2).toString('hex');
      const ip = [...came.subarray(4, 8)].join('.');
      const what = kind === 3 ? `name:${name}` : kind === 4 ? `ip6:${ipv6}` : `ip:${ip}`;
      // Its own address as a name: the longest answer that there is.
      const bound = Buffer.concat([Buffer.from([5, 0, 0, 3, 5]), Buffer.from('bound'), Buffer.from([1, 2])]);
      join(`5 ${what}:${port}`, port, bound);
    };
    client.on('data', onData);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    close: async () => {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
