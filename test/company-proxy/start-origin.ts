import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** A request as the origin saw it. */
export interface OriginRequest {
  readonly method: string;
  readonly url: string;
  readonly rawHeaders: readonly string[];
}

export interface Origin {
  readonly port: number;
  readonly requests: readonly OriginRequest[];
  /** Destroys every connection and stops listening. */
  readonly close: () => Promise<void>;
}

export interface OriginOptions {
  /** PEM; the origin speaks HTTPS with it. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** A web server on 127.0.0.1 whose paths show one way each in which a response can be framed or timed. */
export async function startOrigin(options: OriginOptions = {}): Promise<Origin> {
  const requests: OriginRequest[] = [];
  const sockets = new Set<Socket>();
  const server: Server = options.tls === undefined ? createServer() : createTlsServer(options.tls);
  server.keepAliveTimeout = 60_000;
  const note = (request: IncomingMessage): void => {
    requests.push({ method: request.method ?? '', url: request.url ?? '', rawHeaders: request.rawHeaders });
  };
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('request', (request, response) => {
    note(request);
    answer(request, response);
  });
  server.on('checkContinue', (request, response) => {
    note(request);
    if (request.url === '/continue/refused') return answerHtml(response, 417, 'not wanted\n');
    response.writeContinue();
    answer(request, response);
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    note(request);
    echo(request, socket, head);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { port, requests, close };
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://origin.test');
  const [, first = '', second = ''] = url.pathname.split('/');
  switch (first) {
    case '':
      return answerHtml(response, 200, '<!doctype html><title>Origin</title><h1>It works</h1>\n');
    case 'bytes':
      return answerBytes(response, Number(second));
    case 'echo':
    case 'continue':
      return answerEcho(request, response);
    case 'headers':
      return answerJson(response, request.rawHeaders);
    case 'chunked':
      return answerChunked(response);
    case 'slow':
      setTimeout(() => answerHtml(response, 200, 'slow\n'), Number(url.searchParams.get('ms') ?? 0));
      return;
    case 'status':
      return answerStatus(response, Number(second));
    case 'until-close':
      response.socket?.end('HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nuntil close\n');
      return;
    case 'early-hints':
      return response.writeEarlyHints({ link: '</style.css>; rel=preload' }, () =>
        answerHtml(response, 200, 'hinted\n'),
      );
    case 'sse':
      return answerEvents(response);
    default:
      return answerHtml(response, 404, 'no such path\n');
  }
}

function answerHtml(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'Content-Type': 'text/html', 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}

function answerJson(response: ServerResponse, value: unknown): void {
  const body = JSON.stringify(value);
  response.writeHead(200, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}

/** Writes piece by piece and waits for the reader: N may be larger than memory. */
function answerBytes(response: ServerResponse, length: number): void {
  response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': length });
  const piece = Buffer.alloc(65_536, 'latchkey');
  let left = length;
  const write = (): void => {
    while (left > 0) {
      const part = left < piece.length ? piece.subarray(0, left) : piece;
      left -= part.length;
      if (!response.write(part) && left > 0) {
        response.once('drain', write);
        return;
      }
    }
    response.end();
  };
  write();
}

function answerEcho(request: IncomingMessage, response: ServerResponse): void {
  const hash = createHash('sha256');
  let length = 0;
  request.on('data', (chunk: Buffer) => {
    hash.update(chunk);
    length += chunk.length;
  });
  request.on('end', () => {
    const { headers, rawHeaders } = request;
    const framing =
      headers['transfer-encoding'] ?? (headers['content-length'] === undefined ? 'none' : 'length');
    answerJson(response, { sha256: hash.digest('hex'), length, framing, rawHeaders });
  });
}

function answerChunked(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'text/plain', Trailer: 'X-Trailer' });
  response.write('first ');
  response.write('second\n');
  response.addTrailers({ 'X-Trailer': 'done' });
  response.end();
}

function answerStatus(response: ServerResponse, status: number): void {
  if (status === 204 || status === 304) {
    response.writeHead(status);
    response.end();
  } else answerHtml(response, status, `status ${status}\n`);
}

function answerEvents(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  response.flushHeaders();
  setTimeout(() => response.end('data: event\n\n'), 100);
}

function echo(request: IncomingMessage, socket: Duplex, head: Buffer): void {
  socket.on('error', () => socket.destroy());
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${request.headers.upgrade ?? ''}\r\n\r\n`,
  );
  if (head.length > 0) socket.write(head);
  socket.pipe(socket);
}
