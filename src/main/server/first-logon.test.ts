import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { OriginSpoil } from '../../../test/company-proxy/misbehaviour';
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
import { startScriptedUpstream } from '../../../test/scripted-upstream';
import type { CompanyProxyBook, CompanyProxyFacts } from '../../shared/company-proxy';

const methods = ['GET', 'POST', 'CONNECT'] as const;
type Method = (typeof methods)[number];

/** Whatever an origin may do to an answer, and what its own client is told. */
const spoils: readonly [OriginSpoil, number][] = [
  ['reset', 502],
  ['close', 502],
  ['bare-407', 502],
  ['bad-header', 502],
  ['two-lengths', 502],
  ['huge-head', 502],
  ['reset-behind-status', 502],
  ['close-behind-status', 502],
  ['reset-behind-interim', 502],
];
/** A status line with success is an acceptance, whatever follows it. */
const accepted: readonly OriginSpoil[] = [
  'bad-header',
  'two-lengths',
  'huge-head',
  'reset-behind-status',
  'close-behind-status',
];
const spoilingHosts = Object.fromEntries(
  [...spoils.map(([spoil]) => spoil), 'silent' as const, 'full-407' as const].map(
    (spoil) => [`${spoil}.evil.test`, spoil] as const,
  ),
);
/** As it is outside of tests: an origin may take as long as it likes. */
const patient = { connectMs: 2_000, challengeMs: 1_500 };

let fixture: Fixture;

async function start(options: FixtureOptions = {}): Promise<Fixture> {
  fixture = await startFixture({
    ...options,
    proxy: {
      accounts: [{ ...account, password, lockoutThreshold: 3 }],
      spoilingHosts,
      denyHosts: ['fine.test', 'check.test', 'wiki.corp'],
      ...options.proxy,
    },
    engine: { timeouts: patient, checkUrl: new URL('http://check.test/'), ...options.engine },
  });
  return fixture;
}

/** The length of an answer to CONNECT says nothing (RFC 9110, 9.3.6). */
const opensTunnel = (method: Method, spoil: OriginSpoil): boolean =>
  method === 'CONNECT' && spoil === 'two-lengths';

const ask = (method: Method, host: string): Promise<number> =>
  method === 'CONNECT'
    ? tunnelStatus(fixture.port, `${host}:443`)
    : send(fixture.port, `http://${host}/`, { method }, method === 'POST' ? 'a body' : undefined).then(
        ({ status }) => status,
      );
/** Something that works: the company proxy itself says 403 for it. */
const others = (): Promise<number[]> =>
  Promise.all([ask('GET', 'fine.test'), ask('CONNECT', 'fine.test'), ask('POST', 'fine.test')]);
const bad = (): number => fixture.proxy.logons.filter((logon) => !logon.accepted).length;
const kinds = (): string[] => fixture.events.map(({ kind }) => kind);
const reasons = (): string[] =>
  fixture.events.flatMap((event) => (event.kind === 'logon-sent' ? [event.reason] : []));

function bookOf(): CompanyProxyBook & { facts: CompanyProxyFacts } {
  const book = {
    facts: {} as CompanyProxyFacts,
    recall: () => book.facts,
    remember: (_companyProxy: unknown, facts: CompanyProxyFacts) => {
      book.facts = { ...book.facts, ...facts };
    },
  };
  return book;
}

afterEach(async () => {
  await fixture.close();
  expect(fixture.internalErrors).toEqual([]);
});

describe.each(methods)('the first request of all, %s', (method) => {
  it.each(spoils)('to a host that answers with %s stops nobody else', async (spoil, usual) => {
    await start();
    const status = opensTunnel(method, spoil) ? 200 : usual;
    expect(await ask(method, `${spoil}.evil.test`)).toBe(status);
    expect(await others()).toEqual([403, 403, 403]);
    expect(await ask(method, `${spoil}.evil.test`)).toBe(status);
    expect(await others()).toEqual([403, 403, 403]);
    expect(fixture.engine.state().credential).toBe('proven');
    expect(bad()).toBe(0);
    expect(kinds()).not.toContain('logon-refused');
  });

  it.each(accepted)('is an acceptance when its host answers with %s', async (spoil) => {
    await start();
    expect(await ask(method, `${spoil}.evil.test`)).toBe(opensTunnel(method, spoil) ? 200 : 502);
    expect(fixture.engine.state().credential).toBe('proven');
    expect(kinds()).not.toContain('logon-unanswered');
  });

  it('to a host that never answers holds nobody up', async () => {
    await start();
    const silent = new RawClient(fixture.port).write(
      method === 'CONNECT'
        ? 'CONNECT silent.evil.test:443 HTTP/1.1\r\nHost: silent.evil.test:443\r\n\r\n'
        : `${method} http://silent.evil.test/ HTTP/1.1\r\nHost: silent.evil.test\r\nContent-Length: 0\r\n\r\n`,
    );
    while (!kinds().includes('logon-sent')) await new Promise(setImmediate);
    expect(await others()).toEqual([403, 403, 403]);
    expect(silent.hasEnded).toBe(false);
    // Its client leaves: the logon is waited for a little longer, and then its connection ends.
    silent.socket.resetAndDestroy();
    while (!kinds().includes('logon-unanswered')) await delay(10);
    expect(await others()).toEqual([403, 403, 403]);
    expect(fixture.engine.state().credential).toBe('proven');
    expect(bad()).toBe(0);
  });

  it('with a dead password costs one logon, whatever its host would do', async () => {
    await start({ password: 'stale' });
    const hosts = Object.keys(spoilingHosts);
    const statuses = await Promise.all([...hosts, ...hosts].map((host) => ask(method, host)));
    expect(new Set(statuses)).toEqual(new Set([502]));
    expect(fixture.proxy.logons).toHaveLength(1);
    expect(fixture.engine.state().credential).toBe('refused');
  });
});

describe('a company proxy that closes after each answer', () => {
  it.each(['announced', 'silent'] as const)(
    '(%s) is spoilt by no web site either',
    async (closeAfterResponse) => {
      await start({ proxy: { misbehaviour: { closeAfterResponse } } });
      const echo = fixture.url('/echo');
      for (let round = 0; round < 2; round += 1) {
        for (const spoil of ['reset', 'bare-407', 'bad-header']) {
          await Promise.all(methods.map((method) => ask(method, `${spoil}.evil.test`)));
        }
        expect(await others()).toEqual([403, 403, 403]);
        const large = Buffer.alloc(300_000);
        expect((await send(fixture.port, echo, { method: 'POST' }, large)).status).toBe(200);
      }
      expect(fixture.engine.state().credential).toBe('proven');
      expect(bad()).toBe(0);
    },
  );
});

describe('several first requests', () => {
  it.each(['silent', 'reset', 'bare-407'] as const)(
    'to hosts that answer with %s stop nobody else',
    async (spoil) => {
      const hosts = Array.from({ length: 6 }, (_, index) => `${index}.${spoil}.evil.test`);
      await start({ proxy: { spoilingHosts: Object.fromEntries(hosts.map((host) => [host, spoil])) } });
      const clients = hosts.map((host, index) =>
        new RawClient(fixture.port).write(
          index % 2 === 0
            ? `CONNECT ${host}:443 HTTP/1.1\r\nHost: ${host}:443\r\n\r\n`
            : `GET http://${host}/ HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
        ),
      );
      while (!kinds().includes('logon-sent')) await new Promise(setImmediate);
      expect(await others()).toEqual([403, 403, 403]);
      expect(fixture.engine.state().credential).toBe('proven');
      expect(bad()).toBe(0);
      for (const client of clients) client.destroy();
    },
  );
});

describe.each(methods)('with a credential that is proven, %s', (method) => {
  it.each([...spoils, ['full-407', 403] as const])(
    'to a host that answers with %s stops nobody else',
    async (spoil, usual) => {
      await start();
      const status = opensTunnel(method, spoil) ? 200 : usual;
      expect(await ask('GET', 'fine.test')).toBe(403);
      for (let round = 0; round < 3; round += 1) {
        // Of a host that is asked over a connection which is signed in, its own answer is all that is known.
        expect(await ask(method, `${spoil}.evil.test`)).toBe(status);
        expect(await others()).toEqual([403, 403, 403]);
      }
      expect(fixture.engine.state().credential).toBe('proven');
      expect(bad()).toBe(0);
    },
  );

  it('costs two logons when the password dies under many who ask for such hosts', async () => {
    await start();
    expect(await others()).toEqual([403, 403, 403]);
    fixture.engine.suspend();
    fixture.proxy.setPassword(account, 'new password');
    const hosts = [...Object.keys(spoilingHosts), 'fine.test', 'check.test'].filter(
      (host) => !host.startsWith('silent'),
    );
    await Promise.all([...hosts, ...hosts].map((host) => ask(method, host)));
    expect(bad()).toBeLessThanOrEqual(2);
    expect(fixture.engine.state().credential).toBe('refused');
  });
});

describe('a 407 that asks for nothing', () => {
  it('on a connection that is signed in is told as what it is, and costs neither logon nor connection', async () => {
    await start();
    expect(await ask('GET', 'fine.test')).toBe(403);
    const reply = await send(fixture.port, 'http://bare-407.evil.test/');
    expect(reply.status).toBe(502);
    expect(reply.headers['proxy-status']).toMatch(/http_protocol_error; .*received-status=407/);
    expect(reply.text).toContain('asks for nothing');
    expect(await ask('GET', 'fine.test')).toBe(403);
    expect(fixture.proxy.connectionCount).toBe(1);
    expect(fixture.proxy.logons).toHaveLength(1);
  });

  it('is no acceptance: a company proxy that refuses in this way gets two bad logons and no more', async () => {
    await start();
    await fixture.close();
    let logons = 0;
    const upstream = await startScriptedUpstream((head) => {
      const isTypeThree = / NTLM TlRMTVNTUAADAAAA/.test(head);
      if (isTypeThree) logons += 1;
      const asks = isTypeThree ? '' : `Proxy-Authenticate: NTLM ${challenge}\r\n`;
      const text = `HTTP/1.1 407 No\r\n${asks}Content-Length: 0\r\n\r\n`;
      return { bytes: Buffer.from(text), isLast: false };
    });
    try {
      await start({ settings: { upstreams: [upstream] } });
      const hosts = Array.from({ length: 10 }, (_, index) => `host${index}.test`);
      for (const host of hosts) expect(await ask('GET', host)).toBeGreaterThanOrEqual(502);
      await Promise.all(hosts.map((host) => ask('CONNECT', host)));
      expect(logons).toBe(2);
    } finally {
      await upstream.close();
    }
  });
});

/** A type 2 message of 1994: no target info, no names. */
const challenge = Buffer.from(
  '4e544c4d53535000020000000000000028000000050200000123456789abcdef0000000000000000',
  'hex',
).toString('base64');

describe('a slow directory', () => {
  it.each([
    ['a host', (index: number) => `host${index}.test`],
    ['one host', () => 'fine.test'],
  ])('costs a dead password two logons at most, however many ask for %s', async (_title, hostOf) => {
    await start({ password: 'stale', proxy: { misbehaviour: { slowLogonMs: 1_200 } } });
    const statuses = await Promise.all(
      Array.from({ length: 30 }, (_, index) => ask(index % 2 === 0 ? 'GET' : 'CONNECT', hostOf(index))),
    );
    expect(new Set(statuses)).toEqual(new Set([502]));
    expect(fixture.proxy.logons.length).toBeLessThanOrEqual(2);
    expect(await ask('GET', 'fine.test')).toBe(502);
    expect(fixture.proxy.logons.length).toBeLessThanOrEqual(2);
  });

  it('costs it one when a single client asks', async () => {
    await start({ password: 'stale', proxy: { misbehaviour: { slowLogonMs: 1_200 } } });
    expect(await ask('GET', 'fine.test')).toBe(502);
    expect(fixture.proxy.logons).toHaveLength(1);
  });
});

describe('a URL that is remembered', () => {
  it('gets the first logon, as a HEAD, and what it has signed in carries the request', async () => {
    const companyProxies = bookOf();
    companyProxies.facts = { knownUrl: 'http://wiki.corp/' };
    await start({ engine: { companyProxies } });
    expect(await ask('CONNECT', 'fine.test')).toBe(403);
    expect(reasons()).toEqual(['proof']);
    expect(fixture.proxy.connectionCount).toBe(1);
  });

  it('is what was asked for first, and is there after a restart', async () => {
    const companyProxies = bookOf();
    await start({ engine: { companyProxies } });
    expect(await ask('GET', 'fine.test')).toBe(403);
    expect(companyProxies.facts).toEqual({
      knownUrl: 'http://fine.test/',
      challenge: { domain: 'CORP', dnsDomain: 'corp.test', hasTargetInfo: true, hasTimestamp: true },
    });
    await fixture.close();
    await start({ engine: { companyProxies } });
    expect(await ask('CONNECT', 'silent-not.test').catch(() => 0)).toBe(503);
    expect(reasons()[0]).toBe('proof');
  });

  it.each([...spoils.map(([spoil]) => spoil), 'full-407' as const])(
    'keeps a host that answers with %s from saying anything about the password',
    async (spoil) => {
      const companyProxies = bookOf();
      companyProxies.facts = { knownUrl: 'http://wiki.corp/' };
      await start({ engine: { companyProxies } });
      await Promise.all(methods.map((method) => ask(method, `${spoil}.evil.test`)));
      expect(await others()).toEqual([403, 403, 403]);
      expect(fixture.engine.state().credential).toBe('proven');
      expect(bad()).toBe(0);
    },
  );

  it('costs a dead password one logon, and it is the last word', async () => {
    const companyProxies = bookOf();
    companyProxies.facts = { knownUrl: 'http://wiki.corp/' };
    await start({ password: 'stale', engine: { companyProxies } });
    await Promise.all(Array.from({ length: 20 }, () => others()));
    expect(fixture.proxy.logons).toHaveLength(1);
    expect(fixture.engine.state().credential).toBe('refused');
  });

  it('that has become silent holds nobody up', async () => {
    const companyProxies = bookOf();
    companyProxies.facts = { knownUrl: 'http://silent.evil.test/' };
    await start({ engine: { companyProxies } });
    expect(await others()).toEqual([403, 403, 403]);
    // Lost, as a test waits for an answer for less than the two seconds after which it is slow.
    expect(reasons().slice(0, 2)).toEqual(['proof', 'lost-answer']);
  });

  it('is what the user has chosen, once a check was made with it', async () => {
    const companyProxies = bookOf();
    await start({ engine: { companyProxies } });
    expect(await ask('GET', 'fine.test')).toBe(403);
    expect(await fixture.engine.retryCredential({ url: new URL('http://wiki.corp/start?x=1') })).toEqual({
      kind: 'accepted',
    });
    expect(companyProxies.facts.knownUrl).toBe('http://wiki.corp/');
  });
});

describe('a challenge that names another domain', () => {
  const known: CompanyProxyFacts = {
    challenge: { domain: 'CORP', dnsDomain: 'corp.test', hasTargetInfo: true, hasTimestamp: true },
  };

  it.each(methods)('gets no logon for a %s before the user has said so', async (method) => {
    const companyProxies = bookOf();
    companyProxies.facts = known;
    await start({ engine: { companyProxies }, proxy: { misbehaviour: { domain: 'CAFE' } } });
    expect(await ask(method, 'fine.test')).toBe(502);
    const reply = await send(fixture.port, 'http://fine.test/');
    expect(reply.text).toContain('names the domain CAFE, and has always named CORP');
    expect(fixture.proxy.logons).toHaveLength(0);
    expect(await fixture.engine.retryCredential()).toEqual({ kind: 'accepted' });
    expect(companyProxies.facts.challenge?.domain).toBe('CAFE');
    expect(await others()).toEqual([403, 403, 403]);
    expect(bad()).toBe(0);
  });

  it('gets one with a new password, and is remembered with it', async () => {
    const companyProxies = bookOf();
    companyProxies.facts = known;
    await start({
      password: 'stale',
      engine: { companyProxies },
      proxy: { misbehaviour: { domain: 'CAFE' } },
    });
    const next = credentialOf(password);
    expect(await fixture.engine.setCredential(next)).toEqual({ kind: 'accepted' });
    expect(companyProxies.facts.challenge?.domain).toBe('CAFE');
  });

  it('is not remembered when the logon is refused', async () => {
    const companyProxies = bookOf();
    companyProxies.facts = known;
    await start({
      password: 'stale',
      engine: { companyProxies },
      proxy: { misbehaviour: { domain: 'CAFE' } },
    });
    expect(await fixture.engine.retryCredential()).toMatchObject({ kind: 'refused' });
    expect(companyProxies.facts).toEqual(known);
  });

  it('is met by a credential that was proven, too, and back on the first network all is as it was', async () => {
    const companyProxies = bookOf();
    await start({ engine: { companyProxies } });
    expect(await others()).toEqual([403, 403, 403]);
    const before = fixture.proxy.logons.length;
    fixture.proxy.misbehave({ domain: 'CAFE' });
    fixture.engine.beginEpoch('network-changed');
    expect(await others()).toEqual([502, 502, 502]);
    expect(fixture.proxy.logons).toHaveLength(before);
    fixture.proxy.misbehave({});
    fixture.engine.beginEpoch('network-changed');
    expect(await others()).toEqual([403, 403, 403]);
  });
});

describe('a challenge that lacks what others had', () => {
  it.each(['no-timestamp', 'no-target-info'] as const)(
    '(%s) makes a refusal one of this network only',
    async (variant) => {
      const companyProxies = bookOf();
      const outcomes: string[] = [];
      await start({
        engine: { companyProxies, onCredentialOutcome: (_credential, outcome) => outcomes.push(outcome) },
      });
      expect(await ask('GET', 'fine.test')).toBe(403);
      fixture.engine.beginEpoch('network-changed');
      fixture.proxy.misbehave({ challenge: variant });
      fixture.proxy.setPassword(account, 'of somebody else');
      expect(await others()).toEqual([502, 502, 502]);
      expect(bad()).toBe(1);
      expect(outcomes).toEqual(['accepted']);
      fixture.proxy.misbehave({});
      fixture.proxy.setPassword(account, password);
      fixture.engine.beginEpoch('network-changed');
      expect(await others()).toEqual([403, 403, 403]);
      expect(bad()).toBe(1);
    },
  );
});

describe('a body', () => {
  const post = (length: number): string =>
    `POST ${fixture.url('/echo')} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${length}\r\n\r\n`;
  const untilAccepted = async (): Promise<void> => {
    while (!kinds().includes('logon-accepted')) await new Promise(setImmediate);
  };

  it('that is at hand goes with the logon', async () => {
    await start();
    expect((await send(fixture.port, fixture.url('/echo'), { method: 'POST' }, 'small')).status).toBe(200);
    expect(fixture.proxy.requests.map(({ method }) => method)).toEqual(['POST']);
    expect(fixture.proxy.logons).toHaveLength(1);
  });

  it('that is still on its way follows the logon on the same connection, whoever else waits', async () => {
    await start();
    const client = new RawClient(fixture.port).write(`${post(200_000)}begun`);
    await untilAccepted();
    await others();
    client.write('x'.repeat(199_995));
    expect(await client.until((text) => text.includes('\r\n\r\n'))).toMatch(/^HTTP\/1\.1 200 /);
    client.destroy();
    const [head, upload] = fixture.proxy.requests.filter(({ target }) => target.endsWith('/echo'));
    expect([head?.method, upload?.method]).toEqual(['HEAD', 'POST']);
    expect(upload?.connection).toBe(head?.connection);
    expect(fixture.origin.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  it.each(['before its logon', 'behind its logon'])(
    'whose client leaves in the middle, %s, costs nothing, also not together with others',
    async (when) => {
      await start();
      if (when === 'behind its logon') expect(await others()).toEqual([403, 403, 403]);
      const clients = Array.from({ length: 4 }, () =>
        new RawClient(fixture.port).write(`${post(10_000_000)}${'x'.repeat(100_000)}`),
      );
      if (when === 'behind its logon') {
        while (!fixture.proxy.requests.some(({ method }) => method === 'POST'))
          await new Promise(setImmediate);
      }
      for (const { socket } of clients) socket.resetAndDestroy();
      expect(await others()).toEqual([403, 403, 403]);
      expect(kinds()).not.toContain('logon-unanswered');
      expect(bad()).toBe(0);
    },
  );
});

describe('a client that leaves', () => {
  it('does not keep the connection for longer than its logon may take', async () => {
    await start();
    const client = new RawClient(fixture.port).write(
      'CONNECT silent.evil.test:443 HTTP/1.1\r\nHost: silent.evil.test:443\r\n\r\n',
    );
    while (!kinds().includes('logon-sent')) await new Promise(setImmediate);
    client.socket.resetAndDestroy();
    while (!kinds().includes('logon-unanswered')) await delay(10);
    while (fixture.proxy.openConnections > 0) await delay(10);
    expect(fixture.proxy.logons).toHaveLength(1);
  });

  it('costs no logon when it has gone before', async () => {
    await start({
      proxy: { misbehaviour: { dripMs: 2 } },
      engine: { timeouts: { ...patient, challengeMs: 15_000 } },
    });
    const client = new RawClient(fixture.port).write(
      'GET http://fine.test/ HTTP/1.1\r\nHost: fine.test\r\n\r\n',
    );
    while (fixture.proxy.challengeCount === 0) await new Promise(setImmediate);
    client.socket.resetAndDestroy();
    while (fixture.proxy.openConnections > 0) await delay(10);
    expect(fixture.proxy.logons).toHaveLength(0);
    fixture.proxy.misbehave({});
    expect(await others()).toEqual([403, 403, 403]);
  });
});

describe('an answer', () => {
  it('may take longer than a sign-in, with and without one', async () => {
    await start({
      proxy: { slowHosts: { 'slow.test': 1_000 }, denyHosts: ['slow.test', 'check.test'] },
      engine: { timeouts: { connectMs: 2_000, challengeMs: 300 } },
    });
    expect(await ask('GET', 'slow.test')).toBe(403);
    expect(await ask('GET', 'slow.test')).toBe(403);
    expect(await ask('CONNECT', 'slow.test')).toBe(403);
  });

  it('is preceded by 32 interim answers at most', async () => {
    await start();
    await fixture.close();
    let count = 0;
    const upstream = await startScriptedUpstream(() => {
      count += 1;
      const interim = 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(count === 1 ? 0 : 1_000);
      const bytes = Buffer.from(`${interim}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok`);
      return { bytes, isLast: false };
    });
    try {
      await start({ settings: { upstreams: [upstream] } });
      expect(await ask('GET', 'fine.test')).toBe(200);
      const client = new RawClient(fixture.port).write(
        'GET http://fine.test/ HTTP/1.1\r\nHost: fine.test\r\n\r\n',
      );
      const text = await client.until((received) => received.endsWith('ok'));
      expect(text.match(/ 103 /g)?.length).toBe(32);
      client.destroy();
    } finally {
      await upstream.close();
    }
  });
});
