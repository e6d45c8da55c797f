import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CompanyProxy, startCompanyProxy } from '../company-proxy/start-company-proxy';
import { freePorts } from '../servers/ports';
import { requireServers } from '../servers/require-servers';
import { runCommand } from '../servers/run-command';
import { type Latchkey, startLatchkey } from '../servers/start-latchkey';

const isPossible = requireServers('ssh', 'curl');
const account = { domain: 'CORP', user: 'alice', password: 'Passw0rd!' };

/** Says who it is before anybody asks, as a server of SSH does (RFC 4253, 4.2), and hears who is there. */
async function startBanner(heard: string[]): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.write('SSH-2.0-Behind_the_proxy\r\n');
    socket.once('data', (chunk: Buffer) => {
      heard.push(chunk.toString('latin1').split('\r\n', 1)[0] ?? '');
      socket.end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return server;
}

describe.skipIf(!isPossible)('ssh', () => {
  const heard: string[] = [];
  let server: Server;
  let proxy: CompanyProxy;
  let latchkey: Latchkey;
  let target: number;
  let socks: number;
  let tunnel: number;

  beforeAll(async () => {
    server = await startBanner(heard);
    target = (server.address() as AddressInfo).port;
    proxy = await startCompanyProxy({ accounts: [account] });
    [socks = 0, tunnel = 0] = await freePorts(2);
    const lines = [
      'Username alice',
      'Domain CORP',
      `Password ${account.password}`,
      `Proxy 127.0.0.1:${proxy.port}`,
      `SOCKS5Proxy ${socks}`,
      'SOCKS5Users dave:secret',
      `Tunnel ${tunnel}:127.0.0.1:${target}`,
    ];
    latchkey = await startLatchkey({ config: `${lines.join('\n')}\n` });
  });
  afterAll(async () => {
    await latchkey?.close();
    await proxy?.close();
    server?.close();
  });

  /** What ssh says of whom it has met. */
  async function meet(...args: readonly string[]): Promise<string> {
    const { stderr } = await runCommand('ssh', [
      '-v',
      '-F',
      'none',
      '-o',
      'BatchMode=yes',
      '-o',
      'StrictHostKeyChecking=no',
      '-o',
      'UserKnownHostsFile=/dev/null',
      ...args,
      'nobody@127.0.0.1',
    ]);
    return stderr;
  }
  const command = (proxyOption: string): string[] => [
    '-p',
    String(target),
    '-o',
    `ProxyCommand=curl -sN ${proxyOption} telnet://%h:%p`,
  ];

  it.each([
    ['SOCKS5, as its ProxyCommand', () => command(`--socks5-hostname dave:secret@127.0.0.1:${socks}`)],
    ['CONNECT, as its ProxyCommand', () => command(`-px http://127.0.0.1:${latchkey.port}`)],
    ['a tunnel of its own', () => ['-p', String(tunnel)]],
  ])('meets a server behind the company proxy by %s', async (_name, args) => {
    const before = heard.length;
    expect(await meet(...args())).toContain('remote software version Behind_the_proxy');
    expect(heard.slice(before)).toEqual([expect.stringMatching(/^SSH-2\.0-OpenSSH/)]);
    expect(proxy.requests.at(-1)).toMatchObject({ method: 'CONNECT', target: `127.0.0.1:${target}` });
  });

  it('meets nobody by SOCKS5 with another password', async () => {
    const before = heard.length;
    expect(await meet(...command(`--socks5-hostname dave:wrong@127.0.0.1:${socks}`))).not.toContain(
      'Behind_the_proxy',
    );
    expect(heard).toHaveLength(before);
  });
});
