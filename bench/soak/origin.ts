import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { flushed, SocketReader } from '../../test/company-proxy/socket-reader';
import { type RoughKind, roughAnswer, roughKinds } from './rough-answers';
import { contentFor, randomFor, type Tags } from './tags';

/** A web server, and a server behind tunnels, that know what each request should have brought. */
export interface SoakOrigin {
  readonly port: number;
  readonly tunnelPort: number;
  /** Resolves with the number of right bytes that came through the tunnel with this tag, once its client has ended. */
  readonly tunnelled: (tag: string) => Promise<number>;
  readonly close: () => Promise<void>;
}

/**
 * Answers `/KIND/TAG?length=N&delay=MS&framing=F`; KIND is `echo`, `leave` (the client may go away), `mutated` (the
 * request may be spoilt) or that of a rough answer.
 *
 * @param onMixUp told when a request did not bring what it should have brought
 */
export async function startSoakOrigin(tags: Tags, onMixUp: (what: string) => void): Promise<SoakOrigin> {
  const posted = new Set<string>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://origin.test');
    const [, kind = '', tag = ''] = url.pathname.split('/');
    const named = request.headers['x-soak-tag'] ?? '';
    // The engine may ask for a URL that it knows with a HEAD of its own.
    if (!tags.isTag(tag) || (named !== tag && request.method !== 'HEAD')) {
      if (tags.isTag(tag) && tags.isTag(String(named)))
        onMixUp(`the head of ${String(named)} came for ${tag}`);
      request.resume();
      response.writeHead(400).end();
      return;
    }
    const rough = roughKinds.find((name) => name === kind);
    if (rough !== undefined && request.method === 'GET') {
      answerRoughly(request.socket, response, rough, tag);
      return;
    }
    const chunks: Buffer[] = [];
    request.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const length = request.headers['x-soak-length'];
      const isWhole = length === undefined || body.equals(contentFor(tag, Number(length)));
      if (kind !== 'mutated' && request.method !== 'HEAD') {
        if (!isWhole) onMixUp(`the body of ${tag} arrived otherwise: ${body.length} bytes`);
        if (request.method === 'POST' && posted.has(tag)) onMixUp(`${tag} was posted twice`);
        if (request.method === 'POST') posted.add(tag);
      }
      const answer = (): void => answerWell(response, tag, isWhole ? 200 : 422, url.searchParams);
      const delayMs = Number(url.searchParams.get('delay') ?? 0);
      if (delayMs > 0) setTimeout(answer, delayMs);
      else answer();
    });
  });
  // Never the origin's fault that a connection which is used again has just ended.
  server.keepAliveTimeout = 600_000;

  const tunnels = new Map<string, PromiseWithResolversOf<number>>();
  const tunnelled = (tag: string): PromiseWithResolversOf<number> => {
    const known = tunnels.get(tag);
    if (known !== undefined) return known;
    const made = withResolvers<number>();
    tunnels.set(tag, made);
    return made;
  };
  const tunnelServer = createTcpServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    void serveTunnel(socket, (tag, bytes) => tunnelled(tag).resolve(bytes));
  });
  const sockets = new Set<Socket>();
  for (const each of [server, tunnelServer]) {
    each.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    await listen(each);
  }
  return {
    port: portOf(server),
    tunnelPort: portOf(tunnelServer),
    tunnelled: async (tag) => {
      const bytes = await tunnelled(tag).promise;
      tunnels.delete(tag);
      return bytes;
    },
    close: async () => {
      const closed = [server, tunnelServer].map((each) => new Promise((resolve) => each.close(resolve)));
      for (const socket of sockets) socket.destroy();
      await Promise.all(closed);
    },
  };
}

interface PromiseWithResolversOf<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
}

function withResolvers<T>(): PromiseWithResolversOf<T> {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', 1_024, resolve);
  });
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function answerWell(response: ServerResponse, tag: string, status: number, query: URLSearchParams): void {
  const body = contentFor(tag, Number(query.get('length') ?? 0));
  const framing = query.get('framing') === 'chunked' ? {} : { 'Content-Length': body.length };
  response.writeHead(status, { 'X-Soak-Tag': tag, ...framing });
  response.write(body.subarray(0, body.length / 2));
  response.end(body.subarray(body.length / 2));
}

function answerRoughly(socket: Socket, response: ServerResponse, kind: RoughKind, tag: string): void {
  const { bytes, next } = roughAnswer(kind, tag, randomFor(0, Number(tag.slice(1, tag.indexOf('-')))));
  if (next === 'keep') {
    // Node counts what it was told to end with, not what it was told to announce: more may follow the length.
    const end = bytes.indexOf('\r\n\r\n') + 4;
    response.writeHead(200, { 'X-Soak-Tag': tag, 'Content-Length': tag.length });
    response.end(bytes.subarray(end));
    return;
  }
  socket.write(bytes, () => {
    if (next === 'reset') socket.resetAndDestroy();
  });
  if (next === 'end') socket.end();
}

/**
 * The far end of a tunnel. The client begins with a line `TAG UP DOWN first|last`: how many bytes follow, how many it wants,
 * and whether this end closes its way first or waits for the client's end.
 */
async function serveTunnel(socket: Socket, onEnd: (tag: string, rightBytes: number) => void): Promise<void> {
  const reader = new SocketReader(socket);
  let received: Buffer = Buffer.alloc(0);
  while (!received.includes('\n')) {
    const piece = await reader.read();
    if (piece === undefined) return void socket.end();
    received = Buffer.concat([received, piece]);
  }
  const end = received.indexOf('\n');
  const [tag = '', up = '', down = '', order] = received.toString('latin1', 0, end).split(' ');
  const pieces = [received.subarray(end + 1)];
  const read = async (): Promise<void> => {
    for (let piece = await reader.read(); piece !== undefined; piece = await reader.read())
      pieces.push(piece);
    const bytes = Buffer.concat(pieces);
    onEnd(tag, bytes.equals(contentFor(tag, Number(up))) ? bytes.length : -1);
  };
  const write = async (): Promise<void> => {
    socket.write(contentFor(tag, Number(down)));
    await flushed(socket);
  };
  if (order === 'first') {
    await Promise.all([read(), write().then(() => socket.end())]);
    return;
  }
  await Promise.all([read(), write()]);
  socket.end(`${tag} over\n`);
}
