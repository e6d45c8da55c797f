import { lookup as systemLookup } from 'node:dns';
import { connect, isIP, type LookupFunction, type Socket, type TcpNetConnectOpts } from 'node:net';
import type { FailedConnect, IsForbiddenByMac } from '../../shared/failed-connect';
import type { Hop } from '../../shared/problem';
import type { Upstream } from '../../shared/settings';
import type { JudgeAddress, Refusal } from './own-machine';
import { connectTls, isCertificateError } from './connect-tls';
import { UpstreamError, type UpstreamErrorCode } from './upstream-error';

/** How long a connection is silent before the system asks whether the other side is still there, in milliseconds. */
export const keepAliveDelayMs = 30_000;
const commonBufferBytes = 64 * 1024;
/** A tunnel through which so much comes at once gets a buffer of its own: copying it would cost more. */
const bulkBytes = 32 * 1024;
/** Fewer and larger pieces cost less. */
const ownBufferBytes = 256 * 1024;

// As good a clock as `performance`, without all that Node loads for that.
const uptimeMs = (): number => process.uptime() * 1000;

let commonBuffer: Buffer | undefined;

/** What all sockets read into that have no buffer of their own: whatever comes is copied out of it at once. */
function readBuffer(): Buffer {
  return (commonBuffer ??= Buffer.allocUnsafeSlow(commonBufferBytes));
}

/**
 * A socket to a hop that emits no `data`; everything else is as usual. It reads into a buffer that all of them share, and as a
 * tunnel that carries much into one of its own, again and again: that costs a fifth less processor time than a new buffer for
 * each piece, and one for each connection would have the garbage collector run for every few hundred connections.
 */
export class HopSocket {
  /** Takes what comes. With a buffer of its own the bytes are overwritten after it has returned, unless the socket was paused before. */
  onBytes: (bytes: Buffer) => void = () => undefined;
  /** Whether what comes may lie in a buffer of its own. */
  isTunnel = false;
  #own: Buffer | undefined;
  readonly socket: Socket;

  constructor(address: Upstream, lookup: LookupFunction) {
    const how = {
      host: address.host,
      port: address.port,
      lookup,
      allowHalfOpen: true,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: keepAliveDelayMs,
      onread: {
        // Asked after each read.
        buffer: () => this.#own ?? readBuffer(),
        callback: (length: number, buffer: Uint8Array): boolean => {
          const bytes = Buffer.from(buffer.buffer, buffer.byteOffset, length);
          if (this.isTunnel && length >= bulkBytes) this.#own ??= Buffer.allocUnsafeSlow(ownBufferBytes);
          this.onBytes(buffer === commonBuffer ? Buffer.from(bytes) : bytes);
          return true;
        },
      },
    } satisfies TcpNetConnectOpts;
    this.socket = address.isTls === true ? connectTls(how) : connect(how);
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

/** What has failed, address by address, in the order in which they were tried: at least one. */
function failuresOf(error: Error, afterMs: number): readonly FailedConnect[] {
  const errors: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
  return errors.map((each) => {
    const { code, address } = each as { readonly code?: unknown; readonly address?: unknown };
    return {
      errno: typeof code === 'string' ? code : 'unknown error',
      address: typeof address === 'string' ? address : undefined,
      afterMs,
    };
  });
}

export interface DialOptions {
  /** How names are resolved; default: by the system. */
  readonly lookup?: LookupFunction;
  /** Which addresses must not be connected to: not a packet goes there. Default: none. */
  readonly judge?: JudgeAddress;
  /** Tells a connection that this Mac forbids from one that the network could not make. Default: none is. */
  readonly isForbiddenByMac?: IsForbiddenByMac | undefined;
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
 * Opens a TCP connection to a hop, and TLS over it where the hop is spoken to so: no delay, keep-alive probes, half-open allowed (a tunnel must be able to
 * pass a FIN on in one direction while the other still flows).
 *
 * @param timeoutMs for name resolution, connection and TLS together
 * @throws UpstreamError name-not-found, connection-refused, connect-timed-out, closed-early, unreachable, local-network-denied,
 * untrusted-certificate or out-of-descriptors; forbidden-address or loop when every address of the hop is one that must not be connected to
 */
export function dial(
  hop: Hop,
  timeoutMs: number,
  { lookup = systemLookup, judge, isForbiddenByMac = () => false }: DialOptions = {},
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
    const connected = hop.address.isTls === true ? 'secureConnect' : 'connect';
    let startMs = uptimeMs();
    const onLookup = (): void => {
      startMs = uptimeMs();
    };
    const settle = (): void => {
      clearTimeout(timer);
      socket.off('lookup', onLookup).off(connected, onConnect).off('error', onError);
    };
    const onConnect = (): void => {
      settle();
      resolve(hopSocket);
    };
    const onError = (error: Error): void => {
      settle();
      socket.destroy();
      const failures = failuresOf(error, uptimeMs() - startMs);
      const errno = failures[0]?.errno ?? 'unknown error';
      if (isCertificateError(error)) {
        reject(new UpstreamError('untrusted-certificate', hop, error.message, { cause: error }));
        return;
      }
      const code = failures.some(isForbiddenByMac) ? 'local-network-denied' : codeOfErrno[errno];
      reject(new UpstreamError(code ?? 'unreachable', hop, errno, { cause: error }));
    };
    const timer = setTimeout(() => {
      settle();
      // A destroyed socket may still report the connection attempt's failure: nobody is left to hear it.
      socket.on('error', () => undefined).destroy();
      reject(new UpstreamError('connect-timed-out', hop, `no connection within ${timeoutMs} ms`));
    }, timeoutMs);
    socket.on('lookup', onLookup).on(connected, onConnect).on('error', onError);
  });
}
