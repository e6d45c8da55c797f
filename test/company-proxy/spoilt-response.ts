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
