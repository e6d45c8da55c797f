import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AuthenticateMessage,
  decodeAuthenticateMessage,
  encodeAuthenticateMessage,
  layOutAuthenticateMessage,
} from './authenticate-message';
import { avIds, avValue, decodeAvPairs } from './av-pairs';
import { type ChallengeMessage, decodeChallengeMessage, encodeChallengeMessage } from './challenge-message';
import type { NtlmDialect } from './dialect';
import { lmowfv1 } from './lmowf';
import { decodeNegotiateMessage, encodeNegotiateMessage } from './negotiate-message';
import { negotiateFlags } from './negotiate-flags';
import { NtlmError } from './ntlm-error';
import { ntHash, ntowfv2, ntowfv2Exact } from './ntowf';
import { computeLmv2Response, computeNtlmv2, encodeClientChallenge } from './ntlmv2-response';
import { rc4 } from './rc4';

const hex = (bytes: Buffer): string => bytes.toString('hex');
const bytes = (...parts: string[]): Buffer => Buffer.from(parts.join('').replace(/\s/g, ''), 'hex');

// MS-NLMP 4.2.1 and 4.2.4.
const serverChallenge = bytes('0123456789abcdef');
const clientChallenge = bytes('aaaaaaaaaaaaaaaa');
const randomSessionKey = bytes('55555555555555555555555555555555');
const specHash = ntowfv2Exact(ntHash('Password'), 'User', 'Domain');
const specTargetInfo = '02000c0044006f006d00610069006e00 01000c00530065007200760065007200 00000000';
const specChallenge = bytes(
  '4e544c4d53535000 02000000 0c000c0038000000 33828ae2 0123456789abcdef 0000000000000000 2400240044000000',
  '060070170000000f 530065007200760065007200',
  specTargetInfo,
);
const specTemp = `01010000000000000000000000000000aaaaaaaaaaaaaaaa00000000 ${specTargetInfo} 00000000`;
const specAuthenticate = bytes(
  '4e544c4d53535000 03000000 180018006c000000 5400540084000000 0c000c0048000000 0800080054000000 100010005c000000',
  '10001000d8000000 358288e2 0501280a0000000f',
  '44006f006d00610069006e00 5500730065007200 43004f004d0050005500540045005200',
  '86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa',
  '68cd0ab851e51c96aabc927bebef6a1c',
  specTemp,
  'c5dad2544fc9799094ce1ce90bc9d03e',
);

describe('the NTLMv2 example of MS-NLMP 4.2.4', () => {
  const temp = encodeClientChallenge({ timestamp: 0n, clientChallenge, targetInfo: bytes(specTargetInfo) });
  const { ntProofStr, ntChallengeResponse, sessionBaseKey } = computeNtlmv2(specHash, serverChallenge, temp);
  const lmResponse = computeLmv2Response(specHash, serverChallenge, clientChallenge);

  it('has the values of 4.2.4.1 and 4.2.4.2', () => {
    expect(hex(temp)).toBe(hex(bytes(specTemp)));
    expect(hex(ntProofStr)).toBe('68cd0ab851e51c96aabc927bebef6a1c');
    expect(hex(sessionBaseKey)).toBe('8de40ccadbc14a82f15cb0ad0de95ca3');
    expect(hex(lmResponse)).toBe('86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa');
    expect(hex(rc4(sessionBaseKey, randomSessionKey))).toBe('c5dad2544fc9799094ce1ce90bc9d03e');
  });

  it('reads the CHALLENGE_MESSAGE of 4.2.4.3', () => {
    const challenge = decodeChallengeMessage(specChallenge);
    expect(challenge.flags).toBe(0xe28a8233);
    expect(challenge.serverChallenge).toEqual(serverChallenge);
    expect(challenge.targetName).toBe('Server');
    expect(challenge.targetInfo?.map(({ id, value }) => [id, value.toString('utf16le')])).toEqual([
      [avIds.MsvAvNbDomainName, 'Domain'],
      [avIds.MsvAvNbComputerName, 'Server'],
    ]);
  });

  it('lays out the AUTHENTICATE_MESSAGE of 4.2.4.3, every byte', () => {
    const message = layOutAuthenticateMessage({
      flags: 0xe2888235,
      version: bytes('0501280a0000000f'),
      lmResponse,
      ntResponse: ntChallengeResponse,
      domain: 'Domain',
      user: 'User',
      workstation: 'COMPUTER',
      encryptedRandomSessionKey: rc4(sessionBaseKey, randomSessionKey),
      hasMic: false,
    });
    expect(hex(message)).toBe(hex(specAuthenticate));
  });

  it('reads the AUTHENTICATE_MESSAGE of 4.2.4.3', () => {
    const message = decodeAuthenticateMessage(specAuthenticate);
    expect(message).toMatchObject({
      domain: 'Domain',
      user: 'User',
      workstation: 'COMPUTER',
      mic: undefined,
    });
    expect(hex(message.ntResponse)).toBe(hex(ntChallengeResponse));
  });

  it('answers its challenge with the same responses, apart from the upper-cased domain', () => {
    const account = { user: 'User', domain: 'DOMAIN' };
    const hash = ntowfv2(ntHash('Password'), account);
    const message = decodeAuthenticateMessage(
      encodeAuthenticateMessage({
        negotiateMessage: encodeNegotiateMessage(),
        challenge: decodeChallengeMessage(specChallenge),
        account,
        secret: hash,
        workstation: 'computer',
        clientChallenge,
        exportedSessionKey: randomSessionKey,
        nowMs: Date.UTC(1601, 0, 1),
      }),
    );
    expect(message).toMatchObject({
      domain: 'DOMAIN',
      user: 'User',
      workstation: 'COMPUTER',
      mic: undefined,
    });
    expect(hex(message.ntResponse)).toBe(hex(computeNtlmv2(hash, serverChallenge, temp).ntChallengeResponse));
    expect(hex(message.lmResponse)).toBe(hex(computeLmv2Response(hash, serverChallenge, clientChallenge)));
  });
});

const { NTLM_NEGOTIATE_OEM: oem } = negotiateFlags;
const timestamp = bytes('00b0d3cf3c5bdd01');
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');

function answer(
  options: {
    flags?: number;
    targetInfo?: { id: number; value: Buffer }[] | undefined;
    account?: { user: string; domain: string };
    channelBindings?: Buffer;
  } = {},
): { sent: Buffer; message: ReturnType<typeof decodeAuthenticateMessage>; challenge: Buffer; hash: Buffer } {
  const account = options.account ?? { user: 'alice', domain: 'corp' };
  const targetInfo =
    'targetInfo' in options
      ? options.targetInfo
      : [
          { id: avIds.MsvAvNbDomainName, value: utf16('CORP') },
          { id: avIds.MsvAvTimestamp, value: timestamp },
        ];
  const challenge = encodeChallengeMessage({
    flags: options.flags ?? 0xffffffff,
    serverChallenge,
    targetName: 'CORP',
    ...(targetInfo === undefined ? {} : { targetInfo }),
  });
  const hash = ntowfv2(ntHash('Passw0rd!'), account);
  const sent = encodeAuthenticateMessage({
    negotiateMessage: encodeNegotiateMessage(),
    challenge: decodeChallengeMessage(challenge),
    account,
    secret: hash,
    workstation: 'mac',
    targetName: 'HTTP/proxy.corp',
    channelBindings: options.channelBindings,
    clientChallenge,
    exportedSessionKey: randomSessionKey,
    nowMs: 0,
  });
  return { sent, message: decodeAuthenticateMessage(sent), challenge, hash };
}

/** The AV pairs inside an NTLMv2 response. */
function blobPairs(ntResponse: Buffer): ReturnType<typeof decodeAvPairs> {
  return decodeAvPairs(ntResponse.subarray(16 + 28));
}

/** The MIC, computed without the code under test. */
function mic(sent: Buffer, challenge: Buffer, key: Buffer): string {
  const zeroed = Buffer.concat([sent.subarray(0, 72), Buffer.alloc(16), sent.subarray(88)]);
  return createHmac('md5', key)
    .update(Buffer.concat([encodeNegotiateMessage(), challenge, zeroed]))
    .digest('hex');
}

describe('encodeAuthenticateMessage', () => {
  it("answers a server that tells its time with that time, Z(24), a MIC, channel bindings and the target's name", () => {
    const { sent, message, challenge, hash } = answer();
    expect(hex(message.lmResponse)).toBe('00'.repeat(24));
    expect(hex(message.ntResponse.subarray(16 + 8, 16 + 16))).toBe(hex(timestamp));
    const pairs = blobPairs(message.ntResponse);
    expect(hex(avValue(pairs, avIds.MsvAvFlags) ?? Buffer.alloc(0))).toBe('02000000');
    expect(hex(avValue(pairs, avIds.MsvAvChannelBindings) ?? Buffer.alloc(0))).toBe('00'.repeat(16));
    expect(avValue(pairs, avIds.MsvAvTargetName)).toEqual(utf16('HTTP/proxy.corp'));
    expect(avValue(pairs, avIds.MsvAvNbDomainName)).toEqual(utf16('CORP'));
    // Key exchange was agreed to: the MIC is keyed with our session key, which travels encrypted.
    expect(hex(message.mic ?? Buffer.alloc(0))).toBe(mic(sent, challenge, randomSessionKey));
    const baseKey = createHmac('md5', hash).update(message.ntResponse.subarray(0, 16)).digest();
    expect(hex(rc4(baseKey, message.encryptedRandomSessionKey))).toBe(hex(randomSessionKey));
  });

  it('binds a TLS channel', () => {
    const channelBindings = Buffer.alloc(16, 0xcb);
    const { sent, message, challenge } = answer({ channelBindings });
    expect(avValue(blobPairs(message.ntResponse), avIds.MsvAvChannelBindings)).toEqual(channelBindings);
    expect(hex(message.mic ?? Buffer.alloc(0))).toBe(mic(sent, challenge, randomSessionKey));
  });

  it.each([
    ['KEY_EXCH', negotiateFlags.NTLMSSP_NEGOTIATE_KEY_EXCH],
    ['SIGN, without which KEY_EXCH has no effect,', negotiateFlags.NTLMSSP_NEGOTIATE_SIGN],
  ])('keys the MIC with the session base key when the server does not set %s', (_name, missing) => {
    const { sent, message, challenge, hash } = answer({ flags: 0xffffffff & ~missing });
    expect(message.encryptedRandomSessionKey).toHaveLength(0);
    const baseKey = createHmac('md5', hash).update(message.ntResponse.subarray(0, 16)).digest();
    expect(hex(message.mic ?? Buffer.alloc(0))).toBe(mic(sent, challenge, baseKey));
  });

  it('keeps flags that the server has set in MsvAvFlags', () => {
    const targetInfo = [
      { id: avIds.MsvAvFlags, value: bytes('01000000') },
      { id: avIds.MsvAvTimestamp, value: timestamp },
    ];
    const pairs = blobPairs(answer({ targetInfo }).message.ntResponse);
    expect(pairs.filter(({ id }) => id === avIds.MsvAvFlags).map(({ value }) => hex(value))).toEqual([
      '03000000',
    ]);
  });

  it('uses its own clock and LMv2, and no MIC, when the server tells no time', () => {
    const { message } = answer({ targetInfo: [{ id: avIds.MsvAvNbDomainName, value: utf16('CORP') }] });
    expect(message.mic).toBeUndefined();
    expect(message.ntResponse.readBigUInt64LE(16 + 8)).toBe(116_444_736_000_000_000n);
    expect(hex(message.lmResponse.subarray(16))).toBe(hex(clientChallenge));
    expect(blobPairs(message.ntResponse)).toHaveLength(1);
  });

  it('answers a challenge without target info', () => {
    const { message } = answer({ targetInfo: undefined });
    expect(blobPairs(message.ntResponse)).toEqual([]);
    expect(message.mic).toBeUndefined();
  });

  it('carries target info of more than 1 KiB', () => {
    const value = Buffer.alloc(2000, 'x\0', 'latin1');
    const targetInfo = [
      { id: avIds.MsvAvDnsTreeName, value },
      { id: avIds.MsvAvTimestamp, value: timestamp },
    ];
    expect(avValue(blobPairs(answer({ targetInfo }).message.ntResponse), avIds.MsvAvDnsTreeName)).toEqual(
      value,
    );
  });

  it.each([
    [{ user: 'jürgen', domain: 'zürich' }, 'ZÜRICH'],
    [{ user: 'alice@corp.test', domain: '' }, ''],
    [{ user: 'Alice', domain: 'corp.test' }, 'CORP.TEST'],
  ])('sends %j with the domain upper-cased and the user as typed', (account, domain) => {
    expect(answer({ account }).message).toMatchObject({ user: account.user, domain, workstation: 'MAC' });
  });

  it('claims only what it supports and the server agreed to', () => {
    expect(answer().message.flags).toBe(0xe0888215);
    // The encoder of the challenge adds TARGET_INFO.
    expect(answer({ flags: oem }).message.flags).toBe(0x00800002);
  });

  it('leaves the version empty, as it does not claim one', () => {
    expect(hex(answer().sent.subarray(64, 72))).toBe('00'.repeat(8));
  });

  it('refuses to write a name in OEM that would become another name', () => {
    expect(() => answer({ flags: oem, account: { user: 'жанна', domain: 'corp' } })).toThrow(
      expect.objectContaining({ code: 'bad-text' }),
    );
  });

  it('refuses target info that does not leave room for its own answer', () => {
    const targetInfo = [
      { id: avIds.MsvAvDnsTreeName, value: Buffer.alloc(65_500) },
      { id: avIds.MsvAvTimestamp, value: timestamp },
    ];
    expect(() => answer({ targetInfo })).toThrow(expect.objectContaining({ code: 'bad-length' }));
  });

  it('has the same length of zeros where the MIC is, as a server sees it', () => {
    const { sent, message } = answer();
    expect(hex(message.bytesWithoutMic)).toBe(
      hex(Buffer.concat([sent.subarray(0, 72), Buffer.alloc(16), sent.subarray(88)])),
    );
  });

  it('writes a letter of Latin-1 in OEM as one byte, up to the last one', () => {
    const { sent } = answer({ flags: oem, account: { user: 'jürgenÿ', domain: 'corp' } });
    expect(sent.includes('CORPjürgenÿMAC', 72, 'latin1')).toBe(true);
  });

  it('writes names in OEM when the server knows no Unicode', () => {
    const { sent } = answer({ flags: oem });
    expect(sent.includes('CORPaliceMAC', 72, 'latin1')).toBe(true);
  });
});

describe('decodeAuthenticateMessage', () => {
  it('refuses every prefix', () => {
    const { sent } = answer();
    for (let length = 0; length < sent.length; length += 1) {
      expect(() => decodeAuthenticateMessage(sent.subarray(0, length))).toThrow(NtlmError);
    }
  });

  it('reads one that ends behind its flags, as the oldest clients send it', () => {
    const oldest = layOutAuthenticateMessage({
      flags: 1,
      lmResponse: Buffer.alloc(0),
      ntResponse: Buffer.alloc(0),
      domain: '',
      user: '',
      workstation: '',
      encryptedRandomSessionKey: Buffer.alloc(0),
      hasMic: false,
    }).subarray(0, 64);
    expect(decodeAuthenticateMessage(oldest)).toMatchObject({ flags: 1, user: '', mic: undefined });
    expect(() => decodeAuthenticateMessage(oldest.subarray(0, 63))).toThrow(
      expect.objectContaining({ code: 'truncated' }),
    );
  });

  it('finds the MIC wherever an empty field points', () => {
    const { sent } = answer({ flags: 0xffffffff & ~negotiateFlags.NTLMSSP_NEGOTIATE_KEY_EXCH });
    expect(sent.readUInt16LE(52)).toBe(0);
    sent.writeUInt32LE(0, 56);
    expect(decodeAuthenticateMessage(sent).mic).toEqual(sent.subarray(72, 88));
  });

  it.each([12, 20, 28, 36, 44, 52])('refuses the field at %i when it points outside', (at) => {
    const { sent } = answer();
    for (const [length, offset] of [
      [1, 0xffffffff],
      [0xffff, 0],
      [0xffff, 0xffffffff],
      [2, sent.length - 1],
    ] as const) {
      const hostile = Buffer.from(sent);
      hostile.writeUInt16LE(length, at);
      hostile.writeUInt32LE(offset, at + 4);
      expect(() => decodeAuthenticateMessage(hostile)).toThrow(
        expect.objectContaining({ code: 'bad-length' }),
      );
    }
  });

  it('reads back whatever is laid out, with and without a MIC', () => {
    const blob = fc.uint8Array({ minLength: 1, maxLength: 600 }).map((value) => Buffer.from(value));
    const name = fc.string({ unit: 'binary', maxLength: 30 });
    fc.assert(
      fc.property(
        blob,
        blob,
        blob,
        name,
        name,
        name,
        fc.boolean(),
        (lm, nt, key, domain, user, mac, hasMic) => {
          const content = {
            flags: 0xe0888215,
            lmResponse: lm,
            ntResponse: nt,
            domain,
            user,
            workstation: mac,
            encryptedRandomSessionKey: key,
          };
          const message = layOutAuthenticateMessage({ ...content, hasMic });
          expect(decodeAuthenticateMessage(message)).toEqual({
            ...content,
            mic: hasMic ? Buffer.alloc(16) : undefined,
            bytesWithoutMic: message,
          });
        },
      ),
    );
  });
});

describe('the older dialects', () => {
  const account = { user: 'User', domain: 'Domain' };
  const challenge = (flags: number): ChallengeMessage =>
    decodeChallengeMessage(
      encodeChallengeMessage({
        flags,
        serverChallenge: Buffer.from('0123456789abcdef', 'hex'),
        targetName: 'Server',
      }),
    );
  const make = (dialect: NtlmDialect, secret: Buffer, flags: number): AuthenticateMessage =>
    decodeAuthenticateMessage(
      encodeAuthenticateMessage({
        negotiateMessage: encodeNegotiateMessage(false, dialect),
        challenge: challenge(flags),
        account,
        dialect,
        secret,
        workstation: 'COMPUTER',
        clientChallenge: Buffer.alloc(8, 0xaa),
        exportedSessionKey: Buffer.alloc(16, 0x55),
        nowMs: 0,
      }),
    );
  const nt = ntHash('Password');
  const lm = lmowfv1('Password') ?? Buffer.alloc(0);
  const { NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY: session } = negotiateFlags;
  /** Of a server that agrees to everything. */
  const all = Object.values(negotiateFlags).reduce((sum, flag) => (sum | flag) >>> 0, 0);

  it('carry the responses of MS-NLMP 4.2.2 and 4.2.3, and no MIC', () => {
    const ntlm = make('NTLM', Buffer.concat([nt, lm]), all & ~session);
    expect(ntlm.ntResponse.toString('hex')).toBe('67c43011f30298a2ad35ece64f16331c44bdbed927841f94');
    expect(ntlm.lmResponse.toString('hex')).toBe('98def7b87f88aa5dafe2df779688a172def11c7d5ccdef13');
    const alone = make('NT', nt, all);
    expect(alone.ntResponse).toEqual(ntlm.ntResponse);
    expect(alone.lmResponse).toEqual(ntlm.ntResponse);
    const weakest = make('LM', lm, all);
    expect(weakest.lmResponse).toEqual(ntlm.lmResponse);
    expect(weakest.ntResponse).toHaveLength(0);
    const session2 = make('NTLM2SR', nt, all);
    expect(session2.ntResponse.toString('hex')).toBe('7537f803ae367128ca458204bde7caf81e97ed2683267232');
    expect(session2.lmResponse.toString('hex')).toBe(`${'aa'.repeat(8)}${'00'.repeat(16)}`);
    expect([ntlm.mic, session2.mic]).toEqual([undefined, undefined]);
  });

  it.each(['NT', 'NTLM', 'LM'] as const)(
    'offer and claim no session security in %s, whatever the server sets',
    (dialect) => {
      const { flags } = decodeNegotiateMessage(encodeNegotiateMessage(false, dialect));
      expect(flags & session).toBe(0);
      const secret = dialect === 'NTLM' ? Buffer.concat([nt, lm]) : dialect === 'LM' ? lm : nt;
      expect(make(dialect, secret, all).flags & session).toBe(0);
    },
  );

  it('have no NTLM2SR without session security: NTLMv1 would be the next weaker one', () => {
    expect(() => make('NTLM2SR', nt, all & ~session)).toThrow(
      expect.objectContaining({ code: 'not-agreed' }),
    );
  });
});
