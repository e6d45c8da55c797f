import { timingSafeEqual } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { HostPort, SocksUser } from '../../shared/settings';
import { parseAuthority } from './request-target';

const version = 5;
/** The version of the sub-negotiation (RFC 1929, 2). */
const passwordVersion = 1;
const noAuthentication = 0;
const usernamePassword = 2;
const noAcceptableMethods = 0xff;
const connectCommand = 1;
const addressTypes = { ipv4: 1, name: 3, ipv6: 4 } as const;

/** Reply codes (RFC 1928, 6). */
export const socksReplies = {
  succeeded: 0,
  generalFailure: 1,
  notAllowed: 2,
  networkUnreachable: 3,
  hostUnreachable: 4,
  connectionRefused: 5,
  commandNotSupported: 7,
  addressTypeNotSupported: 8,
} as const;

/**
 * The answer to a request (RFC 1928, 6). Where the connection begins is not said, as it may begin at the company proxy: the
 * address is 0.0.0.0:0.
 */
export function socksReply(code: number): Buffer {
  return Buffer.from([version, code, 0, addressTypes.ipv4, 0, 0, 0, 0, 0, 0]);
}

/** What a client has come to. */
export type SocksStep =
  /** More bytes are needed; `reply` goes to the client meanwhile. */
  | { readonly kind: 'more'; readonly reply: Buffer }
  /** It asks for a connection; `rest` is what it has sent behind that. */
  | { readonly kind: 'connect'; readonly target: HostPort; readonly reply: Buffer; readonly rest: Buffer }
  /** It is turned away: `reply` is the last that it is told. */
  | { readonly kind: 'refused'; readonly reply: Buffer; readonly why: SocksRefusal };

export type SocksRefusal =
  | { readonly kind: 'sign-in' }
  /** In words, without anything that the client has sent. */
  | { readonly kind: 'malformed'; readonly detail: string };

const nothing = Buffer.alloc(0);

/**
 * What a SOCKS5 client says before its tunnel (RFC 1928; user name and password by RFC 1929). Bytes in, bytes out. CONNECT alone is
 * carried out. No message of it is longer than 513 bytes, so what is held is bounded.
 */
export class SocksHandshake {
  readonly #users: readonly SocksUser[];
  #held: Buffer = nothing;
  #state: 'greeting' | 'password' | 'request' = 'greeting';

  /** @param users who may connect; none: everybody */
  constructor(users: readonly SocksUser[]) {
    this.#users = users;
  }

  /** Whether the client has said nothing at all. */
  get isEmpty(): boolean {
    return this.#state === 'greeting' && this.#held.length === 0;
  }

  /** Reads on. Not to be called again once it has asked for a connection or was turned away. */
  push(chunk: Buffer): SocksStep {
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const replies: Buffer[] = [];
    for (;;) {
      const step = this.#step();
      if (step === undefined) return { kind: 'more', reply: Buffer.concat(replies) };
      if (step.kind !== 'more') return { ...step, reply: Buffer.concat([...replies, step.reply]) };
      replies.push(step.reply);
    }
  }

  /** The next message; undefined while it is not whole. */
  #step(): SocksStep | undefined {
    switch (this.#state) {
      case 'greeting':
        return this.#readGreeting();
      case 'password':
        return this.#readPassword();
      case 'request':
        return this.#readRequest();
    }
  }

  #take(length: number): void {
    this.#held = this.#held.subarray(length);
  }

  #readGreeting(): SocksStep | undefined {
    const [first, count = 0] = this.#held;
    if (first !== undefined && first !== version) {
      return malformed(nothing, 'this port speaks SOCKS5, and the client something else');
    }
    if (this.#held.length < 2 || this.#held.length < 2 + count) return undefined;
    const methods = this.#held.subarray(2, 2 + count);
    this.#take(2 + count);
    const wanted = this.#users.length === 0 ? noAuthentication : usernamePassword;
    if (!methods.includes(wanted)) {
      const reply = Buffer.from([version, noAcceptableMethods]);
      return this.#users.length > 0
        ? { kind: 'refused', reply, why: { kind: 'sign-in' } }
        : malformed(reply, 'the client offers no way to connect without a sign-in');
    }
    this.#state = wanted === noAuthentication ? 'request' : 'password';
    return { kind: 'more', reply: Buffer.from([version, wanted]) };
  }

  /** RFC 1929, 2. */
  #readPassword(): SocksStep | undefined {
    const [first, userLength = 0] = this.#held;
    if (first !== undefined && first !== passwordVersion) {
      return malformed(Buffer.from([passwordVersion, 1]), 'its sign-in is of another version');
    }
    const passwordLength = this.#held[2 + userLength];
    if (this.#held.length < 2 || passwordLength === undefined) return undefined;
    const end = 3 + userLength + passwordLength;
    if (this.#held.length < end) return undefined;
    const user = this.#held.subarray(2, 2 + userLength);
    const password = this.#held.subarray(3 + userLength, end);
    // Each is compared, so that the time says nothing of which one it was.
    const isKnown = this.#users.map((each) => isSame(each.user, user) && isSame(each.password, password));
    this.#take(end);
    if (!isKnown.includes(true)) {
      return { kind: 'refused', reply: Buffer.from([passwordVersion, 1]), why: { kind: 'sign-in' } };
    }
    this.#state = 'request';
    return { kind: 'more', reply: Buffer.from([passwordVersion, 0]) };
  }

  /** RFC 1928, 4 and 5. */
  #readRequest(): SocksStep | undefined {
    const [first, command, , type, nameLength] = this.#held;
    if (first !== undefined && first !== version) {
      return malformed(socksReply(socksReplies.generalFailure), 'its request is of another version');
    }
    if (type === undefined) return undefined;
    if (command !== connectCommand) {
      const reply = socksReply(socksReplies.commandNotSupported);
      return malformed(reply, 'of SOCKS5 only CONNECT is carried out');
    }
    const length = this.#addressLength(type, nameLength);
    if (length === undefined) {
      const reply = socksReply(socksReplies.addressTypeNotSupported);
      return malformed(reply, 'its address is of a kind that SOCKS5 does not have');
    }
    const start = type === addressTypes.name ? 5 : 4;
    const end = start + length + 2;
    if (this.#held.length < end) return undefined;
    const bytes = this.#held.subarray(start, start + length);
    const target = targetOf(type, bytes, this.#held.readUInt16BE(start + length));
    const rest = this.#held.subarray(end);
    this.#held = nothing;
    if (target === undefined) {
      return malformed(socksReply(socksReplies.generalFailure), 'its request names no host and port');
    }
    return { kind: 'connect', target, reply: nothing, rest };
  }

  /** In bytes; undefined for a type that there is not. */
  #addressLength(type: number, nameLength: number | undefined): number | undefined {
    if (type === addressTypes.ipv4) return 4;
    if (type === addressTypes.ipv6) return 16;
    return type === addressTypes.name ? (nameLength ?? 255) : undefined;
  }
}

function malformed(reply: Buffer, detail: string): SocksStep {
  return { kind: 'refused', reply, why: { kind: 'malformed', detail } };
}

/** The target, as far as it could stand in a request line; undefined for what could not. */
function targetOf(type: number, bytes: Buffer, port: number): HostPort | undefined {
  const host =
    type === addressTypes.ipv4
      ? bytes.join('.')
      : type === addressTypes.ipv6
        ? (bytes.toString('hex').match(/.{4}/g) ?? []).map(withoutZeros).join(':')
        : bytes.toString('latin1');
  if (!/^[\x21-\x7e]+$/.test(host)) return undefined;
  return parseAuthority(isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`);
}

function withoutZeros(digits: string): string {
  return digits.replace(/^0{1,3}/, '');
}

/** Whether text is these bytes, in a time that does not depend on where they differ. */
function isSame(text: string | undefined, bytes: Buffer): boolean {
  if (text === undefined) return false;
  const expected = Buffer.from(text, 'utf8');
  if (expected.length !== bytes.length) return false;
  return timingSafeEqual(expected, bytes);
}
