import { afterEach, expect, it } from 'vitest';
import {
  account,
  type Fixture,
  type FixtureOptions,
  password,
  RawClient,
  send,
  startFixture,
} from '../../../test/engine-fixture';

let fixture: Fixture;

async function start(proxy: FixtureOptions['proxy']): Promise<void> {
  fixture = await startFixture({
    proxy: {
      accounts: [{ ...account, password, lockoutThreshold: 3 }],
      denyHosts: ['fine.test', 'check.test'],
      ...proxy,
    },
    engine: { checkUrl: new URL('http://check.test/'), timeouts: { connectMs: 2_000, challengeMs: 15_000 } },
  });
}

afterEach(async () => {
  await fixture.close();
  expect(fixture.internalErrors).toEqual([]);
});

const count = (kind: string): number => fixture.events.filter((event) => event.kind === kind).length;
const large = Buffer.alloc(300_000);
const upload = async (): Promise<number> =>
  (await send(fixture.port, fixture.url('/echo'), { method: 'POST' }, large)).status;
const status = async (url: string): Promise<number> => (await send(fixture.port, url)).status;

it('uploads that are left together stop nobody, also where their bodies have to go with it', async () => {
  await start({ misbehaviour: { closeAfterResponse: 'announced' } });
  // A URL that decides, of a company proxy that keeps no connection.
  expect(await status(fixture.url('/echo'))).toBe(200);
  expect(await upload()).toBe(200);
  const before = count('logon-sent');
  const clients = Array.from({ length: 4 }, () =>
    new RawClient(fixture.port).write(
      `POST ${fixture.url('/echo')} HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n${'x'.repeat(100_000)}`,
    ),
  );
  // One of them, and one elsewhere as soon as that is slow; or two of them.
  while (count('logon-sent') < before + 2) await new Promise(setImmediate);
  for (const { socket } of clients) socket.resetAndDestroy();
  while (count('logon-unanswered') === 0) await new Promise(setImmediate);
  expect(await status('http://fine.test/')).toBe(403);
  expect(await upload()).toBe(200);
  // A pause would have ended the proof.
  const standings = fixture.events.flatMap((event) =>
    event.kind === 'credential-standing' ? [event.standing] : [],
  );
  expect(standings).toEqual(['proven']);
});

it('a URL that is forbidden does not make the bodies of all others go with a logon each', async () => {
  await start({ policyHosts: ['policy.test'] });
  expect(await upload()).toBe(200);
  expect(await status('http://policy.test/')).toBe(403);
  expect(await upload()).toBe(200);
  const before = fixture.proxy.logons.length;
  for (let round = 0; round < 3; round += 1) expect(await upload()).toBe(200);
  expect(fixture.proxy.logons).toHaveLength(before);
});

it('a company proxy that has closed once is trusted with bodies again as soon as it keeps a connection', async () => {
  await start({ misbehaviour: { closeAfterResponse: 'announced' } });
  expect(await upload()).toBe(200);
  fixture.proxy.misbehave({});
  expect(await upload()).toBe(200);
  const before = fixture.proxy.logons.length;
  for (let round = 0; round < 3; round += 1) expect(await upload()).toBe(200);
  expect(fixture.proxy.logons).toHaveLength(before);
});
