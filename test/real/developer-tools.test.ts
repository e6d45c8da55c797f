import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireServers } from '../servers/require-servers';
import { type CommandResult, runCommand } from '../servers/run-command';
import { type Latchkey, startLatchkey } from '../servers/start-latchkey';
import { type Nginx, startNginx } from '../servers/start-nginx';
import { type Squid, startSquid } from '../servers/start-squid';
import { cntlmConf } from './cntlm-conf';

const isPossible = requireServers(
  'squid',
  'ntlm_auth',
  'nginx',
  'nginx echo module',
  'openssl',
  'git',
  'npm',
);

/** A registry with one package: `demo`, version 1.2.3. */
async function startRegistry(): Promise<Server> {
  const server = createServer((request, response) => {
    const { port } = server.address() as AddressInfo;
    const tarball = `http://127.0.0.1:${port}/demo/-/demo-1.2.3.tgz`;
    const shasum = createHash('sha1').update(tarball).digest('hex');
    const version = { name: 'demo', version: '1.2.3', dist: { tarball, shasum } };
    const isKnown = request.url === '/demo';
    response.writeHead(isKnown ? 200 : 404, { 'Content-Type': 'application/json' });
    response.end(
      JSON.stringify(
        isKnown ? { name: 'demo', 'dist-tags': { latest: '1.2.3' }, versions: { '1.2.3': version } } : {},
      ),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return server;
}

describe.skipIf(!isPossible)('git and npm behind Latchkey, squid and ntlm_auth', () => {
  let nginx: Nginx;
  let squid: Squid;
  let latchkey: Latchkey;
  let registry: Server;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-tools-'));
    [nginx, squid, registry] = await Promise.all([startNginx(), startSquid(), startRegistry()]);
    latchkey = await startLatchkey({ config: cntlmConf(squid, `Password ${squid.password}`) });
  });
  afterAll(async () => {
    await latchkey?.close();
    await Promise.all([nginx?.close(), squid?.close()]);
    registry?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const proxy = (): string => `http://127.0.0.1:${latchkey.port}`;

  /** Without the settings of whoever runs the test. */
  const git = async (...args: readonly string[]): Promise<CommandResult> => {
    const result = await runCommand('git', args, {
      env: {
        HOME: folder,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_TERMINAL_PROMPT: '0',
        no_proxy: '',
        NO_PROXY: '',
        https_proxy: proxy(),
        GIT_SSL_CAINFO: nginx.certFile,
      },
    });
    if (result.exitCode !== 0) throw new Error(`git ${args.join(' ')}: ${result.stderr}`);
    return result;
  };

  it('git clones over https', async () => {
    const work = join(folder, 'work');
    await git('init', '-q', work);
    const author = ['-c', 'user.name=Alice', '-c', 'user.email=alice@corp.test'];
    await git('-C', work, ...author, 'commit', '-q', '--allow-empty', '-m', 'First');
    const bare = join(nginx.filesFolder, 'repository.git');
    await git('clone', '-q', '--bare', work, bare);
    // The plain protocol: nginx serves files, and this makes the list of refs that it needs.
    await git('-C', bare, 'update-server-info');
    const clone = join(folder, 'clone');
    await git('clone', '-q', `${nginx.tlsUrl}/repository.git`, clone);
    expect((await git('-C', clone, 'log', '--format=%an: %s')).stdout).toBe('Alice: First\n');
    // git keeps its connection, so this one tunnel carried everything.
    await expect
      .poll(async () =>
        (await squid.requests()).filter(({ method, status }) => method === 'CONNECT' && status === 200),
      )
      .toMatchObject([{ url: `127.0.0.1:${nginx.tlsPort}`, user: 'CORP\\alice' }]);
  });

  it('npm asks a registry', async () => {
    const { port } = registry.address() as AddressInfo;
    const { exitCode, stdout, stderr } = await runCommand(
      'npm',
      [
        'view',
        'demo',
        'version',
        '--registry',
        `http://127.0.0.1:${port}/`,
        '--proxy',
        proxy(),
        '--noproxy',
        '',
        '--fetch-retries',
        '0',
        '--no-update-notifier',
        '--userconfig',
        join(folder, 'npmrc'),
        '--cache',
        join(folder, 'cache'),
      ],
      { env: { no_proxy: '', NO_PROXY: '' } },
    );
    expect({ exitCode, stdout, stderr }).toMatchObject({ exitCode: 0, stdout: '1.2.3\n' });
    const asked = (await squid.requests()).filter(({ url }) => url === `http://127.0.0.1:${port}/demo`);
    expect(asked.at(-1)).toMatchObject({ status: 200, user: 'CORP\\alice' });
  });
});
