import type { Socket } from 'node:net';
import { resetBehind } from './demand';
import { flushed } from './socket-reader';

const hugeFieldBytes = 300_000;

/** Answers with something that no client can use. */
export async function sendSpoiltResponse(
  socket: Socket,
  kind: 'two-lengths' | 'huge-head' | 'garbage' | 'mid-head' | 'mid-body',
): Promise<void> {
  switch (kind) {
    case 'mid-head':
      return resetBehind(socket, 'HTTP/1.1 200 OK\r\nContent-Ty');
    case 'mid-body':
      return resetBehind(socket, `HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n${'x'.repeat(500)}`);
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
