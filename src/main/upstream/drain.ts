import type { BodySink } from './body-sink';
import type { Answer } from './http-connection';
import { UpstreamError } from './upstream-error';

/** A 407 may carry a page; more than this is not read for the sake of keeping the connection. */
const maxChallengePageBytes = 4 * 1024 * 1024;
/** How long to wait whether a 407 without a length has a body. */
const unframedQuietMs = 300;

/** Reads and drops a body that nobody wants. Resolves with whether the connection can be used again. */
export function drainShortBody(answer: Answer, timeoutMs: number): Promise<boolean> {
  return drain(answer, maxChallengePageBytes, timeoutMs, unframedQuietMs);
}

/** The same, whatever goes wrong with it. */
export async function isDrained(answer: Answer, timeoutMs: number): Promise<boolean> {
  try {
    return await drainShortBody(answer, timeoutMs);
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return false;
  }
}

/**
 * Reads and drops the body. Resolves with whether the connection can carry another request. A body without
 * a length, behind which the peer neither sends nor closes, is taken to be over after `quietMs`: some
 * proxies leave out the length of an empty body.
 *
 * @throws UpstreamError broken-answer beyond `limitBytes`, silent beyond `timeoutMs`, closed-early
 */
function drain(answer: Answer, limitBytes: number, timeoutMs: number, quietMs: number): Promise<boolean> {
  const { connection } = answer;
  return new Promise((resolve, reject) => {
    let total = 0;
    let isOver = false;
    const timers: NodeJS.Timeout[] = [];
    let quietTimer: NodeJS.Timeout | undefined;
    const settle = (): void => {
      isOver = true;
      for (const timer of timers) clearTimeout(timer);
    };
    const sink: BodySink = {
      data: (chunk) => {
        total += chunk.length;
        quietTimer?.refresh();
        if (total <= limitBytes) return;
        connection.fail(
          new UpstreamError('broken-answer', connection.hop, `a body of more than ${limitBytes} bytes`),
        );
      },
      end: settle,
      fail: (error) => {
        settle();
        reject(error);
      },
    };
    if (answer.framing.kind === 'until-close') {
      quietTimer = setTimeout(() => connection.endUnframedBody(), quietMs);
      timers.push(quietTimer);
    }
    connection.readBody(answer, sink, resolve);
    // A short body has mostly come with its head.
    if (isOver) return;
    const giveUp = (): void => {
      connection.fail(
        new UpstreamError('silent', connection.hop, `a body that took more than ${timeoutMs} ms`),
      );
    };
    timers.push(setTimeout(giveUp, timeoutMs));
  });
}
