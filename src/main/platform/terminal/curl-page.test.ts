import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeFolder } from '../../../../test/remove-folder';
import { requireServers } from '../../../../test/servers/require-servers';
import { type Shell, terminalCommands } from '../../../shared/terminal-commands';
import { curlPage } from './curl-page';

const hasCurl = requireServers('curl');
const shells: readonly Shell[] = requireServers('fish') ? ['zsh', 'bash', 'fish'] : ['zsh', 'bash'];

const url = new URL('http://page.test/a?b=c&d=e');
const never = new AbortController().signal;
let seen: string[];
let server: Server;
let address: AddressInfo;
let home: string;

beforeEach(async () => {
  seen = [];
  server = createServer((request, response) => {
    seen.push(request.url ?? '');
    response.end('a page');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = server.address() as AddressInfo;
  home = await mkdtemp(join(tmpdir(), 'latchkey-curl-'));
});

afterEach(async () => {
  server.close();
  await removeFolder(home);
});

const env = (): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: home,
  // Of the terminal that the app was started in.
  http_proxy: 'http://127.0.0.1:1',
  NO_PROXY: '*',
});

describe.skipIf(!hasCurl)('curlPage', () => {
  it.each(shells)('goes by what %s is told, and by nothing else', async (shell) => {
    const lines = terminalCommands({
      shell,
      address: { host: '127.0.0.1', port: address.port },
      noProxy: [],
    });
    await curlPage(env())(url, { shell, lines }, never);
    expect(seen).toEqual([url.href]);
  });

  it('takes the user’s own settings of curl as a terminal does', async () => {
    await writeFile(join(home, '.curlrc'), 'proxy = http://127.0.0.1:1\n');
    const lines = terminalCommands({
      shell: 'zsh',
      address: { host: '127.0.0.1', port: address.port },
      noProxy: [],
    });
    await expect(curlPage(env())(url, { shell: 'zsh', lines }, never)).rejects.toThrow('curl');
    expect(seen).toEqual([]);
  });

  it('ends when nobody wants the page any more', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const wish = new AbortController();
    const lines = terminalCommands({ shell: 'zsh', address: { host: '127.0.0.1', port }, noProxy: [] });
    const page = curlPage(env())(url, { shell: 'zsh', lines }, wish.signal);
    silent.once('request', () => wish.abort());
    await expect(page).rejects.toThrow('abort');
    silent.closeAllConnections();
    silent.close();
  });
});
