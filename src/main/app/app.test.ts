import { readdir, readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exampleNamed } from '../../../e2e/gallery/states';
import { AppFixture, FakeKeychain } from '../../../test/app-fixture';
import { type CompanyProxy, startCompanyProxy } from '../../../test/company-proxy/start-company-proxy';
import { type Origin, startOrigin } from '../../../test/company-proxy/start-origin';
import { account, password, RawClient, send } from '../../../test/engine-fixture';
import type { ActivityRow } from '../../shared/activity';
import { defaultAppSettings } from '../../shared/app-settings';
import type { FinishedCheck } from '../../shared/command';
import type { Check, NotificationsState } from '../../shared/state';
import { flagNames } from '../ntlm/negotiate-flags';
import { ntHash, ntowfv2 } from '../ntlm/ntowf';
import type { Keychain } from '../platform/ports';

let origin: Origin;
let proxy: CompanyProxy;
let app: AppFixture;
let port: number;
const name = 'CORP\\alice';
/** Node's client may try a kept connection first. */
const nobodyThere = /ECONNREFUSED|ECONNRESET|hang up/;
const apps: AppFixture[] = [];
const clients: RawClient[] = [];
const servers: Server[] = [];

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port: free } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return free;
}

function url(path = '/'): string {
  return `http://127.0.0.1:${origin.port}${path}`;
}

const hash = (text: string): Buffer => ntowfv2(ntHash(text), account);

type Before = Parameters<typeof AppFixture.start>[1];

async function start(
  changes: Parameters<typeof AppFixture.start>[0] = {},
  before?: Before,
): Promise<AppFixture> {
  app = await AppFixture.start({ checkUrl: new URL(url()), ...changes }, before);
  apps.push(app);
  return app;
}

/** An app whose local proxy will use a free port, with localhost behind the company proxy. */
async function startFresh(): Promise<AppFixture> {
  await start();
  await app.core.run({ kind: 'change-settings', patch: { port, noProxy: [], offNetwork: 'refuse' } });
  return app;
}

function setUp(typed = password): Promise<unknown> {
  return app.core.run({
    kind: 'set-up',
    upstream: { host: proxy.host, port: proxy.port },
    account,
    password: typed,
  });
}

async function startSetUp(): Promise<void> {
  await startFresh();
  await setUp();
  await app.until('on');
}

function finishedCheck(): Check & { readonly kind: 'finished' } {
  const { check } = app.state;
  if (check.kind !== 'finished') throw new Error(`the check is ${check.kind}`);
  return check;
}

async function openTunnel(): Promise<RawClient> {
  const authority = `127.0.0.1:${origin.port}`;
  const client = new RawClient(port).write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
  clients.push(client);
  expect(await client.until((text) => text.includes('\r\n\r\n'))).toContain(' 200 ');
  return client;
}

async function expectAlive(tunnel: RawClient): Promise<void> {
  tunnel.write('GET / HTTP/1.1\r\nHost: origin.test\r\nConnection: close\r\n\r\n');
  expect(await tunnel.untilEnd()).toContain('It works');
}

beforeEach(async () => {
  origin = await startOrigin();
  proxy = await startCompanyProxy({ accounts: [{ ...account, password, lockoutThreshold: 3 }] });
  port = await freePort();
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  for (const each of apps) {
    const written = await each.written();
    expect(written).not.toContain('internal error');
    expect(written).not.toContain(password);
    expect(written.toUpperCase()).not.toContain(hash(password).toString('hex').toUpperCase());
    expect(JSON.stringify(each.state)).not.toContain(password);
  }
  // Two may share a folder.
  for (const each of apps) await each.core.close();
  for (const each of apps.splice(0)) await each.remove();
  for (const server of servers.splice(0)) server.close();
  await proxy.close();
  await origin.close();
});

describe('a first run', () => {
  it('remembers what its check was made with, for the first logon of every start', async () => {
    await startSetUp();
    await app.core.close();
    const { companyProxies } = JSON.parse(
      await readFile(join(app.folder, 'company-proxies.json'), 'utf8'),
    ) as { companyProxies: Readonly<Record<string, unknown>> };
    expect(companyProxies).toMatchObject({
      [`${proxy.host}:${proxy.port}`]: { knownUrl: url('/'), challenge: { domain: 'CORP' } },
    });
    const { folder, keychain } = app;
    const before = proxy.requests.length;
    await start({}, { folder, keychain });
    await app.until('on');
    await send(port, url('/bytes/5'));
    expect(proxy.requests[before]).toMatchObject({ method: 'HEAD', target: url('/') });
    expect(proxy.logons).toHaveLength(2);
  });

  it('goes from nothing to a page through the company proxy, with one logon for the check', async () => {
    await startFresh();
    expect(app.state.connection).toEqual({ kind: 'needs-setup' });
    const seen: string[] = [];
    app.core.subscribe(({ check }) => {
      if (check.kind === 'running') seen.push(...check.steps.map((step) => step.name));
    });
    expect(await setUp()).toEqual({ kind: 'done' });
    expect(proxy.logons).toHaveLength(1);
    expect(finishedCheck()).toMatchObject({ result: 'accepted', logons: 1, purpose: 'set-up' });
    expect(finishedCheck().steps.map((step) => `${step.name} ${step.status}`)).toEqual([
      'port done',
      'offer done',
      'challenge done',
      'clock done',
      'logon done',
      'page done',
    ]);
    await app.until('on');
    expect(app.keychain.secrets.get(name)).toBe(hash(password).toString('hex').toUpperCase());
    expect((await send(port, url())).text).toContain('It works');
    expect(app.state).toMatchObject({
      connection: { kind: 'on', route: { kind: 'upstream', hasSignedIn: true } },
      settings: { isOn: true, account },
      account: { account, isForSessionOnly: false },
      upstreams: [{ status: 'in-use' }],
      lastActivityId: 1,
    });
    expect(await app.core.run({ kind: 'read-activity', afterId: 0 })).toMatchObject({
      rows: [{ method: 'GET', status: 200, route: { kind: 'upstream' } }],
    });
  });

  it('costs one logon when the password is refused, and none when the same one is given again', async () => {
    await startFresh();
    await setUp('not the one');
    expect(finishedCheck()).toMatchObject({
      result: 'refused',
      logons: 1,
      problem: { kind: 'credential-refused' },
    });
    expect(app.state.connection).toEqual({ kind: 'needs-setup' });
    expect(app.keychain.secrets.size).toBe(0);
    await setUp('not the one');
    expect(finishedCheck()).toMatchObject({ result: 'refused', logons: 0 });
    expect(proxy.logons).toHaveLength(1);
    await setUp();
    await app.until('on');
    expect(proxy.logons).toHaveLength(2);
  });

  it('says which step has failed, and sends no logon then', async () => {
    await startFresh();
    const nobody = await freePort();
    await app.core.run({ kind: 'set-up', upstream: { host: '127.0.0.1', port: nobody }, account, password });
    expect(finishedCheck()).toMatchObject({
      result: 'unclear',
      logons: 0,
      problem: { kind: 'connection-refused' },
      steps: [{ name: 'port', status: 'failed' }],
    });
    expect(proxy.logons).toHaveLength(0);
  });

  it('does not take itself for the company proxy', async () => {
    await startFresh();
    const upstream = { host: 'localhost', port };
    expect(await app.core.run({ kind: 'set-up', upstream, account, password })).toEqual({
      kind: 'failed',
      problem: { kind: 'upstream-is-latchkey', upstream },
    });
  });

  it('can be cancelled before the logon', async () => {
    await startFresh();
    const silent = createServer();
    servers.push(silent);
    await new Promise<void>((resolve) => {
      silent.listen(0, '127.0.0.1', resolve);
    });
    const upstream = { host: '127.0.0.1', port: (silent.address() as AddressInfo).port };
    const running = app.core.run({ kind: 'set-up', upstream, account, password });
    await expect.poll(() => JSON.stringify(app.state.check)).toContain('"offer"');
    await app.core.run({ kind: 'cancel-check' });
    await running;
    expect(finishedCheck()).toMatchObject({ result: 'cancelled', logons: 0 });
  });

  it('takes a cntlm.conf over with the hash that is in it', async () => {
    await startFresh();
    const file = join(app.folder, 'cntlm.conf');
    const digits = hash(password).toString('hex');
    await writeFile(
      file,
      `Username alice\nDomain CORP\nPassNTLMv2 ${digits}\nPassNT ${ntHash(password).toString('hex')}\nProxy ${proxy.host}:${proxy.port}\nListen ${port}\nNoProxy *.corp\nTunnel 1:h:2\n`,
    );
    expect(await app.core.run({ kind: 'set-up-from-file', file })).toEqual({ kind: 'done' });
    await app.until('on');
    expect(proxy.logons).toHaveLength(1);
    expect(app.state.settings).toMatchObject({ account, noProxy: ['*.corp'], port, isOn: true });
    expect((await send(port, url())).status).toBe(200);
    await writeFile(file, 'Username alice\nProxy nonsense\n');
    expect(await app.core.run({ kind: 'set-up-from-file', file })).toMatchObject({
      kind: 'failed',
      problem: { kind: 'cntlm-conf', file, line: 2 },
    });
  });
});

describe('a cntlm.conf whose PAC names the company proxies', () => {
  it('is taken over with those to which the user has agreed', async () => {
    await startFresh();
    const file = join(app.folder, 'cntlm.conf');
    const pac = join(app.folder, 'proxy.pac');
    await writeFile(pac, `function FindProxyForURL() { return "PROXY ${proxy.host}:${proxy.port}"; }`);
    await writeFile(file, `Username alice\nDomain CORP\nPassword ${password}\nPac ${pac}\nListen ${port}\n`);
    expect(await app.core.run({ kind: 'set-up-from-file', file })).toMatchObject({
      kind: 'failed',
      problem: { kind: 'cntlm-conf', line: 0, matter: { kind: 'no-proxy-beside-pac' } },
    });
    expect(proxy.connectionCount).toBe(0);
    const agreed = [{ host: proxy.host, port: proxy.port }];
    expect(await app.core.run({ kind: 'set-up-from-file', file, agreed })).toEqual({ kind: 'done' });
    await app.until('on');
    expect(app.state.settings).toMatchObject({ pac, pacFallback: 'list', upstreams: agreed });
    expect((await send(port, url())).status).toBe(200);
  });
});

describe('a cntlm.conf without an account', () => {
  it('is taken over with the one that the user has typed', async () => {
    await startFresh();
    const file = join(app.folder, 'cntlm.conf');
    await writeFile(
      file,
      `Domain CORP\nPassword ${password}\nProxy ${proxy.host}:${proxy.port}\nListen ${port}\n`,
    );
    expect(await app.core.run({ kind: 'set-up-from-file', file })).toMatchObject({
      kind: 'failed',
      problem: { kind: 'cntlm-conf', line: 0, matter: { kind: 'no-username' } },
    });
    expect(await app.core.run({ kind: 'set-up-from-file', file, account })).toEqual({ kind: 'done' });
    await app.until('on');
    expect(proxy.logons).toHaveLength(1);
    expect(app.state.settings.account).toEqual(account);
  });
});

describe('a password', () => {
  it('that is changed at the directory is asked for once; traffic goes on with the new one', async () => {
    await startSetUp();
    expect((await send(port, url())).status).toBe(200);
    const tunnel = await openTunnel();
    proxy.setPassword(account, 'Next1!');
    const before = proxy.logons.length;
    await app.core.run({ kind: 'check-again' });
    for (const path of ['/a', '/b', '/c']) await send(port, url(path));
    const connection = await app.until('password-needed');
    expect(connection).toMatchObject({ why: { kind: 'refused' } });
    expect(proxy.logons.length - before).toBeLessThanOrEqual(2);
    expect(app.notifications).toEqual([
      { kind: 'password-refused', account, upstream: { host: proxy.host, port: proxy.port } },
    ]);
    expect(app.state.goTo).toMatchObject({ screen: 'password', isAsked: false });
    await app.core.run({ kind: 'go-to', screen: 'password' });
    expect(app.state.goTo).toMatchObject({ screen: 'password', isAsked: true });
    await app.core.run({ kind: 'change-password', password: 'Next1!' });
    expect(finishedCheck()).toMatchObject({ purpose: 'password', result: 'accepted', logons: 1 });
    await app.until('on');
    expect((await send(port, url())).status).toBe(200);
    expect(app.keychain.secrets.get(name)).toBe(hash('Next1!').toString('hex').toUpperCase());
    await expectAlive(tunnel);
    expect(app.notifications).toHaveLength(1);
  });

  it('that is wrong changes nothing, and is not sent twice', async () => {
    await startSetUp();
    await app.core.run({ kind: 'change-password', password: 'wrong' });
    expect(finishedCheck()).toMatchObject({ result: 'refused', logons: 1 });
    const { length } = proxy.logons;
    await app.core.run({ kind: 'change-password', password: 'wrong' });
    expect(finishedCheck()).toMatchObject({ result: 'refused', logons: 0 });
    expect(proxy.logons).toHaveLength(length);
    expect((await send(port, url())).status).toBe(200);
    expect(app.keychain.secrets.get(name)).toBe(hash(password).toString('hex').toUpperCase());
  });

  it('has the time at which it was accepted last, from set-up on and after a restart', async () => {
    await startSetUp();
    app.core.watch();
    await expect.poll(() => app.state.account?.lastAcceptedMs).toBeGreaterThan(0);
    await app.core.run({ kind: 'turn-off' });
    const before = app.state.account?.lastAcceptedMs ?? 0;
    await app.core.close();
    // It is off, so that no logon is made that could tell the time.
    await start({}, app);
    expect(app.state.connection).toEqual({ kind: 'off' });
    app.core.watch();
    await expect.poll(() => app.state.account?.lastAcceptedMs).toBeGreaterThanOrEqual(before);
  });

  it('that was refused is not sent after a restart', async () => {
    await startSetUp();
    proxy.setPassword(account, 'Next1!');
    await app.core.run({ kind: 'retry-password' });
    await app.until('password-needed');
    const { length } = proxy.logons;
    const told = await send(port, url());
    expect(told.status).toBe(502);
    expect(told.text).not.toContain('`latchkey');
    expect(proxy.logons).toHaveLength(length);
    await app.core.close();
    await start({}, app);
    await app.until('password-needed');
    await send(port, url());
    expect(proxy.logons).toHaveLength(length);
    expect(app.notifications).toHaveLength(1);
  });

  it('can be kept for the session when the Keychain is denied', async () => {
    await startSetUp();
    await app.core.close();
    app.keychain.refusal = 'denied';
    await start({}, app);
    expect(await app.until('password-needed')).toMatchObject({
      why: { kind: 'keychain', problem: { kind: 'keychain-denied' } },
    });
    const { length } = proxy.logons;
    await app.core.run({ kind: 'use-for-session', password });
    await app.until('on');
    expect((await send(port, url())).status).toBe(200);
    expect(app.state.account).toMatchObject({ isForSessionOnly: true });
    expect(proxy.logons.length - length).toBeLessThanOrEqual(2);
  });

  it('is kept for the session when the Keychain does not take it at set-up', async () => {
    await startFresh();
    app.keychain.refusal = 'locked';
    await setUp();
    await app.until('on');
    expect(app.state.notices).toEqual([{ kind: 'keychain-locked' }]);
    expect(app.state.account?.isForSessionOnly).toBe(true);
    await app.core.run({ kind: 'dismiss-notice', notice: 'keychain-locked' });
    expect(app.state.notices).toEqual([]);
  });

  it('that macOS asks the user for does not keep the local proxy from starting', async () => {
    await startSetUp();
    await app.core.run({ kind: 'change-settings', patch: { noProxy: ['127.*'] } });
    await app.core.close();
    let answer: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const { keychain } = app;
    const slow = {
      read: async (each: string) => {
        await asked;
        return keychain.read(each);
      },
      write: (each: string, secret: string) => keychain.write(each, secret),
      remove: (each: string) => keychain.remove(each),
    };
    await start({ keychain: slow, keychainWaitMs: 1 }, app);
    await expect.poll(() => app.state.addresses.length).toBeGreaterThan(0);
    expect((await send(port, url())).status).toBe(200);
    expect(app.state.connection).toEqual({ kind: 'starting', isAskingKeychain: true });
    answer();
    await app.until('on');
    await app.core.run({ kind: 'change-settings', patch: { noProxy: [] } });
    expect((await send(port, url())).status).toBe(200);
  });

  describe('that the Keychain takes only once the user has answered macOS', () => {
    let answer: () => void;

    /** Set up with a Keychain that waits for the user. */
    async function startAsking(): Promise<void> {
      const answered = new Promise<void>((resolve) => {
        answer = resolve;
      });
      const keychain = new FakeKeychain();
      const asking = {
        read: (each: string) => keychain.read(each),
        write: async (each: string, secret: string) => {
          await answered;
          return keychain.write(each, secret);
        },
        remove: (each: string) => keychain.remove(each),
      };
      await start({ keychain: asking, keychainWaitMs: 1 }, { keychain });
      await app.core.run({ kind: 'change-settings', patch: { port, noProxy: [], offNetwork: 'refuse' } });
      expect(await setUp()).toEqual({ kind: 'done' });
      await app.until('on');
      expect((await send(port, url())).status).toBe(200);
      expect(app.state.account?.isForSessionOnly).toBe(true);
      expect(app.state.notices).toEqual([]);
    }

    it('works meanwhile, and is kept then', async () => {
      await startAsking();
      answer();
      await expect.poll(() => app.state.account?.isForSessionOnly).toBe(false);
      expect(app.keychain.secrets.size).toBe(1);
      expect(app.state.notices).toEqual([]);
    });

    it('works meanwhile, and is told of when the answer is no', async () => {
      await startAsking();
      app.keychain.refusal = 'denied';
      answer();
      await expect.poll(() => app.state.notices).toEqual([{ kind: 'keychain-denied' }]);
      expect(app.state.account?.isForSessionOnly).toBe(true);
      expect((await send(port, url())).status).toBe(200);
    });

    it('is nobody’s any more once it was replaced', async () => {
      await startAsking();
      proxy.setPassword(account, 'Next1!');
      await app.core.run({ kind: 'use-for-session', password: 'Next1!' });
      answer();
      await expect.poll(() => app.keychain.secrets.size).toBe(1);
      expect(app.state.account?.isForSessionOnly).toBe(true);
      expect((await send(port, url())).status).toBe(200);
    });
  });

  it('that is refused for a check while it is proven is judged by the next logon', async () => {
    await startSetUp();
    proxy.setPassword(account, 'Next1!');
    await app.core.run({ kind: 'retry-password' });
    await app.until('password-needed');
    proxy.setPassword(account, password);
    await app.core.run({ kind: 'retry-password' });
    await app.until('on');
    proxy.setPassword(account, 'Next2!');
    await app.core.run({ kind: 'retry-password' });
    // The page of the check may be at fault: nothing else has been refused.
    expect(finishedCheck()).toMatchObject({ result: 'refused' });
    expect(app.state.connection).toMatchObject({ kind: 'on' });
    await app.core.run({ kind: 'check-again' });
    expect((await send(port, url())).status).toBe(502);
    await app.until('password-needed');
    expect(app.state.goTo).toMatchObject({ screen: 'password', isAsked: false });
  });

  it('that is missing in the Keychain is asked for', async () => {
    await startSetUp();
    await app.core.close();
    app.keychain.secrets.clear();
    await start({}, app);
    expect(await app.until('password-needed')).toMatchObject({ why: { kind: 'missing' } });
    await app.core.run({ kind: 'change-password', password });
    await app.until('on');
    expect(app.keychain.secrets.size).toBe(1);
  });

  it('is not sent while the sign-in is paused', async () => {
    await startSetUp();
    await app.core.run({ kind: 'pause-sign-in', isPaused: true });
    expect(app.state.connection).toEqual({ kind: 'waiting', why: { kind: 'paused' } });
    const { length } = proxy.logons;
    const waiting = send(port, url());
    await app.core.run({ kind: 'pause-sign-in', isPaused: false });
    expect((await waiting).status).toBe(200);
    await app.until('on');
    expect(proxy.logons).toHaveLength(length + 1);
  });

  it('goes with its account when that is forgotten', async () => {
    await startSetUp();
    expect(await app.core.run({ kind: 'forget-account' })).toEqual({ kind: 'done' });
    expect(app.state).toMatchObject({
      connection: { kind: 'needs-setup' },
      account: undefined,
      addresses: [],
    });
    expect(app.keychain.secrets.size).toBe(0);
    await expect(send(port, url())).rejects.toThrow(nobodyThere);
  });

  it.each([undefined, 'denied'] as const)(
    'is forgotten although macOS asks the user about it, who answers late: %s',
    async (refusal) => {
      const keychain = new FakeKeychain();
      let answer = (): void => undefined;
      const answered = new Promise<void>((resolve) => (answer = resolve));
      const asking: Keychain = {
        read: (of) => keychain.read(of),
        write: (of, secret) => keychain.write(of, secret),
        remove: async (of) => {
          await answered;
          return keychain.remove(of);
        },
      };
      await start({ keychain: asking, keychainWaitMs: 1 }, { keychain });
      await app.core.run({ kind: 'change-settings', patch: { port, noProxy: [], offNetwork: 'refuse' } });
      await setUp();
      await app.until('on');
      expect(await app.core.run({ kind: 'forget-account' })).toEqual({ kind: 'done' });
      expect(app.state).toMatchObject({ connection: { kind: 'needs-setup' }, account: undefined });
      // Nothing else waits for him.
      expect(await app.core.run({ kind: 'change-settings', patch: { language: 'de' } })).toEqual({
        kind: 'done',
      });
      keychain.refusal = refusal;
      answer();
      if (refusal === undefined) await expect.poll(() => keychain.secrets.size).toBe(0);
      else await expect.poll(() => app.state.notices).toEqual([{ kind: 'keychain-denied' }]);
    },
  );
});

describe('the company proxy', () => {
  it('is signed in to after a restart with the page of the check, before anything else', async () => {
    await startSetUp();
    const { folder, keychain } = app;
    await app.core.close();
    const before = proxy.requests.length;
    await start({}, { folder, keychain });
    await app.until('on');
    expect((await send(port, 'http://localhost:1/')).status).toBe(503);
    expect(proxy.requests.slice(before).map(({ method, target }) => `${method} ${target}`)).toEqual([
      `HEAD ${url()}`,
      'GET http://localhost:1/',
    ]);
  });

  it('that names another domain gets no logon before the user says so', async () => {
    let moved: () => void = () => undefined;
    await start({
      network: {
        subscribe: (listener) => {
          moved = listener;
          return () => undefined;
        },
        close: () => Promise.resolve(),
      },
    });
    await app.core.run({ kind: 'change-settings', patch: { port, noProxy: [], offNetwork: 'refuse' } });
    await setUp();
    await app.until('on');
    const before = proxy.logons.length;
    proxy.misbehave({ domain: 'CAFE' });
    moved();
    expect((await send(port, url())).status).toBe(502);
    expect(await app.until('waiting')).toMatchObject({
      why: { kind: 'account-spared', problem: { kind: 'other-domain', named: 'CAFE', known: 'CORP' } },
    });
    expect(proxy.logons).toHaveLength(before);
    await app.core.run({ kind: 'retry-password' });
    await app.until('on');
    expect((await send(port, url())).status).toBe(200);
    expect(proxy.logons.every(({ accepted }) => accepted)).toBe(true);
    // Back on the first network it is the other one that is new.
    proxy.misbehave({});
    moved();
    expect((await send(port, url())).status).toBe(502);
    await app.until('waiting');
    moved();
    expect((await app.until('on')).kind).toBe('on');
  });
});

describe('the switch and the settings', () => {
  it('survive a restart', async () => {
    await startSetUp();
    await app.core.run({ kind: 'change-settings', patch: { workstation: 'DESK', language: 'de' } });
    await app.core.close();
    await start({}, app);
    await app.until('on');
    expect(app.state).toMatchObject({ language: 'de', settings: { workstation: 'DESK', port, account } });
    expect((await send(port, url())).status).toBe(200);
    await app.core.run({ kind: 'turn-off' });
    expect(app.state.connection).toEqual({ kind: 'off' });
    await expect(send(port, url())).rejects.toThrow(nobodyThere);
    await app.core.close();
    await start({}, app);
    expect(app.state.connection).toEqual({ kind: 'off' });
    expect(await app.core.run({ kind: 'turn-on' })).toEqual({ kind: 'done' });
    await app.until('on');
  });

  it('leave no problem of the time before', async () => {
    await startSetUp();
    app.core.watch();
    await app.core.run({ kind: 'change-settings', patch: { noProxy: ['127.0.0.1'] } });
    const nobody = await freePort();
    expect((await send(port, `http://127.0.0.1:${nobody}/`)).status).toBe(502);
    await expect
      .poll(() => app.state.lastProblems)
      .toMatchObject([{ target: `127.0.0.1:${nobody}`, rule: '127.0.0.1' }]);
    await app.core.run({ kind: 'turn-off' });
    expect(app.state.lastProblems).toEqual([]);
  });

  it('tell who cannot have the port, and which one is free', async () => {
    await startSetUp();
    await app.core.run({ kind: 'turn-off' });
    const taker = createServer();
    servers.push(taker);
    await new Promise<void>((resolve) => {
      taker.listen(port, '127.0.0.1', resolve);
    });
    const result = await app.core.run({ kind: 'turn-on' });
    expect(result).toMatchObject({ kind: 'failed', problem: { kind: 'port-in-use', port, holder: 'cntlm' } });
    const { connection } = app.state;
    if (connection.kind !== 'failed' || connection.problem.kind !== 'port-in-use')
      throw new Error('not failed');
    const { freePort: free } = connection.problem;
    expect(free).toBeGreaterThan(port);
    await app.core.run({ kind: 'change-settings', patch: { port: free } });
    await app.until('on');
    expect((await send(free ?? 0, url())).status).toBe(200);
  });

  it('move the port under open tunnels, and stay when the other is taken', async () => {
    await startSetUp();
    const tunnel = await openTunnel();
    const other = await freePort();
    expect(await app.core.run({ kind: 'change-settings', patch: { port: other } })).toEqual({ kind: 'done' });
    expect(app.state.addresses.map((address) => address.port)).toContain(other);
    expect((await send(other, url())).status).toBe(200);
    await expectAlive(tunnel);
    const taken = await app.core.run({ kind: 'change-settings', patch: { port: origin.port } });
    expect(taken).toMatchObject({ kind: 'failed', problem: { kind: 'port-in-use', port: origin.port } });
    expect(app.state.settings.port).toBe(other);
  });

  it('refuse what the engine could not keep', async () => {
    await startSetUp();
    const unknown = await app.core.run({
      kind: 'change-settings',
      patch: { access: 'named', allowed: ['no-such-host.invalid'] },
    });
    expect(unknown).toEqual({
      kind: 'failed',
      problem: { kind: 'unknown-host', host: 'no-such-host.invalid' },
    });
    expect(app.state.settings.access).toBe('this-mac');
  });

  it('begin with defaults when the file is damaged, which is kept', async () => {
    await startSetUp();
    await app.core.close();
    const file = join(app.folder, 'settings.json');
    const damaged = (await readFile(file, 'utf8')).replace('{', '{{');
    await writeFile(file, damaged);
    await start({}, app);
    expect(app.state.connection).toEqual({ kind: 'needs-setup' });
    const [notice] = app.state.notices;
    if (notice?.kind !== 'settings-damaged') throw new Error('no notice');
    expect(await readFile(notice.keptAs, 'utf8')).toBe(damaged);
    expect(await readdir(app.folder)).not.toContain('settings.json');
  });

  it('tell of damage once: whoever has read it is not told again at each change', async () => {
    await startSetUp();
    await writeFile(join(app.folder, 'settings.json'), 'not JSON');
    await app.core.run({ kind: 'change-settings', patch: { remindDays: 3 } });
    expect(app.state.notices).toMatchObject([{ kind: 'settings-damaged' }]);
    await app.core.run({ kind: 'dismiss-notice', notice: 'settings-damaged' });
    await app.core.run({ kind: 'change-settings', patch: { remindDays: 4 } });
    expect(app.state.notices).toEqual([]);
  });

  it('follow a hand edit', async () => {
    await startSetUp();
    const file = join(app.folder, 'settings.json');
    const settings = JSON.parse(await readFile(file, 'utf8')) as object;
    await writeFile(file, JSON.stringify({ ...settings, noProxy: ['127.*'], note: 'mine' }));
    await expect.poll(() => app.state.settings.noProxy).toEqual(['127.*']);
    await app.core.run({ kind: 'change-settings', patch: { remindDays: 3 } });
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
      noProxy: ['127.*'],
      note: 'mine',
      remindDays: 3,
    });
    await send(port, url());
    expect(await app.core.run({ kind: 'read-activity', afterId: 0 })).toMatchObject({
      rows: [{ route: { kind: 'direct', rule: '127.*' } }],
    });
  });
});

describe('a company proxy on a network that macOS does not let Latchkey connect to', () => {
  it('is no company network that is away, in headline, Doctor and set-up, and is used once it is allowed', async () => {
    let isForbidden = true;
    await start({ isForbiddenByMac: () => isForbidden });
    // It listens again when macOS allows it: until then its port refuses, which is taken for macOS's answer.
    const { port: at } = proxy;
    await proxy.close();
    await app.core.run({ kind: 'change-settings', patch: { port, noProxy: [], offNetwork: 'direct' } });
    await setUp();
    expect(finishedCheck()).toMatchObject({ result: 'unclear', problem: { kind: 'local-network-denied' } });
    isForbidden = false;
    proxy = await startCompanyProxy({ accounts: [{ ...account, password, lockoutThreshold: 3 }], port: at });
    await setUp();
    await app.until('on');
    await proxy.close();
    isForbidden = true;
    await app.core.run({ kind: 'turn-off' });
    await app.core.run({ kind: 'turn-on' });
    expect(await app.until('waiting')).toEqual({ kind: 'waiting', why: { kind: 'local-network' } });
    expect(app.state.upstreams).toMatchObject([
      { status: 'down', problem: { kind: 'local-network-denied' } },
    ]);
    await app.core.run({ kind: 'run-doctor' });
    expect(finishedCheck().steps.at(-1)).toMatchObject({
      name: 'port',
      status: 'failed',
      problem: { kind: 'local-network-denied' },
    });
    expect(origin.requests).toHaveLength(1);
    isForbidden = false;
    proxy = await startCompanyProxy({ accounts: [{ ...account, password, lockoutThreshold: 3 }], port: at });
    expect((await app.until('on')).kind).toBe('on');
  });
});

describe('connections that are kept ready', () => {
  let isSaving: boolean;
  let lookCount: number;
  let wake: () => void;

  const open = async (): Promise<void> => {
    await send(port, url());
  };
  const rows = async (): Promise<readonly ActivityRow[]> => {
    const result = await app.core.run({ kind: 'read-activity', afterId: 0 });
    return result.kind === 'activity' ? result.rows : [];
  };
  const hasStock = (): boolean => proxy.openConnections > 3;

  beforeEach(async () => {
    isSaving = false;
    lookCount = 0;
    const battery = {
      isOn: () => isSaving,
      look: () => {
        lookCount += 1;
      },
      close: () => Promise.resolve(),
    };
    const power = {
      subscribe: (listener: (event: 'suspend' | 'resume') => void) => {
        wake = () => listener('resume');
        return () => undefined;
      },
      close: () => undefined,
    };
    await start({ battery, power });
    await app.core.run({ kind: 'change-settings', patch: { port, noProxy: [], offNetwork: 'refuse' } });
    await setUp();
    await app.until('on');
  });

  it('are there as long as the setting is on, which needs no restart', async () => {
    expect(app.state.settings.keepsWarm).toBe(true);
    await open();
    await expect.poll(hasStock).toBe(true);
    await app.core.run({ kind: 'change-settings', patch: { keepsWarm: false } });
    await expect.poll(() => proxy.openConnections).toBeLessThan(2);
    const logonCount = proxy.logons.length;
    await open();
    await open();
    expect(proxy.logons.length - logonCount).toBeLessThan(2);
    await app.core.run({ kind: 'change-settings', patch: { keepsWarm: true } });
    await open();
    await expect.poll(hasStock).toBe(true);
  });

  it('are not there while the Mac saves its battery', async () => {
    isSaving = true;
    // A logon behind the first of them takes no longer than some.
    for (let left = 30; left > 0; left -= 1) await open();
    expect(proxy.logons).toHaveLength(2);
    isSaving = false;
    await open();
    await expect.poll(hasStock).toBe(true);
    isSaving = true;
    await expect.poll(() => proxy.openConnections).toBeLessThan(2);
  });

  it('have it looked at whether the battery is saved at the start, and after waking', () => {
    expect(lookCount).toBe(1);
    wake();
    expect(lookCount).toBe(2);
  });

  it('are told in the activity, and are no traffic of the user’s', async () => {
    app.core.watch();
    await open();
    const { downBytes, upBytes } = app.state.traffic.today;
    await expect.poll(async () => (await rows()).some(({ own }) => (own?.count ?? 0) > 3)).toBe(true);
    const all = await rows();
    expect(all.filter(({ own }) => own === undefined)).toMatchObject([{ method: 'GET', status: 200 }]);
    const others = all.filter(({ own }) => own !== undefined);
    for (const { method } of others) expect(method).toBe('HEAD');
    // However many there are.
    expect(others.length).toBeLessThan(4);
    expect(app.state.traffic.today).toEqual({ downBytes, upBytes });
    expect(app.state.lastProblems).toEqual([]);
    expect(app.state.lastActivityId).toBeGreaterThan(3);
  });
});

describe('the doctor', () => {
  async function doctor(signsIn: boolean): Promise<void> {
    const running = app.core.run({ kind: 'run-doctor' });
    await expect.poll(() => JSON.stringify(app.state.check)).toContain('asking');
    await app.core.run({ kind: 'answer-doctor', signsIn });
    await running;
  }

  it('asks before its logon, fetches a page and writes a report without secrets', async () => {
    await startSetUp();
    const { length } = proxy.logons;
    await doctor(true);
    expect(finishedCheck()).toMatchObject({ purpose: 'doctor', result: 'accepted', logons: 1 });
    expect(finishedCheck().steps.at(-1)).toMatchObject({ name: 'page', status: 'done' });
    expect(finishedCheck().steps.at(-1)?.value).toContain('200');
    expect(proxy.logons.length - length).toBeGreaterThanOrEqual(1);
    const { report = '' } = finishedCheck();
    expect(report).toContain('NTLM');
    expect(report).toContain('accepted');
    expect(report.toUpperCase()).not.toContain(hash(password).toString('hex').toUpperCase());
  });

  it('writes what the examples of the gallery and the README show', async () => {
    await startSetUp();
    await doctor(true);
    const written = finishedCheck();
    const lines = [
      /^Latchkey \S+, \d{4}-\d\d-\d\dT[\d:.]+Z$/,
      /^Company proxy \S+:\d+, account CORP\\alice$/,
      /^Result: accepted, 1 logon$/,
      /^$/,
      /^name {7}done {5}[\d.]+; \d+ ms$/,
      /^port {7}done {5}\S+:\d+; \d+ ms$/,
      /^offer {6}done {5}\w+(?:, \w+)*; \d+ ms$/,
      /^challenge {2}done {5}NTLM, \d+ bytes; \d+ ms$/,
      /^ {4}(?:target|domain|computer|DNS \w+|clock|flags) .*\S$/,
      /^clock {6}(?:done {4}|warning) {1,2}this computer minus the company proxy: -?[\d.]+ s$/,
      /^logon {6}done {5}CORP\\alice; \d+ ms$/,
      /^page {7}done {5}200 OK, \d+ bytes; \d+ ms$/,
    ];
    const unlike = (report = '') =>
      report.split('\n').filter((line) => !lines.some((pattern) => pattern.test(line)));
    const told = ({ steps }: FinishedCheck) =>
      steps
        // This company proxy has an address and no name.
        .filter((step) => step.name !== 'name')
        .map((step) => [step.name, 'value' in step, 'durationMs' in step, 'skewMs' in step]);
    expect(unlike(written.report)).toEqual([]);
    for (const example of ['doctor-well', 'doctor-report']) {
      const { check } = exampleNamed(example, 'en').state;
      if (check.kind !== 'finished') throw new Error(`${example} has no report`);
      expect(unlike(check.report)).toEqual([]);
      expect(check.report?.split('\n').length).toBeGreaterThan(12);
      expect(told(check)).toEqual(told(written));
      const [, flags = '', names] = /flags +0x(\w+) (.*)/.exec(check.report ?? '') ?? [];
      expect(names).toBe(
        flagNames(Number.parseInt(flags, 16))
          .map((flag) => flag.replace(/^NTLM(?:SSP)?_(?:NEGOTIATE_)?/, ''))
          .join(' '),
      );
    }
  });

  it('spends none when the user says so', async () => {
    await startSetUp();
    const { length } = proxy.logons;
    await doctor(false);
    expect(finishedCheck()).toMatchObject({ result: 'unclear', logons: 0 });
    expect(finishedCheck().steps.at(-1)).toMatchObject({ name: 'logon', status: 'skipped' });
    expect(proxy.logons).toHaveLength(length);
  });
});

describe('notifications', () => {
  it('begin with one at the end of the first set-up, while the user is there', async () => {
    await startFresh();
    await setUp('wrong');
    expect(app.introductions).toHaveLength(0);
    await setUp();
    expect(app.introductions).toHaveLength(1);
    await setUp();
    expect(app.introductions).toHaveLength(1);
    await app.core.run({ kind: 'try-notification' });
    expect(app.introductions).toHaveLength(2);
    expect(app.notifications).toHaveLength(0);
  });

  it('that are off are told in the panel and by the doctor, until one is seen', async () => {
    let state: NotificationsState = 'unknown';
    let tell: () => void = () => undefined;
    await start({
      isIconShown: () => state !== 'off',
      notifications: {
        state: () => state,
        subscribe: (listener) => {
          tell = listener;
          return () => undefined;
        },
        show: () => undefined,
      },
    });
    await app.core.run({ kind: 'change-settings', patch: { port, noProxy: [], offNetwork: 'refuse' } });
    await setUp();
    await app.until('on');
    for (const next of ['off', 'off', 'on'] as const) {
      state = next;
      tell();
      const isOff = next === 'off';
      expect(app.state.notifications).toBe(next);
      expect(app.state.notices).toEqual(isOff ? [{ kind: 'notifications-off' }] : []);
      const running = app.core.run({ kind: 'run-doctor' });
      await expect.poll(() => JSON.stringify(app.state.check)).toContain('asking');
      await app.core.run({ kind: 'answer-doctor', signsIn: false });
      await running;
      const { steps, report = '' } = finishedCheck();
      const aboutMac = steps.filter(({ name: step }) => step === 'icon' || step === 'notifications');
      expect(aboutMac).toMatchObject(
        isOff
          ? [
              { name: 'icon', status: 'warning', problem: { kind: 'icon-hidden' } },
              { name: 'notifications', status: 'warning', problem: { kind: 'notifications-off' } },
            ]
          : [],
      );
      expect(aboutMac).toHaveLength(isOff ? 2 : 0);
      expect(report.includes('icon-hidden') && report.includes('notifications-off')).toBe(isOff);
    }
  });
});

describe('the panel', () => {
  it('gets figures and new rows while it is visible, and none while it is hidden', async () => {
    await startSetUp();
    const ids: number[] = [];
    app.core.subscribe(({ lastActivityId }) => ids.push(lastActivityId));
    await send(port, url('/bytes/5000'));
    const endWatch = app.core.watch();
    await send(port, url());
    await expect.poll(() => ids.at(-1)).toBe(2);
    await expect.poll(() => app.state.traffic.lastMinute.length).toBeGreaterThan(0);
    expect(app.state.traffic.today.downBytes).toBeGreaterThan(5_000);
    endWatch();
    expect(app.state.traffic).toMatchObject({ lastMinute: [], hours: [] });
    expect(app.state.traffic.today.downBytes).toBeGreaterThan(5_000);
  });
});

describe('the small commands', () => {
  it('try an address, and copy lines for a terminal', async () => {
    await start();
    expect(await app.core.run({ kind: 'try-address', address: 'http://printer.local/x' })).toEqual({
      kind: 'address',
      route: 'direct',
      rule: '*.local',
    });
    expect(await app.core.run({ kind: 'try-address', address: 'page.test:443' })).toEqual({
      kind: 'address',
      route: 'upstream',
      rule: undefined,
    });
    await app.core.run({ kind: 'copy-terminal-commands' });
    expect(app.copied[0]).toContain(`http://127.0.0.1:${defaultAppSettings.port}`);
  });

  it('tell whether a machine may connect, and which rule says so', async () => {
    await start();
    const ask = (address: string) => app.core.run({ kind: 'try-client', address });
    expect(await ask('127.0.0.1')).toEqual({ kind: 'client', isAllowed: true, rule: 'allow 127.0.0.1' });
    expect(await ask('10.1.9.20')).toEqual({ kind: 'client', isAllowed: false, rule: 'deny *' });
    const rules = ['allow 10.1.7.0/24', 'deny 10.1.0.0/16', 'deny nowhere.invalid'];
    await app.core.run({ kind: 'change-settings', patch: { allowed: ['10.1.0.0/16'], access: 'named' } });
    expect(await ask('10.1.9.20')).toEqual({ kind: 'client', isAllowed: true, rule: 'allow 10.1.0.0/16' });
    await app.core.run({ kind: 'change-settings', patch: { rules: rules.slice(0, 2), access: 'rules' } });
    expect(await ask('10.1.9.20')).toEqual({ kind: 'client', isAllowed: false, rule: 'deny 10.1.0.0/16' });
    expect(await ask('2001:db8::1')).toEqual({ kind: 'client', isAllowed: false, rule: 'deny 10.1.0.0/16' });
    expect(await ask('192.0.2.1')).toEqual({ kind: 'client', isAllowed: true, rule: undefined });
    // A name of which nothing is known keeps nobody out, so the rules are not taken: nor is there an answer.
    await app.core.run({ kind: 'turn-off' });
    await app.core.run({ kind: 'change-settings', patch: { rules } });
    expect(await ask('192.0.2.1')).toMatchObject({
      kind: 'failed',
      problem: { kind: 'unknown-host', host: 'nowhere.invalid' },
    });
  });

  it('tries a refused password once more only when the user says so', async () => {
    await startFresh();
    await setUp('not yet this one');
    await setUp('not yet this one');
    expect(proxy.logons).toHaveLength(1);
    proxy.setPassword(account, 'not yet this one');
    await app.core.run({
      kind: 'set-up',
      upstream: { host: proxy.host, port: proxy.port },
      account,
      password: 'not yet this one',
      isAgain: true,
    });
    await app.until('on');
    expect(proxy.logons.map(({ accepted }) => accepted)).toEqual([false, true]);
    // The check has signed in on this network: that is what the headline says.
    expect(app.state.connection).toMatchObject({ route: { kind: 'upstream', hasSignedIn: true } });
  });

  it('offers a cntlm.conf that was chosen before anything is set up', async () => {
    const file = '/chosen/cntlm.conf';
    const text = `Username alice\nDomain CORP\nProxy 127.0.0.1:${proxy.port}\nPassword ${password}\n`;
    await start({
      dialogs: {
        openConf: () => Promise.resolve(file),
        saveConf: () => Promise.resolve(undefined),
        quitAnyway: () => Promise.resolve(false),
      },
      surroundings: {
        readFile: (path) => Promise.resolve(path === file ? text : undefined),
        writeFile: () => Promise.resolve(),
        systemProxy: () => Promise.resolve(undefined),
      },
    });
    expect(await app.core.run({ kind: 'import-cntlm-conf' })).toEqual({ kind: 'done' });
    expect(app.state.goTo).toMatchObject({ screen: 'set-up', isAsked: true });
    await app.core.run({ kind: 'look-around' });
    expect(app.state.findings).toMatchObject([{ kind: 'cntlm-conf', file, hasCredential: true }]);
    expect(proxy.logons).toHaveLength(0);
  });
});
