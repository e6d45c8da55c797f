import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type CommandEnd, endOf } from './command-end';
import { expect, password, type Surroundings, test } from './fixtures';
import { e2eTarget } from './launch-app';
import { Panel } from './panel';

const root = join(__dirname, '..');
const inNode = [process.execPath, join(root, 'out/cli/latchkey.cjs')];

/** Is loaded before the app, and tells at the end what an app in the menu bar would have used of Electron. */
const spy = `const { app, protocol, BrowserWindow } = require('electron');
const used = [];
for (const [owner, name] of [
  [app, 'requestSingleInstanceLock'], [app, 'setPath'], [app, 'setName'], [app, 'whenReady'], [app, 'focus'], [app, 'show'],
  [protocol, 'registerSchemesAsPrivileged'],
]) {
  const own = owner[name];
  owner[name] = (...args) => { used.push(name); return own.apply(owner, args); };
}
process.on('exit', () => {
  if (BrowserWindow.getAllWindows().length > 0) used.push('BrowserWindow');
  require('node:fs').writeFileSync(process.env.USED, JSON.stringify(used));
});
`;

class Commands {
  readonly #directory: string;
  readonly #used: string;
  readonly #inApp: readonly string[];

  private constructor({ directory }: Surroundings, spyPath: string) {
    this.#directory = directory;
    this.#used = join(directory, 'used.json');
    this.#inApp =
      e2eTarget() === 'electron'
        ? [
            createRequire(__filename)('electron') as string,
            '--no-sandbox',
            '-r',
            spyPath,
            root,
            '--cli',
            '--',
          ]
        : [
            process.execPath,
            '--require',
            join(root, 'e2e/standin/boot.cjs'),
            '--require',
            spyPath,
            join(root, 'out/main/index.js'),
            '--cli',
            '--',
          ];
  }

  static async create(surroundings: Surroundings): Promise<Commands> {
    const spyPath = join(surroundings.directory, 'spy.cjs');
    await writeFile(spyPath, spy);
    return new Commands(surroundings, spyPath);
  }

  /** In the app's own program, as the script of the packaged app calls it. */
  start(args: readonly string[], program = this.#inApp): ChildProcessWithoutNullStreams {
    const [file = '', ...before] = program;
    return spawn(file, [...before, ...args], {
      env: {
        ...process.env,
        HOME: this.#directory,
        LATCHKEY_STATE_DIR: this.#directory,
        STANDIN_PLATFORM: 'darwin',
        USED: this.#used,
      },
    });
  }

  run(args: readonly string[], { program = this.#inApp, input = '' } = {}): Promise<CommandEnd> {
    return endOf(this.start(args, program), input);
  }

  /** What the last one in the app's program has used that only an app needs. */
  async used(): Promise<unknown> {
    return JSON.parse(await readFile(this.#used, 'utf8'));
  }

  /** Runs it in both programs. Resolves with what came of it, which must be the same. */
  async same(args: readonly string[], input = ''): Promise<CommandEnd> {
    const expected = await this.run(args, { program: inNode, input });
    expect(await this.run(args, { input })).toEqual(expected);
    expect(await this.used()).toEqual([]);
    return expected;
  }
}

test('the app’s program answers as Node does, and is no app', async ({ surroundings }) => {
  const commands = await Commands.create(surroundings);
  expect((await commands.same(['version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(await commands.same(['--version'])).toMatchObject({ code: 0 });
  expect(await commands.same(['status'])).toMatchObject({ code: 1, out: '' });
  expect(await commands.same(['no-such-command'])).toMatchObject({ code: 2 });
  expect((await commands.same(['--help'])).out).toContain('Usage');
  // A long answer into a pipe, and standard input.
  expect((await commands.same(['completion', 'zsh'])).out).toContain('#compdef latchkey');
  const hash = ['hash', '--domain', 'CORP', '--user', 'alice'];
  expect((await commands.same(hash, `${password}\n`)).out).toMatch(/PassNTLMv2 +[0-9A-F]{32}/);
});

test('the command sees the app, and the app’s program sees it as Node does', async ({ surroundings }) => {
  const commands = await Commands.create(surroundings);
  expect(await commands.run(['status'])).toMatchObject({ code: 1 });
  await Panel.setUp(await surroundings.launch(), surroundings.proxyName, password);
  const status = await commands.same(['status']);
  expect(status).toMatchObject({ code: 0 });
  expect(status.out).toContain(surroundings.proxyName);
});

test('a signal ends it with the exit code that a shell expects', async ({ surroundings }) => {
  const commands = await Commands.create(surroundings);
  await Panel.setUp(await surroundings.launch(), surroundings.proxyName, password);
  for (const [signal, code] of [
    ['SIGINT', 130],
    // It ends in order, as it does in Node.
    ['SIGTERM', 0],
    ['SIGHUP', 129],
  ] as const) {
    const child = commands.start(['activity', '--follow']);
    const ended = once(child, 'exit');
    // A row tells that it listens.
    const row = once(child.stdout, 'data');
    await surroundings.fetchPage();
    await row;
    child.kill(signal);
    expect(await ended, signal).toEqual([code, null]);
    expect(await commands.used()).toEqual([]);
  }
});

test('run is the same core without a menu bar, and ends in order', async ({ surroundings }) => {
  const commands = await Commands.create(surroundings);
  const { proxy, port, directory } = surroundings;
  const conf = join(directory, 'cntlm.conf');
  const lines = [
    'Username alice',
    'Domain CORP',
    `Password ${password}`,
    `Proxy ${proxy.host}:${proxy.port}`,
  ];
  await writeFile(conf, `${lines.join('\n')}\nListen ${port}\n`, { mode: 0o600 });
  const child = commands.start(['run', '--config', conf]);
  const ended = once(child, 'exit');
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  await expect.poll(() => err).toContain(`listening on 127.0.0.1:${port}`);
  expect(await surroundings.fetchPage()).toBe(200);
  expect((await commands.run(['status'], { program: inNode })).out).toContain(surroundings.proxyName);
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  expect(await commands.used()).toEqual([]);
});
