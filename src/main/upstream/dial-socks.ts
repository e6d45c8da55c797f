import type { LookupFunction } from 'node:net';
import { isIP } from 'node:net';
import type { IsForbiddenByMac } from '../../shared/failed-connect';
import type { Hop } from '../../shared/problem';
import type { HostPort } from '../../shared/settings';
import { dial, type HopSocket } from './dial';
import type { JudgeAddress } from './own-machine';
import { socks4Handshake, socks5Handshake, SocksError, type SocksHandshake } from './socks-handshake';
import { UpstreamError } from './upstream-error';

/** A SOCKS proxy that asks for no sign-in. */
export interface SocksProxy {
  readonly version: 4 | 5;
  readonly address: HostPort;
}

export interface DialSocksOptions {
  /** For the connection to the proxy, and once more for the handshake, in which that connects to the origin, in milliseconds. */
  readonly timeoutMs: number;
  /** How names are resolved: that of the proxy, and for version 4 that of the origin. */
  readonly lookup: LookupFunction;
  /** Which addresses the proxy must not be at. */
  readonly judge: JudgeAddress;
  readonly isForbiddenByMac?: IsForbiddenByMac | undefined;
}

/**
 * Opens a connection to an origin through a SOCKS proxy.
 *
 * @returns the connection, and what has come over it from the origin already
 * @throws UpstreamError of the hop that is to blame: the proxy, or the origin
 */
export async function dialSocks(
  proxy: SocksProxy,
  origin: HostPort,
  { timeoutMs, lookup, judge, isForbiddenByMac }: DialSocksOptions,
): Promise<{ readonly hopSocket: HopSocket; readonly early: Buffer }> {
  const hop: Hop = { role: 'upstream', address: proxy.address };
  // In a browser, too, the name is looked up here, and by the proxy where it has no address here.
  const address = proxy.version === 4 ? await ipv4Of(origin.host, lookup) : undefined;
  const hopSocket = await dial(hop, timeoutMs, { lookup, judge, isForbiddenByMac });
  try {
    const handshake = proxy.version === 5 ? socks5Handshake(origin) : socks4Handshake(origin, address);
    return { hopSocket, early: await shakeHands(hopSocket, hop, handshake, timeoutMs) };
  } catch (error) {
    hopSocket.socket.on('error', () => undefined).destroy();
    if (!(error instanceof SocksError)) throw error;
    const blamed: Hop = error.isOrigin ? { role: 'origin', address: origin } : hop;
    throw new UpstreamError('unreachable', blamed, `SOCKS: ${error.message}`, { cause: error });
  }
}

/** @returns what has come behind the handshake */
function shakeHands(
  hopSocket: HopSocket,
  hop: Hop,
  handshake: SocksHandshake,
  timeoutMs: number,
): Promise<Buffer> {
  const { socket } = hopSocket;
  return new Promise((resolve, reject) => {
    let came: Buffer = Buffer.alloc(0);
    let wanted = 0;
    const settle = (): void => {
      clearTimeout(timer);
      hopSocket.onBytes = () => undefined;
      socket.off('error', onLost).off('end', onLost).off('close', onLost);
    };
    const fail = (error: unknown): void => {
      settle();
      reject(error as Error);
    };
    const onLost = (): void => {
      fail(new UpstreamError('unreachable', hop, 'SOCKS: it has closed the connection'));
    };
    const timer = setTimeout(() => {
      fail(new UpstreamError('connect-timed-out', hop, `SOCKS: no connection within ${timeoutMs} ms`));
    }, timeoutMs);
    const step = (bytes: Buffer): void => {
      const { done, value } = handshake.next(bytes);
      if (done === true) {
        settle();
        resolve(came);
        return;
      }
      if (value.send !== undefined) socket.write(value.send);
      wanted = value.wanted;
    };
    hopSocket.onBytes = (bytes) => {
      came = Buffer.concat([came, bytes]);
      try {
        while (wanted > 0 && came.length >= wanted) {
          const taken = came.subarray(0, wanted);
          came = came.subarray(wanted);
          wanted = 0;
          step(taken);
        }
      } catch (error) {
        fail(error);
      }
    };
    socket.on('error', onLost).on('end', onLost).on('close', onLost);
    try {
      step(Buffer.alloc(0));
    } catch (error) {
      fail(error);
    }
  });
}

function ipv4Of(host: string, lookup: LookupFunction): Promise<string | undefined> {
  if (isIP(host) !== 0) return Promise.resolve(isIP(host) === 4 ? host : undefined);
  return new Promise((resolve) => {
    lookup(host, { all: true }, (error, found) => {
      const all = error === null && typeof found !== 'string' ? found : [];
      resolve(all.find(({ family }) => family === 4)?.address);
    });
  });
}
