import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CompanyProxy, startCompanyProxy } from '../../../test/company-proxy/start-company-proxy';
import {
  account,
  type Fixture,
  type FixtureOptions,
  password,
  RawClient,
  send,
  startFixture,
  testTimeouts,
  tunnelStatus,
} from '../../../test/engine-fixture';
import { freePorts } from '../../../test/servers/ports';
import type { EngineEvent } from '../../shared/event';

/** A port of 127.0.0.1 on which nothing listens. */
let deadPort = 0;
let fixture: Fixture;
const others: CompanyProxy[] = [];

async function start(options: FixtureOptions = {}): Promise<Fixture> {
  fixture = await startFixture(options);
  return fixture;
}

async function startOther(port?: number): Promise<CompanyProxy> {
  const proxy = await startCompanyProxy({
    accounts: [{ ...account, password }],
    ...(port === undefined ? {} : { port }),
  });
  others.push(proxy);
  return proxy;
}

const at = (port: number): { host: string; port: number } => ({ host: '127.0.0.1', port });
const get = async (): Promise<number> => (await send(fixture.port, fixture.url('/'))).status;
const kinds = (): string[] => fixture.events.map(({ kind }) => kind);

/** Waits for an event of this kind, from now on. */
async function nextEvent(kind: EngineEvent['kind'], count = 1): Promise<void> {
  const before = kinds().filter((each) => each === kind).length;
  while (kinds().filter((each) => each === kind).length < before + count) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const tunnel = (): Promise<number> => tunnelStatus(fixture.port, `127.0.0.1:${fixture.origin.port}`);

beforeEach(async () => {
  [deadPort = 0] = await freePorts(1);
});

afterEach(async () => {
  await fixture.close();
  for (const proxy of others.splice(0)) await proxy.close();
  expect(fixture.internalErrors).toEqual([]);
});

describe('several company proxies', () => {
  it('are used in their order, and the first again once it is back', async () => {
    const second = await startOther();
    await start({ settings: { upstreams: [at(deadPort), at(second.port)] } });
    expect(await get()).toBe(200);
    expect(await tunnel()).toBe(200);
    expect(fixture.engine.state().upstream).toEqual(at(second.port));
    const first = await startOther(deadPort);
    await nextEvent('upstream-up');
    expect(fixture.engine.state().upstream).toEqual(at(deadPort));
    expect(await get()).toBe(200);
    expect(first.logons).toHaveLength(1);
  });

  it('take over when the first dies in the middle of the day', async () => {
    const [first, second] = [await startOther(), await startOther()];
    // Who takes over is not taken for dead as well, however busy the machine is.
    await start({
      settings: { upstreams: [at(first.port), at(second.port)] },
      engine: { timeouts: { connectMs: 60_000, challengeMs: 60_000 } },
    });
    expect(await get()).toBe(200);
    expect(first.logons).toHaveLength(1);
    await first.close();
    expect(await Promise.all(Array.from({ length: 20 }, () => get()))).toEqual(
      Array.from({ length: 20 }, () => 200),
    );
    expect(second.logons.length).toBeGreaterThan(0);
    expect(kinds()).toContain('upstream-down');
    expect(kinds()).toContain('upstream-changed');
  });

  it('are not waited for when they are slow to answer: only those that cannot be reached are passed by', async () => {
    const [first, second] = [await startOther(), await startOther()];
    await start({ settings: { upstreams: [at(first.port), at(second.port)] } });
    first.misbehave({ slowLogonMs: 600 });
    expect(await get()).toBe(200);
    expect(first.logons).toHaveLength(1);
    expect(second.logons).toHaveLength(0);
  });

  it('pass by one that takes connections and says nothing', async () => {
    const [first, second] = [await startOther(), await startOther()];
    await start({ settings: { upstreams: [at(first.port), at(second.port)] } });
    first.misbehave({ silentAt: 'type-1' });
    expect(await get()).toBe(200);
    expect(await get()).toBe(200);
    expect(first.connectionCount).toBe(1);
    expect(second.logons).toHaveLength(1);
  });

  it('forbid what they forbid, each for itself', async () => {
    const proxies = [];
    for (const policyHosts of [['policy.test'], []]) {
      const proxy = await startCompanyProxy({ accounts: [{ ...account, password }], policyHosts });
      others.push(proxy);
      proxies.push(proxy);
    }
    const [first, second] = proxies.map(({ port }) => at(port));
    await start({ settings: { upstreams: [first ?? at(0)] } });
    const policy = async (): Promise<number> => (await send(fixture.port, 'http://policy.test/')).status;
    expect(await get()).toBe(200);
    expect(await policy()).toBe(403);
    await fixture.engine.reconfigure({ ...fixture.settings, upstreams: [second ?? at(0)] });
    // Its name has no address, which this company proxy says for itself.
    expect(await policy()).toBe(503);
  });

  it('are not taken for dead because of a slow origin, when they ask for no sign-in', async () => {
    const [first, second] = [await startOther(), await startOther()];
    first.misbehave({ noAuthentication: true });
    const settings = { upstreams: [at(first.port), at(second.port)] };
    const timeouts = { ...testTimeouts, challengeMs: 200, answerMs: 10_000 };
    await start({ settings, engine: { timeouts } });
    expect(await get()).toBe(200);
    // Only one of them finds a connection that is open already.
    const slow = Array.from({ length: 3 }, () => send(fixture.port, fixture.url('/slow?ms=600')));
    expect((await Promise.all(slow)).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(second.connectionCount).toBe(0);
  });

  it('are found under a new address when the old one is dead', async () => {
    const proxy = await startOther();
    // Nothing listens on 127.0.0.9 until the name moves.
    let address = '127.0.0.9';
    let questions = 0;
    await start({
      settings: { upstreams: [{ host: 'proxy.test', port: proxy.port }] },
      engine: {
        resolveUpstream: () => {
          questions += 1;
          return Promise.resolve([{ address, family: 4 }]);
        },
      },
    });
    // Refused at once, or silent: that depends on the system.
    expect([502, 504]).toContain(await get());
    address = '127.0.0.1';
    await nextEvent('upstream-up');
    expect(await get()).toBe(200);
    const before = questions;
    expect(await tunnel()).toBe(200);
    expect(await tunnel()).toBe(200);
    // Known for as long as the network is the same.
    expect(questions).toBe(before);
    fixture.engine.beginEpoch('network-changed');
    expect(await get()).toBe(200);
    expect(questions).toBeGreaterThan(before);
  });

  it('can be changed while everything runs', async () => {
    await start();
    const other = await startOther();
    expect(await get()).toBe(200);
    await fixture.engine.reconfigure({
      ...fixture.settings,
      upstreams: [at(other.port)],
      noProxy: [],
    });
    expect(await get()).toBe(200);
    expect(other.logons).toHaveLength(1);
    await fixture.engine.reconfigure({ ...fixture.settings, upstreams: [at(deadPort)], noProxy: ['127.*'] });
    expect(await get()).toBe(200);
    expect(other.logons).toHaveLength(1);
  });

  it('can be changed while a connection to the old one is tried, which is then not waited for in vain', async () => {
    const other = await startOther();
    let isAsked = false;
    await start({
      settings: { upstreams: [{ host: 'silent.test', port: 1 }] },
      engine: {
        resolveUpstream: () => {
          isAsked = true;
          return new Promise(() => undefined);
        },
      },
    });
    const waiting = [get(), tunnel()];
    while (!isAsked) await new Promise(setImmediate);
    await fixture.engine.reconfigure({ ...fixture.settings, upstreams: [at(other.port)] });
    expect(await Promise.all(waiting)).toEqual([200, 200]);
  });

  it('get no logon any more once they are removed', async () => {
    const [first, second] = [await startOther(), await startOther()];
    await start({ settings: { upstreams: [at(first.port)] } });
    expect(await get()).toBe(200);
    // Those that wait for a turn hold a challenge of the first one.
    first.misbehave({ slowLogonMs: 300 });
    const tunnels = Promise.all(Array.from({ length: 6 }, () => tunnel()));
    while (first.challengeCount < 6) await new Promise(setImmediate);
    const before = first.logons.length;
    await fixture.engine.reconfigure({ ...fixture.settings, upstreams: [at(second.port)] });
    expect(await tunnels).toEqual(Array.from({ length: 6 }, () => 200));
    // At most those that had been sent by then.
    expect(first.logons.length - before).toBeLessThanOrEqual(2);
    expect(second.logons.length).toBeGreaterThanOrEqual(4);
  });

  it('cannot be changed into this proxy itself', async () => {
    await start();
    const changed = { ...fixture.settings, upstreams: [at(fixture.port)] };
    await expect(fixture.engine.reconfigure(changed)).rejects.toThrow('is the address that Latchkey itself');
    expect(await get()).toBe(200);
  });
});

describe('off the company network', () => {
  it('requests are refused at once, and go on when it is back', async () => {
    await start({ settings: { upstreams: [at(deadPort)] } });
    expect(await get()).toBe(502);
    expect(fixture.engine.state().companyProxy).toBe('unreachable');
    const reply = await send(fixture.port, fixture.url('/'));
    expect(reply.headers['proxy-status']).toMatch(/error=connection_refused/);
    await startOther(deadPort);
    await nextEvent('upstream-up');
    expect(await get()).toBe(200);
    expect(await tunnel()).toBe(200);
  });

  it('nobody is where macOS forbids the company proxy: nothing goes direct, and the answer says what to do', async () => {
    const onLink: unknown[] = [];
    await start({
      settings: { upstreams: [at(deadPort)], offNetwork: 'direct' },
      engine: {
        isForbiddenByMac: ({ errno, address, afterMs }) => {
          onLink.push([errno, address, afterMs >= 0]);
          return true;
        },
      },
    });
    const reply = await send(fixture.port, fixture.url('/'));
    expect(reply.status).toBe(502);
    expect(reply.headers['proxy-status']).toMatch(/error=destination_ip_unroutable/);
    expect(reply.text).toContain('Privacy & Security, Local Network');
    expect(fixture.engine.state().companyProxy).toBe('forbidden');
    expect(fixture.origin.requests).toEqual([]);
    expect(onLink).toContainEqual(['ECONNREFUSED', '127.0.0.1', true]);
    expect(await send(fixture.port, `http://127.0.0.1:${fixture.port}/`)).toMatchObject({
      text: expect.stringContaining('macOS does not let Latchkey reach it') as string,
    });
  });

  it('requests go direct when the user wants that, and the first is not lost', async () => {
    await start({ settings: { upstreams: [at(deadPort)], offNetwork: 'direct' } });
    expect(await get()).toBe(200);
    expect(await tunnel()).toBe(200);
    const finished = fixture.events.find((event) => event.kind === 'request-finished');
    expect(finished).toMatchObject({ route: { kind: 'direct', rule: 'off the company network' } });
    const back = await startOther(deadPort);
    await nextEvent('upstream-up');
    expect(await get()).toBe(200);
    expect(back.logons).toHaveLength(1);
  });

  it('requests wait when the user wants that, bodies and tunnels as well, and go out when it is back', async () => {
    await start({ settings: { upstreams: [at(deadPort)], offNetwork: 'wait', offNetworkWaitSeconds: 600 } });
    const post = async (): Promise<number> => {
      const { status, text } = await send(fixture.port, fixture.url('/echo'), { method: 'POST' }, 'whole');
      expect(JSON.parse(text)).toMatchObject({ length: 5 });
      return status;
    };
    const waiting = [get(), tunnel(), post()];
    await nextEvent('upstream-down');
    const back = await startOther(deadPort);
    expect(await Promise.all(waiting)).toEqual([200, 200, 200]);
    expect(back.logons.length).toBeGreaterThan(0);
    const finished = fixture.events.filter((event) => event.kind === 'request-finished');
    expect(finished.flatMap(({ trace }) => trace.map(({ kind }) => kind))).toContain('held');
  });

  it('requests are refused when it is not back in time', async () => {
    await start({ settings: { upstreams: [at(deadPort)], offNetwork: 'wait', offNetworkWaitSeconds: 1 } });
    const reply = await send(fixture.port, fixture.url('/'));
    expect(reply.status).toBe(502);
    expect(reply.headers['proxy-status']).toMatch(/error=connection_refused/);
  });

  it('a client that leaves is waited for no longer', async () => {
    await start({ settings: { upstreams: [at(deadPort)], offNetwork: 'wait', offNetworkWaitSeconds: 600 } });
    const client = new RawClient(fixture.port).write(`GET ${fixture.url('/')} HTTP/1.1\r\nHost: a\r\n\r\n`);
    await nextEvent('upstream-down');
    client.socket.destroy();
    await nextEvent('request-finished');
    expect(fixture.events.at(-1)).toMatchObject({ kind: 'request-finished', status: undefined });
  });

  it('requests go direct as well when the company proxy dies under them', async () => {
    const proxy = await startOther();
    await start({ settings: { upstreams: [at(proxy.port)], offNetwork: 'direct' } });
    expect(await get()).toBe(200);
    await proxy.close();
    const posted = await send(fixture.port, fixture.url('/echo'), { method: 'POST' }, 'whole');
    expect(posted.status).toBe(200);
    expect(JSON.parse(posted.text)).toMatchObject({ length: 5 });
    expect(await tunnel()).toBe(200);
  });
});

describe('a network change', () => {
  it('drops what was signed in on the other network, and proves the credential again', async () => {
    await start();
    expect(await get()).toBe(200);
    expect(fixture.engine.state().credential).toBe('proven');
    fixture.engine.beginEpoch('network-changed');
    expect(fixture.engine.state().credential).toBe('unproven');
    expect(await get()).toBe(200);
    expect(fixture.proxy.logons).toHaveLength(2);
    expect(fixture.proxy.connectionCount).toBe(2);
  });

  it('leaves a tunnel alone', async () => {
    await start();
    const target = `127.0.0.1:${fixture.origin.port}`;
    const client = new RawClient(fixture.port).write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`);
    await client.until((text) => text.includes('\r\n\r\n'));
    fixture.engine.suspend();
    fixture.engine.beginEpoch('woke');
    client.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(await client.untilEnd()).toContain('It works');
  });

  it('carries a sign-in that was under way over to the new network', async () => {
    await start({ proxy: { misbehaviour: { silentAt: 'type-1' } } });
    const waiting = get();
    while (fixture.proxy.connectionCount === 0) await new Promise(setImmediate);
    fixture.proxy.misbehave({});
    fixture.engine.beginEpoch('network-changed');
    expect(await waiting).toBe(200);
  });

  it('holds requests after waking until the company proxy is there, instead of failing them', async () => {
    await start({ settings: { upstreams: [at(deadPort)] } });
    expect(await get()).toBe(502);
    fixture.engine.beginEpoch('woke');
    const waiting = [get(), tunnel()];
    await nextEvent('upstream-down');
    await startOther(deadPort);
    expect(await Promise.all(waiting)).toEqual([200, 200]);
  });
});
