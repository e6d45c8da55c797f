import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Fixture, RawClient, send, startFixture, tunnelStatus } from '../../../test/engine-fixture';

let fixture: Fixture;
const clients: RawClient[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  expect(fixture.internalErrors).toEqual([]);
  await fixture.close();
});

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}

async function openTunnel(port: number): Promise<RawClient> {
  const authority = `127.0.0.1:${fixture.origin.port}`;
  const client = new RawClient(port).write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
  clients.push(client);
  expect(await client.until((text) => text.includes('\r\n\r\n'))).toContain(' 200 ');
  return client;
}

async function expectAlive(tunnel: RawClient): Promise<void> {
  tunnel.write('GET / HTTP/1.1\r\nHost: origin.test\r\nConnection: close\r\n\r\n');
  expect(await tunnel.untilEnd()).toContain('It works');
}

describe('an engine that is to listen elsewhere', () => {
  it('moves, and leaves the open tunnels', async () => {
    fixture = await startFixture();
    const tunnel = await openTunnel(fixture.port);
    const port = await freePort();
    await fixture.engine.reconfigure({
      ...fixture.settings,
      listen: [{ host: '127.0.0.1', port }],
    });
    expect(fixture.engine.addresses).toEqual([{ host: '127.0.0.1', port }]);
    expect((await send(port, fixture.url('/'))).status).toBe(200);
    await expect(send(fixture.port, fixture.url('/'))).rejects.toThrow('ECONNREFUSED');
    expect(fixture.engine.traffic().openTunnels).toBe(1);
    await expectAlive(tunnel);
  });

  it('takes the same port with other addresses', async () => {
    const port = await freePort();
    fixture = await startFixture({ settings: { listen: [{ port }] } });
    const tunnel = await openTunnel(port);
    await fixture.engine.reconfigure({ ...fixture.settings, gateway: true });
    expect(fixture.engine.addresses.map((address) => address.port)).toEqual([port]);
    expect((await send(port, fixture.url('/'))).status).toBe(200);
    await expectAlive(tunnel);
  });

  it('stays where it is when the other port is taken', async () => {
    fixture = await startFixture();
    const taken = { host: '127.0.0.1', port: fixture.origin.port };
    const changed = { ...fixture.settings, listen: [taken], noProxy: ['*'] };
    await expect(fixture.engine.reconfigure(changed)).rejects.toThrow('EADDRINUSE');
    expect((await send(fixture.port, fixture.url('/'))).status).toBe(200);
    expect(fixture.proxy.requests).toHaveLength(1);
  });

  it('stays when something else cannot be as it is wanted', async () => {
    fixture = await startFixture();
    const listen = [{ host: '127.0.0.1', port: await freePort() }];
    const access = [{ action: 'allow', host: 'no-such-host.invalid', prefixLength: 32 }] as const;
    await expect(fixture.engine.reconfigure({ ...fixture.settings, listen, access })).rejects.toThrow();
    expect(fixture.engine.addresses).toEqual([{ host: '127.0.0.1', port: fixture.port }]);
  });

  it('may leave its address to a company proxy', async () => {
    fixture = await startFixture();
    const port = await freePort();
    const upstreams = [{ host: '127.0.0.1', port: fixture.port }];
    await fixture.engine.reconfigure({
      ...fixture.settings,
      upstreams,
      listen: [{ host: '127.0.0.1', port }],
    });
    expect(fixture.engine.addresses).toEqual([{ host: '127.0.0.1', port }]);
  });

  it('refuses a company proxy that would be itself', async () => {
    fixture = await startFixture();
    const port = await freePort();
    const listen = [{ host: '127.0.0.1', port }];
    const upstreams = [{ host: 'localhost', port }];
    await fixture.engine.reconfigure({ ...fixture.settings, upstreams });
    await expect(fixture.engine.reconfigure({ ...fixture.settings, upstreams, listen })).rejects.toThrow(
      'the address that Latchkey itself listens on',
    );
    expect(fixture.engine.addresses).toEqual([{ host: '127.0.0.1', port: fixture.port }]);
  });
});

describe('what an engine tells of a request', () => {
  it('is how it was decided, and how much it was', async () => {
    fixture = await startFixture();
    await send(fixture.port, fixture.url('/bytes/1000'));
    await send(fixture.port, fixture.url('/'));
    const [first, second] = fixture.events.filter((event) => event.kind === 'request-finished');
    const upstream = fixture.settings.upstreams[0];
    expect(first?.trace).toMatchObject([
      { kind: 'rule', rule: undefined },
      { kind: 'route', route: 'upstream' },
      { kind: 'upstream', upstream },
      { kind: 'sign-in', hasLogon: true },
      { kind: 'answer', status: 200 },
    ]);
    expect(first?.bytes?.down).toBeGreaterThan(1000);
    expect(first?.bytes?.up).toBeGreaterThan(20);
    expect(second?.trace[3]).toMatchObject({ kind: 'sign-in', hasLogon: false });
    expect(second?.id).toBe((first?.id ?? 0) + 1);
  });

  it('names the rule of a direct route, and the refusal', async () => {
    fixture = await startFixture({ settings: { noProxy: ['127.*'] } });
    await send(fixture.port, fixture.url('/'));
    expect(await tunnelStatus(fixture.port, 'no-port')).toBe(400);
    const [direct, refused] = fixture.events.filter((event) => event.kind === 'request-finished');
    expect(direct?.trace).toMatchObject([
      { kind: 'rule', rule: '127.*' },
      { kind: 'route', route: 'direct' },
      { kind: 'answer', status: 200 },
    ]);
    expect(refused?.trace).toMatchObject([
      { kind: 'route', route: 'refused' },
      { kind: 'answer', status: 400 },
    ]);
  });

  it('counts a tunnel when it ends', async () => {
    fixture = await startFixture();
    const tunnel = await openTunnel(fixture.port);
    const opened = fixture.events.find((event) => event.kind === 'request-finished');
    expect(opened?.bytes).toBeUndefined();
    await expectAlive(tunnel);
    const { length } = tunnel.bytes;
    tunnel.destroy();
    await expect.poll(() => fixture.engine.traffic().openTunnels).toBe(0);
    const ended = fixture.events.find((event) => event.kind === 'tunnel-ended');
    expect(ended?.id).toBe(opened?.id);
    expect(ended?.bytes.down).toBe(length);
    const { down, up } = fixture.engine.traffic();
    expect({ down, up }).toEqual(ended?.bytes);
  });
});
