import { cpSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from '../test/servers/run-command';
import { makeScriptProject, type ScriptProject } from './script-project';

const modules = join(import.meta.dirname, '../node_modules');

/** What a developer may have set, and what is not to be gone by here. */
const unset = Object.fromEntries(
  Object.keys(process.env)
    .filter((name) => /^(npm_config_)?electron_|_proxy$/i.test(name))
    .map((name) => [name, undefined]),
);

describe('npm start where Electron is to be fetched', () => {
  let project: ScriptProject;
  /** What a proxy was asked for; it refuses everything. */
  let asked: string[];
  let closeProxy: () => void;
  let proxyUrl: string;

  beforeEach(async () => {
    // Electron's own package and installer, without the binary.
    project = makeScriptProject(['start.mjs', 'find-electron.mjs']);
    for (const file of ['package.json', 'index.js', 'install.js', 'checksums.json']) {
      cpSync(join(modules, 'electron', file), join(project.folder, 'node_modules/electron', file));
    }
    asked = [];
    const proxy = createServer().on('connect', ({ url = '' }, socket) => {
      asked.push(url);
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    closeProxy = () => proxy.close();
    proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  });

  afterEach(() => {
    closeProxy();
    project.remove();
  });

  const start = (env: NodeJS.ProcessEnv): ReturnType<typeof runCommand> =>
    runCommand(process.execPath, project.on('linux', 'start.mjs'), {
      env: {
        ...unset,
        DISPLAY: ':9',
        NODE_PATH: modules,
        electron_config_cache: join(project.folder, 'cache'),
        ...env,
      },
    });

  it.each(['HTTPS_PROXY', 'https_proxy'])('goes through the proxy of %s', async (name) => {
    await start({ [name]: proxyUrl });
    expect(asked).toContain('github.com:443');
  });

  it('says in one line that there is no display, and fetches nothing', async () => {
    const env = { HTTPS_PROXY: proxyUrl, DISPLAY: undefined, WAYLAND_DISPLAY: undefined };
    const { exitCode, stdout, stderr } = await start(env);
    expect({ exitCode, stdout, asked }).toEqual({ exitCode: 1, stdout: '', asked: [] });
    expect(stderr).toMatch(/^start: there is no display here\. Without it: `npm run demo`.*\n$/);
  });

  it('says in one line how it is fetched through a proxy, and what can be done without', async () => {
    const { exitCode, stdout, stderr } = await start({ HTTPS_PROXY: proxyUrl });
    expect(exitCode).toBe(1);
    expect(stdout).toBe('');
    const [progress = '', line = '', ...more] = stderr.trimEnd().split('\n');
    expect(progress).toMatch(/^Fetching Electron/);
    expect(line).toMatch(/^start: Electron could not be fetched \(.+\)\./);
    expect(line).toContain('HTTPS_PROXY=http://HOST:PORT ELECTRON_GET_USE_PROXY=1 npx install-electron');
    expect(line).toContain('`npm run demo`');
    expect(more).toEqual([]);
  });
});
