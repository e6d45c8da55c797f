import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { type Fixture, send, startFixture } from '../../../test/engine-fixture';
import type { EngineEvent } from '../../shared/event';

type OwnRequest = EngineEvent & { readonly kind: 'own-request' };

let fixture: Fixture;
/** How far the clock of the engine is ahead. */
let aheadMs = 0;

const own = (): OwnRequest[] =>
  fixture.events.flatMap((event) => (event.kind === 'own-request' ? [event] : []));
const spareLogons = (): number =>
  fixture.events.filter((event) => event.kind === 'logon-sent' && event.reason === 'spare').length;

async function start(keepsWarm: boolean): Promise<void> {
  aheadMs = 0;
  fixture = await startFixture({
    engine: { keepsWarm: () => keepsWarm, monotonicMs: () => performance.now() + aheadMs },
  });
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await delay(10);
}

afterEach(async () => {
  await fixture.close();
  expect(fixture.internalErrors).toEqual([]);
});

describe('a request of Latchkey’s own', () => {
  it('is told when a connection is signed in with it, and no other is', async () => {
    await start(true);
    expect((await send(fixture.port, fixture.url('/'))).status).toBe(200);
    await until(() => own().length >= 4 && own().length === spareLogons());
    expect(own()[0]).toEqual({
      kind: 'own-request',
      upstream: { host: fixture.proxy.host, port: fixture.proxy.port },
      method: 'HEAD',
      target: { host: 'latchkey.invalid', port: 80 },
      hasLogon: true,
      status: 503,
      durationMs: expect.any(Number) as number,
    });
    expect(fixture.proxy.requests.filter(({ method }) => method === 'HEAD').length).toBe(own().length);
    expect(own().every(({ hasLogon }) => hasLogon)).toBe(true);
  });

  it('is told when a connection is used with it lest it grows old', async () => {
    await start(true);
    expect((await send(fixture.port, fixture.url('/'))).status).toBe(200);
    await until(() => own().length >= 4 && own().length === spareLogons());
    aheadMs += 9_000;
    await until(() => own().some(({ hasLogon }) => !hasLogon));
    const used = own().find(({ hasLogon }) => !hasLogon);
    expect(used).toMatchObject({ method: 'HEAD', upstream: { port: fixture.proxy.port } });
    expect(used?.status).toBeGreaterThanOrEqual(200);
  });

  it('is no traffic of the user’s', async () => {
    await start(true);
    await send(fixture.port, fixture.url('/'));
    const before = fixture.engine.traffic();
    await until(() => own().length >= 4);
    expect(fixture.engine.traffic()).toEqual(before);
    expect(fixture.events.filter(({ kind }) => kind === 'request-finished')).toHaveLength(1);
  });

  it('is not made where none is wanted', async () => {
    await start(false);
    // A logon behind the first of them takes no longer than some.
    for (let left = 30; left > 0; left -= 1) await send(fixture.port, fixture.url('/'));
    expect(own()).toEqual([]);
    expect(fixture.proxy.logons).toHaveLength(1);
  });
});
