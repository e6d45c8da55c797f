import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { headerValues } from '../../src/main/http1/headers';
import { decodeChallengeMessage } from '../../src/main/ntlm/challenge-message';
import { encodeNegotiateMessage } from '../../src/main/ntlm/negotiate-message';
import { NtlmError } from '../../src/main/ntlm/ntlm-error';
import type { ChallengeVariant, Misbehaviour } from './misbehaviour';
import { account, authenticateMessage, authorization, password, RawClient } from './raw-client';
import { type CompanyProxy, startCompanyProxy } from './start-company-proxy';
import { type Origin, startOrigin } from './start-origin';

describe('a company proxy that misbehaves', () => {
  let proxy: CompanyProxy;
  let origin: Origin;
  let page: string;
  const clients: RawClient[] = [];
  const typeOne = authorization(encodeNegotiateMessage());

  const open = (misbehaviour: Misbehaviour = {}): RawClient => {
    proxy.misbehave(misbehaviour);
    const client = new RawClient(proxy.port);
    clients.push(client);
    return client;
  };

  beforeEach(async () => {
    origin = await startOrigin();
    page = `GET http://127.0.0.1:${origin.port}/`;
    proxy = await startCompanyProxy({ accounts: [{ ...account, password }] });
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.socket.destroy();
    await proxy.close();
    await origin.close();
  });

  it('sends each challenge in each valid form, and takes the answer', async () => {
    const valid: readonly Misbehaviour[] = [
      { challenge: 'no-target-info' },
      { challenge: 'no-timestamp' },
      { challenge: 'long-target-info' },
      { challenge: 'oem-only' },
      { challenge: 'key-exchange' },
      { challengeBody: 'chunked' },
      { challengeBody: 'one-mebibyte' },
      { challengeBody: 'empty' },
      { negotiateFirst: 'separate-line' },
      { dripMs: 0 },
      { challenge: 'truncated', truncatedBytes: 10_000 },
    ];
    for (const misbehaviour of valid) {
      const status = (await open(misbehaviour).signIn(page))?.head.status;
      expect([misbehaviour, status]).toEqual([misbehaviour, 200]);
    }
    expect(proxy.challengeCount).toBe(valid.length);
  });

  it.each<ChallengeVariant>(['truncated', 'hostile-lengths', 'type-1'])(
    'sends a challenge that cannot be read: %s',
    async (challenge) => {
      const message = await open({ challenge }).negotiate(page);
      expect(message?.length).toBeGreaterThan(0);
      expect(() => decodeChallengeMessage(message ?? Buffer.alloc(0))).toThrow(NtlmError);
    },
  );

  it.each([
    ['empty', 'NTLM'],
    ['ntlm-missing', 'Basic realm="company proxy"'],
    ['garbage-base64', 'NTLM !TlRMTVNT_not%base64'],
  ] as const)('offers %s in place of a challenge', async (challenge, offer) => {
    const answer = await open({ challenge }).ask(page, [typeOne]);
    expect(headerValues(answer?.head.headers ?? [], 'proxy-authenticate')).toEqual([offer]);
  });

  it('sends a challenge of 300 kB', async () => {
    expect((await open({ challenge: 'huge' }).negotiate(page))?.length).toBeGreaterThan(300_000);
  });

  it('sends Negotiate and NTLM in one line', async () => {
    const answer = await open({ negotiateFirst: 'same-line' }).ask(page, [typeOne]);
    expect(headerValues(answer?.head.headers ?? [], 'proxy-authenticate')[0]).toMatch(
      /^Negotiate, NTLM TlRM/,
    );
  });

  it('offers NTLM in a line without a challenge and in one with it', async () => {
    const answer = await open({ offersNtlmTwice: true }).ask(page, [typeOne]);
    expect(headerValues(answer?.head.headers ?? [], 'proxy-authenticate')).toEqual([
      'NTLM',
      expect.stringMatching(/^NTLM TlRM/),
    ]);
  });

  it('cuts the challenge where it is told', async () => {
    expect(await open({ challenge: 'truncated', truncatedBytes: 13 }).negotiate(page)).toHaveLength(13);
  });

  it.each([
    ['continue', 100],
    ['early-hints', 103],
  ] as const)('sends an interim response before the 407: %s', async (interim, status) => {
    const client = open({ interim });
    expect((await client.ask(page))?.head.status).toBe(status);
    expect((await client.answer())?.head.status).toBe(407);
  });

  it('speaks HTTP/1.0 and keeps the connection', async () => {
    const client = open({ http10: true });
    const answer = await client.signIn(page);
    expect(answer?.head).toMatchObject({ status: 200, minorVersion: 0 });
    expect(headerValues(answer?.head.headers ?? [], 'proxy-connection')).toEqual(['keep-alive']);
    expect((await client.ask(page))?.head.status).toBe(200);
  });

  it('closes after the challenge as often as it is told', async () => {
    const client = open({ closeAfterChallenge: { times: 1 } });
    expect(await client.negotiate(page)).toBeDefined();
    expect(await client.reader.read()).toBeUndefined();
    const next = new RawClient(proxy.port);
    clients.push(next);
    expect((await next.signIn(page))?.head.status).toBe(200);
  });

  it('closes on a type 3 message without a logon', async () => {
    expect(await open({ closeOnAuthenticate: { times: 1 } }).signIn(page)).toBeUndefined();
    expect(proxy.logons).toHaveLength(0);
  });

  it.each(['accept', 'type-1', 'mid-challenge'] as const)('resets at %s', async (resetAt) => {
    const client = open({ resetAt });
    expect(await client.ask(page, [typeOne])).toBeUndefined();
    expect(client.socket.readableEnded).toBe(false);
  });

  it.each(['type-3', 'mid-head', 'mid-body'] as const)('resets at %s', async (resetAt) => {
    const client = open({ resetAt });
    expect(await client.signIn(page)).toBeUndefined();
    expect(client.socket.readableEnded).toBe(false);
    expect(proxy.requests).toHaveLength(resetAt === 'type-3' ? 0 : 1);
  });

  it('resets a tunnel', async () => {
    const client = open({ resetAt: 'tunnel' });
    expect((await client.signIn(`CONNECT 127.0.0.1:${origin.port}`))?.head.status).toBe(200);
    client.socket.write('hello');
    expect(await client.reader.read()).toBeUndefined();
    expect(client.socket.readableEnded).toBe(false);
  });

  /** All that comes, up to this. */
  const until = async (client: RawClient, end: string): Promise<string> => {
    let text = '';
    while (!text.includes(end)) {
      const piece = await client.reader.read();
      if (piece === undefined) throw new Error(`the connection ended without ${end}`);
      text += piece.toString('latin1');
    }
    return text;
  };

  /** All that still comes when the client has said its last; the proxy ends the connection then. */
  const rest = async (client: RawClient): Promise<string> => {
    client.socket.end();
    let text = '';
    for (;;) {
      const piece = await client.reader.read();
      if (piece === undefined) return text;
      text += piece.toString('latin1');
    }
  };

  it.each([
    ['accept', 0, /^$/],
    ['type-1', 0, /^$/],
    ['mid-challenge', 1, /^HTTP\/1\.1 407(?!.*\r\n\r\n)/s],
  ] as const)('falls silent at %s, and closes all the same', async (silentAt, challenges, received) => {
    const client = open({ silentAt });
    client.send(page, [typeOne]);
    // Nor is what comes later answered.
    client.send(page, [typeOne]);
    expect(await rest(client)).toMatch(received);
    expect(proxy.challengeCount).toBe(challenges);
  });

  it.each([
    ['type-3', /^$/],
    ['mid-head', /Content-Ty$/],
    ['mid-body', /\r\n\r\nx{500}$/],
  ] as const)('falls silent at %s, and closes all the same', async (silentAt, received) => {
    const client = open({ silentAt });
    const challenge = await client.negotiate(page);
    client.send(page, [authorization(authenticateMessage(challenge ?? Buffer.alloc(0), password))]);
    client.send(page);
    expect(await rest(client)).toMatch(received);
    expect(origin.requests).toHaveLength(0);
  });

  it('falls silent in a tunnel', async () => {
    const client = open({ silentAt: 'tunnel' });
    expect((await client.signIn(`CONNECT 127.0.0.1:${origin.port}`))?.head.status).toBe(200);
    client.socket.write('GET / HTTP/1.1\r\nHost: origin\r\n\r\n');
    expect(await rest(client)).toBe('');
  });

  it('sends a 407 whose body has no end in sight, and stays open', async () => {
    const client = open({ challengeBody: 'unframed-open' });
    client.send(page, [typeOne]);
    const text = await until(client, '</html>');
    expect(text).not.toMatch(/content-length|transfer-encoding/i);
    const offer = /NTLM (\S+)/.exec(text)?.[1] ?? '';
    client.send(page, [authorization(authenticateMessage(Buffer.from(offer, 'base64'), password))]);
    expect(await until(client, 'It works')).toContain('HTTP/1.1 200 OK');
    expect(proxy.logons.map(({ reason }) => reason)).toEqual(['ok']);
  });

  it('closes an idle connection', async () => {
    expect(await open({ closesIdleAfterMs: 10 }).reader.read()).toBeUndefined();
  });

  it.each([
    ['announced', 'close'],
    ['silent', 'keep-alive'],
  ] as const)('closes after a response: %s', async (closeAfterResponse, said) => {
    const client = open({ closeAfterResponse });
    const answer = await client.signIn(page);
    expect(headerValues(answer?.head.headers ?? [], 'connection')).toEqual([said]);
    expect(await client.reader.read()).toBeUndefined();
  });

  it('serves on a type 1 message, or everybody', async () => {
    expect((await open({ answersTypeOne: true }).ask(page, [typeOne]))?.head.status).toBe(200);
    expect((await open({ noAuthentication: true }).ask(page))?.head.status).toBe(200);
    expect(proxy.logons).toHaveLength(0);
  });

  it('forgets that a connection is authenticated', async () => {
    const client = open({ forgetsAfterRequests: 2 });
    await client.signIn(page);
    expect((await client.ask(page))?.head.status).toBe(200);
    expect((await client.ask(page))?.head.status).toBe(407);
    expect((await client.signIn(page))?.head.status).toBe(200);
  });

  it('answers before the body has come', async () => {
    const client = open();
    await client.signIn(page);
    proxy.misbehave({ answersBeforeBody: true });
    const answer = await client.ask(page.replace('GET', 'POST'), ['Content-Length: 1000000']);
    expect(answer?.head.status).toBe(413);
  });

  it('sends a body without an end, in both ways', async () => {
    const endless = open({ challengeBody: 'endless' });
    endless.send(page, [typeOne]);
    let bytes = 0;
    while (bytes < 3_000_000) bytes += (await endless.reader.read())?.length ?? Number.NaN;
    const closed = await open({ challengeBody: 'unframed-closed' }).ask(page, [typeOne]);
    expect(closed?.body).toContain('407');
  });

  it.each(['two-lengths', 'huge-head', 'garbage'] as const)('answers with %s', async (response) => {
    const client = open();
    await client.signIn(page);
    proxy.misbehave({ response });
    client.send(page);
    const expected = { 'two-lengths': 'Content-Length: 10', 'huge-head': 'X-Huge: xxx', garbage: 'not HTTP' };
    expect(String(await client.reader.read())).toContain(expected[response]);
  });
});
