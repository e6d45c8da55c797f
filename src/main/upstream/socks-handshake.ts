import { isIP, isIPv4 } from 'node:net';
import { ipDigits } from '../../shared/ip-address';
import type { HostPort } from '../../shared/settings';

/** What is sent, and what is to be made of what comes. A handshake over a stream, without the stream. */
export interface SocksStep {
  /** To be sent before anything is waited for; undefined: nothing. */
  readonly send?: Buffer;
  /** How many bytes the next step takes. */
  readonly wanted: number;
}

/** Why a SOCKS proxy does not connect. `isOrigin`: it says that it is the origin that cannot be reached. */
export class SocksError extends Error {
  override readonly name = 'SocksError';

  constructor(
    message: string,
    readonly isOrigin: boolean,
  ) {
    super(message);
  }
}

/** The steps of a handshake: gets what each step has wanted. Ends when the stream is the origin's. @throws SocksError */
export type SocksHandshake = Generator<SocksStep, void, Buffer>;

/** RFC 1928, 6. */
const replies: Readonly<Record<number, string>> = {
  1: 'it has failed',
  2: 'its rules do not allow it',
  3: 'the network of the origin is unreachable',
  4: 'the origin is unreachable',
  5: 'the origin refuses the connection',
  6: 'the origin does not answer',
  7: 'it does not connect',
  8: 'it does not know this kind of address',
};
const originReplies: ReadonlySet<number> = new Set([3, 4, 5, 6]);

/**
 * SOCKS version 5 (RFC 1928) without a sign-in: a name goes to the proxy as it is, which looks it up.
 *
 * @throws SocksError
 */
export function* socks5Handshake(origin: HostPort): SocksHandshake {
  const greeting = yield { send: Buffer.from([5, 1, 0]), wanted: 2 };
  if (greeting[0] !== 5) throw new SocksError('it does not speak SOCKS 5', false);
  if (greeting[1] !== 0) throw new SocksError('it asks for a sign-in of its own', false);
  const send = Buffer.concat([Buffer.from([5, 1, 0]), addressOf(origin.host), portOf(origin)]);
  const reply = yield { send, wanted: 5 };
  const [version, code = 1, , kind, first = 0] = reply;
  if (version !== 5) throw new SocksError('it does not speak SOCKS 5', false);
  if (code !== 0) throw new SocksError(replies[code] ?? `it answers ${code}`, originReplies.has(code));
  // The address that it connects from, of which a byte has been read, and the port.
  const lengths: Readonly<Record<number, number>> = { 1: 3, 3: first, 4: 15 };
  const length = lengths[kind ?? 0];
  if (length === undefined) throw new SocksError('its answer is none of SOCKS 5', false);
  yield { wanted: length + 2 };
}

/**
 * SOCKS version 4; with a name as 4A has it, where no IPv4 address is known.
 *
 * @param address the IPv4 address of the origin; undefined: the proxy looks its name up
 * @throws SocksError
 */
export function* socks4Handshake(origin: HostPort, address: string | undefined): SocksHandshake {
  if (address === undefined && isIP(origin.host) === 6)
    throw new SocksError('SOCKS 4 has no IPv6 addresses', true);
  const known = Buffer.from((address ?? '0.0.0.1').split('.').map(Number));
  const name = address === undefined ? Buffer.from(`${origin.host}\0`, 'latin1') : Buffer.alloc(0);
  const send = Buffer.concat([Buffer.from([4, 1]), portOf(origin), known, Buffer.from([0]), name]);
  const [version, code = 91] = yield { send, wanted: 8 };
  if (version !== 0) throw new SocksError('it does not speak SOCKS 4', false);
  if (code === 91) throw new SocksError('it has refused or not reached the origin', true);
  if (code !== 90) throw new SocksError('it asks for a sign-in of its own', false);
}

/** RFC 1928, 5. */
function addressOf(host: string): Buffer {
  if (isIPv4(host)) return Buffer.from([1, ...host.split('.').map(Number)]);
  if (isIP(host) === 6) return Buffer.concat([Buffer.from([4]), ipv6Bytes(host)]);
  const name = Buffer.from(host, 'latin1');
  if (name.length > 255) throw new SocksError('the name of the origin is too long for SOCKS', true);
  return Buffer.concat([Buffer.from([3, name.length]), name]);
}

function portOf({ port }: HostPort): Buffer {
  return Buffer.from([port >> 8, port & 0xff]);
}

/** The 16 bytes of an IPv6 address. */
function ipv6Bytes(address: string): Buffer {
  // An IPv4 address that is mapped into IPv6 (RFC 4291, 2.5.5.2) is read as that.
  return Buffer.from((ipDigits(address) ?? '').padStart(12, 'f').padStart(32, '0'), 'hex');
}
