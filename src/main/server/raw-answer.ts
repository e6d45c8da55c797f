import type { Socket } from 'node:net';
import { encodeResponseHead } from '../http1/head-writer';
import { hasRoom } from '../upstream/has-room';
import type { Answer } from '../upstream/http-connection';
import type { Road } from '../upstream/road';
import { forwardedResponseHeaders } from './forwarded-headers';

/**
 * Passes an answer on to a bare socket, as after a CONNECT or an upgrade that was turned down: status, headers and
 * body as they are, then the connection is closed, since nobody parses it any more.
 */
export function relayToSocket(answer: Answer, socket: Socket, road: Road, via: string): void {
  const { head, connection } = answer;
  const headers = forwardedResponseHeaders(head.headers, head.minorVersion, via, false);
  socket.write(
    encodeResponseHead({
      status: head.status,
      reason: head.reason,
      minorVersion: 1,
      headers: [...headers, 'Connection', 'close'],
    }),
    'latin1',
  );
  const onDrain = (): void => connection.resume();
  const onClose = (): void => connection.destroy();
  const settle = (): void => {
    socket.off('drain', onDrain).off('close', onClose);
  };
  socket.on('drain', onDrain).on('close', onClose);
  connection.readBody(
    answer,
    {
      data: (chunk) => {
        if (!socket.write(chunk) && !hasRoom(socket)) connection.pause();
      },
      end: () => {
        settle();
        socket.end();
      },
      fail: () => {
        settle();
        socket.destroy();
      },
    },
    (isReusable) => road.release(answer, isReusable),
  );
  // The client's remaining bytes lead nowhere, but its end must be noticed.
  socket.resume();
}
