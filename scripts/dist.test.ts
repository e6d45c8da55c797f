import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CommandResult, runCommand } from '../test/servers/run-command';
import { type ServerProcess, startProcess } from '../test/servers/start-process';
import { makeScriptProject, type ScriptProject } from './script-project';

const library = 'node_modules/keytar/build/Release/keytar.node';
const otherLibrary = 'node_modules/kerberos/build/Release/kerberos.node';

/** electron-builder, as far as keytar goes: compiles it for another processor, leaves more, and then does `rest`. */
const builder = (rest: string): string => `
  const { appendFileSync, readFileSync, writeFileSync } = require('node:fs');
  const { spawn } = require('node:child_process');
  appendFileSync('builder-was-given.txt', readFileSync('${library}', 'utf8') + '\\n');
  writeFileSync('${library}', 'for x64');
  writeFileSync('${otherLibrary}', 'for x64');
  writeFileSync('node_modules/keytar/build/Makefile', 'of the build');
  ${rest}
`;

/** It waits for what it has started, which does not end when it is asked to; neither would ever end by itself. */
const compilesForever = `
  console.log('group ' + process.pid);
  spawn('sh', ['-c', "trap '' INT TERM HUP; echo compiling in $$; exec sleep 1000000"], { stdio: 'inherit' });
`;

/** As `ps` says it; empty when there is no such process, and Z when nobody has noticed its end. */
const stateOf = (pid: string): string =>
  spawnSync('ps', ['-o', 'stat=', '-p', pid], { encoding: 'utf8' }).stdout.trim();

/** What a dist that was killed has left running. */
function endBuilder(output: string): void {
  const [, group] = /group (\d+)/.exec(output) ?? [];
  if (group === undefined) return;
  try {
    process.kill(-Number(group), 'SIGKILL');
  } catch {
    // It has ended, as it should.
  }
}

describe('npm run dist', () => {
  let project: ScriptProject;
  let dist: ServerProcess | undefined;

  beforeEach(() => {
    project = makeScriptProject(['dist.mjs', 'update-feed.mjs']);
    project.write('package.json', '{ "version": "1.2.0" }');
    project.write('CHANGELOG.md', '# Changelog\n\n## 1.2.0\n\n- One line\n\n## 1.1.0\n\n- Another\n');
    project.write(library, 'for arm64');
    project.write(otherLibrary, 'for arm64');
    project.write('node_modules/electron-builder/package.json', '{ "name": "electron-builder" }');
    project.write('scripts/check-dist.mjs', "console.log('checked', process.argv.slice(2).join(' '));");
    project.write('bin/npm', '#!/bin/sh\necho npm "$@"\n');
  });

  afterEach(async () => {
    await dist?.stop();
    endBuilder(dist?.output() ?? '');
    dist = undefined;
    project.remove();
  });

  const useBuilder = (rest: string): void =>
    project.write('node_modules/electron-builder/cli.js', builder(rest));

  const args = (): readonly string[] => project.on('darwin', 'dist.mjs');
  const env = (): NodeJS.ProcessEnv => ({
    PATH: `${join(project.folder, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`,
  });
  const runDist = (): Promise<CommandResult> => runCommand(process.execPath, args(), { env: env() });

  const startDist = async (endSignal: NodeJS.Signals): Promise<ServerProcess> => {
    dist = await startProcess({
      name: 'dist',
      command: process.execPath,
      args: args(),
      env: env(),
      endSignal,
      isReady: async (output) => output.includes('compiling'),
    });
    return dist;
  };

  const nativeFiles = (): Readonly<Record<string, string>> => {
    const paths = readdirSync(join(project.folder, 'node_modules'), { recursive: true, encoding: 'utf8' });
    return Object.fromEntries(
      paths
        .filter((path) => /keytar|kerberos/.test(path) && /\.node$|Makefile$/.test(path))
        .map((path) => [path, readFileSync(join(project.folder, 'node_modules', path), 'utf8')]),
    );
  };
  const asBefore = {
    'keytar/build/Release/keytar.node': 'for arm64',
    'kerberos/build/Release/kerberos.node': 'for arm64',
  };

  it('leaves keytar and kerberos as they were when it has packed', async () => {
    useBuilder('');
    const { exitCode, stdout } = await runDist();
    // With the command line, which the app brings.
    expect(stdout).toMatch(/^npm run build$/m);
    expect(stdout).toMatch(/checked --packed .*mac-arm64\/Latchkey\.app .*mac\/Latchkey\.app/);
    expect(exitCode).toBe(0);
    expect(nativeFiles()).toEqual(asBefore);
  });

  it('leaves keytar and kerberos as they were when electron-builder fails', async () => {
    useBuilder('process.exitCode = 3;');
    const { exitCode, stdout, stderr } = await runDist();
    expect(stderr).toMatch(/^dist: .*electron-builder\/cli\.js --mac --publish never ended with 3$/m);
    expect(stdout).not.toContain('checked');
    expect(exitCode).toBe(1);
    expect(nativeFiles()).toEqual(asBefore);
  });

  const given = async (
    variables: NodeJS.ProcessEnv,
    ...options: readonly string[]
  ): Promise<CommandResult> => {
    useBuilder("console.log('builder', JSON.stringify(process.argv.slice(2)));");
    return runCommand(process.execPath, [...args(), ...options], { env: { ...env(), ...variables } });
  };
  const usual = ['--mac', '--publish', 'never'];
  const notes = '-c.releaseInfo.releaseNotes=- One line';

  it.each([
    [{}, usual],
    [
      { LATCHKEY_UPDATE_REPOSITORY: 'corp/latchkey' },
      [...usual, '-c.publish.provider=github', '-c.publish.owner=corp', '-c.publish.repo=latchkey', notes],
    ],
    [
      { LATCHKEY_UPDATE_URL: 'https://updates.corp.example/latchkey' },
      [
        ...usual,
        '-c.publish.provider=generic',
        '-c.publish.url=https://updates.corp.example/latchkey',
        notes,
      ],
    ],
  ])(
    'gives the build the feed that the environment names, with what is new: %j',
    async (variables, wanted) => {
      const { exitCode, stdout } = await given(variables);
      expect(stdout).toContain(`builder ${JSON.stringify(wanted)}\n`);
      expect(exitCode).toBe(0);
    },
  );

  it('gives none to a build that nobody signs', async () => {
    const { stdout, stderr } = await given({ LATCHKEY_UPDATE_REPOSITORY: 'corp/latchkey' }, '--unsigned');
    expect(stderr).toContain('dist: signed by nobody, so without a feed of updates');
    expect(stdout).toContain('-c.mac.identity=-');
    expect(stdout).not.toContain('-c.publish');
  });

  it.each([
    [{ LATCHKEY_UPDATE_REPOSITORY: 'latchkey' }, 'LATCHKEY_UPDATE_REPOSITORY takes OWNER/NAME'],
    [{ LATCHKEY_UPDATE_URL: 'http://updates.corp.example/' }, 'LATCHKEY_UPDATE_URL takes an https URL'],
    [
      { LATCHKEY_UPDATE_REPOSITORY: 'corp/latchkey', LATCHKEY_UPDATE_URL: 'https://updates.corp.example/' },
      'are two feeds',
    ],
  ])('does not begin with a feed that cannot be one: %j', async (variables, sentence) => {
    const { exitCode, stdout, stderr } = await given(variables);
    expect(stderr).toContain(sentence);
    expect(stdout).toBe('');
    expect(exitCode).toBe(1);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'leaves keytar and kerberos as they were when %s stops it, and ends what compiles',
    async (signal) => {
      useBuilder(compilesForever);
      const running = await startDist(signal);
      expect(await running.stop()).toBe(1);
      expect(running.output()).toContain(`dist: stopped by ${signal}`);
      expect(nativeFiles()).toEqual(asBefore);
      const [, compiler = ''] = /compiling in (\d+)/.exec(running.output()) ?? [];
      await expect.poll(() => stateOf(compiler)).toMatch(/^(Z.*)?$/);
    },
  );

  it('begins with what was there before a run that was killed', async () => {
    useBuilder(compilesForever);
    const killed = await startDist('SIGKILL');
    await killed.stop();
    endBuilder(killed.output());
    useBuilder('');
    expect((await runDist()).exitCode).toBe(0);
    expect(readFileSync(join(project.folder, 'builder-was-given.txt'), 'utf8')).toBe(
      'for arm64\nfor arm64\n',
    );
    expect(nativeFiles()).toEqual(asBefore);
  });
});
