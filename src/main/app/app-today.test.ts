import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppFixture } from '../../../test/app-fixture';
import { type CompanyProxy, startCompanyProxy } from '../../../test/company-proxy/start-company-proxy';
import { type Origin, startOrigin } from '../../../test/company-proxy/start-origin';
import { account, password, send } from '../../../test/engine-fixture';
import { freePorts } from '../../../test/servers/ports';
import type { ActivityDay } from '../../shared/activity-day';
import { localDay } from '../../shared/calendar-day';
import type { TrafficStep } from '../../shared/traffic';
import { TrafficFile } from '../platform/files/traffic-file';
import type { CorePorts } from './core-ports';

let origin: Origin;
let proxy: CompanyProxy;
let port: number;
let app: AppFixture;
let tellPower: Parameters<CorePorts['power']['subscribe']>[0];

function url(path = '/'): string {
  return `http://127.0.0.1:${origin.port}${path}`;
}

function fail(message: string): never {
  throw new Error(message);
}

function addDown(sum: number, { downBytes }: TrafficStep): number {
  return sum + downBytes;
}

function setUp(typed = password): Promise<unknown> {
  return app.core.run({
    kind: 'set-up',
    upstream: { host: proxy.host, port: proxy.port },
    account,
    password: typed,
  });
}

async function today(hosts = 3): Promise<ActivityDay> {
  const result = await app.core.run({ kind: 'read-today', hosts });
  if (result.kind !== 'today') throw new Error(result.kind);
  return result.today;
}

/** Oldest first. */
async function lines(): Promise<readonly string[]> {
  return (await today()).events.toReversed().map((event) => event.kind);
}

beforeEach(async () => {
  origin = await startOrigin();
  proxy = await startCompanyProxy({ accounts: [{ ...account, password }] });
  [port = 0] = await freePorts(1);
  app = await AppFixture.start({
    checkUrl: new URL(url()),
    power: {
      subscribe: (listener) => {
        tellPower = listener;
        return () => undefined;
      },
      close: () => undefined,
    },
  });
  await app.core.run({ kind: 'change-settings', patch: { port, noProxy: [], offNetwork: 'refuse' } });
});

afterEach(async () => {
  expect(await app.written()).not.toContain('internal error');
  await app.remove();
  await proxy.close();
  await origin.close();
});

describe('today', () => {
  it('names every logon, and where requests went', async () => {
    await setUp('not the one');
    await setUp();
    await app.until('on');
    expect((await send(port, url('/secret/path?token=abc'))).status).toBe(404);
    expect((await send(port, url())).status).toBe(200);
    const day = await today();
    expect(day).toMatchObject({ requestCount: 2, hostCount: 1, hosts: [{ host: '127.0.0.1', count: 2 }] });
    expect(day.hosts[0]?.downBytes).toBeGreaterThan(0);
    expect(day.presence).toMatchObject([{ where: 'company' }]);
    expect(day.hours).toHaveLength(24);
    expect(await lines()).toEqual([
      'logon-refused',
      // Of set-up, of which the next line follows; then that of the first request.
      'signed-in',
      'switched',
      'on-company-network',
      'signed-in',
    ]);
    const named = day.events.reduce((sum, event) => sum + ('logons' in event ? event.logons : 0), 0);
    expect(named).toBe(app.state.account?.today.sent);
    expect(JSON.stringify(day)).not.toMatch(/secret|token/);
    expect(
      await app.core.run({ kind: 'count-covered', rules: ['127.0.0.1', '*.example.org', '127.*'] }),
    ).toEqual({ kind: 'covered', counts: [2, 0, 2] });
    expect((await today(0)).hosts).toEqual([]);
  });

  it('knows when the Mac slept, and what became of the password', async () => {
    await setUp();
    await app.until('on');
    tellPower('suspend');
    expect((await today()).events[0]).toMatchObject({ kind: 'asleep', openTunnels: 0 });
    tellPower('resume');
    await app.until('on');
    proxy.setPassword(account, 'another one');
    await app.core.run({ kind: 'change-password', password: 'another one' });
    await app.core.run({ kind: 'turn-off' });
    const before = await lines();
    expect(before.slice(before.indexOf('asleep'))).toEqual(['asleep', 'password-accepted', 'switched']);
    expect((await today()).events[1]).toMatchObject({ kind: 'password-accepted', logons: 1, account });
  });

  it('has the bytes of a local proxy that has ended since, however that was', async () => {
    const { folder, keychain } = app;
    await app.core.close();
    let book = await TrafficFile.open(folder, 'ours', fail);
    const kept = (): number => (book.recall(localDay(Date.now())) ?? []).reduce(addDown, 0);
    app = await AppFixture.start({ checkUrl: new URL(url()), traffic: book }, { folder, keychain });
    await setUp();
    await app.until('on');
    for (const end of [setUp, () => app.core.run({ kind: 'turn-off' }), () => app.core.close()]) {
      await app.core.run({ kind: 'turn-on' });
      const before = kept();
      expect((await send(port, url('/bytes/50000'))).status).toBe(200);
      await end();
      expect(kept() - before).toBeGreaterThan(50_000);
    }
    const ofBefore = kept();
    book = await TrafficFile.open(folder, 'ours', fail);
    expect(kept()).toBe(ofBefore);
  });
});
