import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import {
  account,
  credentialOf,
  type Fixture,
  type FixtureOptions,
  password,
  RawClient,
  send,
  startFixture,
  tunnelStatus,
} from '../../../test/engine-fixture';

let fixture: Fixture;

afterEach(async () => {
  await fixture.close();
  expect(fixture.internalErrors).toEqual([]);
});

/** However busy the machine is, nothing is given up. */
const patient = { connectMs: 60_000, challengeMs: 60_000, quickMs: 60_000 };

/** Hosts are names that only the company proxy knows; those that begin with `slow` take for ever. */
async function start(options: FixtureOptions = {}): Promise<void> {
  fixture = await startFixture({
    ...options,
    proxy: {
      whereIs: (host, port) => ({
        host: '127.0.0.1',
        port,
        ...(host.startsWith('slow') ? { afterMs: 600_000 } : {}),
      }),
      ...options.proxy,
    },
    engine: { keepsWarm: () => true, timeouts: patient, ...options.engine },
  });
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(5);
}

/** A page that opens tunnels to so many hosts at once. */
function page(name: string, count: number): Promise<number[]> {
  const hosts = Array.from({ length: count }, (_, index) => `${name}-${index}.test:${fixture.origin.port}`);
  return Promise.all(hosts.map((host) => tunnelStatus(fixture.port, host)));
}

/** The most logons that were unanswered at once. */
function mostUnanswered(): number {
  let [now, most] = [0, 0];
  for (const { kind } of fixture.events) {
    if (kind === 'logon-sent') now += 1;
    else if (kind === 'logon-accepted' || kind === 'logon-refused' || kind === 'logon-unanswered') now -= 1;
    most = Math.max(most, now);
  }
  return most;
}

/** Waits until the stock is as large as it is to be: no logon follows for a while. */
async function whenStocked(): Promise<void> {
  for (let before = -1; before !== fixture.proxy.logons.length; ) {
    before = fixture.proxy.logons.length;
    await delay(300);
  }
}

const signedInAhead = (): number =>
  fixture.events.filter(
    (event) => event.kind === 'own-request' && event.hasLogon && event.status !== undefined,
  ).length;
const logonsOfTheirOwn = (): number =>
  fixture.events.filter((event) => event.kind === 'logon-sent' && event.reason !== 'spare').length;
const badLogons = (): number => fixture.proxy.logons.filter(({ accepted }) => !accepted).length;
const ownLogons = (): number =>
  fixture.events.filter((event) => event.kind === 'logon-sent' && event.reason === 'spare').length;

describe('a page with forty hosts', () => {
  it('opens them all with two logons unanswered at most, and the next one without a logon of its own', async () => {
    await start();
    expect(new Set(await page('first', 40))).toEqual(new Set([200]));
    // Each tunnel has used up one that was signed in for somebody else, or has signed in by itself.
    const idle = (): number => signedInAhead() - (40 - logonsOfTheirOwn());
    const first = logonsOfTheirOwn();
    await until(() => idle() >= 16);
    await whenStocked();
    expect(new Set(await page('second', Math.min(idle(), 30)))).toEqual(new Set([200]));
    expect(mostUnanswered()).toBeLessThanOrEqual(2);
    expect(logonsOfTheirOwn()).toBe(first);
    expect(badLogons()).toBe(0);
  });

  it('asks no host for them but those of the page', async () => {
    await start();
    await page('first', 40);
    await whenStocked();
    const asked = new Set(
      fixture.proxy.requests.filter(({ method }) => method === 'HEAD').map(({ target }) => target),
    );
    expect(asked).toEqual(new Set(['http://latchkey.invalid/']));
  });

  it('has the next challenges ready when the first logon is accepted, and when its own first one is', async () => {
    let challenges = 0;
    const ready: number[] = [];
    await start({
      proxy: {
        slowHosts: { 'latchkey.invalid': 400 },
        whereIs: (_host, port) => ({ host: '127.0.0.1', port, afterMs: 400 }),
        onEvent: ({ kind }) => void (challenges += Number(kind === 'challenge-sent')),
      },
      engine: {
        onEvent: ({ kind }) => void (kind === 'logon-accepted' && ready.push(challenges)),
      },
    });
    await page('first', 1);
    await until(() => ready.length > 1);
    const [first = 0, second = 0] = ready;
    // Besides that of the logon itself: that of the URL which nobody has, and then those behind it.
    expect(first).toBe(2);
    expect(second).toBeGreaterThan(2);
  });

  it('is not held up by origins that are slow', async () => {
    await start({ engine: { timeouts: { connectMs: 2_000, challengeMs: 10_000 } } });
    await page('first', 12);
    await whenStocked();
    const slow = Array.from({ length: 4 }, (_, index) => {
      const authority = `slow-${index}.test:443`;
      return new RawClient(fixture.port).write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
    });
    expect(new Set(await page('second', 40))).toEqual(new Set([200]));
    expect(slow.map(({ text }) => text)).toEqual(['', '', '', '']);
    for (const client of slow) client.destroy();
    expect(mostUnanswered()).toBeLessThanOrEqual(2);
  });
});

describe('a password that changes while there is a stock', () => {
  it.each([
    ['with nothing under way', 0],
    ['under a page', 40],
  ])('costs two bad logons at most, %s', async (_title, count) => {
    await start();
    await page('first', 20);
    await whenStocked();
    const pages = page('second', count);
    fixture.proxy.setPassword(account, 'another');
    await pages;
    for (let round = 0; round < 3; round += 1) await page(`later-${round}`, 40);
    expect(badLogons()).toBeGreaterThan(0);
    expect(badLogons()).toBeLessThanOrEqual(2);
    expect(fixture.engine.state().credential).toBe('refused');
  });

  it('makes no logon while the sign-in is paused', async () => {
    await start();
    await page('first', 4);
    await whenStocked();
    fixture.engine.pause();
    const before = fixture.proxy.logons.length;
    await page('second', 8);
    await delay(1_200);
    expect(fixture.proxy.logons).toHaveLength(before);
    fixture.engine.resume();
  });
});

describe('a company proxy', () => {
  it.each([['announced' as const], ['silent' as const]])(
    'that closes after each answer (%s) gets no stock',
    async (closeAfterResponse) => {
      await start({ proxy: { misbehaviour: { closeAfterResponse } } });
      for (let index = 0; index < 6; index += 1) {
        expect((await send(fixture.port, fixture.url('/'))).status).toBe(200);
      }
      await whenStocked();
      expect(ownLogons()).toBeLessThanOrEqual(16);
      const before = ownLogons();
      await send(fixture.port, fixture.url('/'));
      await delay(1_200);
      expect(ownLogons()).toBe(before);
    },
  );

  it('that asks for nothing gets no stock', async () => {
    await start({ proxy: { misbehaviour: { noAuthentication: true } } });
    await page('first', 8);
    await delay(1_200);
    expect(fixture.proxy.requests.filter(({ method }) => method === 'HEAD')).toEqual([]);
  });

  it('that answers the URL of nobody with 407 by policy keeps its account, and gets one such logon', async () => {
    await start({ proxy: { policyHosts: ['latchkey.invalid'] } });
    await send(fixture.port, fixture.url('/'));
    await whenStocked();
    for (let round = 0; round < 3; round += 1) {
      expect(new Set(await page(`page-${round}`, 12))).toEqual(new Set([200]));
    }
    const asked = fixture.proxy.requests.filter(({ target }) => target.includes('latchkey.invalid'));
    expect(asked).toEqual([]);
    expect(fixture.engine.state().credential).toBe('proven');
    expect(mostUnanswered()).toBeLessThanOrEqual(2);
  });

  it('that loses connections in silence has them used sooner from then on', async () => {
    let nowMs = 0;
    await start({ engine: { keepsWarm: () => true, monotonicMs: () => nowMs } });
    await page('first', 4);
    await whenStocked();
    const uses = (isAnswered: boolean): number =>
      fixture.events.filter(
        (event) =>
          event.kind === 'own-request' && !event.hasLogon && isAnswered === (event.status !== undefined),
      ).length;
    fixture.proxy.misbehave({ resetAt: 'mid-head' });
    nowMs += 8_500;
    await until(() => uses(false) > 0);
    fixture.proxy.misbehave({});
    await delay(1_100);
    await whenStocked();
    const before = uses(true);
    // Less than what they were trusted for at first.
    nowMs += 6_000;
    await until(() => uses(true) > before);
    expect(badLogons()).toBe(0);
  });

  it('that closes behind the URL of nobody gets a stock with the check URL', async () => {
    // Those behind the first one have their challenge by then.
    const slowHosts = { 'latchkey.invalid': 200 };
    await start({ proxy: { closingHosts: ['latchkey.invalid'], slowHosts } });
    await page('first', 12);
    const asked = (what: string): number =>
      fixture.proxy.requests.filter(({ method, target }) => method === 'HEAD' && target.includes(what))
        .length;
    await until(() => asked('/check') > 4);
    expect(asked('latchkey.invalid')).toBe(1);
    expect(badLogons()).toBe(0);
  });

  it('that is slow to answer the URL of nobody is asked for it once', async () => {
    await start({
      proxy: { slowHosts: { 'latchkey.invalid': 700 } },
      engine: { keepsWarm: () => true, timeouts: { connectMs: 2_000, challengeMs: 10_000 } },
    });
    await page('first', 12);
    await whenStocked();
    await page('second', 12);
    await whenStocked();
    const asked = fixture.proxy.requests.filter(({ target }) => target.includes('latchkey.invalid'));
    expect(asked.length).toBeLessThanOrEqual(2);
    expect(mostUnanswered()).toBeLessThanOrEqual(2);
  });
});

describe('the stock', () => {
  it('is dropped with the network, and made anew with the next request', async () => {
    await start();
    await page('first', 4);
    await whenStocked();
    fixture.engine.beginEpoch('network-changed');
    await until(() => fixture.proxy.openConnections === 0);
    await delay(1_200);
    expect(fixture.proxy.openConnections).toBe(0);
    await page('second', 1);
    await whenStocked();
    expect(fixture.proxy.openConnections).toBeGreaterThanOrEqual(4);
  });

  it('is dropped before the machine sleeps, and not made anew', async () => {
    await start();
    await page('first', 4);
    await whenStocked();
    fixture.engine.suspend();
    await until(() => fixture.proxy.openConnections === 0);
    await delay(1_200);
    expect(fixture.proxy.openConnections).toBe(0);
  });

  it('is of the new credential when that has taken over', async () => {
    await start();
    await page('first', 4);
    await whenStocked();
    fixture.proxy.setPassword(account, 'another');
    const old = new Set(fixture.proxy.logons.map(({ connection }) => connection));
    const next = credentialOf('another');
    expect(await fixture.engine.setCredential(next)).toEqual({ kind: 'accepted' });
    await whenStocked();
    const requests = fixture.proxy.requests.length;
    expect(new Set(await page('second', 12))).toEqual(new Set([200]));
    const carriers = fixture.proxy.requests.slice(requests).map(({ connection }) => connection);
    expect(carriers.filter((connection) => old.has(connection))).toEqual([]);
    expect(badLogons()).toBe(0);
  });

  it('is not made where it is not wanted', async () => {
    await start({ engine: { keepsWarm: () => false } });
    await page('first', 4);
    await delay(1_200);
    expect(ownLogons()).toBe(0);
  });

  it('ends with the engine, in the middle of being made', async () => {
    await start({ proxy: { misbehaviour: { slowLogonMs: 200 } } });
    const client = new RawClient(fixture.port).write('GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n');
    await until(() => ownLogons() > 0);
    client.destroy();
    await fixture.engine.close();
    await until(() => fixture.proxy.openConnections === 0);
    expect(password).not.toBe('');
  });
});
