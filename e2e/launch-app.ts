import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  _electron,
  type BrowserContext,
  chromium,
  type ElectronApplication,
  type Page,
} from '@playwright/test';
import { launchBrowser } from './launch-browser';

const root = join(__dirname, '..');
const hook = join(root, 'e2e', 'hook.cjs');
const bundle = join(root, 'out', 'main', 'index.js');
const panelWithinMs = 60_000;
const pollMs = 50;
/** Whether everything that happens in a panel is recorded, for who looks at a failure elsewhere. */
const isTraced = process.env['E2E_TRACE'] === '1';
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
  /** Another program than the built app. */
  readonly bundle?: string;
}

interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What hook.cjs offers, by name, with its argument and its answer. */
export interface Hook {
  /** Presses and lets go: a panel that has the keys loses them in between. */
  clickTray(argument: { readonly ctrlKey: boolean }): void;
  pressTray(argument: { readonly ctrlKey: boolean }): void;
  releaseTray(argument: { readonly ctrlKey: boolean }): void;
  rightClickTray(): void;
  /** Where the icon is from now on; outside of every screen when the menu bar does not show it. */
  placeTray(bounds: Bounds): void;
  /** `image` is the file; empty when there is no such file. */
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
  /** What becomes of the next ones; E2E_NOTIFICATIONS says so from the start. */
  notificationsAre(argument: { readonly answer: 'shown' | 'failed' }): void;
  opened(): readonly string[];
  errorBoxes(): readonly { readonly title: string; readonly content: string }[];
  clipboard(): string;
  chooseFiles(argument: { readonly openFile?: string; readonly saveFile?: string }): void;
  /** Answers the next message boxes; index as in their list of buttons. */
  chooseButton(argument: { readonly index: number }): void;
  isPanelVisible(): boolean;
  panelBounds(): Bounds;
  /** Whether the panel gets what is typed. */
  isPanelFocused(): boolean;
  /** Something else gets what is typed. */
  blurPanel(): void;
  /** A yes or no of the app's own defaults; on a Mac only. */
  userDefault(argument: { readonly key: string }): boolean;
  /** As Cmd-W does. */
  closePanel(): void;
  /** The process of the panel's page is gone; `reason` as in Electron's render-process-gone. */
  endPanelProcess(argument: { readonly reason: string }): void;
  isAppActive(): boolean;
  /** The user makes Latchkey the active app, or another one. */
  setAppActive(argument: { readonly isActive: boolean }): void;
  loginItem(): string;
  /** On the stand-in only. */
  setLoginItemStatus(argument: { readonly status: string }): void;
  /** On the stand-in only; RGBA in hexadecimal form. */
  setAccentColor(argument: { readonly color: string }): void;
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
  /** As macOS posts it to this process. */
  postLocalNotification(argument: { readonly event: string }): void;
  /** An error that nothing catches, in the main process. */
  throwUncaught(): void;
  /** Somebody else keeps the next quitting from its end, once Latchkey's windows are closed. */
  cancelQuit(): void;
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
  /** Writes what can be seen of it into a folder: pictures, what it has printed, and its trace under E2E_TRACE=1. */
  readonly keep: (folder: string) => Promise<void>;
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

/** What Electron is started with, after what Playwright puts there. @param program the app's folder, or another program */
export function electronArguments(program: string, language: string): string[] {
  // The first argument without a dash is the app: what macOS takes (-AppleLanguages) comes after it.
  return ['-r', hook, `--lang=${language}`, program, '-AppleLanguages', `(${language})`];
}

async function launchInElectron(options: LaunchOptions): Promise<RunningApp> {
  const { language = 'en-US' } = options;
  const app: ElectronApplication = await _electron.launch({
    args: electronArguments(options.bundle ?? root, language),
    cwd: root,
    env: environment(options),
  });
  if (isTraced) await startTrace(app.context());
  const child = app.process();
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const ask = (name: string, argument: unknown): Promise<unknown> =>
    app.evaluate(
      (_electronModule, [called, given]) => {
        const { __e2e: hooked } = globalThis as unknown as {
          __e2e: Record<string, ((value: unknown) => unknown) | undefined>;
        };
        const call = hooked[called];
        if (call === undefined) throw new Error(`hook.cjs has no ${called}`);
        return call(given ?? {});
      },
      [name, argument] as const,
    );
  return {
    target: 'electron',
    pid: child.pid ?? 0,
    ask: ask as RunningApp['ask'],
    panel: () =>
      waitForPanel(
        () => app.windows(),
        () => output,
      ),
    output: () => output,
    ended,
    quit: async () => {
      await ask('quit', undefined);
      return ended;
    },
    keep: (folder) => keepWhatIsSeen(app.context(), output, folder),
    close: () => app.close(),
  };
}

const startTrace = (context: BrowserContext): Promise<unknown> =>
  context.tracing.start({ screenshots: true, snapshots: true });

async function keepWhatIsSeen(context: BrowserContext, output: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const missing: string[] = [];
  const note = (what: string) => (error: unknown) => {
    missing.push(`there is no ${what}: ${error instanceof Error ? error.message : ''}`);
  };
  for (const [index, page] of context.pages().entries()) {
    await page.screenshot({ path: join(folder, `page-${index + 1}.png`) }).catch(note('picture'));
  }
  if (isTraced) await context.tracing.stop({ path: join(folder, 'trace.zip') }).catch(note('trace'));
  await writeFile(join(folder, 'output.txt'), [output, ...missing].join('\n'));
}

function isPanel(page: Page): boolean {
  return panelOrigins.some((origin) => page.url().startsWith(origin));
}

/** A page is there before it has got its address. */
async function waitForPanel(pages: () => readonly Page[], output: () => string): Promise<Page> {
  let page = pages().find(isPanel);
  for (let waitedMs = 0; page === undefined && waitedMs < panelWithinMs; waitedMs += pollMs) {
    await delay(pollMs);
    page = pages().find(isPanel);
  }
  if (page === undefined) throw new Error(`there is no panel:\n${output()}`);
  return page;
}

async function launchOnStandin(options: LaunchOptions): Promise<RunningApp> {
  const running = await launchBrowser();
  const browser = await chromium.connectOverCDP(running.endpoint);
  const context = browser.contexts()[0];
  if (context === undefined) throw new Error('Chromium has no context');
  if (isTraced) await startTrace(context);
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
      const page = await waitForPanel(
        () => context.pages(),
        () => output,
      );
      await page.locator('#root > *').first().waitFor();
      return page;
    },
    output: () => output,
    ended,
    quit: async () => {
      await ask('quit', undefined);
      return ended;
    },
    keep: (folder) => keepWhatIsSeen(context, output, folder),
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
