import { afterEach, describe, expect, it } from 'vitest';
import type { Misbehaviour } from '../../../test/company-proxy/misbehaviour';
import { type Fixture, password, send, startFixture, tunnelStatus } from '../../../test/engine-fixture';
import type { Kerberos, KerberosToken, KerberosTrouble } from '../../shared/kerberos';

let fixture: Fixture;

const ticket: KerberosToken = { kind: 'token', token: Buffer.from('an AP-REQ') };
/** What is asked of it, and what it answers; the tests change it. */
let asked: string[];
let answer: KerberosToken;
let hasTicket: boolean;

const kerberos: Kerberos = {
  hasTicket: () => {
    asked.push('ticket?');
    return Promise.resolve(hasTicket);
  },
  token: (host) => {
    asked.push(host);
    return Promise.resolve(answer);
  },
};

const offersBoth: Misbehaviour = { negotiateFirst: 'separate-line', tickets: 'taken' };

async function start(misbehaviour: Misbehaviour, typed = password): Promise<void> {
  asked = [];
  fixture = await startFixture({ proxy: { misbehaviour }, engine: { kerberos }, password: typed });
}
const get = async (): Promise<number> => (await send(fixture.port, fixture.url('/'))).status;
const troubles = (): (KerberosTrouble | 'used')[] =>
  fixture.events.flatMap((event) => (event.kind === 'kerberos' ? [event.trouble ?? 'used'] : []));
const logons = (): string[] => fixture.proxy.logons.map(({ reason }) => reason);

afterEach(async () => {
  await fixture.close();
  expect(fixture.internalErrors).toEqual([]);
});

describe('with a Kerberos ticket', () => {
  it.each<[string, Misbehaviour]>([
    ['that offers NTLM as well', offersBoth],
    ['that offers nothing else', { negotiateOnly: 'kerberos', tickets: 'taken' }],
    ['that closes after each response', { ...offersBoth, closeAfterResponse: 'announced' }],
  ])('a company proxy %s gets it, and no logon', async (_title, misbehaviour) => {
    [hasTicket, answer] = [true, ticket];
    await start(misbehaviour);
    expect([await get(), await get()]).toEqual([200, 200]);
    const posted = await send(fixture.port, fixture.url('/echo'), { method: 'POST' }, 'x'.repeat(60_000));
    expect(JSON.parse(posted.text)).toMatchObject({ length: 60_000 });
    expect(await tunnelStatus(fixture.port, `127.0.0.1:${fixture.origin.port}`)).toBe(200);
    expect(logons()).toEqual([]);
    expect(fixture.proxy.ticketCount).toBeGreaterThan(0);
    expect(troubles()).toEqual(['used']);
  });

  it('a password that was refused does not matter', async () => {
    [hasTicket, answer] = [true, ticket];
    await start(offersBoth, 'stale');
    expect(await Promise.all([get(), get(), get()])).toEqual([200, 200, 200]);
    expect(logons()).toEqual([]);
  });

  it('nothing of it goes to a company proxy that does not offer Negotiate', async () => {
    [hasTicket, answer] = [true, ticket];
    await start({ tickets: 'taken' });
    expect([await get(), await get()]).toEqual([200, 200]);
    expect(logons()).toEqual(['ok']);
    expect(asked).not.toContain('127.0.0.1');
    expect(troubles()).toEqual([]);
  });

  it('a company proxy that asks for nothing gets the request once', async () => {
    [hasTicket, answer] = [true, ticket];
    await start({ noAuthentication: true });
    expect([await get(), await get()]).toEqual([200, 200]);
    expect(fixture.origin.requests).toHaveLength(2);
  });

  it.each(['refused', 'refused-closing'] as const)('that is not taken, NTLM follows: %s', async (tickets) => {
    [hasTicket, answer] = [true, ticket];
    await start({ negotiateFirst: 'separate-line', tickets, closeAfterResponse: 'announced' });
    expect([await get(), await get(), await get()]).toEqual([200, 200, 200]);
    expect(fixture.proxy.ticketCount).toBe(1);
    expect(new Set(logons())).toEqual(new Set(['ok']));
    expect(troubles()).toEqual(['refused']);
  });
});

describe('without a ticket', () => {
  it('nothing is asked of a company proxy that would not be asked without Kerberos', async () => {
    [hasTicket, answer] = [false, { kind: 'none', why: 'no-ticket' }];
    await start(offersBoth);
    expect(await get()).toBe(200);
    expect(logons()).toEqual(['ok']);
    expect([fixture.proxy.challengeCount, fixture.proxy.ticketCount]).toEqual([1, 0]);
    expect(new Set(asked)).toEqual(new Set(['ticket?']));
  });

  it.each<KerberosTrouble>(['expired', 'clock', 'no-kdc', 'slow', 'not-built'])(
    'for the company proxy it is NTLM, and said once: %s',
    async (why) => {
      [hasTicket, answer] = [true, { kind: 'none', why }];
      await start({ ...offersBoth, closeAfterResponse: 'announced' });
      expect([await get(), await get(), await get()]).toEqual([200, 200, 200]);
      expect(logons()).toEqual(['ok', 'ok', 'ok']);
      expect(troubles()).toEqual([why]);
      // Not with each connection.
      expect(asked.filter((host) => host === '127.0.0.1')).toHaveLength(1);
    },
  );

  it('one that expires while it is in use is followed by NTLM, and said', async () => {
    [hasTicket, answer] = [true, ticket];
    await start({ ...offersBoth, closeAfterResponse: 'announced' });
    expect(await get()).toBe(200);
    answer = { kind: 'none', why: 'expired' };
    expect([await get(), await get()]).toEqual([200, 200]);
    expect(logons()).toEqual(['ok', 'ok']);
    expect(troubles()).toEqual(['used', 'expired']);
  });
});
