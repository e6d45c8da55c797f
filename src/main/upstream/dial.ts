import { lookup as systemLookup } from 'node:dns';
import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import type { Hop } from '../../shared/problem';
import type { HostPort } from '../../shared/settings';
import type { JudgeAddress, Refusal } from './own-machine';
import { UpstreamError, type UpstreamErrorCode } from './upstream-error';

/** How long a connection is silent before the system asks whether the other side is still there, in milliseconds. */
export const keepAliveDelayMs = 30_000;
const readBufferBytes = 64 * 1024;

/**
 * A socket to a hop that reads into one buffer of its own, again and again: a tunnel costs a fifth less processor time
 * than with a new buffer for each piece. It emits no `data`; everything else is as usual.
 */
export class HopSocket {
  /** Takes what comes. The bytes are overwritten after it has returned, unless the socket was paused before. */
  onBytes: (bytes: Buffer) => void = () => undefined;
  readonly socket: Socket;

  constructor(address: HostPort, lookup: LookupFunction) {
    this.socket = connect({
      host: address.host,
      port: address.port,
      lookup,
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
  EMFILE: 'out-of-descriptors',
  ENFILE: 'out-of-descriptors',
};

/** The errno name of an error; of an AggregateError (several addresses were tried) that of the first. */
function errnoOf(error: Error): string {
  const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [];
  const code =
    first instanceof Error && 'code' in first ? first.code : 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'unknown error';
}

const refusalWords: Readonly<Record<Refusal, string>> = {
  'forbidden-address': 'its address is not one that this client may reach',
  loop: 'its address is that of the local proxy itself',
};

/** Leaves out of what a look-up finds the addresses that must not be connected to, and tells when none is left. */
function judged(
  lookup: LookupFunction,
  judge: (address: string) => Refusal | undefined,
  onRefusal: (refusal: Refusal) => void,
): LookupFunction {
  return (name, options, callback) => {
    lookup(name, { ...options, all: true }, (error, found) => {
      if (error !== null || typeof found === 'string') {
        callback(error ?? new Error('not all addresses were given'), '', 0);
        return;
      }
      const left = found.filter(({ address }) => judge(address) === undefined);
      const [first] = left;
      if (first !== undefined) {
        if (options.all === true) callback(null, left);
        else callback(null, first.address, first.family);
        return;
      }
      const refusal = found[0] && judge(found[0].address);
      if (refusal !== undefined) onRefusal(refusal);
      callback(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), '', 0);
    });
  };
}

/**
 * Opens a TCP connection to a hop: no delay, keep-alive probes, half-open allowed (a tunnel must be able to
 * pass a FIN on in one direction while the other still flows).
 *
 * @param timeoutMs for name resolution and connection together
 * @param lookup how names are resolved; default: by the system
 * @param judge which addresses must not be connected to: not a packet goes there. Default: none
 * @throws UpstreamError name-not-found, connection-refused, connect-timed-out, closed-early, unreachable or out-of-descriptors; forbidden-address
 * or loop when every address of the hop is one that must not be connected to
 */
export function dial(
  hop: Hop,
  timeoutMs: number,
  lookup: LookupFunction = systemLookup,
  judge?: JudgeAddress,
): Promise<HopSocket> {
  return new Promise((resolve, reject) => {
    const { host, port } = hop.address;
    const refuse = (refusal: Refusal): void => {
      reject(new UpstreamError(refusal, hop, refusalWords[refusal]));
    };
    const refusalOf = (address: string): Refusal | undefined => {
      try {
        return judge?.(address, port);
      } catch {
        // The addresses of this machine cannot be had, as without descriptors: then nobody knows that it is none of them.
        return 'forbidden-address';
      }
    };
    const refusal = isIP(host) === 0 ? undefined : refusalOf(host);
    if (refusal !== undefined) {
      refuse(refusal);
      return;
    }
    // Told before the look-up fails: its error is then too late.
    const hopSocket = new HopSocket(
      hop.address,
      judge === undefined ? lookup : judged(lookup, refusalOf, refuse),
    );
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
