import type {
  ProxyHolder,
  SystemProxyState,
  SystemProxyTarget,
  SystemProxyTrouble,
} from '../../../shared/system-proxy';
import { TaskQueue } from '../../../shared/task-queue';
import type { LockWait } from '../files/directory-lock';
import type { ProcessIdentity } from '../macos/process-identity';
import type { MacCommand } from '../macos/run-mac-command';
import type { NetworkWatch, SystemProxy } from '../ports';
import { asksForPassword, type NetworkRightCommands } from './network-right';
import { NetworkServices, type ProxyWork } from './network-services';
import { NetworksetupError } from './networksetup';
import { ProxyApplier } from './proxy-applier';
import { ProxyGuard } from './proxy-guard';
import { journalFailed } from './proxy-journal';
import { isSwitchedOn, ProxyRestorer } from './proxy-restorer';
import { holderOf, readProxiesInForce, whoIsInForce } from './scutil-proxies';
import { type ServiceProxies, takenSettings, wouldLosePassword } from './service-proxies';

export interface NetworksetupSystemProxyOptions {
  readonly networksetup: MacCommand;
  readonly scutil: MacCommand;
  /** Its time-out is that of the person who is asked. */
  readonly osascript: MacCommand;
  /** Tell beforehand whether osascript will be needed. */
  readonly right: NetworkRightCommands;
  /** Tells that the Mac's network or its proxy settings have changed; opened before it is first switched on. */
  readonly openWatch: () => NetworkWatch;
  /** Where the journal is kept. */
  readonly directory: string;
  /** This process. */
  readonly owner: ProcessIdentity;
  /** What the Mac is to use; asked each time that it is switched on. */
  readonly target: () => SystemProxyTarget;
  /** The clock on the wall. */
  readonly nowMs: () => number;
  /** A monotonic clock in milliseconds. */
  readonly monotonicMs: () => number;
  /** Hexadecimal digits, unlike all others. */
  readonly newId: () => string;
  /** How often it is looked whether the settings are in force, should nobody tell of a change. Default: a minute. */
  readonly lookEveryMs?: number;
  /** How long `restoreNow` may take. Default: 3 s. */
  readonly restoreNowMs?: number;
  /** How long `close` may go on putting back. Default: 2.5 s, as it may take 3 s altogether. */
  readonly closeMs?: number;
  /** Told before and after each step that a crash could separate from the next one; tests end the process there. */
  readonly onStep?: (step: string) => void;
  /** Gets what must not happen. */
  readonly onInternalError: (error: unknown) => void;
}

/** More take-overs than one in this time are a fight. */
const fightMs = 60_000;
const lockWaitMs = 10_000;
const defaultCloseMs = 2_500;
const closeLockWaitMs = 1_000;
const defaultLookEveryMs = 60_000;
const defaultRestoreNowMs = 3_000;

/** The Mac's proxy settings through networksetup. A change is written into a journal before it is made. */
export class NetworksetupSystemProxy implements SystemProxy {
  readonly #options: NetworksetupSystemProxyOptions;
  readonly #services: NetworkServices;
  readonly #guard: ProxyGuard;
  readonly #applier: ProxyApplier;
  readonly #restorer: ProxyRestorer;
  readonly #listeners = new Set<(state: SystemProxyState) => void>();
  readonly #takenBackListeners = new Set<(holder: ProxyHolder | undefined) => void>();
  readonly #closing = new AbortController();
  /** Ends what is under way. */
  #working = new AbortController();
  /** Ends the question for a password of what is under way. */
  #question = new AbortController();
  #state: SystemProxyState = { kind: 'off', notes: [] };
  /** The last one in which nothing was under way. */
  #settled = this.#state;
  readonly #tasks = new TaskQueue();
  #watch: NetworkWatch | undefined;
  #lookTimer: NodeJS.Timeout | undefined;
  #closed: Promise<SystemProxyState> | undefined;
  /** What the user's switch says. */
  #isWanted = false;
  #takenAtMs: readonly number[] = [];
  #isContested = false;
  /** How often it was set again since the user wanted it, and when that was given up, on the wall. */
  #setBackCount = 0;
  #contestedAtMs = 0;

  constructor(options: NetworksetupSystemProxyOptions) {
    this.#options = options;
    this.#services = new NetworkServices(options);
    this.#guard = new ProxyGuard({ ...options, networksetup: options.networksetup.file });
    this.#restorer = new ProxyRestorer(options, this.#services, this.#guard);
    this.#applier = new ProxyApplier(options, this.#services, this.#guard, this.#restorer);
  }

  state(): SystemProxyState {
    return this.#state;
  }

  subscribe(listener: (state: SystemProxyState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onTakenBack(listener: (holder: ProxyHolder | undefined) => void): () => void {
    this.#takenBackListeners.add(listener);
    return () => this.#takenBackListeners.delete(listener);
  }

  set(isOn: boolean, { mayAsk }: { readonly mayAsk: boolean }): Promise<SystemProxyState> {
    this.#isWanted = isOn;
    this.#isContested = false;
    this.#takenAtMs = [];
    this.#setBackCount = 0;
    this.#applier.forgetRefusals();
    return this.#inTurn(async () => {
      this.#setState({ kind: 'changing', to: isOn ? 'on' : 'off', notes: [] });
      // First, so that no change is missed between the last look and the first event.
      if (isOn) this.#startWatch();
      const work = this.#work(mayAsk);
      const state = await this.#whenFree(work, () =>
        isOn ? this.#applier.apply(work) : this.#restorer.restore(work),
      );
      // Who cancels the question for the password leaves everything as it was.
      if (isSwitchedOn(state) || state.kind === 'off') this.#isWanted = isSwitchedOn(state);
      return state;
    });
  }

  endQuestion(): void {
    this.#question.abort();
  }

  recover({ mayAsk }: { readonly mayAsk: boolean }): Promise<SystemProxyState> {
    return this.#inTurn(() => {
      const work = this.#work(mayAsk);
      return this.#whenFree(work, () => this.#restorer.restore(work));
    });
  }

  check(): Promise<SystemProxyState> {
    return this.#inTurn(() => {
      const work = this.#work(false);
      return this.#whenFree(work, () => this.#check(work));
    });
  }

  asksForPassword(): Promise<boolean | undefined> {
    return asksForPassword(this.#options.right, this.#closing.signal);
  }

  restoreNow(): void {
    this.#isWanted = false;
    this.#working.abort();
    this.#working = new AbortController();
    const limitMs = this.#options.restoreNowMs ?? defaultRestoreNowMs;
    if (this.#guard.restoreNow(limitMs)) this.#setState({ kind: 'off', notes: [] });
  }

  close(): Promise<SystemProxyState> {
    return (this.#closed ??= this.#close());
  }

  async #close(): Promise<SystemProxyState> {
    this.#isWanted = false;
    const inTime = AbortSignal.timeout(this.#options.closeMs ?? defaultCloseMs);
    this.#closing.abort();
    clearInterval(this.#lookTimer);
    const watchClosed = this.#watch?.close();
    await this.#tasks.idle();
    const restored = await this.#alone({ waitMs: closeLockWaitMs, signal: inTime }, async () => {
      const reading = await this.#guard.read();
      // What others have left is no business of whoever closes.
      if (reading.kind !== 'found' || !this.#guard.isMine(reading.journal)) return this.#state;
      return this.#restorer.restore({ mayAsk: false, signal: inTime, notes: [], before: this.#settled });
    });
    this.#guard.dismiss();
    await watchClosed;
    this.#setState(restored);
    this.#listeners.clear();
    this.#takenBackListeners.clear();
    return restored;
  }

  #work(mayAsk: boolean): ProxyWork {
    const signal = AbortSignal.any([this.#closing.signal, this.#working.signal]);
    this.#question = new AbortController();
    return { mayAsk, signal, question: this.#question.signal, notes: [], before: this.#settled };
  }

  #setState(state: SystemProxyState): void {
    if (JSON.stringify(state) === JSON.stringify(this.#state)) return;
    this.#state = state;
    if (state.kind !== 'changing') this.#settled = state;
    for (const listener of this.#listeners) listener(state);
  }

  /** One after the other. Once it is closed nothing is done any more. */
  #inTurn(action: () => Promise<SystemProxyState>): Promise<SystemProxyState> {
    return this.#tasks.run(async () => {
      if (this.#closing.signal.aborted) return this.#state;
      const { signal } = this.#working;
      const state = await action();
      // What was restored meanwhile is what counts.
      if (signal.aborted) return this.#state;
      this.#setState(state);
      return state;
    });
  }

  #whenFree({ signal }: ProxyWork, action: () => Promise<SystemProxyState>): Promise<SystemProxyState> {
    return this.#alone({ waitMs: lockWaitMs, signal }, action);
  }

  /** While no other Latchkey changes anything; expected failures become states. */
  async #alone(wait: LockWait, action: () => Promise<SystemProxyState>): Promise<SystemProxyState> {
    const { signal } = this.#working;
    try {
      const result = await this.#guard.alone(wait, action);
      return result?.value ?? { kind: 'failed', trouble: { kind: 'busy' }, notes: [] };
    } catch (error) {
      if (this.#closing.signal.aborted || signal.aborted) return this.#state;
      if (error instanceof NetworksetupError) {
        const trouble: SystemProxyTrouble =
          error.code === 'stopped' ? { kind: 'no-answer' } : { kind: 'no-command', detail: error.message };
        return { kind: 'failed', trouble, notes: [] };
      }
      return journalFailed(error, []);
    }
  }

  #startWatch(): void {
    if (this.#watch !== undefined || this.#closing.signal.aborted) return;
    this.#watch = this.#options.openWatch();
    this.#watch.subscribe(() => this.#checkSoon());
    const look = (): void => void this.#lookBriefly().catch(this.#options.onInternalError);
    this.#lookTimer = setInterval(look, this.#options.lookEveryMs ?? defaultLookEveryMs).unref();
  }

  #checkSoon(): void {
    this.check().catch(this.#options.onInternalError);
  }

  /** One command where a whole check takes some for each service. */
  async #lookBriefly(): Promise<void> {
    if (!this.#isWanted || this.#state.kind === 'changing') return;
    const proxies = await readProxiesInForce(this.#options.scutil, this.#closing.signal);
    if (proxies === undefined || this.#closing.signal.aborted) return;
    const { isOurs } = whoIsInForce(proxies, this.#options.target());
    if (isOurs !== (this.#state.kind === 'on')) this.#checkSoon();
  }

  async #check(work: ProxyWork): Promise<SystemProxyState> {
    const reading = await this.#guard.read();
    if (reading.kind !== 'found' || !this.#guard.isMine(reading.journal)) {
      // There was no service, say, when it was tried.
      if (this.#isWanted && this.#state.kind === 'failed') return this.#applier.apply(work);
      // Put back by somebody else, as by `latchkey restore`.
      if (this.#isWanted && reading.kind === 'none') this.#isWanted = false;
      return isSwitchedOn(this.#state) ? { kind: 'off', notes: [] } : this.#state;
    }
    const { journal } = reading;
    // A service may have come back whose settings were left.
    if (!this.#isWanted) return journal.phase === 'on' ? this.#state : this.#restorer.restore(work);
    const listed = await this.#services.list(work);
    const usable = listed.filter(({ isEnabled, device }) => isEnabled && device !== '');
    let taken: ServiceProxies | undefined;
    let hasNew =
      journal.phase !== 'on' || JSON.stringify(journal.target) !== JSON.stringify(this.#options.target());
    for (const { name } of usable) {
      const current = await this.#services.read(name, { ...work, notes: [] });
      if (current === undefined) continue;
      const record = journal.services.find((each) => each.name === name);
      if (record === undefined)
        hasNew ||= !this.#applier.wasRefusedBy(name) && !wouldLosePassword(current, journal.target);
      else if (takenSettings(record, current).length > 0) taken ??= current;
    }
    work.signal.throwIfAborted();
    if (taken === undefined) {
      this.#isContested = false;
      if (hasNew) return this.#applier.apply(work);
      const names = usable
        .map(({ name }) => name)
        .filter((name) => journal.services.some((each) => each.name === name));
      return this.#applier.lookInForce(journal.target, names, { ...work, notes: [...this.#state.notes] });
    }
    const nowMs = this.#options.monotonicMs();
    this.#takenAtMs = [...this.#takenAtMs.filter((atMs) => nowMs - atMs < fightMs), nowMs];
    if (this.#takenAtMs.length > 1 && !this.#isContested) {
      this.#isContested = true;
      this.#contestedAtMs = this.#options.nowMs();
    }
    const holder = await this.#findHolder(taken, work);
    if (this.#isContested) {
      const sinceMs = this.#contestedAtMs;
      return { kind: 'taken-over', holder, sinceMs, setBackCount: this.#setBackCount, notes: [] };
    }
    this.#setBackCount += 1;
    const state = await this.#applier.apply(work);
    if (state.kind === 'on') for (const listener of this.#takenBackListeners) listener(holder);
    return state;
  }

  async #findHolder({ web, pac }: ServiceProxies, { signal }: ProxyWork): Promise<ProxyHolder | undefined> {
    const proxies = await readProxiesInForce(this.#options.scutil, signal);
    const target = this.#options.target();
    if (proxies !== undefined && !whoIsInForce(proxies, target).isOurs) return holderOf(proxies);
    // Not the service that is in use at the moment.
    if (pac.isOn) return { kind: 'pac', url: pac.url };
    return web.isOn ? { kind: 'proxy', address: { host: web.host, port: web.port } } : undefined;
  }
}
