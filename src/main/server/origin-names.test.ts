import type { LookupAddress } from 'node:dns';
import { afterEach, describe, expect, it } from 'vitest';
import { type Fixture, send, startFixture, tunnelStatus } from '../../../test/engine-fixture';

let fixture: Fixture;

afterEach(async () => {
  await fixture.close();
  expect(fixture.internalErrors).toEqual([]);
});

const loopback: LookupAddress = { address: '127.0.0.1', family: 4 };

/** Names that end in `.dead` are never answered; all others are this machine. */
async function start(): Promise<{ readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const resolve = (name: string): Promise<readonly LookupAddress[]> => {
    asked.push(name);
    return name.endsWith('.dead') ? new Promise(() => undefined) : Promise.resolve([loopback]);
  };
  fixture = await startFixture({
    settings: { noProxy: ['*'] },
    engine: { resolver: { resolve, slots: 16 } },
  });
  return { asked };
}

describe('names of the direct road', () => {
  it('that nobody answers hold up no other host, and fail by themselves', async () => {
    const { asked } = await start();
    const dead = Array.from({ length: 24 }, (_, index) => send(fixture.port, `http://h${index % 8}.dead/`));
    const { port } = fixture.origin;
    expect((await send(fixture.port, `http://good.test:${port}/slow?ms=0`)).status).toBe(200);
    expect(await tunnelStatus(fixture.port, `other.test:${port}`)).toBe(200);
    expect(asked.filter((name) => name.endsWith('.dead'))).toHaveLength(8);
    for (const { status } of await Promise.all(dead)) expect(status).toBe(504);
  });

  it('that lead back to the local proxy are a loop', async () => {
    await start();
    expect((await send(fixture.port, `http://alias.test:${fixture.port}/`)).status).toBe(502);
    expect(await tunnelStatus(fixture.port, `alias.test:${fixture.port}`)).toBe(502);
  });

  it('are asked for anew on another network', async () => {
    const { asked } = await start();
    const url = `http://good.test:${fixture.origin.port}/slow?ms=0`;
    await send(fixture.port, url);
    fixture.engine.beginEpoch('network-changed');
    await send(fixture.port, url);
    expect(asked.filter((name) => name === 'good.test')).toHaveLength(2);
  });
});
