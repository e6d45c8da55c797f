import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createProgram } from '../src/cli/program';
import { pathOf } from '../src/cli/usage-error';
import type { CorePorts } from '../src/main/app/core-ports';
import { ntHash, ntowfv2 } from '../src/main/ntlm/ntowf';
import { CredentialMemory } from '../src/main/platform/files/credential-memory';
import { KeychainError } from '../src/main/platform/keychain/keychain-error';
import { keytarKeychain } from '../src/main/platform/keychain/keytar-keychain';
import { openSystemProxy } from '../src/main/platform/system-proxy/open-system-proxy';
import { systemProxyTarget } from '../src/main/platform/system-proxy/system-proxy-target';
import { defaultAppSettings } from '../src/shared/app-settings';
import type { ActivityRow } from '../src/shared/activity';
import { AppFixture, FakeKeychain } from './app-fixture';
import { CommandFixture, type CommandOutcome } from './command-fixture';
import { type CompanyProxy, startCompanyProxy } from './company-proxy/start-company-proxy';
import { type Origin, startOrigin } from './company-proxy/start-origin';
import { type EmulatedMac, emulateMac, usualServices } from './emulated-mac';
import { account, password, send } from './engine-fixture';
import { fakeTerminal } from './fake-terminal';
import { freePorts } from './servers/ports';
import { startLatchkey } from './servers/start-latchkey';

const newPassword = 'An0ther one';

/** A Latchkey that runs, with a company network of its own, as the commands find it. */
interface Scene {
  readonly proxy: CompanyProxy;
  readonly origin: Origin;
  readonly mac: EmulatedMac;
  /** Where the local proxy listens. */
  readonly port: number;
  readonly commands: CommandFixture;
}

const cleanups: (() => unknown)[] = [];
let origin: Origin;

beforeEach(async () => {
  origin = await startOrigin();
  cleanups.push(() => origin.close());
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function startSurroundings() {
  const proxy = await startCompanyProxy({ accounts: [{ ...account, password }] });
  const mac = emulateMac({ services: usualServices.slice(0, 1) });
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-one-'));
  const [port = 0] = await freePorts(1);
  const commands = await CommandFixture.create(folder);
  cleanups.push(
    () => proxy.close(),
    () => mac.remove(),
    () => rm(folder, { recursive: true, force: true }),
    () => commands.remove(),
  );
  return { proxy, mac, folder, port, commands };
}

/** The core as the app runs it: settings and Keychain of its own, without windows. */
async function startAppCore(
  changes: (folder: string) => Partial<CorePorts> = () => ({}),
): Promise<Scene & { readonly app: AppFixture }> {
  const { proxy, mac, folder, port, commands } = await startSurroundings();
  const keychain = new FakeKeychain();
  keychain.secrets.set('CORP\\alice', ntowfv2(ntHash(password), account).toString('hex'));
  const settings = {
    ...defaultAppSettings,
    isOn: true,
    account,
    upstreams: [{ host: '127.0.0.1', port: proxy.port }],
    noProxy: [],
    port,
    offNetwork: 'refuse',
    keepsWarm: false,
  };
  await writeFile(join(folder, 'settings.json'), JSON.stringify(settings));
  // The commands of the emulated Mac are children of this process.
  Object.assign(process.env, mac.env);
  cleanups.push(() => {
    for (const name of Object.keys(mac.env)) Reflect.deleteProperty(process.env, name);
  });
  const systemProxy = await openSystemProxy({
    env: mac.env,
    platform: process.platform,
    directory: folder,
    target: () => {
      const way = { mode: 'manual', isLocalDirect: false, isNoProxyDirect: false } as const;
      return systemProxyTarget(way, { host: '127.0.0.1', port }, []);
    },
    // A network watch of an emulated Mac that is gone, at most.
    onProblem: () => undefined,
    onInternalError: (error) => {
      throw error;
    },
  });
  const app = await AppFixture.start(
    { checkUrl: new URL(pageOf()), systemProxy, ...changes(folder) },
    { folder, keychain },
  );
  cleanups.push(() => app.remove());
  await commands.listen({ core: app.core });
  await app.until('on');
  // For what comes later it is as that of `latchkey run`, which has none here.
  keychain.refusal = await keychainHere();
  return { proxy, origin, mac, port, commands, app };
}

/** The core as `latchkey run` runs it: the built command line, in a process of its own. */
async function startRun(): Promise<Scene> {
  const { proxy, mac, folder, port, commands } = await startSurroundings();
  const lines = ['Username alice', 'Domain CORP', `Password ${password}`, `Proxy 127.0.0.1:${proxy.port}`];
  const latchkey = await startLatchkey({
    config: `${lines.join('\n')}\n`,
    port,
    stateDirectory: folder,
    env: mac.env,
  });
  cleanups.push(() => latchkey.close());
  return { proxy, origin, mac, port, commands };
}

/** What keytar says on this computer; undefined where it has a Keychain. It is asked once: it may look for one for long. */
let asked: Promise<FakeKeychain['refusal']> | undefined;
function keychainHere(): Promise<FakeKeychain['refusal']> {
  asked ??= keytarKeychain()
    .read('latchkey test: nobody')
    .then(
      () => undefined,
      (error: unknown) => {
        if (error instanceof KeychainError) return error.code;
        throw error;
      },
    );
  return asked;
}

const pageOf = (): string => `http://127.0.0.1:${origin.port}/`;

/** Runs a command line as in a terminal on an emulated Mac, until it ends or has printed what there is to follow. */
function run({ commands, mac }: Scene, line: string, input = ''): Promise<CommandOutcome> {
  const env = { ...mac.env, LATCHKEY_STATE_DIR: commands.folder, SHELL: '/bin/zsh' };
  const terminal = commands.terminal(input, { env, untilStopped: () => Promise.resolve() });
  return commands.run(line.split(' '), terminal);
}

const fetchPage = async ({ port }: Scene): Promise<number> => (await send(port, pageOf())).status;

/** What differs from one run to the next, and from host to host, under names of its own. */
function withoutOwn(text: string, { proxy, port, commands }: Scene): string {
  return (
    text
      .replaceAll(`:${proxy.port}`, ':PROXY')
      .replaceAll(`: ${proxy.port}`, ': PROXY')
      .replaceAll(`${port}`, 'PORT')
      .replaceAll(`:${origin.port}`, ':ORIGIN')
      .replaceAll(`: ${origin.port}`, ': ORIGIN')
      .replaceAll(commands.folder, 'FOLDER')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
      .replace(/\b\d\d:\d\d:\d\d\b/g, 'CLOCK')
      .replace(/"(durationMs|endedMs|atMs|pid)": ?[\d.]+/g, '"$1":0')
      .replace(/\d+ ms/g, 'N ms')
      .replace(/[\d.]+ s (?:ahead of|behind) this computer/, 'N s from this computer')
      // `latchkey run` keeps it while somebody follows alone.
      .replace(/"trace":\[.*?\]\}/g, '"trace":[]}')
      .replace(/`latchkey run`, version [\d.]+, process \d+|the app, version [\d.]+/g, 'WHO')
      .replace(/`latchkey run` \(process \d+\)|Latchkey in the menu bar/g, 'WHO')
      .replace(/"host": "(app|run)"/g, '"host": "HOST"')
      .replace(/"version": "[\d.]+"/g, '"version": "VERSION"')
  );
}

/** The commands of the table that have none below them, as `credential set`. */
function leaves(command: CommandUnknownOpts): string[] {
  return command.commands.flatMap((each) => (each.commands.length === 0 ? [pathOf(each)] : leaves(each)));
}

/** What asks nobody, or is answered by what the host can fetch a page with: these have tests of their own. */
const askNobody = [
  'system-proxy prove',
  'service install',
  'service remove',
  'service status',
  'run',
  'restore',
  'hash',
  'import',
  'export',
  'pac',
  'completion',
  'man',
  'version',
  'help',
];

type Step = string | { readonly line: string; readonly input: string } | ((scene: Scene) => unknown);

/** A day with the command line. On a Mac what is accepted would come into the Keychain of whoever runs this. */
const day = (): readonly Step[] => [
  'status',
  fetchPage,
  // Whoever runs a command looks at the count of logons, which is not looked up for each request.
  'activity',
  'status',
  'status --json',
  `status --port 9`,
  'env',
  'env --shell fish',
  'activity --json --last 1',
  'activity --follow --last 1',
  'check --dry-run URL',
  'check URL',
  'check --json URL',
  'credential pause',
  'status',
  fetchPage,
  'credential resume',
  fetchPage,
  'activity --last 1',
  'activity --covered-by 127.*',
  'settings get port',
  'settings get keepsWarm --json',
  'settings set remindDays 3',
  'settings get remindDays',
  'settings set offNetwork maybe',
  'settings get nothing',
  'settings set prot 1',
  'settings set offNetwork direct',
  'settings set offNetwork refuse',
  'agree',
  'access 10.1.9.20',
  'access 127.0.0.1 --json',
  'access here',
  'socks-user list',
  'socks-user set a:b',
  'socks-user remove nobody',
  'update status',
  'update check',
  'update install',
  'reload',
  'system-proxy status',
  'system-proxy on',
  'system-proxy status --json',
  'system-proxy off',
  'credential set',
  { line: 'credential set', input: 'mistyped\n' },
  { line: 'credential set', input: 'mistyped\n' },
  'credential retry',
  ...(process.platform === 'darwin'
    ? []
    : [
        ({ proxy }: Scene) => proxy.setPassword(account, newPassword),
        { line: 'credential set --url URL', input: `${newPassword}\n` },
        'status',
        fetchPage,
      ]),
  'off',
  'status',
  'status --port PORT',
  'env',
  'on',
  'status',
  fetchPage,
  'log --lines 3',
  'log --follow --lines 1',
  'report',
];

interface Told {
  readonly line: string;
  readonly outcome: unknown;
}

async function spend(scene: Scene): Promise<Told[]> {
  const told: Told[] = [];
  for (const step of day()) {
    if (typeof step === 'function') {
      told.push({ line: step.name, outcome: await step(scene) });
      continue;
    }
    const { line, input } = typeof step === 'string' ? { line: step, input: '' } : step;
    const outcome = await run(scene, line.replace('URL', pageOf()).replace('PORT', `${scene.port}`), input);
    const tell = (text: string): string => withoutOwn(text, scene);
    const { code, out, err, error } = outcome;
    told.push({ line, outcome: { code, out: out.map(tell), err: err.map(tell), error: tell(error) } });
  }
  return told;
}

describe('each command', () => {
  it('asks a core in this test, or asks nobody', () => {
    const all = leaves(createProgram(fakeTerminal({}), () => undefined));
    const lines = day().flatMap((step) =>
      typeof step === 'string' ? [step] : typeof step === 'object' ? [step.line] : [],
    );
    const asked = all.filter((path) => lines.some((line) => `${line} `.startsWith(`${path} `)));
    expect(new Set([...asked, ...askNobody])).toEqual(new Set(all));
    expect(asked.filter((path) => askNobody.includes(path))).toEqual([]);
  });

  it('gives the same answers beside the app and beside `latchkey run`', async () => {
    const fromApp = await spend(await startAppCore());
    const fromRun = await spend(await startRun());
    for (const [index, { line, outcome }] of fromRun.entries()) {
      expect({ line, outcome }).toEqual(fromApp[index]);
    }
    expect(fromRun).toHaveLength(fromApp.length);
  });
});

describe('a core that the app runs', () => {
  it('has a password from the terminal at once', async () => {
    const scene = await startAppCore();
    const { app, proxy } = scene;
    app.keychain.refusal = undefined;
    proxy.setPassword(account, newPassword);
    expect(await fetchPage(scene)).toBe(502);
    expect(app.state.connection).toMatchObject({ kind: 'password-needed', why: { kind: 'refused' } });
    const seen: string[] = [];
    const end = app.core.subscribe(({ connection }) => void seen.push(connection.kind));
    const { code, out } = await run(scene, 'credential set', `${newPassword}\n`);
    expect(out).toEqual([
      'The new password of CORP\\alice was accepted and is in use from now on. ' +
        'It is in the Keychain, where Latchkey finds it the next time.',
    ]);
    expect(code).toBe(0);
    expect(app.state.connection.kind).toBe('on');
    expect(app.state.account).toMatchObject({ standing: 'proven', isForSessionOnly: false });
    await expect.poll(() => seen.at(-1)).toBe('on');
    end();
    expect(app.keychain.secrets.get('CORP\\alice')?.toLowerCase()).toBe(
      ntowfv2(ntHash(newPassword), account).toString('hex'),
    );
    expect(await fetchPage(scene)).toBe(200);
    expect(proxy.logons.filter(({ accepted }) => !accepted)).toHaveLength(1);
  });

  it('tells of a refusal with the count that it makes, however slow the disk is', async () => {
    class SlowMemory extends CredentialMemory {
      override async logonsOn(...args: Parameters<CredentialMemory['logonsOn']>) {
        await pause(200);
        return super.logonsOn(...args);
      }
    }
    const memory = (folder: string) =>
      new SlowMemory(folder, (message) => {
        throw new Error(message);
      });
    const scene = await startAppCore((folder) => ({ memory: memory(folder) }));
    expect((await run(scene, 'credential set', 'mistyped\n')).error).toContain(
      'The company proxy has refused this account once today;',
    );
    expect((await run(scene, 'status')).out).toContain(
      'Today           1 logon, 1 refused, 0 without an answer',
    );
  });

  it('shows its requests in `activity`, as the panel does', async () => {
    const scene = await startAppCore();
    expect(await fetchPage(scene)).toBe(200);
    expect((await run(scene, 'activity')).out).toEqual([
      expect.stringMatching(
        new RegExp(
          `^\\d\\d:\\d\\d:\\d\\d GET 127\\.0\\.0\\.1:${origin.port} upstream 200 \\d+ ms, .* down, .* up$`,
        ),
      ),
    ]);
    const [line = '{}'] = (await run(scene, 'activity --json')).out;
    const result = await scene.app.core.run({ kind: 'read-activity', afterId: 0 });
    const rows: readonly ActivityRow[] = result.kind === 'activity' ? result.rows : [];
    expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify(rows[0])));
  });

  it('takes a setting from the terminal, and the panel sees it', async () => {
    const scene = await startAppCore();
    expect((await run(scene, 'settings set noProxy *.corp,127.*')).code).toBe(0);
    expect(scene.app.state.settings.noProxy).toEqual(['*.corp', '127.*']);
    expect(await scene.app.written()).toContain('"*.corp"');
    expect(await fetchPage(scene)).toBe(200);
    expect((await run(scene, 'activity')).out.at(-1)).toContain(' direct (127.*) 200 ');
  });

  it('writes no password and no hash anywhere, nor prints them', async () => {
    const scene = await startAppCore();
    const { app, proxy } = scene;
    proxy.setPassword(account, newPassword);
    const printed = [
      await run(scene, 'credential set', 'mistyped secret\n'),
      await run(scene, 'credential set', `${newPassword}\n`),
      await run(scene, 'status --json'),
      await run(scene, 'activity --json'),
      await run(scene, `check ${pageOf()}`),
      await run(scene, 'log --lines 10000'),
      await run(scene, 'report'),
    ];
    const all = [JSON.stringify(printed), await app.written()].join('\n').toLowerCase();
    for (const text of [newPassword, 'mistyped secret', password]) {
      expect(all).not.toContain(text.toLowerCase());
      expect(all).not.toContain(ntowfv2(ntHash(text), account).toString('hex'));
      expect(all).not.toContain(ntHash(text).toString('hex'));
    }
    expect(all).toContain('corp\\\\alice');
  });
});

describe('`latchkey run`', () => {
  it('says in `settings set` which line to change', async () => {
    const scene = await startRun();
    const { code, error } = await run(scene, 'settings set upstreams other.corp:1');
    expect(error).toMatch(
      /^latchkey: Proxy is said by line 4 of .*cntlm\.conf, which Latchkey only reads\. Change it there;/,
    );
    expect(code).toBe(1);
    expect((await run(scene, 'settings set port 9')).error).toContain('--port is said by the command line');
  });
});
