import { afterEach, describe, expect, it } from 'vitest';
import { account, type Fixture, password, RawClient, send, startFixture } from '../../../test/engine-fixture';
import { type CompanyProxyOptions, startCompanyProxy } from '../../../test/company-proxy/start-company-proxy';

const bob = { domain: 'CORP', user: 'bob', password: 'Geheim1!' };
const carol = { domain: 'OTHER', user: 'carol', password: 'pässwörd' };

let fixture: Fixture | undefined;

afterEach(async () => {
  expect(fixture?.internalErrors).toEqual([]);
  await fixture?.close();
  fixture = undefined;
});

async function start(proxy: Partial<CompanyProxyOptions> = {}): Promise<Fixture> {
  fixture = await startFixture({
    proxy: { accounts: [{ ...account, password }, bob, carol], ...proxy },
    settings: { ntlmToBasic: true },
  });
  return fixture;
}

const basic = (userPass: string): { 'proxy-authorization': string } => ({
  'proxy-authorization': `Basic ${Buffer.from(userPass).toString('base64')}`,
});

/** The answer to a GET that brings this, `DOMAIN\user:password`. */
const get = (userPass: string, path = '/') =>
  send(fixture?.port ?? 0, fixture?.url(path) ?? '', { headers: basic(userPass) });

async function openTunnel(userPass?: string): Promise<string> {
  const authority = `127.0.0.1:${fixture?.origin.port}`;
  const header =
    userPass === undefined ? '' : `Proxy-Authorization: ${basic(userPass)['proxy-authorization']}\r\n`;
  const client = new RawClient(fixture?.port ?? 0).write(
    `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${header}\r\n`,
  );
  const head = await client.until((text) => text.includes('\r\n\r\n'));
  client.destroy();
  return head;
}

describe('clients that sign in themselves', () => {
  it('are asked for it with Basic, for requests and tunnels, at no logon', async () => {
    const { port, proxy, url } = await start();
    const answer = await send(port, url('/'));
    expect(answer.status).toBe(407);
    expect(answer.headers['proxy-authenticate']).toBe('Basic realm="Latchkey", charset="UTF-8"');
    for (const value of [
      'NTLM TlRMTVNTUAABAAAA',
      'Basic',
      'Basic !',
      basic('nobody')['proxy-authorization'],
    ]) {
      const headers = { 'proxy-authorization': value };
      expect((await send(port, url('/'), { headers })).status).toBe(407);
    }
    expect(await openTunnel()).toMatch(/^HTTP\/1\.1 407 [^]*Proxy-Authenticate: Basic/);
    expect(proxy.logons).toEqual([]);
  });

  it('are signed in with their own accounts, over connections of their own', async () => {
    const { proxy } = await start();
    for (let round = 0; round < 3; round += 1) {
      for (const who of [`CORP\\alice:${password}`, `bob:${bob.password}`, `OTHER\\carol:${carol.password}`])
        expect((await get(who)).status).toBe(200);
    }
    expect(await openTunnel(`bob:${bob.password}`)).toMatch(/^HTTP\/1\.1 200/);
    expect(proxy.logons.every(({ accepted, method }) => accepted && method === 'NTLMv2')).toBe(true);
    const owners = proxy.logons.map(({ connection, user }) => [connection, user] as const);
    expect(new Set(owners.map(([, user]) => user))).toEqual(new Set(['alice', 'bob', 'carol']));
    // One connection has one owner, and each request came over one of its client's.
    expect(new Map(owners).size).toBe(owners.length);
    const users = proxy.requests.map(({ connection }) => new Map(owners).get(connection));
    expect(users.slice(0, 9)).toEqual([
      'alice',
      'bob',
      'carol',
      'alice',
      'bob',
      'carol',
      'alice',
      'bob',
      'carol',
    ]);
  });

  it('have what they bring taken out, whatever the road', async () => {
    const { proxy, port, url } = await start();
    const reply = await send(
      port,
      url('/echo'),
      { method: 'POST', headers: basic(`bob:${bob.password}`) },
      'body',
    );
    expect(reply.status).toBe(200);
    expect(reply.text).not.toMatch(/proxy-authorization/i);
    for (const { headers } of proxy.requests)
      expect(headers.filter((each) => each.startsWith('Basic '))).toEqual([]);
  });

  it('are asked again when a password was refused, which is sent once, however many bring it', async () => {
    const { proxy } = await start();
    const replies = await Promise.all(Array.from({ length: 12 }, () => get('bob:wrong')));
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([407]));
    expect(replies[0]?.headers['proxy-authenticate']).toMatch(/^Basic /);
    expect((await get('bob:wrong')).text).toContain('CORP\\bob');
    expect(await openTunnel('bob:wrong')).toMatch(/^HTTP\/1\.1 407/);
    expect(proxy.logons.map(({ reason }) => reason)).toEqual(['wrong-password']);
    // The right one is good for everybody.
    expect((await get(`bob:${bob.password}`)).status).toBe(200);
    expect((await get('bob:wrong')).status).toBe(407);
    expect(proxy.logons.map(({ reason }) => reason)).toEqual(['wrong-password', 'ok']);
    // Of others it says nothing.
    expect((await get(`alice:${password}`)).status).toBe(200);
  });

  it('cost an account no more than two bad logons, whatever the passwords', async () => {
    const { proxy } = await start();
    expect((await get('bob:one')).status).toBe(407);
    expect((await get('bob:two')).status).toBe(407);
    const spared = await get('bob:three');
    expect(spared.status).toBe(503);
    expect(Number(spared.headers['retry-after'])).toBeGreaterThan(1_700);
    expect((await get(`BOB:${bob.password}`)).status).toBe(503);
    expect(proxy.logons).toHaveLength(2);
  });

  it('may bring another password once it was changed', async () => {
    const { proxy } = await start();
    expect((await get(`bob:${bob.password}`)).status).toBe(200);
    proxy.setPassword(bob, 'changed');
    const replies = await Promise.all([1, 2, 3, 4].map(() => get('bob:changed')));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(proxy.logons.filter(({ accepted }) => !accepted)).toEqual([]);
    expect((await get(`bob:${bob.password}`)).status).toBe(407);
    expect((await get(`bob:${bob.password}`)).status).toBe(407);
    expect(proxy.logons.filter(({ accepted }) => !accepted)).toHaveLength(1);
  });

  it('are proven again by one logon each on another network, over new connections', async () => {
    const { proxy, engine } = await start();
    for (const who of [`bob:${bob.password}`, `OTHER\\carol:${carol.password}`]) await get(who);
    const before = proxy.logons.map(({ connection }) => connection);
    proxy.setPassword(bob, 'changed elsewhere');
    engine.suspend();
    engine.beginEpoch('network-changed');
    // However many ask at once: what was proven there is not proven here.
    const replies = await Promise.all(Array.from({ length: 8 }, () => get(`bob:${bob.password}`)));
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([407]));
    expect((await get(`OTHER\\carol:${carol.password}`)).status).toBe(200);
    const since = proxy.logons.slice(before.length);
    expect(since.map(({ user, reason }) => [user, reason])).toEqual([
      ['bob', 'wrong-password'],
      ['carol', 'ok'],
    ]);
    expect(since.filter(({ connection }) => before.includes(connection))).toEqual([]);
  });

  it('are as many as come, of which only some keep connections', async () => {
    const accounts = Array.from({ length: 40 }, (_, index) => ({
      domain: 'CORP',
      user: `user${index}`,
      password,
    }));
    const { proxy } = await start({ accounts });
    expect((await get('user39:wrong')).status).toBe(407);
    for (const { user } of accounts) expect((await get(`${user}:${password}`)).status).toBe(200);
    expect(proxy.logons).toHaveLength(41);
    expect(proxy.openConnections).toBeLessThanOrEqual(33);
    expect((await get(`user0:${password}`)).status).toBe(200);
    for (const { user } of accounts.slice(0, 36)) await get(`${user}:${password}`);
    // What was refused is known of those that have lost their place, too.
    const { length } = proxy.logons;
    expect((await get('user39:wrong')).status).toBe(407);
    expect(proxy.logons).toHaveLength(length);
  });

  it('are asked by whichever way of a PAC, too', async () => {
    const proxy = await startCompanyProxy({ accounts: [bob] });
    const other = { host: '127.0.0.1', port: proxy.port };
    fixture = await startFixture({
      settings: { ntlmToBasic: true },
      engine: {
        pac: () => ({
          find: () => ({ kind: 'ways', answer: 'PROXY', ways: [{ kind: 'http', ...other }] }),
          allDown: () => undefined,
        }),
      },
    });
    const { port, url, engine, settings } = fixture;
    try {
      await engine.reconfigure({
        ...settings,
        upstreams: [...settings.upstreams, other],
        listen: [{ host: '127.0.0.1', port }],
      });
      expect((await send(port, url('/'))).status).toBe(407);
      expect(proxy.logons).toEqual([]);
      expect((await get(`bob:${bob.password}`)).status).toBe(200);
      expect(proxy.logons.map(({ user, accepted }) => [user, accepted])).toEqual([['bob', true]]);
    } finally {
      await proxy.close();
    }
  });

  it('go to other company proxies once these are changed', async () => {
    const { engine, settings, proxy, port } = await start();
    expect((await get(`bob:${bob.password}`)).status).toBe(200);
    const next = await startCompanyProxy({ accounts: [bob] });
    try {
      await engine.reconfigure({
        ...settings,
        upstreams: [{ host: '127.0.0.1', port: next.port }],
        listen: [{ host: '127.0.0.1', port }],
      });
      expect((await get(`bob:${bob.password}`)).status).toBe(200);
      expect(next.logons.map(({ user, accepted }) => [user, accepted])).toEqual([['bob', true]]);
      expect(proxy.logons).toHaveLength(1);
    } finally {
      await next.close();
    }
  });

  it('are not asked any more once that is turned off, and what they bring is ignored', async () => {
    const { engine, settings, proxy, port, url } = await start();
    expect((await get(`bob:${bob.password}`)).status).toBe(200);
    await engine.reconfigure({ ...settings, ntlmToBasic: false, listen: [{ host: '127.0.0.1', port }] });
    expect((await get('bob:wrong')).status).toBe(200);
    expect((await send(port, url('/'))).status).toBe(200);
    expect(proxy.logons.map(({ user }) => user)).toEqual(['bob', 'alice']);
  });

  it('leave the standing of the user’s own account alone', async () => {
    const { engine, events } = await start();
    await get('bob:wrong');
    expect(engine.state().credential).toBe('unproven');
    expect(events.filter(({ kind }) => kind === 'credential-standing')).toEqual([]);
    expect(events.filter(({ kind }) => kind === 'logon-refused')).toMatchObject([
      { account: { user: 'bob' } },
    ]);
  });
});
