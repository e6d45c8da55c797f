import type { Socket } from 'node:net';
import { BodyDecoder } from '../../src/main/http1/body-decoder';
import type { BodyFraming } from '../../src/main/http1/body-framing';
import type { HeadParser } from '../../src/main/http1/head-parser';
import { chunkPrefix, lastChunk } from '../../src/main/http1/head-writer';
import type { HeaderList, RequestHead, ResponseHead } from '../../src/main/http1/message-head';
import { flushed, type SocketReader } from './socket-reader';

/** Reads one head; undefined when the peer ends before it is complete. @throws Http1Error */
export async function readHead<H extends RequestHead | ResponseHead>(
  reader: SocketReader,
  parser: HeadParser<H>,
): Promise<H | undefined> {
  for (;;) {
    const piece = await reader.read();
    if (piece === undefined) return undefined;
    const parsed = parser.push(piece);
    if (parsed !== undefined) {
      reader.unread(parsed.rest);
      return parsed.head;
    }
  }
}

/** Reads a body to its end and throws it away. @throws Http1Error */
export async function discardBody(reader: SocketReader, framing: BodyFraming): Promise<void> {
  await readBody(
    reader,
    framing,
    () => undefined,
    () => Promise.resolve(),
  );
}

/**
 * Copies a body as fast as the destination takes it, chunked anew or as it is. When the destination is gone, the rest
 * is read all the same, so that the next message can be.
 *
 * @throws Http1Error when the body is broken off
 */
export async function relayBody(
  reader: SocketReader,
  framing: BodyFraming,
  to: Socket,
  isChunked: boolean,
): Promise<void> {
  const write = (data: Buffer): void => {
    if (to.destroyed) return;
    if (isChunked) to.write(chunkPrefix(data.length), 'latin1');
    to.write(data);
    if (isChunked) to.write('\r\n', 'latin1');
  };
  const trailers = await readBody(reader, framing, write, () => flushed(to));
  if (isChunked && !to.destroyed) to.write(lastChunk(trailers), 'latin1');
}

async function readBody(
  reader: SocketReader,
  framing: BodyFraming,
  onData: (data: Buffer) => void,
  ready: () => Promise<void>,
): Promise<HeaderList> {
  const decoder = new BodyDecoder(framing, onData);
  while (!decoder.isDone) {
    const piece = await reader.read();
    if (piece === undefined) decoder.end();
    else {
      const rest = decoder.push(piece);
      if (rest !== undefined) reader.unread(rest);
      await ready();
    }
  }
  return decoder.trailers;
}
