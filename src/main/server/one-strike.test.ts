import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
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
  testTimeouts,
  tunnelStatus,
} from '../../../test/engine-fixture';

const name = { domain: 'CORP', user: 'alice' };

let fixture: Fixture;

/** An account that three wrong passwords lock, and a local proxy that signs in with what it believes to be its password. */
async function start(options: FixtureOptions = {}): Promise<Fixture> {
  fixture = await startFixture({
    ...options,
    proxy: { accounts: [{ ...account, password, lockoutThreshold: 3 }], ...options.proxy },
  });
  return fixture;
}

const tunnel = (host = '127.0.0.1'): Promise<number> =>
  tunnelStatus(fixture.port, `${host}:${fixture.origin.port}`);
const get = async (url = fixture.url('/')): Promise<number> => (await send(fixture.port, url)).status;
const refusals = (): number => fixture.proxy.logons.filter(({ accepted }) => !accepted).length;
const kinds = (): string[] => fixture.events.map(({ kind }) => kind);

afterEach(async () => {
  await fixture.close();
  expect(fixture.internalErrors).toEqual([]);
});

describe('a stale password', () => {
  it('costs one logon, whatever 200 parallel clients ask for', async () => {
    await start({ password: 'stale', proxy: { misbehaviour: { slowLogonMs: 50 } } });
    const statuses = await Promise.all(
      Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? get() : tunnel())),
    );
    expect(new Set(statuses)).toEqual(new Set([502]));
    expect(fixture.proxy.logons).toHaveLength(1);
    expect(fixture.engine.state().credential).toBe('refused');
  });

  it('that was refused before costs none', async () => {
    await start({ password: 'stale', engine: { areCredentialsRefused: true } });
    expect(await get()).toBe(502);
    expect(await tunnel()).toBe(502);
    expect(fixture.proxy.logons).toHaveLength(0);
  });

  it('is tried once more when the user asks for it', async () => {
    await start({ engine: { areCredentialsRefused: true } });
    expect(await get()).toBe(502);
    expect(await fixture.engine.retryCredential({ url: new URL(fixture.url('/')) })).toEqual({
      kind: 'accepted',
    });
    expect(await get()).toBe(200);
    expect(refusals()).toBe(0);
  });
});

describe('a credential that is not proven yet', () => {
  it('proves itself again with an address that works, so that a forbidden one says nothing about it', async () => {
    await start({ proxy: { policyHosts: ['policy.test', 'policy2.test'] } });
    expect(await get()).toBe(200);
    for (const host of ['policy.test', 'policy2.test']) {
      fixture.engine.beginEpoch('network-changed');
      expect((await send(fixture.port, `http://${host}/`)).status).toBe(403);
    }
    expect(await get()).toBe(200);
    expect(fixture.engine.state().credential).toBe('proven');
  });

  it('is not held up by a slow address after a network change', async () => {
    await start({
      proxy: { slowHosts: { 'slow.test': 3_000 }, denyHosts: ['slow.test'] },
      engine: { timeouts: { ...testTimeouts, answerMs: 15_000, idleMs: 15_000 } },
    });
    expect(await get()).toBe(200);
    fixture.engine.beginEpoch('network-changed');
    const slow = tunnel('slow.test').then((status) => `slow ${status}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await Promise.race([slow, get()])).toBe(200);
    expect(await slow).toBe('slow 403');
  });

  it('is not held up by an upload that never ends', async () => {
    await start();
    const target = fixture.url('/echo');
    const upload = new RawClient(fixture.port).write(
      `POST ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\nbegun`,
    );
    while (!kinds().includes('logon-accepted')) await new Promise(setImmediate);
    expect(await Promise.all([get(), tunnel()])).toEqual([200, 200]);
    upload.destroy();
  });
});

describe('a retry', () => {
  it('is shared by all who ask for it while it waits or is under way', async () => {
    await start({ password: 'stale', proxy: { misbehaviour: { slowLogonMs: 50 } } });
    const retries = Array.from({ length: 5 }, () => fixture.engine.retryCredential());
    expect((await Promise.all(retries)).map((check) => check?.kind)).toEqual(retries.map(() => 'refused'));
    expect(fixture.proxy.logons).toHaveLength(1);
  });

  it('is made with the credential of its turn, not with one that was replaced meanwhile', async () => {
    await start({ password: 'stale', proxy: { misbehaviour: { slowLogonMs: 50 } } });
    const url = new URL(fixture.url('/'));
    const checks = [
      fixture.engine.setCredential(credentialOf(password), { url }),
      fixture.engine.retryCredential({ url }),
    ];
    expect(await Promise.all(checks)).toEqual([{ kind: 'accepted' }, { kind: 'accepted' }]);
    expect(refusals()).toBe(0);
  });

  it('is not made when nobody waits for it any more', async () => {
    await start({ proxy: { misbehaviour: { slowLogonMs: 50 } } });
    const url = new URL(fixture.url('/'));
    const gone = new AbortController();
    const first = fixture.engine.setCredential(credentialOf('mistyped'), { url });
    const second = fixture.engine.setCredential(credentialOf('mistyped'), { url, signal: gone.signal });
    gone.abort();
    expect(await first).toMatchObject({ kind: 'refused' });
    expect(await second).toBeUndefined();
    expect(fixture.proxy.logons).toHaveLength(1);
  });
});

describe('a request over a connection that is signed in already', () => {
  it('keeps no turn to sign in, however long it takes', async () => {
    await start({ engine: { timeouts: { ...testTimeouts, answerMs: 15_000, idleMs: 15_000 } } });
    const slow = (ms: number): ReturnType<typeof send> => send(fixture.port, fixture.url(`/slow?ms=${ms}`));
    await slow(1);
    // The connection is in use and a logon under way: the next request waits for its turn, and by then the connection is
    // free again.
    fixture.proxy.misbehave({ slowLogonMs: 250 });
    const [first, logon] = [slow(100), tunnel()];
    while (fixture.proxy.challengeCount < 2) await new Promise(setImmediate);
    const before = fixture.proxy.challengeCount;
    const long = slow(2_000);
    expect([(await first).status, await logon]).toEqual([200, 200]);
    while (fixture.origin.requests.length < 3) await new Promise(setImmediate);
    fixture.proxy.misbehave({});
    expect(await tunnel('localhost')).toBe(200);
    expect((await long).status).toBe(200);
    expect(slowAnswerLogons()).toBe(false);
    expect(fixture.proxy.logons).toHaveLength(3);
    expect(fixture.proxy.challengeCount).toBeGreaterThan(before);
  });
});

describe('a password that changes in the directory', () => {
  it('costs at most two logons while 50 clients go on, and a tunnel and the port survive the new one', async () => {
    await start({ proxy: { misbehaviour: { slowLogonMs: 10 } } });
    const echo = await startEcho();
    try {
      const target = `127.0.0.1:${(echo.address() as AddressInfo).port}`;
      const open = new RawClient(fixture.port).write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`);
      await open.until((text) => text.includes('\r\n\r\n'));
      let isOver = false;
      const late: number[] = [];
      let hasNewPassword = false;
      const clients = Array.from({ length: 50 }, async (_, index) => {
        while (!isOver) {
          const isAfter = hasNewPassword;
          // The connections that are signed in do not notice a change of the password: each of these needs a new one.
          const status = index % 2 === 0 ? await tunnel() : await get();
          if (isAfter) late.push(status);
        }
      });
      while (fixture.proxy.logons.length < 20) await new Promise(setImmediate);
      fixture.proxy.setPassword(name, 'new password');
      while (fixture.engine.state().credential !== 'refused') await new Promise(setImmediate);
      expect(refusals()).toBeLessThanOrEqual(2);
      expect(await fixture.engine.setCredential(credentialOf('new password'))).toEqual({ kind: 'accepted' });
      hasNewPassword = true;
      while (late.length < 100) await new Promise(setImmediate);
      isOver = true;
      await Promise.all(clients);
      expect(new Set(late)).toEqual(new Set([200]));
      expect(refusals()).toBeLessThanOrEqual(2);
      open.write('still here');
      expect(await open.until((text) => text.endsWith('still here'))).toMatch(/still here$/);
      open.destroy();
    } finally {
      echo.close();
    }
  });

  it('can be announced: requests wait during the pause and are answered with the new password', async () => {
    await start();
    fixture.engine.pause();
    fixture.proxy.setPassword(name, 'new password');
    const waiting = [get(), tunnel()];
    expect(await fixture.engine.setCredential(credentialOf('new password'))).toEqual({ kind: 'accepted' });
    expect(await Promise.all(waiting)).toEqual([200, 200]);
    expect(refusals()).toBe(0);
    expect(fixture.engine.state().isPaused).toBe(false);
    expect(kinds()).toContain('credential-changed');
  });

  it('says 503 and when to come back to those who would wait for too long', async () => {
    await start({ engine: { maxLogonWaitMs: 30 } });
    fixture.engine.pause();
    const reply = await send(fixture.port, fixture.url('/'));
    expect(reply.status).toBe(503);
    expect(reply.headers['retry-after']).toBe('5');
    expect(reply.text).toContain('does not sign in as CORP\\alice while the password is being changed');
    fixture.engine.resume();
    expect(await get()).toBe(200);
    expect(kinds().filter((kind) => kind === 'sign-in-paused')).toHaveLength(2);
  });

  it('keeps the old one in use when the new one is wrong, at the cost of one logon', async () => {
    await start();
    expect(await get()).toBe(200);
    const check = await fixture.engine.setCredential(credentialOf('mistyped'));
    expect(check).toMatchObject({ kind: 'refused', problem: { kind: 'credential-refused' } });
    expect(refusals()).toBe(1);
    expect(await tunnel()).toBe(200);
    expect(refusals()).toBe(1);
    expect(fixture.engine.state().credential).toBe('proven');
  });

  it('cannot be checked while the company proxy is away, and then nothing changes', async () => {
    await start({ settings: { upstreams: [{ host: '127.0.0.1', port: 1 }] } });
    const check = await fixture.engine.setCredential(credentialOf('new password'));
    expect(check).toMatchObject({ kind: 'unclear', problem: { kind: 'connection-refused' } });
    expect(fixture.engine.state().credential).toBe('unproven');
  });

  it('does not leave connections of the old one to the requests that follow', async () => {
    await start({ proxy: { misbehaviour: { slowLogonMs: 100 } } });
    const first = get();
    while (!kinds().includes('logon-sent')) await new Promise(setImmediate);
    expect(
      await fixture.engine.setCredential(credentialOf(password), { url: new URL(fixture.url('/')) }),
    ).toEqual({
      kind: 'accepted',
    });
    expect(await first).toBe(200);
    expect(await get()).toBe(200);
    // The one on which the new one was checked.
    expect(fixture.proxy.requests.at(-1)?.connection).toBe(fixture.proxy.logons.at(-1)?.connection);
    expect(fixture.proxy.logons).toHaveLength(2);
  });

  it('cannot be checked while the network changes, and then nothing changes', async () => {
    await start({ proxy: { misbehaviour: { silentAt: 'type-1' } } });
    const check = fixture.engine.setCredential(credentialOf('new password'));
    while (fixture.proxy.connectionCount === 0) await new Promise(setImmediate);
    fixture.engine.beginEpoch('network-changed');
    expect(await check).toMatchObject({ kind: 'unclear', problem: { kind: 'closed-early' } });
  });

  it('is not taken for good because the company proxy answers with an error of its own', async () => {
    await start();
    const url = new URL('http://127.0.0.1/');
    url.port = String(fixture.origin.port);
    expect(await get(url.href)).toBe(200);
    await fixture.origin.close();
    expect(await fixture.engine.setCredential(credentialOf(password))).toMatchObject({
      kind: 'unclear',
      problem: { kind: 'server-error' },
    });
    expect(kinds()).not.toContain('credential-changed');
  });

  it('cannot be checked while nobody is asked to sign in', async () => {
    await start({ proxy: { misbehaviour: { noAuthentication: true } } });
    const check = await fixture.engine.setCredential(credentialOf('x'), { url: new URL(fixture.url('/')) });
    expect(check).toMatchObject({ kind: 'unclear', problem: { kind: 'sign-in-not-asked' } });
  });
});

describe('a URL that is forbidden by policy', () => {
  it('costs one logon more, once, and does not stop the others', async () => {
    await start({ proxy: { policyHosts: ['policy.test'] } });
    expect(await get()).toBe(200);
    const before = fixture.proxy.logons.length;
    const [reply] = await Promise.all([
      send(fixture.port, 'http://policy.test/'),
      ...Array.from({ length: 10 }, () => send(fixture.port, 'http://policy.test/')),
    ]);
    expect(reply.status).toBe(403);
    expect(reply.headers['proxy-status']).toMatch(/error=http_request_denied; .*received-status=407/);
    expect(fixture.proxy.logons.length - before).toBe(2);
    const [first, ...more] = await Promise.all([
      get(),
      ...Array.from({ length: 20 }, () => get('http://policy.test/')),
    ]);
    expect(first).toBe(200);
    expect(new Set(more)).toEqual(new Set([403]));
    expect(refusals()).toBe(0);
    expect(fixture.proxy.logons.length - before).toBe(2);
    expect(fixture.engine.state().credential).toBe('proven');
    expect(kinds()).toContain('target-refused');
  });

  it('is told from a dead password in tunnels as well', async () => {
    await start({ proxy: { policyHosts: ['policy.test'] } });
    expect(await tunnel()).toBe(200);
    expect(await tunnel('policy.test')).toBe(403);
    expect(await tunnel()).toBe(200);
    fixture.proxy.setPassword(name, 'new password');
    expect(await tunnel()).toBe(502);
    expect(refusals()).toBe(2);
  });
});

describe('a company proxy that closes connections whose sign-in is not finished', () => {
  it('costs nobody his turn, and no logon is lost', async () => {
    await start();
    expect(await get()).toBe(200);
    fixture.proxy.misbehave({ closesIdleAfterMs: 500, slowLogonMs: 700 });
    const statuses = await Promise.all(Array.from({ length: 12 }, () => tunnel()));
    expect(statuses).toEqual(Array.from({ length: 12 }, () => 200));
    expect(kinds()).not.toContain('logon-unanswered');
  });
});

describe('a slow origin', () => {
  it('does not hold up the sign-ins of others', async () => {
    const hosts = ['one.test', 'two.test', 'three.test'];
    const slowHosts = Object.fromEntries(hosts.map((host) => [host, 3_000]));
    await start({
      proxy: { slowHosts, denyHosts: hosts },
      engine: { timeouts: { ...testTimeouts, answerMs: 15_000, idleMs: 15_000 } },
    });
    expect(await get()).toBe(200);
    const slow = hosts.map((host) => tunnel(host));
    // The first of them takes the connection that is signed in; the second logon stands in the way of the third.
    while (!slowAnswerLogons()) await new Promise((resolve) => setTimeout(resolve, 20));
    const isSlowOver = Promise.all(slow).then(() => true);
    const others = Promise.all([tunnel(), tunnel('localhost')]);
    expect(await Promise.race([others, isSlowOver])).toEqual([200, 200]);
    expect(await Promise.all(slow)).toEqual([403, 403, 403]);
    expect(refusals()).toBe(0);
  });
});

/** Whether a logon was made because the answer to another one was slow. */
function slowAnswerLogons(): boolean {
  return fixture.events.some((event) => event.kind === 'logon-sent' && event.reason === 'slow-answer');
}

async function startEcho(): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined).pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
