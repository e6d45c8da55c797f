import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from '../test/servers/run-command';
import { type ServerProcess, startProcess } from '../test/servers/start-process';
import { makeScriptProject, type ScriptProject } from './script-project';

/** The demo of the command line, as far as its last line goes. */
const latchkey = `
  process.on('SIGTERM', () => process.exit(0));
  console.log('a page');
  if (process.argv.includes('--once')) process.exit(0);
  console.log('Ctrl-C ends it.');
  setInterval(() => undefined, 1_000_000);
`;

/** Sorted: standard output and standard error are two streams. */
const linesOf = (running: ServerProcess): string[] => running.output().trimEnd().split('\n').toSorted();

const noScreen = { DISPLAY: undefined, WAYLAND_DISPLAY: undefined };

describe('npm run demo', () => {
  let project: ScriptProject;
  let demo: ServerProcess | undefined;

  beforeEach(() => {
    project = makeScriptProject(['demo.mjs', 'find-electron.mjs']);
    project.write('out/cli/latchkey.cjs', latchkey);
    project.write('node_modules/electron/package.json', '{ "engines": { "node": ">= 22.12.0" } }');
    project.write(
      'node_modules/electron/index.js',
      "module.exports = require('node:path').join(__dirname, 'electron');",
    );
    project.write('node_modules/electron/install.js', '');
  });

  afterEach(async () => {
    await demo?.stop();
    demo = undefined;
    project.remove();
  });

  /** Starts it on a system, and waits until it has said `untilSaid`. */
  const startDemo = async (
    platform: NodeJS.Platform,
    env: NodeJS.ProcessEnv,
    untilSaid: string,
  ): Promise<ServerProcess> => {
    demo = await startProcess({
      name: 'demo',
      command: 'sh',
      // The demo starts what is in the folder where it is started.
      args: [
        '-c',
        'cd "$0" && exec "$@"',
        project.folder,
        process.execPath,
        ...project.on(platform, 'demo.mjs'),
      ],
      env: { ELECTRON_OVERRIDE_DIST_PATH: undefined, ...env },
      isReady: async (output) => output.includes(untilSaid),
    });
    return demo;
  };

  it.each([
    ['a Mac', 'darwin', noScreen],
    ['X11', 'linux', { ...noScreen, DISPLAY: ':7' }],
    ['Wayland', 'linux', { ...noScreen, WAYLAND_DISPLAY: 'wayland-0' }],
  ] as const)(
    'fetches Electron on %s and opens the app, which finds the company proxy',
    async (_on, platform, env) => {
      project.write('node_modules/electron/install.js', "require('node:fs').writeFileSync('fetched', '');");
      project.write(
        'node_modules/electron/electron',
        '#!/bin/sh\n[ -e fetched ] && echo "app $* with $LATCHKEY_CONF in $LATCHKEY_STATE_DIR"\nexec sleep 1000000\n',
      );
      const running = await startDemo(platform, env, 'app');
      expect(running.output()).toMatch(/^app \. with (.+)\/cntlm\.conf in \1$/m);
      expect(await running.stop()).toBe(0);
      expect(running.output()).not.toContain('without the app');
    },
  );

  it('goes on when Electron cannot be fetched, and says in one line why and how', async () => {
    project.write(
      'node_modules/electron/install.js',
      "console.error('(node) a warning'); console.error(new Error('no way').stack); process.exitCode = 1;",
    );
    const running = await startDemo('darwin', noScreen, 'without the app');
    expect(await running.stop()).toBe(0);
    expect(linesOf(running)).toEqual([
      'Ctrl-C ends it.',
      expect.stringMatching(/^Fetching Electron/),
      'a page',
      expect.stringMatching(
        /^demo: without the app: Electron could not be fetched \(Error: no way.*ELECTRON_GET_USE_PROXY=1/,
      ),
    ]);
  });

  it('goes on when the app does not come up', async () => {
    project.write('node_modules/electron/electron', '#!/bin/sh\nexit 3\n');
    const running = await startDemo('darwin', noScreen, 'without the app');
    expect(await running.stop()).toBe(0);
    expect(running.output()).toContain('demo: without the app: it has ended (exit code 3).');
  });

  it('ends in order while Electron is being fetched', async () => {
    project.write(
      'node_modules/electron/install.js',
      "require('node:child_process').spawnSync('sh', ['-c', 'exec sleep 1000000']);",
    );
    const running = await startDemo('darwin', noScreen, 'Fetching');
    expect(await running.stop()).toBe(0);
    expect(running.output()).not.toContain('without the app');
  });

  it('says that there is no display, and fetches nothing', async () => {
    const running = await startDemo('linux', noScreen, 'without the app');
    expect(await running.stop()).toBe(0);
    expect(linesOf(running)).toEqual([
      'Ctrl-C ends it.',
      'a page',
      'demo: without the app, as there is no display here.',
    ]);
  });

  it('says nothing of the app when it ends at once', async () => {
    const { exitCode, stdout, stderr } = await runCommand('sh', [
      '-c',
      'cd "$0" && exec "$@"',
      project.folder,
      process.execPath,
      ...project.on('darwin', 'demo.mjs'),
      '--once',
    ]);
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: 'a page\n', stderr: '' });
  });
});
