import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../src/main/app/app';
import type { CorePorts } from '../src/main/app/core-ports';
import type { AppNotification } from '../src/main/platform/app-ports';
import { CompanyProxyMemory } from '../src/main/platform/files/company-proxy-memory';
import { CredentialMemory } from '../src/main/platform/files/credential-memory';
import { PacMemory } from '../src/main/platform/files/pac-memory';
import { HomeShellStart } from '../src/main/platform/terminal/home-shell-start';
import { KeychainError, type KeychainErrorCode } from '../src/main/platform/keychain/keychain-error';
import { openLogFile } from '../src/main/platform/files/log-file';
import type { Keychain } from '../src/main/platform/ports';
import { SettingsFile } from '../src/main/platform/files/settings-file';
import { unsupportedSystemProxy } from '../src/main/platform/system-proxy/unsupported-system-proxy';
import { startEngine } from '../src/main/server/engine';
import type { AppCore } from '../src/shared/app-core';
import type { AppState, Connection } from '../src/shared/state';
import { wordsFor } from '../src/shared/words/words-for';
import { testTimeouts } from './engine-fixture';
import { removeFolder } from './remove-folder';

/** A Keychain in memory, which can be made to refuse. */
export class FakeKeychain implements Keychain {
  readonly secrets = new Map<string, string>();
  refusal: KeychainErrorCode | undefined;

  read(account: string): Promise<string | undefined> {
    return this.#unlessRefused(() => this.secrets.get(account));
  }

  write(account: string, secret: string): Promise<void> {
    return this.#unlessRefused(() => {
      this.secrets.set(account, secret);
    });
  }

  remove(account: string): Promise<boolean> {
    return this.#unlessRefused(() => this.secrets.delete(account));
  }

  async #unlessRefused<T>(action: () => T): Promise<T> {
    await Promise.resolve();
    if (this.refusal === undefined) return action();
    throw new KeychainError(this.refusal, 'the Keychain cannot be used');
  }
}

/** An app on a folder of its own, which can be started again on the same folder. */
export class AppFixture {
  readonly folder: string;
  readonly keychain: FakeKeychain;
  readonly core: AppCore;
  /** Without the introduction, which each set-up ends with. */
  readonly notifications: readonly AppNotification[];
  readonly introductions: readonly AppNotification[];
  readonly copied: readonly string[];

  private constructor(
    parts: Pick<AppFixture, 'folder' | 'keychain' | 'core' | 'notifications' | 'introductions' | 'copied'>,
  ) {
    this.folder = parts.folder;
    this.keychain = parts.keychain;
    this.core = parts.core;
    this.notifications = parts.notifications;
    this.introductions = parts.introductions;
    this.copied = parts.copied;
  }

  static async start(
    changes: Partial<CorePorts> = {},
    before: { readonly folder?: string; readonly keychain?: FakeKeychain } = {},
  ): Promise<AppFixture> {
    const folder = before.folder ?? (await mkdtemp(join(tmpdir(), 'latchkey-app-')));
    const keychain = before.keychain ?? new FakeKeychain();
    const notifications: AppNotification[] = [];
    const introductions: AppNotification[] = [];
    const copied: string[] = [];
    const core = createApp({
      version: '0.0.0',
      platform: 'other',
      systemLanguage: 'en',
      hostName: 'mac.test',
      shell: 'zsh',
      shellStart: new HomeShellStart({
        home: join(folder, 'home'),
        env: {},
        recordPath: join(folder, 'shell-block'),
        pid: process.pid,
      }),
      settings: await SettingsFile.open(join(folder, 'settings.json')),
      keychain,
      memory: new CredentialMemory(folder, (message) => {
        throw new Error(message);
      }),
      companyProxies: await CompanyProxyMemory.open(
        folder,
        (message) => {
          throw new Error(message);
        },
        Date.now,
      ),
      network: { subscribe: () => () => undefined, close: () => Promise.resolve() },
      // No connections are kept ready, then, whose logons and requests would come between those that a test counts.
      battery: { isOn: () => true, look: () => undefined, close: () => Promise.resolve() },
      power: { subscribe: () => () => undefined, close: () => undefined },
      systemProxy: unsupportedSystemProxy(),
      portHolders: { holderOf: () => Promise.resolve('cntlm') },
      loginItem: { state: () => 'unsupported', set: () => undefined },
      clipboard: { writeText: (text) => void copied.push(text) },
      dialogs: {
        openConf: () => Promise.resolve(undefined),
        saveConf: () => Promise.resolve(undefined),
        quitAnyway: () => Promise.resolve(false),
      },
      panes: { openSettings: () => Promise.resolve(), openFile: () => Promise.resolve() },
      notifications: {
        state: () => 'unknown',
        subscribe: () => () => undefined,
        show: (notification) =>
          (notification.kind === 'introduction' ? introductions : notifications).push(notification),
      },
      isIconShown: () => true,
      log: openLogFile(join(folder, 'latchkey.log'), Date.now),
      surroundings: {
        readFile: (path) => readFile(path, 'latin1').catch(() => undefined),
        writeFile: (path, text) => writeFile(path, text),
        systemProxy: () => Promise.resolve(undefined),
      },
      confPlaces: [],
      openPac: async (asked) => {
        const { openPac } = await import('../src/main/pac/open-pac');
        return openPac(asked, {
          macPac: () => Promise.resolve({ kind: 'none' }),
          searchDomains: () => Promise.resolve([]),
          store: new PacMemory(folder, (message) => {
            throw new Error(message);
          }),
          resolve: () => Promise.reject(new Error('no name is looked up')),
          certificates: () => [],
          lookupMs: 60_000,
        });
      },
      describe: (problem, language) => wordsFor(language).problem(problem),
      startEngine,
      timeouts: testTimeouts,
      ...changes,
    });
    return new AppFixture({ folder, keychain, core, notifications, introductions, copied });
  }

  get state(): AppState {
    return this.core.state();
  }

  /** Waits for a headline. */
  async until(kind: Connection['kind']): Promise<Connection> {
    const limitMs = performance.now() + 100_000;
    while (this.state.connection.kind !== kind) {
      if (performance.now() > limitMs) throw new Error(`it is ${this.state.connection.kind}, not ${kind}`);
      await new Promise((resolve) => {
        setTimeout(resolve, 10);
      });
    }
    return this.state.connection;
  }

  /** Everything that was written, for a look at what must not be in it. */
  async written(): Promise<string> {
    const names = ['settings.json', 'credentials.json', 'company-proxies.json', 'pac.json', 'latchkey.log'];
    const texts = await Promise.all(
      names.map((name) => readFile(join(this.folder, name), 'utf8').catch(() => '')),
    );
    return texts.join('\n');
  }

  async remove(): Promise<void> {
    await this.core.close();
    await removeFolder(this.folder);
  }
}
