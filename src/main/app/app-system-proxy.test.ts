import { connect } from 'node:net';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppFixture } from '../../../test/app-fixture';
import { type CompanyProxy, startCompanyProxy } from '../../../test/company-proxy/start-company-proxy';
import { type Origin, startOrigin } from '../../../test/company-proxy/start-origin';
import { account, password } from '../../../test/engine-fixture';
import { freePorts } from '../../../test/servers/ports';
import { isSystemProxySwitchOn } from '../../shared/system-proxy-switch';
import type { ProxyHolder, SystemProxyState } from '../../shared/system-proxy';
import type { CorePorts } from './core-ports';
import type { SystemProxy } from '../platform/ports';

const off: SystemProxyState = { kind: 'off', notes: [] };
const on: SystemProxyState = { kind: 'on', mode: 'manual', services: ['Wi-Fi'], notes: [] };
const wantsPassword = (to: 'on' | 'off'): SystemProxyState => ({ kind: 'needs-password', to, notes: [] });

/** Settings of a Mac that do what the test says. */
class FakeSystemProxy implements SystemProxy {
  readonly #listeners = new Set<(state: SystemProxyState) => void>();
  #state: SystemProxyState = off;
  /** Whether somebody can connect to the local proxy at the time of each call. */
  readonly calls: string[] = [];
  checks = 0;
  /** Tells that the setting was taken back from somebody. */
  takeBack: (holder: ProxyHolder | undefined) => void = () => undefined;
  asks: boolean | undefined;
  question: Promise<void> | undefined;
  #endQuestion = (): void => undefined;
  /** What becomes of the next wishes. */
  answer: (isOn: boolean, mayAsk: boolean) => SystemProxyState = (isOn) => (isOn ? on : off);

  constructor(readonly isListening: () => Promise<boolean>) {}

  state(): SystemProxyState {
    return this.#state;
  }

  async set(isOn: boolean, { mayAsk }: { readonly mayAsk: boolean }): Promise<SystemProxyState> {
    const listens = (await this.isListening()) ? ', proxy listens' : '';
    this.calls.push(`${isOn ? 'on' : 'off'}${mayAsk ? ', may ask' : ''}${listens}`);
    await this.question;
    return this.become(this.answer(isOn, mayAsk));
  }

  /** While macOS asks for a password; `close` ends it. */
  ask(): void {
    this.question = new Promise((resolve) => {
      this.#endQuestion = resolve;
    });
  }

  endQuestion(): void {
    this.#endQuestion();
  }

  become(state: SystemProxyState): SystemProxyState {
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
    return state;
  }

  recover(): Promise<SystemProxyState> {
    return Promise.resolve(this.#state);
  }

  check(): Promise<SystemProxyState> {
    this.checks += 1;
    return Promise.resolve(this.#state);
  }

  asksForPassword(): Promise<boolean | undefined> {
    return Promise.resolve(this.asks);
  }

  restoreNow(): void {
    this.become(off);
  }

  subscribe(listener: (state: SystemProxyState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onTakenBack(listener: (holder: ProxyHolder | undefined) => void): () => void {
    this.takeBack = listener;
    return () => undefined;
  }

  async close(): Promise<SystemProxyState> {
    this.#endQuestion();
    this.calls.push(`close${(await this.isListening()) ? ', proxy listens' : ''}`);
    return this.#state;
  }
}

let origin: Origin;
let proxy: CompanyProxy;
let port: number;
let mac: FakeSystemProxy;
let app: AppFixture;
let tellPower: Parameters<CorePorts['power']['subscribe']>[0];
let quitsAnyway: boolean;

function isListening(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

beforeEach(async () => {
  origin = await startOrigin();
  proxy = await startCompanyProxy({ accounts: [{ ...account, password }] });
  [port = 0] = await freePorts(1);
  mac = new FakeSystemProxy(isListening);
  quitsAnyway = false;
  const changes: Partial<CorePorts> = {
    systemProxy: mac,
    checkUrl: new URL(`http://127.0.0.1:${origin.port}/`),
    power: {
      subscribe: (listener) => {
        tellPower = listener;
        return () => undefined;
      },
      close: () => undefined,
    },
    dialogs: {
      openConf: () => Promise.resolve(undefined),
      saveConf: () => Promise.resolve(undefined),
      quitAnyway: () => Promise.resolve(quitsAnyway),
    },
  };
  app = await AppFixture.start(changes);
  await app.core.run({ kind: 'change-settings', patch: { port, noProxy: [], offNetwork: 'refuse' } });
  await setUp();
  await app.until('on');
});

const setUp = () =>
  app.core.run({ kind: 'set-up', upstream: { host: proxy.host, port: proxy.port }, account, password });

afterEach(async () => {
  await app.remove();
  await proxy.close();
  await origin.close();
});

/** As the user wants it whose terminals alone are to use it. */
async function leaveAlone(): Promise<void> {
  await use(false);
  mac.calls.length = 0;
}

const use = (isOn: boolean) => app.core.run({ kind: 'set-system-proxy', isOn });

describe('the system proxy of the app', () => {
  it('is on at the end of the first set-up, which was asked for with its click', async () => {
    expect(mac.calls).toEqual(['on, may ask, proxy listens']);
    expect(isSystemProxySwitchOn(app.state)).toBe(true);
    expect(app.state.settings.usesSystemProxy).toBe(true);
    await leaveAlone();
    // Whoever sets up anew has said already what he wants.
    await setUp();
    expect(mac.calls).toEqual([]);
    expect(app.state.settings.usesSystemProxy).toBe(false);
  });

  it('is for terminals alone once the user has cancelled the question of set-up', async () => {
    await app.core.run({ kind: 'forget-account' });
    mac.answer = () => off;
    mac.calls.length = 0;
    await setUp();
    expect(mac.calls).toEqual(['on, may ask, proxy listens']);
    expect(app.state.settings.usesSystemProxy).toBe(false);
    expect(app.state.wayProof?.app).toEqual({ kind: 'not-used' });
  });

  it('is not waited for by whoever skips the question', async () => {
    await app.core.run({ kind: 'forget-account' });
    mac.calls.length = 0;
    mac.ask();
    mac.answer = () => off;
    const settingUp = setUp();
    await expect.poll(() => mac.calls).toHaveLength(1);
    await use(false);
    await settingUp;
    expect(mac.calls).toEqual(['on, may ask, proxy listens', 'off, may ask, proxy listens']);
    expect(app.state.settings.usesSystemProxy).toBe(false);
  });

  it('comes after the local proxy and goes before it', async () => {
    await leaveAlone();
    await use(true);
    expect(isSystemProxySwitchOn(app.state)).toBe(true);
    await app.core.run({ kind: 'turn-off' });
    expect(isSystemProxySwitchOn(app.state)).toBe(true);
    await app.core.run({ kind: 'turn-on' });
    await app.core.close();
    expect(mac.calls).toEqual([
      'on, may ask, proxy listens',
      'off, may ask, proxy listens',
      'on, may ask, proxy listens',
      'close, proxy listens',
    ]);
  });

  it('is only noted while the local proxy is off', async () => {
    await leaveAlone();
    await app.core.run({ kind: 'turn-off' });
    expect(await use(true)).toEqual({ kind: 'done' });
    expect(mac.calls).toEqual([]);
    expect(app.state.settings.usesSystemProxy).toBe(true);
    expect(isSystemProxySwitchOn(app.state)).toBe(true);
  });

  it('stays off when the user cancels the question for the password', async () => {
    await leaveAlone();
    mac.answer = () => off;
    expect(await use(true)).toEqual({ kind: 'cancelled' });
    expect(app.state.settings.usesSystemProxy).toBe(false);
    expect(isSystemProxySwitchOn(app.state)).toBe(false);
  });

  it('keeps the wish when there is trouble that may pass, and says so', async () => {
    await leaveAlone();
    mac.answer = () => ({ kind: 'failed', trouble: { kind: 'no-service' }, notes: [] });
    await use(true);
    expect(app.state.settings.usesSystemProxy).toBe(true);
    expect(isSystemProxySwitchOn(app.state)).toBe(false);
    expect(app.state.systemProxy.kind).toBe('failed');
  });

  it.each([
    ['cancelled, so that it is as it was', on],
    ['refused', wantsPassword('off')],
  ])('keeps the local proxy when putting back was %s', async (_how, left) => {
    await leaveAlone();
    await use(true);
    mac.answer = () => left;
    expect(await app.core.run({ kind: 'turn-off' })).toEqual({ kind: 'cancelled' });
    expect(app.state.connection.kind).toBe('on');
    expect(app.state.settings.isOn).toBe(true);
    expect(await isListening()).toBe(true);
    expect(await app.core.run({ kind: 'forget-account' })).toEqual({ kind: 'cancelled' });
    expect(app.state.settings.account).toEqual(account);
    mac.answer = () => off;
    expect(await app.core.run({ kind: 'turn-off' })).toEqual({ kind: 'done' });
    expect(await isListening()).toBe(false);
  });

  it('asks before it quits with settings that lead nowhere afterwards', async () => {
    await leaveAlone();
    await use(true);
    mac.answer = () => on;
    expect(await app.core.run({ kind: 'quit' })).toEqual({ kind: 'cancelled' });
    quitsAnyway = true;
    expect(await app.core.run({ kind: 'quit' })).toEqual({ kind: 'done' });
    mac.answer = () => off;
    quitsAnyway = false;
    expect(await app.core.run({ kind: 'quit' })).toEqual({ kind: 'done' });
    // The wish is for the next start.
    expect(app.state.settings.usesSystemProxy).toBe(true);
  });

  it('follows what is changed of it, and asks nobody for a change in the file', async () => {
    await leaveAlone();
    await use(true);
    mac.calls.length = 0;
    await app.core.run({ kind: 'change-settings', patch: { systemProxyMode: 'pac' } });
    await app.core.run({ kind: 'change-settings', patch: { bypassesLocalNetworks: true } });
    await app.core.run({ kind: 'change-settings', patch: { remindDays: 3 } });
    expect(mac.calls).toEqual(['on, may ask, proxy listens', 'on, may ask, proxy listens']);
    mac.calls.length = 0;
    const { settings } = app.state;
    const edited = { ...settings, systemProxyMode: 'manual' };
    await writeFile(join(app.folder, 'settings.json'), JSON.stringify(edited));
    await expect.poll(() => mac.calls).toEqual(['on, proxy listens']);
  });

  it('tells beforehand that macOS will ask, as often as the panel is opened', async () => {
    await leaveAlone();
    expect(app.state.asksForAdministrator).toBe(false);
    mac.asks = true;
    let endWatch = app.core.watch();
    await expect.poll(() => app.state.asksForAdministrator).toBe(true);
    endWatch();
    mac.asks = undefined;
    endWatch = app.core.watch();
    await expect.poll(() => app.state.asksForAdministrator).toBe(false);
  });

  it('closes while macOS is asking for a password', async () => {
    await leaveAlone();
    mac.ask();
    const wish = use(true);
    await expect.poll(() => mac.calls).toHaveLength(1);
    await app.core.close();
    await wish;
    expect(mac.calls.at(-1)).toBe('close, proxy listens');
    expect(await isListening()).toBe(false);
  });

  it('is looked at after waking', async () => {
    await leaveAlone();
    tellPower('suspend');
    expect(mac.checks).toBe(0);
    tellPower('resume');
    await expect.poll(() => mac.checks).toBe(1);
  });

  it('tells what is true while it runs, whatever the user wants', async () => {
    await leaveAlone();
    await use(true);
    mac.become({ kind: 'taken-over', holder: undefined, notes: [] });
    expect(isSystemProxySwitchOn(app.state)).toBe(false);
    expect(app.state.settings.usesSystemProxy).toBe(true);
    // What is left of it is put back all the same.
    mac.calls.length = 0;
    await app.core.run({ kind: 'turn-off' });
    expect(mac.calls).toEqual(['off, may ask, proxy listens']);
  });
});
