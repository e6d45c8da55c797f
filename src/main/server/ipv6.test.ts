import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Fixture, startFixture } from '../../../test/engine-fixture';
import { runCommand } from '../../../test/servers/run-command';
import type { PacGuide } from '../../shared/pac';
import type { EngineSettings } from '../../shared/settings';
import { parsePacAnswer } from '../pac/parse-answer';

/** Takes connections on ::1 and hands them on to a port of 127.0.0.1, which is where the servers of the tests are. */
async function startFront(port: () => number, servers: Server[]): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const behind = connect({ port: port(), host: '127.0.0.1', allowHalfOpen: true });
    const end = (socket: Socket): unknown =>
      socket.on('error', () => [client, behind].map((each) => each.destroy()));
    end(client);
    end(behind);
    client.pipe(behind).pipe(client);
  });
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '::1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

let fixture: Fixture;
let servers: Server[];
/** Where company proxy and origin are on ::1. */
let proxyPort: number;
let originPort: number;

beforeEach(async () => {
  servers = [];
  proxyPort = await startFront(() => fixture.proxy.port, servers);
  originPort = await startFront(() => fixture.origin.port, servers);
});

afterEach(async () => {
  expect(fixture.internalErrors).toEqual([]);
  await fixture.close();
  for (const server of servers) server.close();
});

const six = (port = 0): { host: string; port: number } => ({ host: '::1', port });

async function start(settings: Partial<EngineSettings> = {}, pac?: PacGuide): Promise<void> {
  fixture = await startFixture({
    settings: {
      upstreams: [six(proxyPort)],
      listen: [six()],
      socks: [six()],
      tunnels: [{ listen: six(), target: six(originPort) }],
      ...settings,
    },
    ...(pac === undefined ? {} : { engine: { pac: () => pac } }),
  });
}

const portOf = (kind: 'http' | 'socks' | 'tunnel'): number =>
  fixture.engine.services.find(({ service }) => service.kind === kind)?.address.port ?? 0;
const url = (): string => `http://[::1]:${originPort}/`;

/** What curl gets; undefined when it gets nothing. */
async function fetched(...args: readonly string[]): Promise<string | undefined> {
  const { exitCode, stdout } = await runCommand('curl', ['-sS', '-g', '-m', '60', ...args]);
  return exitCode === 0 ? stdout : undefined;
}

const roads = (): readonly (readonly [name: string, args: readonly string[]])[] => [
  ['a request', ['-x', `http://[::1]:${portOf('http')}`, url()]],
  ['CONNECT', ['-p', '-x', `http://[::1]:${portOf('http')}`, url()]],
  ['SOCKS5, with an address', ['--socks5', `[::1]:${portOf('socks')}`, url()]],
  ['SOCKS5, with a name', ['--socks5-hostname', `[::1]:${portOf('socks')}`, url()]],
  ['a tunnel', [`http://[::1]:${portOf('tunnel')}/`]],
];

async function expectAll(by: 'upstream' | 'direct' | 'nobody'): Promise<void> {
  for (const [name, args] of roads()) {
    const before = fixture.proxy.requests.length;
    const answer = await fetched(...args);
    expect([name, answer?.includes('It works') ?? false]).toEqual([name, by !== 'nobody']);
    expect([name, fixture.proxy.requests.length - before]).toEqual([name, by === 'upstream' ? 1 : 0]);
  }
}

describe('IPv6', () => {
  it('is spoken on every port, to a company proxy and to what is behind it', async () => {
    await start();
    await expectAll('upstream');
    const target = new RegExp(`^(?:http://)?\\[(?:::1|0:0:0:0:0:0:0:1)\\]:${originPort}/?$`);
    for (const request of fixture.proxy.requests) expect(request.target).toMatch(target);
    expect(fixture.proxy.logons.map(({ accepted }) => accepted)).not.toContain(false);
  });

  it('is what a no-proxy rule for a network, or an address, means', async () => {
    await start({ noProxy: ['::/8'] });
    await expectAll('direct');
    expect(fixture.proxy.connectionCount).toBe(0);
  });

  it('is what Allow and Deny mean, for every port', async () => {
    await start({ access: [{ action: 'deny', host: '::1', prefixLength: 128 }] });
    await expect(fetched('-f', ...(roads()[0]?.[1] ?? []))).resolves.toBeUndefined();
    for (const [name, args] of roads().slice(1))
      expect([name, await fetched(...args)]).toEqual([name, undefined]);
    expect(fixture.proxy.requests).toEqual([]);
  });

  it('is what a PAC may name', async () => {
    const asked: string[] = [];
    const pac: PacGuide = {
      find: (each) => {
        asked.push(each);
        const answer = `PROXY [::1]:${proxyPort}`;
        return { kind: 'ways', answer, ways: parsePacAnswer(answer).ways };
      },
      allDown: () => undefined,
    };
    await start({}, pac);
    await expectAll('upstream');
    expect(asked).toContain(url());
    expect(asked).toContain(`https://[::1]:${originPort}/`);
  });

  it('is passed by for 127.0.0.1 of the same company proxy where nothing answers', async () => {
    const [closed] = servers;
    await new Promise<void>((resolve) => {
      closed?.close(() => resolve());
    });
    await start();
    await fixture.engine.reconfigure({
      ...fixture.settings,
      upstreams: [six(proxyPort), { host: '127.0.0.1', port: fixture.proxy.port }],
    });
    await expectAll('upstream');
    expect(fixture.engine.state().upstream).toEqual({ host: '127.0.0.1', port: fixture.proxy.port });
  });
});
