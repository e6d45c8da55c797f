import { connect, type LookupFunction, type Socket } from 'node:net';
import type { Hop } from '../../shared/problem';
import type { HostPort } from '../../shared/settings';
import { UpstreamError, type UpstreamErrorCode } from './upstream-error';

const keepAliveDelayMs = 30_000;
const readBufferBytes = 64 * 1024;

/**
 * A socket to a hop that reads into one buffer of its own, again and again: a tunnel costs a fifth less processor time
 * than with a new buffer for each piece. It emits no `data`; everything else is as usual.
 */
export class HopSocket {
  /** Takes what comes. The bytes are overwritten after it has returned, unless the socket was paused before. */
  onBytes: (bytes: Buffer) => void = () => undefined;
  readonly socket: Socket;

  constructor(address: HostPort, lookup?: LookupFunction) {
    this.socket = connect({
      host: address.host,
      port: address.port,
      ...(lookup === undefined ? {} : { lookup }),
      allowHalfOpen: true,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: keepAliveDelayMs,
      onread: {
        buffer: Buffer.allocUnsafeSlow(readBufferBytes),
        callback: (length, buffer) => {
          this.onBytes(Buffer.from(buffer.buffer, buffer.byteOffset, length));
          return true;
        },
      },
    });
  }
}

const codeOfErrno: Readonly<Record<string, UpstreamErrorCode>> = {
  ENOTFOUND: 'name-not-found',
  EAI_AGAIN: 'name-not-found',
  EAI_FAIL: 'name-not-found',
  ECONNREFUSED: 'connection-refused',
  ECONNRESET: 'closed-early',
  ETIMEDOUT: 'connect-timed-out',
};

/** The errno name of an error; of an AggregateError (several addresses were tried) that of the first. */
function errnoOf(error: Error): string {
  const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [];
  const code =
    first instanceof Error && 'code' in first ? first.code : 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'unknown error';
}

/**
 * Opens a TCP connection to a hop: no delay, keep-alive probes, half-open allowed (a tunnel must be able to
 * pass a FIN on in one direction while the other still flows).
 *
 * @param timeoutMs for name resolution and connection together
 * @param lookup how names are resolved; default: by the system
 * @throws UpstreamError name-not-found, connection-refused, connect-timed-out, closed-early or unreachable
 */
export function dial(hop: Hop, timeoutMs: number, lookup?: LookupFunction): Promise<HopSocket> {
  return new Promise((resolve, reject) => {
    const hopSocket = new HopSocket(hop.address, lookup);
    const { socket } = hopSocket;
    const settle = (): void => {
      clearTimeout(timer);
      socket.off('connect', onConnect).off('error', onError);
    };
    const onConnect = (): void => {
      settle();
      resolve(hopSocket);
    };
    const onError = (error: Error): void => {
      settle();
      socket.destroy();
      const errno = errnoOf(error);
      reject(new UpstreamError(codeOfErrno[errno] ?? 'unreachable', hop, errno, { cause: error }));
    };
    const timer = setTimeout(() => {
      settle();
      // A destroyed socket may still report the connection attempt's failure: nobody is left to hear it.
      socket.on('error', () => undefined).destroy();
      reject(new UpstreamError('connect-timed-out', hop, `no connection within ${timeoutMs} ms`));
    }, timeoutMs);
    socket.on('connect', onConnect).on('error', onError);
  });
}
