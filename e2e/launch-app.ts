import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { _electron, chromium, type ElectronApplication, type Page } from '@playwright/test';
import { launchBrowser } from './launch-browser';

const root = join(__dirname, '..');
const hook = join(root, 'e2e', 'hook.cjs');
const bundle = join(root, 'out', 'main', 'index.js');
const panelWithinMs = 60_000;
const pollMs = 50;
const panelOrigins = ['latchkey://panel/', 'http://latchkey-panel.test/'];

export type Target = 'electron' | 'standin';

/** Real Electron where its binary is there, else the stand-in with Chromium; E2E_TARGET decides otherwise. */
export function e2eTarget(): Target {
  const wanted = process.env['E2E_TARGET'];
  if (wanted === 'electron' || wanted === 'standin') return wanted;
  const electron = dirname(createRequire(__filename).resolve('electron/package.json'));
  const isThere =
    existsSync(join(electron, 'path.txt')) || process.env['ELECTRON_OVERRIDE_DIST_PATH'] !== undefined;
  return isThere ? 'electron' : 'standin';
}

export interface LaunchOptions {
  /** Where the app keeps its files. */
  readonly directory: string;
  /** Default `en-US`. */
  readonly language?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** On the stand-in only: another program than the built app. */
  readonly bundle?: string;
}

/** What hook.cjs offers, by name, with its argument and its answer. */
export interface Hook {
  clickTray(argument: { readonly ctrlKey: boolean }): void;
  rightClickTray(): void;
  tray(): { readonly toolTip: string; readonly image: string };
  menu(): readonly {
    readonly type: string;
    readonly label: string;
    readonly checked: boolean;
    readonly enabled: boolean;
  }[];
  clickMenu(argument: { readonly label: string }): void;
  notifications(): readonly { readonly title: string; readonly body: string }[];
  clickNotification(argument: { readonly index: number }): void;
  opened(): readonly string[];
  clipboard(): string;
  chooseFiles(argument: { readonly openFile?: string; readonly saveFile?: string }): void;
  /** Answers the next message boxes; index as in their list of buttons. */
  chooseButton(argument: { readonly index: number }): void;
  isPanelVisible(): boolean;
  panelBounds(): { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  blurPanel(): void;
  loginItem(): string;
  /** On the stand-in only. */
  setLoginItemStatus(argument: { readonly status: string }): void;
  secondInstance(): void;
  activate(): void;
  /** Whether a page may have what only the user can grant. */
  grants(argument: { readonly permission: string }): boolean;
  /** Whether `window.open` gets anywhere. */
  opensWindow(argument: { readonly url: string }): boolean;
  /** What the app itself would get for a URL. */
  request(argument: { readonly url: string; readonly method: string }): {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
  };
  power(argument: { readonly event: 'suspend' | 'resume' | 'shutdown' }): void;
  /** An error that nothing catches, in the main process. */
  throwUncaught(): void;
  quit(): void;
}

/** A running app, as a user and the system around it have it. */
export interface RunningApp {
  readonly target: Target;
  readonly pid: number;
  /** Acts in the main process, or looks at it. */
  readonly ask: <Name extends keyof Hook>(
    name: Name,
    ...argument: Parameters<Hook[Name]>
  ) => Promise<ReturnType<Hook[Name]>>;
  /** The panel's page, as soon as there is one. */
  readonly panel: () => Promise<Page>;
  /** Everything that it has printed. */
  readonly output: () => string;
  /** Resolves with the exit code as soon as it has ended; null when a signal has ended it. */
  readonly ended: Promise<number | null>;
  /** Quits in order. Resolves with the exit code. */
  readonly quit: () => Promise<number | null>;
  /** Ends it however it is, and what was started for it. */
  readonly close: () => Promise<void>;
}

/** Starts the built app. @throws Error when it does not come up */
export function launchApp(options: LaunchOptions): Promise<RunningApp> {
  return e2eTarget() === 'electron' ? launchInElectron(options) : launchOnStandin(options);
}

function environment({ directory, env }: LaunchOptions): Record<string, string> {
  const own = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return { ...Object.fromEntries(own), LATCHKEY_STATE_DIR: directory, ...env };
}

async function launchInElectron(options: LaunchOptions): Promise<RunningApp> {
  const { language = 'en-US' } = options;
  const app: ElectronApplication = await _electron.launch({
    args: ['-r', hook, `--lang=${language}`, '-AppleLanguages', `(${language})`, root],
    cwd: root,
    env: environment(options),
  });
  const child = app.process();
  let output = '';
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const ask = (name: string, argument: unknown): Promise<unknown> =>
    app.evaluate(
      (_electronModule, [called, given]) => {
        const hooked = (globalThis as unknown as { __e2e: Record<string, (value: unknown) => unknown> })
          .__e2e;
        return hooked[called]?.(given ?? {});
      },
      [name, argument] as const,
    );
  return {
    target: 'electron',
    pid: child.pid ?? 0,
    ask: ask as RunningApp['ask'],
    panel: async () => app.windows().find(isPanel) ?? app.waitForEvent('window', isPanel),
    output: () => output,
    ended,
    quit: async () => {
      await ask('quit', undefined);
      return ended;
    },
    close: () => app.close(),
  };
}

function isPanel(page: Page): boolean {
  return panelOrigins.some((origin) => page.url().startsWith(origin));
}

async function launchOnStandin(options: LaunchOptions): Promise<RunningApp> {
  const running = await launchBrowser();
  const browser = await chromium.connectOverCDP(running.endpoint);
  const context = browser.contexts()[0];
  if (context === undefined) throw new Error('Chromium has no context');
  const child = fork(options.bundle ?? bundle, [], {
    cwd: root,
    execArgv: ['--require', join(root, 'e2e', 'standin', 'boot.cjs'), '--require', hook],
    env: {
      ...environment(options),
      STANDIN_BROWSER: running.endpoint,
      STANDIN_PLATFORM: 'darwin',
      STANDIN_LANGUAGE: options.language ?? 'en-US',
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code));
  });
  const ask = askOver(child, ended, () => output);
  return {
    target: 'standin',
    pid: child.pid ?? 0,
    ask: ask as RunningApp['ask'],
    panel: async () => {
      // A page is there before it has got its address.
      let page = context.pages().find(isPanel);
      for (let waitedMs = 0; page === undefined && waitedMs < panelWithinMs; waitedMs += pollMs) {
        await delay(pollMs);
        page = context.pages().find(isPanel);
      }
      if (page === undefined) throw new Error(`there is no panel:\n${output}`);
      await page.locator('#root > *').first().waitFor();
      return page;
    },
    output: () => output,
    ended,
    quit: async () => {
      await ask('quit', undefined);
      return ended;
    },
    close: async () => {
      if (child.exitCode === null && child.signalCode === null && child.pid !== undefined)
        child.kill('SIGKILL');
      await ended;
      await browser.close();
      await running.close();
    },
  };
}

interface HookAnswer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** Questions over Node's IPC. An app that has ended answers with what it has printed. */
function askOver(
  child: ChildProcess,
  ended: Promise<number | null>,
  output: () => string,
): (name: string, argument: unknown) => Promise<unknown> {
  let lastId = 0;
  const waiting = new Map<number, (answer: HookAnswer) => void>();
  child.on('message', (answer: HookAnswer) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  return async (name, argument) => {
    lastId += 1;
    const id = lastId;
    const answered = new Promise<HookAnswer>((resolve) => waiting.set(id, resolve));
    child.send({ id, name, argument });
    const answer = await Promise.race([answered, ended]);
    if (answer === null || typeof answer === 'number') throw new Error(`the app has ended:\n${output()}`);
    if (answer.error !== undefined) throw new Error(`${name}: ${answer.error}`);
    return answer.value;
  };
}
