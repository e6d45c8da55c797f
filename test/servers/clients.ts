import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { connect as connectTls, type TLSSocket } from 'node:tls';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface RequestOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent piece by piece: with a Content-Length among the headers as it is, without one chunked. */
  readonly body?: Iterable<Buffer>;
  /** Default: a connection of its own, kept alive as far as the proxy can tell, and closed afterwards. */
  readonly agent?: Agent;
}

export interface Tunnel {
  readonly socket: Socket;
  readonly headers: IncomingHttpHeaders;
}

const loopback = '127.0.0.1';

/** Sends one request in absolute form (RFC 9112, 3.2.2) to the proxy on 127.0.0.1:`proxyPort`. */
export async function requestVia(
  proxyPort: number,
  url: string,
  options: RequestOptions = {},
): Promise<Answer> {
  const agent = options.agent ?? keepAliveAgent(1);
  const outgoing = request({
    host: loopback,
    port: proxyPort,
    method: options.method ?? 'GET',
    path: url,
    headers: { Host: new URL(url).host, ...options.headers },
    agent,
  });
  const answered = readAnswer(outgoing);
  if (options.body === undefined) outgoing.end();
  else {
    // An answer before the end of the body is what `answered` tells, also when the proxy then closes.
    await Promise.race([pipeline(Readable.from(options.body), outgoing), answered]);
  }
  const answer = await answered;
  if (options.agent === undefined) agent.destroy();
  return answer;
}

function readAnswer(outgoing: ReturnType<typeof request>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    outgoing.once('error', reject);
    outgoing.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks),
        });
      });
    });
  });
}

/** An agent whose connections stay open, for requests through a proxy. */
export function keepAliveAgent(maxSockets: number): Agent {
  return new Agent({ keepAlive: true, maxSockets });
}

/**
 * Sends a CONNECT for `authority` (host:port).
 *
 * @returns the tunnel, or the answer of a proxy that refuses it, with its body
 */
export async function connectVia(proxyPort: number, authority: string): Promise<Tunnel | Answer> {
  const outgoing = request({
    host: loopback,
    port: proxyPort,
    method: 'CONNECT',
    path: authority,
    // Node would announce a close: cntlm passes that on, and squid offers no sign-in to who is about to leave.
    headers: { Host: authority, Connection: 'keep-alive' },
    agent: false,
  });
  return new Promise((resolve, reject) => {
    outgoing.once('error', reject);
    outgoing.once('connect', (response, socket, head) => {
      const status = response.statusCode ?? 0;
      if (status === 200) {
        if (head.length > 0) socket.unshift(head);
        resolve({ socket, headers: response.headers });
        return;
      }
      readRefusal(socket, head, Number(response.headers['content-length'] ?? Number.NaN)).then((body) => {
        resolve({ status, headers: response.headers, body });
      }, reject);
    });
    outgoing.end();
  });
}

/** Node leaves the body of a refused CONNECT on the socket: `length` bytes, or all until the end. */
async function readRefusal(socket: Socket, head: Buffer, length: number): Promise<Buffer> {
  const chunks = [head];
  let received = head.length;
  const isComplete = (): boolean => received >= length;
  if (!isComplete()) {
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      received += chunk.length;
      if (isComplete()) break;
    }
  }
  socket.destroy();
  return Buffer.concat(chunks);
}

/** Opens a tunnel that must succeed. @throws Error with the status when the proxy refuses it */
export async function openTunnel(proxyPort: number, authority: string): Promise<Socket> {
  const answer = await connectVia(proxyPort, authority);
  if ('socket' in answer) return answer.socket;
  throw new Error(`CONNECT ${authority}: ${answer.status}`);
}

/** TLS inside a tunnel, with `ca` (PEM) as the only authority. */
export async function startTls(socket: Socket, ca: string): Promise<TLSSocket> {
  const secure = connectTls({ socket, ca, servername: 'localhost' });
  await once(secure, 'secureConnect');
  return secure;
}

/** One GET in origin form over a tunnel, which it ends. */
export async function getOver(socket: Socket, path: string, host: string): Promise<Answer> {
  const outgoing = request({
    createConnection: () => socket,
    path,
    headers: { Host: host, Connection: 'close' },
  });
  const answered = readAnswer(outgoing);
  outgoing.end();
  const answer = await answered;
  socket.destroy();
  return answer;
}
