import { type AddressInfo, createServer, type Socket } from 'node:net';
import { BodyDecoder } from '../src/main/http1/body-decoder';
import { requestFraming } from '../src/main/http1/body-framing';
import { requestHeadParser } from '../src/main/http1/head-parser';
import { headerValue } from '../src/main/http1/headers';
import type { HeaderList, RequestHead } from '../src/main/http1/message-head';
import type { EngineSettings } from '../src/shared/settings';

/** A request as it came, and what can be done with it. */
export interface RawRequest {
  readonly head: RequestHead;
  readonly body: Buffer;
  readonly trailers: HeaderList;
  /** Counts the connections from 1 on. */
  readonly connection: number;
  readonly socket: Socket;
  /** Whatever a test wants to know of a connection later. */
  readonly memory: Map<string, string>;
  readonly header: (name: string) => string | undefined;
}

export interface RawServer {
  readonly port: number;
  /** What has come whole, in its order. */
  readonly requests: readonly RawRequest[];
  /** Connections that are open. */
  readonly openCount: () => number;
  readonly close: () => Promise<void>;
}

/**
 * A server that tells every byte of a request and writes every byte of the answer itself: an origin, or a company proxy that
 * asks nobody who he is. A CONNECT is answered like any other request.
 *
 * @param answer the bytes of the whole answer, of which a HEAD gets the head, or undefined when it writes to the socket by itself
 */
export async function startRawServer(
  answer: (request: RawRequest) => string | Buffer | undefined | Promise<string | Buffer | undefined>,
): Promise<RawServer> {
  const requests: RawRequest[] = [];
  const sockets = new Set<Socket>();
  let count = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    count += 1;
    const connection = count;
    const memory = new Map<string, string>();
    const parser = requestHeadParser();
    let current: { head: RequestHead; decoder: BodyDecoder; pieces: Buffer[] } | undefined;
    let answered: Promise<void> = Promise.resolve();
    const read = (bytes: Buffer): void => {
      let rest: Buffer | undefined = bytes;
      while (rest !== undefined && rest.length > 0) {
        if (current === undefined) {
          const parsed = parser.push(rest);
          if (parsed === undefined) return;
          const pieces: Buffer[] = [];
          const decoder = new BodyDecoder(requestFraming(parsed.head), (piece) =>
            pieces.push(Buffer.from(piece)),
          );
          current = { head: parsed.head, decoder, pieces };
          ({ rest } = parsed);
        }
        rest = current.decoder.isDone ? rest : current.decoder.push(rest);
        if (!current.decoder.isDone) return;
        const { head, decoder, pieces } = current;
        current = undefined;
        const request: RawRequest = {
          head,
          body: Buffer.concat(pieces),
          trailers: decoder.trailers,
          connection,
          socket,
          memory,
          header: (name) => headerValue(head.headers, name),
        };
        requests.push(request);
        answered = answered.then(async () => {
          let said = await answer(request);
          if (head.method === 'HEAD' && typeof said === 'string')
            said = said.slice(0, said.indexOf('\r\n\r\n') + 4);
          if (said !== undefined && socket.writable) socket.write(said as string, 'latin1');
        });
      }
    };
    socket
      .on('data', read)
      .on('error', () => socket.destroy())
      .on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    requests,
    openCount: () => sockets.size,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** The two ways from the local proxy to a raw server: as a company proxy, or as an origin by a no-proxy rule. */
export const roads = ['through the company proxy', 'direct'] as const;
export type RoadName = (typeof roads)[number];

/** The settings of an engine that reaches this server on this road. */
export function settingsFor(road: RoadName, { port }: RawServer): Partial<EngineSettings> {
  return road === 'direct'
    ? { noProxy: ['127.0.0.1', 'localhost'] }
    : { upstreams: [{ host: '127.0.0.1', port }] };
}

/** An answer of 200 with a body. */
export function okay(body = 'ok', headers = ''): string {
  return `HTTP/1.1 200 OK\r\n${headers}Content-Length: ${Buffer.byteLength(body, 'latin1')}\r\n\r\n${body}`;
}
