import { type AvPair, avIds } from '../../src/main/ntlm/av-pairs';
import { encodeChallengeMessage } from '../../src/main/ntlm/challenge-message';
import { msToFiletime } from '../../src/main/ntlm/filetime';
import { negotiateFlags } from '../../src/main/ntlm/negotiate-flags';
import { decodeNegotiateMessage } from '../../src/main/ntlm/negotiate-message';
import type { ChallengeVariant } from './misbehaviour';

const {
  NTLMSSP_NEGOTIATE_UNICODE: unicode,
  NTLM_NEGOTIATE_OEM: oem,
  NTLMSSP_NEGOTIATE_SIGN: signs,
  NTLMSSP_NEGOTIATE_KEY_EXCH: exchangesKey,
} = negotiateFlags;

const plainFlags =
  negotiateFlags.NTLMSSP_REQUEST_TARGET |
  negotiateFlags.NTLMSSP_NEGOTIATE_NTLM |
  negotiateFlags.NTLMSSP_NEGOTIATE_ALWAYS_SIGN |
  negotiateFlags.NTLMSSP_TARGET_TYPE_DOMAIN |
  negotiateFlags.NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY |
  negotiateFlags.NTLMSSP_NEGOTIATE_128 |
  negotiateFlags.NTLMSSP_NEGOTIATE_56;

const defaultTruncatedBytes = 28;
const hugeBytes = 300_000;

export interface ChallengeInput {
  readonly variant: ChallengeVariant | undefined;
  /** The type 1 message. */
  readonly negotiate: Buffer;
  /** Whether session security is agreed to where it is offered. Default: it is. */
  readonly hasSessionSecurity?: boolean;
  /** 8 random bytes. */
  readonly serverChallenge: Buffer;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** What `truncated` leaves. */
  readonly truncatedBytes: number | undefined;
  /** The NetBIOS name of the domain; CORP by default. */
  readonly domain?: string | undefined;
  /** Whether a signature is agreed to, if the client offers one. Default: not. */
  readonly signs?: boolean;
}

export interface Challenge {
  /** The value of Proxy-Authenticate. */
  readonly fieldValue: string;
  /** The bytes behind it; empty when there are none. */
  readonly message: Buffer;
}

/** The variants that are not even a message. */
const fieldValues = {
  empty: 'NTLM',
  'garbage-base64': 'NTLM !TlRMTVNT_not%base64',
  'ntlm-missing': 'Basic realm="company proxy"',
} as const;

/** The answer to a type 1 message: a type 2 message (MS-NLMP 2.2.1.2), or what the variant makes of it. */
export function makeChallenge(input: ChallengeInput): Challenge {
  const { variant } = input;
  if (variant === 'empty' || variant === 'garbage-base64' || variant === 'ntlm-missing') {
    return { fieldValue: fieldValues[variant], message: Buffer.alloc(0) };
  }
  const message = makeMessage({ ...input, variant });
  return { fieldValue: `NTLM ${message.toString('base64')}`, message };
}

interface MessageInput extends ChallengeInput {
  readonly variant: Exclude<ChallengeVariant, keyof typeof fieldValues> | undefined;
}

function makeMessage(input: MessageInput): Buffer {
  const { variant, negotiate, serverChallenge, nowMs, truncatedBytes, domain = 'CORP' } = input;
  const agreed = input.signs === true ? decodeNegotiateMessage(negotiate).flags & (signs | exchangesKey) : 0;
  // Whoever offers no session security gets none (MS-NLMP 3.2.5.1.1); a client's garbage is no offer.
  const offered = variant === undefined ? decodeNegotiateMessage(negotiate).flags : plainFlags;
  const base =
    plainFlags &
    ~(
      negotiateFlags.NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY &
      ~(input.hasSessionSecurity === false ? 0 : offered)
    );
  const targetInfo = makeTargetInfo(nowMs, domain);
  const encode = (flags: number, pairs?: readonly AvPair[]): Buffer =>
    encodeChallengeMessage({
      flags: (base | flags | agreed) >>> 0,
      serverChallenge,
      targetName: domain,
      ...(pairs === undefined ? {} : { targetInfo: pairs }),
    });
  switch (variant) {
    case 'no-target-info':
      return encode(unicode);
    case 'no-timestamp':
      return encode(
        unicode,
        targetInfo.filter(({ id }) => id !== avIds.MsvAvTimestamp),
      );
    case 'truncated':
      return encode(unicode, targetInfo).subarray(0, truncatedBytes ?? defaultTruncatedBytes);
    case 'hostile-lengths':
      return withHostileLengths(encode(unicode, targetInfo));
    case 'type-1':
      return negotiate;
    case 'huge':
      return Buffer.concat([encode(unicode, targetInfo), Buffer.alloc(hugeBytes)]);
    case 'long-target-info':
      return encode(unicode, [...targetInfo, textPair(avIds.MsvAvDnsTreeName, 'forest.'.repeat(215))]);
    case 'oem-only':
      return encode(oem, targetInfo);
    case 'key-exchange':
      return encode(unicode | signs | exchangesKey, targetInfo);
    case undefined:
      return encode(unicode, targetInfo);
  }
}

function makeTargetInfo(nowMs: number, domain: string): AvPair[] {
  const timestamp = Buffer.alloc(8);
  timestamp.writeBigUInt64LE(msToFiletime(nowMs));
  return [
    textPair(avIds.MsvAvNbDomainName, domain),
    textPair(avIds.MsvAvNbComputerName, 'PROXY'),
    textPair(avIds.MsvAvDnsDomainName, `${domain.toLowerCase()}.test`),
    textPair(avIds.MsvAvDnsComputerName, 'proxy.corp.test'),
    { id: avIds.MsvAvTimestamp, value: timestamp },
  ];
}

function textPair(id: number, text: string): AvPair {
  return { id, value: Buffer.from(text, 'utf16le') };
}

/** The target name and the target info are said to be 65535 bytes long, 4 GiB away. */
function withHostileLengths(message: Buffer): Buffer {
  for (const position of [12, 40]) {
    message.writeUInt16LE(0xffff, position);
    message.writeUInt16LE(0xffff, position + 2);
    message.writeUInt32LE(0xffff_fff0, position + 4);
  }
  return message;
}
