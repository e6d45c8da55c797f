import { afterEach, describe, expect, it } from 'vitest';
import {
  account,
  type Fixture,
  password,
  send,
  startFixture,
  tunnelStatus,
} from '../../../test/engine-fixture';
import type { CompanyProxyOptions } from '../../../test/company-proxy/start-company-proxy';
import type { SignInMethod } from '../../shared/settings';
import { type Credential, makeCredential } from '../upstream/credential';

let fixture: Fixture | undefined;

afterEach(async () => {
  await fixture?.close();
  fixture = undefined;
});

function credentialFor(method: SignInMethod, text = password): Credential {
  const credential = makeCredential(account, method, text);
  if (credential === undefined) throw new Error('it has no LM hash');
  return credential;
}

/** An engine that signs in with one method, before a company proxy that takes it. */
async function start(
  method: SignInMethod,
  { text, ...proxy }: Partial<CompanyProxyOptions> & { readonly text?: string } = {},
): Promise<Fixture> {
  const credentials = [credentialFor(method, text)];
  fixture = await startFixture({ proxy: { methods: [method], ...proxy }, engine: { credentials } });
  return fixture;
}

const dialects = ['NTLM2SR', 'NT', 'NTLM', 'LM'] as const;
const methods = [...dialects, 'Basic'] as const;

describe.each(methods)('%s', (method) => {
  it('signs in, for requests with a body and for tunnels as well', async () => {
    const { port, proxy, origin, url } = await start(method);
    expect((await send(port, url('/'))).status).toBe(200);
    expect((await send(port, url('/echo'), { method: 'POST' }, 'a body')).text).toContain('"length":6');
    expect(await tunnelStatus(port, `127.0.0.1:${origin.port}`)).toBe(200);
    expect(new Set(proxy.logons.map((logon) => `${logon.method} ${logon.reason}`))).toEqual(
      new Set([`${method} ok`]),
    );
  });

  it('costs one bad logon with a wrong password, however many ask', async () => {
    const { port, proxy, url, engine } = await start(method, { text: 'wrong' });
    const statuses = await Promise.all(
      Array.from({ length: 12 }, async (_, index) => (await send(port, url(`/?${index}`))).status),
    );
    expect(new Set(statuses)).toEqual(new Set([502]));
    expect((await send(port, url('/later'))).status).toBe(502);
    expect(engine.state().credential).toBe('refused');
    expect(proxy.logons.map(({ reason }) => reason)).toEqual(['wrong-password']);
  });

  it('is tried once by a company proxy that wants another, and no other is tried after it', async () => {
    const { port, proxy, url } = await start(method, { methods: ['NTLMv2'] });
    const answer = await send(port, url('/'));
    expect(answer.status).toBe(502);
    expect((await send(port, url('/again'))).status).toBe(502);
    // Basic is not offered there, so that no password is sent at all.
    expect(proxy.logons.map((logon) => [logon.method, logon.reason])).toEqual(
      method === 'Basic' ? [] : [[method, 'not-ntlmv2']],
    );
    if (method === 'Basic') expect(answer.text).toContain('does not offer what Basic');
  });

  it('takes over from NTLMv2 with one logon, and leaves it in use when that is refused', async () => {
    fixture = await startFixture({ proxy: { methods: ['NTLMv2', method] } });
    const { port, proxy, url, engine } = fixture;
    await send(port, url('/'));
    expect(await engine.setCredential(credentialFor(method, 'wrong'))).toMatchObject({ kind: 'refused' });
    expect((await send(port, url('/'))).status).toBe(200);
    expect(proxy.logons.map((logon) => logon.method)).toEqual(['NTLMv2', method]);
    expect(await engine.setCredential(credentialFor(method))).toEqual({ kind: 'accepted' });
    expect((await send(port, url('/?new'))).status).toBe(200);
    expect(new Set(proxy.logons.slice(2).map((logon) => logon.method))).toEqual(new Set([method]));
  });

  it('is replaced without a logon, and what waits is signed in with the other one', async () => {
    const { port, proxy, url, engine } = await start(method, { methods: ['NTLMv2', method] });
    await send(port, url('/'));
    const before = proxy.logons.length;
    engine.replaceCredentials([credentialFor('NTLMv2')], false);
    expect(proxy.logons).toHaveLength(before);
    expect((await send(port, url('/'))).status).toBe(200);
    expect(proxy.logons.slice(before).map((logon) => logon.method)).toEqual(['NTLMv2']);
  });
});

it.each(dialects)(
  'sends nothing in %s to a company proxy that takes NTLM inside Negotiate alone',
  async (method) => {
    const { port, proxy, url } = await start(method, { misbehaviour: { negotiateOnly: 'ntlm' } });
    expect((await send(port, url('/'))).text).toContain('(it offers: Negotiate)');
    expect(proxy.logons).toEqual([]);
  },
);

it('does not go on with NTLMv1 where NTLM2SR is not agreed to', async () => {
  const { port, proxy, url } = await start('NTLM2SR', { methods: ['NT'], withoutSessionSecurity: true });
  const answer = await send(port, url('/'));
  expect(answer.status).toBe(502);
  expect(answer.text).toContain('session security');
  expect(proxy.logons).toEqual([]);
});

it('answers no challenge that was got for another method', async () => {
  const { port, proxy, url, engine } = await start('NT', {
    methods: ['NTLMv2', 'NT'],
    misbehaviour: { closeAfterResponse: 'announced' },
  });
  await send(port, url('/'));
  engine.pause();
  const before = proxy.challengeCount;
  const waiting = [1, 2, 3].map((index) => send(port, url(`/?${index}`)));
  while (proxy.challengeCount < before + 3) await new Promise(setImmediate);
  engine.replaceCredentials([credentialFor('NTLMv2')], false);
  engine.resume();
  const statuses = (await Promise.all(waiting)).map(({ status }) => status);
  expect(statuses).toEqual([200, 200, 200]);
  expect(proxy.logons.filter(({ accepted }) => !accepted)).toEqual([]);
});

describe('Basic', () => {
  it('asks for the offer once, and each request brings the password from then on', async () => {
    const { port, proxy, url } = await start('Basic');
    for (let count = 0; count < 5; count += 1) await send(port, url(`/?${count}`));
    expect(proxy.logons.map(({ reason, scheme }) => `${scheme} ${reason}`)).toEqual(
      Array(5).fill('Basic ok'),
    );
    expect(proxy.requests).toHaveLength(5);
    // What the origin gets is not looked at here: the company proxy takes it out.
    expect(proxy.connectionCount).toBe(1);
  });

  it('lets many go at once when one has been accepted', async () => {
    const { port, proxy, url } = await start('Basic');
    const replies = await Promise.all(
      Array.from({ length: 30 }, (_, index) => send(port, url(`/?${index}`))),
    );
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
    expect(proxy.logons.every(({ accepted }) => accepted)).toBe(true);
  });

  it('is dead at the first refusal of a password that was changed elsewhere', async () => {
    const { port, proxy, url, engine, events } = await start('Basic');
    await send(port, url('/'));
    proxy.setPassword(account, 'changed elsewhere');
    for (const path of ['/a', '/b', '/c']) expect((await send(port, url(path))).status).toBe(502);
    expect((await send(port, url('/d'), { method: 'POST' }, 'body')).status).toBe(502);
    expect(proxy.logons.filter(({ accepted }) => !accepted)).toHaveLength(1);
    expect(engine.state().credential).toBe('refused');
    expect(events.filter(({ kind }) => kind === 'logon-refused')).toHaveLength(1);
  });

  it('is dead at the first refusal of a logon of its own, without a second opinion', async () => {
    const { port, proxy, url, engine } = await start('Basic', {
      misbehaviour: { closeAfterResponse: 'announced' },
    });
    for (const path of ['/?a', '/?b']) expect((await send(port, url(path))).status).toBe(200);
    proxy.setPassword(account, 'changed elsewhere');
    expect((await send(port, url('/?c'))).status).toBe(502);
    expect((await send(port, url('/?d'))).status).toBe(502);
    expect(proxy.logons.filter(({ accepted }) => !accepted)).toHaveLength(1);
    expect(engine.state().credential).toBe('refused');
  });

  it('carries nothing while the sign-in is paused', async () => {
    const { port, proxy, url, engine } = await start('Basic');
    await send(port, url('/'));
    engine.pause();
    const waiting = send(port, url('/?waits'));
    proxy.setPassword(account, 'another');
    expect(await engine.setCredential(credentialFor('Basic', 'another'))).toEqual({ kind: 'accepted' });
    expect((await waiting).status).toBe(200);
    expect(proxy.logons.filter(({ accepted }) => !accepted)).toEqual([]);
  });

  it('finds the offer of a company proxy that closes the connection behind it', async () => {
    const { port, proxy, url } = await start('Basic', { misbehaviour: { closesOffers: true } });
    expect((await send(port, url('/'))).status).toBe(200);
    expect((await send(port, url('/echo'), { method: 'POST' }, 'a body')).text).toContain('"length":6');
    expect(proxy.logons.every(({ accepted }) => accepted)).toBe(true);
  });

  it('signs in a user without a domain, and with letters beyond ASCII', async () => {
    const who = { domain: '', user: 'jörg' };
    const credentials = [{ ...credentialFor('Basic', 'pässwörd: mit Doppelpunkt'), account: who }];
    fixture = await startFixture({
      proxy: { methods: ['Basic'], accounts: [{ ...who, password: 'pässwörd: mit Doppelpunkt' }] },
      settings: { account: who },
      engine: { credentials },
    });
    expect((await send(fixture.port, fixture.url('/'))).status).toBe(200);
  });

  it('sends nothing for a user with a colon in the name', async () => {
    const who = { domain: '', user: 'al:ice' };
    const credentials = [{ ...credentialFor('Basic'), account: who }];
    fixture = await startFixture({
      proxy: { methods: ['Basic'] },
      settings: { account: who },
      engine: { credentials },
    });
    expect((await send(fixture.port, fixture.url('/'))).text).toContain('colon');
    expect(fixture.proxy.logons).toEqual([]);
  });
});
