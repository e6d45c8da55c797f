import { afterEach, describe, expect, it } from 'vitest';
import type { Misbehaviour } from '../../../test/company-proxy/misbehaviour';
import {
  credentialOf,
  type Fixture,
  password,
  send,
  startFixture,
  tunnelStatus,
} from '../../../test/engine-fixture';

let fixture: Fixture;

const start = async (misbehaviour: Misbehaviour, typed = password): Promise<Fixture> => {
  fixture = await startFixture({ proxy: { misbehaviour, requireMic: true }, password: typed });
  return fixture;
};
const get = async (): Promise<number> => (await send(fixture.port, fixture.url('/'))).status;
const outcomes = (): string[] => fixture.proxy.logons.map(({ scheme, reason }) => `${scheme} ${reason}`);

afterEach(async () => {
  await fixture.close();
  expect(fixture.internalErrors).toEqual([]);
});

describe('a company proxy that offers nothing but Negotiate', () => {
  it.each<[string, Misbehaviour]>([
    ['takes NTLM inside it', { negotiateOnly: 'ntlm' }],
    ['agrees to no signature', { negotiateOnly: 'unsigned' }],
    ['closes the connection behind its offer', { negotiateOnly: 'closing-offer' }],
    ['closes once behind its challenge', { negotiateOnly: 'ntlm', closeAfterChallenge: { times: 1 } }],
    ['sends a chunked 407', { negotiateOnly: 'ntlm', challengeBody: 'chunked' }],
    ['has 3 kB of target info', { negotiateOnly: 'ntlm', challenge: 'long-target-info' }],
    ['wants key exchange', { negotiateOnly: 'ntlm', challenge: 'key-exchange' }],
    ['knows no Unicode', { negotiateOnly: 'ntlm', challenge: 'oem-only' }],
  ])('%s', async (_title, misbehaviour) => {
    await start(misbehaviour);
    for (let round = 0; round < 2; round += 1) {
      expect(await get()).toBe(200);
      const posted = await send(fixture.port, fixture.url('/echo'), { method: 'POST' }, 'x'.repeat(60_000));
      expect(JSON.parse(posted.text)).toMatchObject({ length: 60_000 });
      expect(await tunnelStatus(fixture.port, `127.0.0.1:${fixture.origin.port}`)).toBe(200);
    }
    expect(new Set(outcomes())).toEqual(new Set(['Negotiate ok']));
    expect(fixture.origin.requests.filter(({ method }) => method === 'POST')).toHaveLength(2);
  });

  it('gets a refused password once', async () => {
    await start({ negotiateOnly: 'ntlm' }, 'stale');
    expect(await Promise.all([get(), get(), get()])).toEqual([502, 502, 502]);
    expect(await get()).toBe(502);
    expect(outcomes()).toEqual(['Negotiate wrong-password']);
  });

  it.each<[string, Misbehaviour]>([
    ['goes on', { negotiateOnly: 'ntlm' }],
    ['closes the connection behind its offer', { negotiateOnly: 'closing-offer' }],
  ])('tries a new password with one logon where it %s', async (_title, misbehaviour) => {
    await start(misbehaviour, 'stale');
    const credential = credentialOf(password);
    expect(await fixture.engine.setCredential(credential)).toEqual({ kind: 'accepted' });
    expect(await get()).toBe(200);
    expect(outcomes()[0]).toBe('Negotiate ok');
  });

  it.each(['kerberos', 'reject', 'bare'] as const)(
    'and takes no NTLM inside it gets no logon: %s',
    async (way) => {
      await start({ negotiateOnly: way });
      const { status, text } = await send(fixture.port, fixture.url('/'));
      expect([status, text]).toEqual([502, expect.stringContaining('(it offers: Negotiate)')]);
      expect(outcomes()).toEqual([]);
    },
  );

  it.each(['truncated', 'hostile-lengths', 'garbage-base64', 'type-1'] as const)(
    'and sends a challenge that cannot be read gets no logon: %s',
    async (challenge) => {
      await start({ negotiateOnly: 'ntlm', challenge });
      expect(await get()).toBe(502);
      expect(outcomes()).toEqual([]);
    },
  );
});

describe('the scheme', () => {
  it('is NTLM where both are offered', async () => {
    await start({ negotiateFirst: 'separate-line' });
    expect(await get()).toBe(200);
    expect(outcomes()).toEqual(['NTLM ok']);
  });

  it('is found out once', async () => {
    await start({ negotiateOnly: 'ntlm', closeAfterResponse: 'announced' });
    expect([await get(), await get(), await get()]).toEqual([200, 200, 200]);
    expect(fixture.proxy.challengeCount).toBe(3);
    expect(fixture.proxy.connectionCount).toBe(3);
  });

  it('follows what the company proxy offers', async () => {
    await start({ closeAfterResponse: 'announced' });
    expect(await get()).toBe(200);
    fixture.proxy.misbehave({ closeAfterResponse: 'announced', negotiateOnly: 'ntlm' });
    expect(await get()).toBe(200);
    fixture.proxy.misbehave({ closeAfterResponse: 'announced' });
    expect(await get()).toBe(200);
    expect(outcomes()).toEqual(['NTLM ok', 'Negotiate ok', 'NTLM ok']);
  });
});
