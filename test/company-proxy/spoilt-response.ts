import type { Socket } from 'node:net';
import { delivered, flushed } from './socket-reader';

const hugeFieldBytes = 300_000;

const beginnings = {
  'mid-head': 'HTTP/1.1 200 OK\r\nContent-Ty',
  'mid-body': `HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n${'x'.repeat(500)}`,
} as const;

/** Sends a response as far as this point; it has arrived when the promise is fulfilled. */
export async function sendBeginning(socket: Socket, end: keyof typeof beginnings): Promise<void> {
  socket.write(beginnings[end], 'latin1');
  await delivered();
}

const statusLine = 'HTTP/1.1 200 OK\r\n';
const spoilt = {
  'bad-header': `${statusLine}X-Bad: a\u0000b\r\nContent-Length: 0\r\n\r\n`,
  'two-lengths': `${statusLine}Content-Length: 5\r\nContent-Length: 10\r\n\r\n0123456789`,
  'huge-head': `${statusLine}X-Huge: ${'x'.repeat(hugeFieldBytes)}\r\n\r\n`,
  'reset-behind-status': statusLine,
  'close-behind-status': statusLine,
  'reset-behind-interim': 'HTTP/1.1 103 Early Hints\r\n\r\n',
} as const;

/** Sends what an origin has made of an answer that began well; it has arrived when the promise is fulfilled. */
export async function sendSpoiltAnswer(socket: Socket, kind: keyof typeof spoilt): Promise<void> {
  socket.write(spoilt[kind], 'latin1');
  await flushed(socket);
  await delivered();
}

/** Answers with something that no client can use. */
export async function sendSpoiltResponse(
  socket: Socket,
  kind: 'two-lengths' | 'huge-head' | 'garbage',
): Promise<void> {
  switch (kind) {
    case 'two-lengths':
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 10\r\n\r\n0123456789', 'latin1');
      break;
    case 'huge-head':
      socket.write(`HTTP/1.1 200 OK\r\nX-Huge: ${'x'.repeat(hugeFieldBytes)}\r\n\r\n`, 'latin1');
      break;
    case 'garbage':
      socket.write('\u0016\u0003\u0001 this is not HTTP\r\n\r\n', 'latin1');
      break;
  }
  await flushed(socket);
}
