import { afterEach, describe, expect, it } from 'vitest';
import { type Fixture, send, startFixture } from '../../../test/engine-fixture';
import { okay, type RawServer, roads, settingsFor, startRawServer } from '../../../test/raw-server';

let fixture: Fixture;
let server: RawServer;

afterEach(async () => {
  await fixture.close();
  await server.close();
  expect(fixture.internalErrors).toEqual([]);
});

const arrivals = (method: string): number =>
  server.requests.filter(({ head }) => head.method === method && head.target.endsWith('/dies')).length;

// RFC 9110, 9.2.2: whoever closes without an answer may have carried the request out.
describe.each(roads)('%s, a server that dies over', (road) => {
  async function start(): Promise<void> {
    server = await startRawServer(({ head, socket }) => {
      if (!head.target.endsWith('/dies') || head.method === 'HEAD') return okay();
      socket.destroy();
      return undefined;
    });
    fixture = await startFixture({
      settings: settingsFor(road, server),
    });
  }
  const ask = async (method: string, path: string, body?: string): Promise<number> =>
    (await send(fixture.port, `http://127.0.0.1:${server.port}${path}`, { method }, body)).status;

  it.each([
    ['POST', 'a body'],
    ['POST', undefined],
    ['PATCH', 'a body'],
    ['LOCK', undefined],
  ])('a %s with %s gets it once, over a new connection and over one that was kept', async (method, body) => {
    await start();
    expect(await ask(method, '/dies', body)).toBe(502);
    expect(arrivals(method)).toBe(1);
    expect(await ask('GET', '/')).toBe(200);
    expect(await ask(method, '/dies', body)).toBe(502);
    expect(arrivals(method)).toBe(2);
  });

  it('a GET over a connection that was kept gets it again', async () => {
    await start();
    expect(await ask('GET', '/')).toBe(200);
    expect(await ask('GET', '/dies')).toBe(502);
    expect(arrivals('GET')).toBeGreaterThan(1);
  });
});
