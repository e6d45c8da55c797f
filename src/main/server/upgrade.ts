import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { PassThrough, type Readable } from 'node:stream';
import { BodyDecoder } from '../http1/body-decoder';
import { requestFraming } from '../http1/body-framing';
import { headerValues } from '../http1/headers';
import { Http1Error } from '../http1/http1-error';
import type { HeaderList } from '../http1/message-head';
import { RefusedRequest } from './failure';

/** The two hop-by-hop headers that carry an upgrade on to the next hop (RFC 9110, 7.8), and the settings of h2c. */
export function upgradeHeaders(rawHeaders: HeaderList): string[] {
  const headers = ['Connection', 'Upgrade', 'Upgrade', headerValues(rawHeaders, 'upgrade').join(', ')];
  const [settings] = headerValues(rawHeaders, 'http2-settings');
  if (settings === undefined) return headers;
  headers[1] = 'Upgrade, HTTP2-Settings';
  return [...headers, 'HTTP2-Settings', settings];
}

/** The body of a request that asks for an upgrade. */
export interface UpgradeBody {
  readonly framing: 'length' | 'chunked';
  readonly source: Readable;
  /** What the client has sent behind the body. */
  rest(): Buffer;
}

/**
 * Reads the body of a request with Upgrade from the bare socket: Node parses none there. Undefined when the
 * request has no body.
 *
 * @param head the bytes that came with the request's head
 * @throws RefusedRequest bad-request when the framing is broken
 */
export function readUpgradeBody(
  request: IncomingMessage,
  socket: Socket,
  head: Buffer,
): UpgradeBody | undefined {
  const framing = framingOf(request);
  if (framing.kind === 'none' || (framing.kind === 'length' && framing.length === 0)) return undefined;
  const source = new PassThrough();
  const decoder = new BodyDecoder(framing, (chunk) => {
    if (!source.write(chunk)) socket.pause();
  });
  let rest: Buffer = Buffer.alloc(0);
  const stop = (): void => {
    socket.off('data', onData).off('end', onEnd).pause();
    source.off('drain', onDrain);
  };
  const onData = (chunk: Buffer): void => {
    try {
      const behind = decoder.push(chunk);
      if (behind === undefined) return;
      rest = behind;
      stop();
      source.end();
    } catch (error) {
      if (!(error instanceof Http1Error)) throw error;
      // The request's head has been accepted: all that is left is to end the connection.
      stop();
      socket.destroy();
    }
  };
  const onEnd = (): void => {
    stop();
    socket.destroy();
  };
  const onDrain = (): void => {
    socket.resume();
  };
  source.on('drain', onDrain);
  socket.on('data', onData).on('end', onEnd);
  if (head.length > 0) onData(head);
  return { framing: framing.kind === 'chunked' ? 'chunked' : 'length', source, rest: () => rest };
}

function framingOf(request: IncomingMessage): ReturnType<typeof requestFraming> {
  const minorVersion = request.httpVersionMinor === 0 ? 0 : 1;
  const { method = '', url: target = '', rawHeaders: headers } = request;
  try {
    return requestFraming({ kind: 'request', method, target, minorVersion, headers });
  } catch (error) {
    if (!(error instanceof Http1Error)) throw error;
    throw new RefusedRequest({ kind: 'bad-request', detail: error.message });
  }
}
