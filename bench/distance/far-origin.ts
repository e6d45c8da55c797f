import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { selfSignedCertificate } from '../../test/company-proxy/self-signed-certificate';

/** Ports on 127.0.0.1. */
export interface FarOrigin {
  readonly port: number;
  readonly tlsPort: number;
}

/** One transparent pixel. */
const picture = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
const keepAliveMs = 60_000;
const backlog = 1_024;

/**
 * Every web server of the world, http and https: /bytes/N has N bytes, /picture a picture that is never cached, and to
 * /sink anything can be posted.
 */
export async function startFarOrigin(): Promise<FarOrigin> {
  const plain = createServer(answer);
  const tls = createTlsServer(selfSignedCertificate(), answer);
  for (const server of [plain, tls]) {
    server.keepAliveTimeout = keepAliveMs;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', backlog, resolve));
  }
  return { port: (plain.address() as AddressInfo).port, tlsPort: (tls.address() as AddressInfo).port };
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const [, first = '', second = ''] = (request.url ?? '').split('/');
  if (first === 'bytes') send(response, 'application/octet-stream', Buffer.alloc(Number(second), 'latchkey'));
  else if (first === 'picture') send(response, 'image/gif', picture);
  else if (first === 'sink') {
    request.resume().once('end', () => send(response, 'text/plain', Buffer.from('received\n')));
  } else {
    response.statusCode = 404;
    send(response, 'text/plain', Buffer.from('no such path\n'));
  }
}

function send(response: ServerResponse, type: string, body: Buffer): void {
  response.setHeader('Content-Type', type);
  response.setHeader('Content-Length', body.length);
  response.setHeader('Cache-Control', 'no-store');
  // So that a page of another host can be told when a picture is there.
  response.setHeader('Access-Control-Allow-Origin', '*');
  response.end(body);
}
