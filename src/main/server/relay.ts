import type { IncomingMessage, ServerResponse } from 'node:http';
import { hasRoom } from '../upstream/has-room';
import type { Answer } from '../upstream/http-connection';
import type { Road } from '../upstream/road';
import type { UploadBody } from '../upstream/upload-body';
import { forwardedResponseHeaders } from './forwarded-headers';

/** How long a client that is still uploading gets to notice that it has been answered, in milliseconds. */
const uploadLingerMs = 2_000;

/**
 * Ends an answer that may come before the client has sent its whole body. Closing at once would reset the
 * connection and could destroy the answer on its way: the rest of the body is read for a moment, and dropped.
 *
 * @param lastBytes the (rest of the) body of the answer
 */
export function endWhenUploaded(
  request: IncomingMessage,
  response: ServerResponse,
  lastBytes?: Buffer,
): void {
  if (request.complete || response.destroyed) {
    response.end(lastBytes);
    return;
  }
  if (lastBytes !== undefined) response.write(lastBytes);
  response.flushHeaders();
  const end = (): void => {
    clearTimeout(timer);
    request.off('end', end).off('close', end);
    response.end();
    if (!request.complete) request.socket.destroySoon();
  };
  const timer = setTimeout(end, uploadLingerMs);
  request.on('end', end).on('close', end);
  request.resume();
}

/**
 * Streams an answer to an HTTP client as it is: status, end-to-end headers, body and trailers, with back-pressure.
 *
 * @throws TypeError when Node refuses a header; nothing has been sent then
 */
export function relayToResponse(
  answer: Answer,
  client: {
    readonly request: IncomingMessage;
    readonly response: ServerResponse;
    readonly body: UploadBody | undefined;
    readonly road: Road;
    readonly via: string;
  },
): void {
  const { head, connection } = answer;
  const { request, response, body, road, via } = client;
  response.sendDate = false;
  // Trailers need the chunked coding on both sides; Node refuses to announce them otherwise.
  const hasTrailers = answer.framing.kind === 'chunked' && request.httpVersionMinor > 0;
  const headers = forwardedResponseHeaders(head.headers, head.minorVersion, via, hasTrailers);
  response.writeHead(head.status, head.reason, headers);
  let hasWritten = false;
  response.on('drain', () => connection.resume());
  connection.readBody(
    answer,
    {
      data: (chunk) => {
        hasWritten = true;
        if (!response.write(chunk) && !hasRoom(response)) connection.pause();
      },
      end: (trailers) => {
        hasWritten = true;
        if (hasTrailers && trailers.length > 0) response.addTrailers(pairs(trailers));
        if (body?.isFinished ?? true) response.end();
        else {
          body?.discard();
          endWhenUploaded(request, response);
        }
      },
      // The client can tell a cut answer from a whole one only by the end of its connection.
      fail: () => response.destroy(),
    },
    (isReusable) => road.release(answer, isReusable),
  );
  // Do not wait for a body that may be long in coming, as with server-sent events.
  if (!hasWritten) response.flushHeaders();
}

function pairs(flat: readonly string[]): [string, string][] {
  const result: [string, string][] = [];
  for (let index = 0; index + 1 < flat.length; index += 2)
    result.push([flat[index] ?? '', flat[index + 1] ?? '']);
  return result;
}
