import { forwardableTrailers } from '../http1/headers';
import type { Answer } from '../upstream/http-connection';
import type { UploadBody } from '../upstream/upload-body';
import type { ClientExchange } from './client-exchange';
import { forwardedResponseHeaders } from './forwarded-headers';

/** What an answer is relayed with. */
export interface Relay {
  readonly exchange: ClientExchange;
  /** The client's body on its way, which may not have been needed whole. */
  readonly upload: UploadBody | undefined;
  /** Pseudonym of this proxy. */
  readonly via: string;
  /** For an answer that has no Date, IMF-fixdate. */
  readonly date: string;
  /** Told once the answer is over, with whether its connection can carry another request. */
  readonly release: (isReusable: boolean) => void;
}

/**
 * Streams an answer to a client as it is: status, end-to-end headers, body and trailers, with back-pressure.
 *
 * @throws Http1Error when a header cannot be written; nothing has been sent then
 */
export function relayAnswer(answer: Answer, { exchange, upload, via, date, release }: Relay): void {
  const { head, connection } = answer;
  const { socket } = exchange.connection;
  // Trailers need the chunked coding on both sides.
  const hasTrailers = answer.framing.kind === 'chunked' && exchange.head.minorVersion > 0;
  // Head and body often come together, and go on together.
  socket.cork();
  try {
    exchange.begin(
      head.status,
      head.reason,
      forwardedResponseHeaders(answer, via, date, hasTrailers),
      answer.framing.kind,
    );
    exchange.onDrain = () => connection.resume();
    exchange.whenLost(() => connection.destroy());
    connection.readBody(
      answer,
      {
        data: (chunk) => {
          if (!exchange.write(chunk)) connection.pause();
        },
        end: (trailers) => {
          exchange.whenLost(undefined);
          if (upload?.isFinished === false) upload.discard();
          exchange.end(hasTrailers ? forwardableTrailers(trailers) : []);
        },
        // The client can tell a cut answer from a whole one only by the end of its connection.
        fail: () => exchange.cut(),
      },
      release,
    );
  } finally {
    socket.uncork();
  }
}
