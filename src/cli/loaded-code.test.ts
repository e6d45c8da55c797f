import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../test/servers/run-command';

const cli = join(import.meta.dirname, '../../out/cli/latchkey.cjs');
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-loaded-'));
  // Says at the end what was loaded, and ends `run` once it listens.
  await writeFile(
    join(folder, 'tell.cjs'),
    `const write = process.stderr.write.bind(process.stderr);
process.stderr.write = (text) => {
  if (String(text).includes('listening on')) process.kill(process.pid, 'SIGTERM');
  return write(text);
};
process.on('exit', () => {
  const files = Object.keys(require.cache).filter((file) => file !== __filename);
  const builtin = process.moduleLoadList.filter((name) => /^NativeModule [a-z_]+$/.test(name));
  require('node:fs').writeFileSync(process.env.LOADED, JSON.stringify({ files, builtin }));
});
`,
  );
  await writeFile(
    join(folder, 'cntlm.conf'),
    'Username alice\nDomain CORP\nPassword secret\nProxy 127.0.0.1:9\n',
    { mode: 0o600 },
  );
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** The files of the bundle that a command loads, and the modules of Node. */
async function loadedBy(...args: string[]): Promise<{ files: string[]; builtin: string[] }> {
  const loaded = join(folder, 'loaded.json');
  await runCommand(process.execPath, ['--require', join(folder, 'tell.cjs'), cli, ...args], {
    env: { LATCHKEY_STATE_DIR: join(folder, 'state'), LOADED: loaded },
  });
  const { files, builtin } = JSON.parse(await readFile(loaded, 'utf8')) as Awaited<
    ReturnType<typeof loadedBy>
  >;
  return { files: files.map((file) => basename(file, '.cjs')).toSorted(), builtin };
}

describe('what a command loads', () => {
  it('is the entry alone for --version', async () => {
    expect((await loadedBy('--version')).files).toEqual(['latchkey']);
    expect((await loadedBy('version')).files).toEqual(['latchkey']);
  });

  it('is no engine for status, nor what Node has for one', async () => {
    const { files, builtin } = await loadedBy('status');
    expect(files).toEqual(['common', 'latchkey', 'program', 'status']);
    // Standard error is a pipe here, which takes Node's net.
    expect(builtin).toContain('NativeModule net');
    for (const name of ['crypto', 'child_process']) expect(builtin).not.toContain(`NativeModule ${name}`);
    expect(builtin).not.toContain('NativeModule fs/promises');
  });

  it('is the engine for run, and nothing of proxy-chain, zod or Node that it does not use', async () => {
    const { files, builtin } = await loadedBy('run', '--config', join(folder, 'cntlm.conf'), '--port', '0');
    expect(files).toEqual(
      expect.arrayContaining(['common', 'configuration', 'engine', 'latchkey', 'program', 'run']),
    );
    expect(files).not.toContain('app-settings-schema');
    expect(files).not.toContain('doctor');
    expect(files).not.toContain('pac');
    expect(files.length).toBeLessThanOrEqual(8);
    expect(builtin).toContain('NativeModule net');
    for (const name of ['http', 'https', 'tls', 'perf_hooks']) {
      expect(builtin).not.toContain(`NativeModule ${name}`);
    }
  });

  it('is what a PAC runs in for pac alone', async () => {
    await writeFile(join(folder, 'proxy.pac'), 'function FindProxyForURL() { return "DIRECT"; }');
    const { files, builtin } = await loadedBy('pac', join(folder, 'proxy.pac'), 'http://a.example/');
    expect(files).toContain('pac');
    expect(builtin).toContain('NativeModule worker_threads');
    for (const args of [['status'], ['run', '--config', join(folder, 'cntlm.conf'), '--port', '0']]) {
      const other = await loadedBy(...args);
      expect(other.files).not.toContain('pac');
    }
  });
});
