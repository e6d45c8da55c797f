import type { AppSettings } from '../../shared/app-settings';
import type { CredentialCheck, CredentialStanding } from '../../shared/engine-state';
import type { EngineEvent } from '../../shared/event';
import type { Problem } from '../../shared/problem';
import { type Account, formatAccount, formatHostPort, type HostPort } from '../../shared/settings';
import type { AppProblem, UpstreamState } from '../../shared/state';
import { TaskQueue } from '../../shared/task-queue';
import type { CredentialBook, Keychain, PortHolders } from '../platform/ports';
import type { Engine, EngineOptions } from '../server/engine';
import type { Credential } from '../upstream/credential';
import { keychainProblem } from './keychain-problem';
import { startProblem } from './start-problem';
import { toEngineSettings } from './to-engine-settings';
import type { AppEvent } from './transition';

/** macOS may ask the user before it hands a secret out; the local proxy does not wait for that. */
const defaultKeychainWaitMs = 3_000;
const hashDigits = /^[0-9A-F]{32}$/i;

type EngineParts = Omit<
  EngineOptions,
  'settings' | 'credentials' | 'areCredentialsRefused' | 'onEvent' | 'onCredentialOutcome'
>;

export interface EngineKeeperOptions extends EngineParts {
  readonly startEngine: (options: EngineOptions) => Promise<Engine>;
  readonly keychain: Keychain;
  readonly memory: CredentialBook;
  /** How long the local proxy waits for the Keychain before it starts without it. */
  readonly keychainWaitMs?: number | undefined;
  readonly hostName: string;
  readonly portHolders: PortHolders;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  readonly onAppEvent: (event: AppEvent) => void;
  readonly onEngineEvent: (event: EngineEvent) => void;
}

type Found =
  | { readonly kind: 'found'; readonly credential: Credential; readonly refusedAtMs: number | undefined }
  | { readonly kind: 'missing' }
  | { readonly kind: 'trouble'; readonly problem: AppProblem };

/** The settings of an app that has been set up. */
export type ReadySettings = AppSettings & { readonly account: Account };

export function isReady(settings: AppSettings): settings is ReadySettings {
  return settings.account !== undefined && settings.upstreams.length > 0;
}

function isSameAccount(one: Account, other: Account): boolean {
  return formatAccount(one).toUpperCase() === formatAccount(other).toUpperCase();
}

/**
 * Keeps the engine running as the settings say, with the credential of the Keychain. Without a credential the engine runs
 * all the same, with the sign-in paused: what goes direct goes on, and requests wait for a moment until there is a password.
 */
export class EngineKeeper {
  readonly #options: EngineKeeperOptions;
  readonly #outcomes = new Set<Promise<void>>();
  readonly #down = new Map<string, { readonly problem: Problem; readonly sinceMs: number }>();
  #engine: Engine | undefined;
  /** What the engine was started with, or what has taken over. It stays known while the engine is off. */
  #credential: Credential | undefined;
  #isForSession = false;
  /** Whether the engine has no credential of the user's. */
  #isPlaceholder = false;
  /** Whether macOS is still asking the user. */
  #isAsking = false;
  /** The company proxy to which a check has signed in on this network. */
  #signedInTo: string | undefined;
  #refusedBy: HostPort | undefined;
  #lastAcceptedMs: number | undefined;
  #generation = 0;
  readonly #tasks = new TaskQueue();

  constructor(options: EngineKeeperOptions) {
    this.#options = options;
  }

  get engine(): Engine | undefined {
    return this.#engine;
  }

  /** The credential in use, if there is one. */
  get credential(): Credential | undefined {
    return this.#credential;
  }

  /** Whether the engine has a credential that can be tried. */
  get canRetry(): boolean {
    return this.#engine !== undefined && !this.#isPlaceholder;
  }

  get isForSession(): boolean {
    return this.#isForSession;
  }

  get lastAcceptedMs(): number | undefined {
    return this.#lastAcceptedMs;
  }

  get standing(): CredentialStanding {
    if (this.#engine === undefined || this.#isPlaceholder) return 'unproven';
    return this.#engine.state().credential;
  }

  upstreams(settings: AppSettings): UpstreamState[] {
    const state = this.#engine?.state();
    return settings.upstreams.map((address): UpstreamState => {
      const name = formatHostPort(address);
      const down = this.#down.get(name);
      if (state === undefined) return { address, status: 'unknown' };
      if (down !== undefined) {
        return { address, status: 'down', problem: down.problem, downSinceMs: down.sinceMs };
      }
      if (state.companyProxy !== 'reachable') return { address, status: 'unknown' };
      const isInUse = state.upstream !== undefined && formatHostPort(state.upstream) === name;
      return { address, status: isInUse ? 'in-use' : 'standing-by' };
    });
  }

  /** Starts the engine, or starts it anew. What goes wrong is an event. */
  start(settings: ReadySettings): Promise<void> {
    return this.#tasks.run(() => this.#start(settings));
  }

  stop(): Promise<void> {
    this.#generation += 1;
    return this.#tasks.run(() => this.#stop());
  }

  /**
   * Applies changed settings to the running engine, whose open tunnels survive it.
   *
   * @returns what is wrong with them; nothing has changed then
   */
  apply(settings: ReadySettings): Promise<AppProblem | undefined> {
    return this.#tasks.run(async () => {
      const engine = this.#engine;
      if (engine === undefined) return undefined;
      const wanted = toEngineSettings(settings, settings.account, this.#options.hostName);
      try {
        await engine.listen(wanted);
        await engine.reconfigure(wanted);
      } catch (error) {
        const problem = await startProblem(error, settings.port, this.#options.portHolders);
        if (problem === undefined) throw error;
        return problem;
      }
      const names = new Set(settings.upstreams.map(formatHostPort));
      for (const name of this.#down.keys()) if (!names.has(name)) this.#down.delete(name);
      this.#tellReachability();
      return undefined;
    });
  }

  /** Tries a credential with one logon; when it is accepted it is in use. Undefined when there is no engine. */
  async tryCredential(credential: Credential, url: URL): Promise<CredentialCheck | undefined> {
    return this.#engine?.setCredential(credential, { url });
  }

  /** Tries the credential in use once more. Undefined when there is none. */
  async retry(url: URL): Promise<CredentialCheck | undefined> {
    const engine = this.#engine;
    if (engine === undefined || this.#isPlaceholder) return undefined;
    const wasRefused = engine.state().credential === 'refused';
    const result = await engine.retryCredential({ url });
    // A standing that does not change is no event.
    if (result?.kind === 'refused' && wasRefused) this.#tellRefused();
    return result;
  }

  /** Signs in no more, or goes on. Without a credential of the user's it stays paused. */
  pause(isPaused: boolean): void {
    if (this.#isPlaceholder) return;
    if (isPaused) this.#engine?.pause();
    else this.#engine?.resume();
  }

  /** A check has signed in to this company proxy just now, on this network. */
  signedIn(upstream: HostPort): void {
    this.#signedInTo = formatHostPort(upstream);
  }

  /** The credential is the one of the user from now on. */
  async adopt(credential: Credential, isForSession: boolean): Promise<void> {
    const { memory, nowMs } = this.#options;
    const old = this.#credential;
    this.#credential = credential;
    this.#isForSession = isForSession;
    // What the user has replaced is dead: no later start may try it.
    const isOther = old !== undefined && !old.ntowfv2.equals(credential.ntowfv2);
    if (isOther && isSameAccount(old.account, credential.account)) {
      await memory.remember(old.account, old.ntowfv2, 'refused', nowMs());
    }
  }

  /** Forgets the credential in memory; the engine must have been stopped. */
  forget(): void {
    this.#credential = undefined;
    this.#isForSession = false;
    this.#lastAcceptedMs = undefined;
  }

  /** Tells anew what the way to the company proxy is like. */
  tellReachability(): void {
    this.#tellReachability();
  }

  async close(): Promise<void> {
    await this.stop();
    await Promise.all(this.#outcomes);
  }

  async #start(settings: ReadySettings): Promise<void> {
    await this.#stop();
    this.#generation += 1;
    const generation = this.#generation;
    const { onAppEvent, onInternalError, keychainWaitMs = defaultKeychainWaitMs } = this.#options;
    const { account } = settings;
    const lookedUp = this.#find(account);
    const found = await within(keychainWaitMs, lookedUp);
    this.#isAsking = found === undefined;
    if (!(await this.#startWith(settings, found))) return;
    onAppEvent({ kind: 'listening' });
    if (found === undefined) {
      // The user is looking at a question of macOS; the answer starts the engine anew. No tunnel to a company proxy can
      // be open by then.
      lookedUp
        .then(() => this.#tasks.run(() => this.#restartIfCurrent(generation, settings)))
        .catch((error: unknown) => onInternalError?.(error));
    } else if (found.kind === 'missing') {
      onAppEvent({ kind: 'credential-missing' });
    } else if (found.kind === 'trouble') {
      onAppEvent({ kind: 'keychain-trouble', problem: found.problem });
    } else if (found.refusedAtMs === undefined) {
      this.#tellReachability();
    } else {
      const [upstream] = settings.upstreams;
      if (upstream !== undefined) {
        onAppEvent({ kind: 'credential-refused', upstream, atMs: found.refusedAtMs });
      }
    }
  }

  async #restartIfCurrent(generation: number, settings: ReadySettings): Promise<void> {
    if (generation === this.#generation && this.#isAsking) await this.#start(settings);
  }

  /** Returns whether it listens. */
  async #startWith(settings: ReadySettings, found: Found | undefined): Promise<boolean> {
    const {
      startEngine,
      memory,
      hostName,
      nowMs,
      onAppEvent,
      portHolders: _portHolders,
      ...parts
    } = this.#options;
    const { account } = settings;
    const known = found?.kind === 'found' ? found : undefined;
    this.#isPlaceholder = known === undefined;
    // Never sent: it counts as refused, and the sign-in is paused.
    const placeholder: Credential = { account, ntowfv2: Buffer.alloc(16) };
    if (known !== undefined) this.#credential = known.credential;
    try {
      this.#engine = await startEngine({
        ...parts,
        settings: toEngineSettings(settings, account, hostName),
        credentials: [known?.credential ?? placeholder],
        areCredentialsRefused: known === undefined || known.refusedAtMs !== undefined,
        onEvent: (event) => this.#onEvent(event),
        onCredentialOutcome: (credential, outcome) => {
          const remembered = memory
            .remember(credential.account, credential.ntowfv2, outcome, nowMs())
            .finally(() => this.#outcomes.delete(remembered));
          this.#outcomes.add(remembered);
        },
      });
    } catch (error) {
      const problem = await startProblem(error, settings.port, this.#options.portHolders);
      if (problem === undefined) this.#options.onInternalError?.(error);
      onAppEvent({ kind: 'start-failed', problem: problem ?? { kind: 'internal' } });
      return false;
    }
    if (this.#isPlaceholder) this.#engine.pause();
    return true;
  }

  async #stop(): Promise<void> {
    const engine = this.#engine;
    this.#engine = undefined;
    this.#isAsking = false;
    this.#down.clear();
    await engine?.close();
  }

  async #find(account: Account): Promise<Found> {
    const { keychain, memory } = this.#options;
    let credential = this.#credential;
    if (credential === undefined || !isSameAccount(credential.account, account)) {
      let digits: string | undefined;
      try {
        digits = await keychain.read(formatAccount(account));
      } catch (error) {
        return { kind: 'trouble', problem: keychainProblem(error) };
      }
      if (digits === undefined) return { kind: 'missing' };
      if (!hashDigits.test(digits)) {
        const detail = `what it holds for ${formatAccount(account)} is not what Latchkey has stored there`;
        return { kind: 'trouble', problem: { kind: 'keychain-failed', detail } };
      }
      credential = { account, ntowfv2: Buffer.from(digits, 'hex') };
      this.#credential = credential;
      this.#isForSession = false;
    }
    const known = await memory.recall(account, credential.ntowfv2);
    return {
      kind: 'found',
      credential,
      refusedAtMs: known?.outcome === 'refused' ? known.atMs : undefined,
    };
  }

  #onEvent(event: EngineEvent): void {
    const { onAppEvent, onEngineEvent, nowMs } = this.#options;
    switch (event.kind) {
      case 'logon-accepted':
        this.#lastAcceptedMs = nowMs();
        onAppEvent({ kind: 'credential-accepted', upstream: event.upstream });
        break;
      case 'logon-refused':
        this.#refusedBy = event.upstream;
        break;
      case 'credential-standing':
        if (event.standing === 'refused') this.#tellRefused();
        break;
      case 'credential-changed':
        this.#isPlaceholder = false;
        this.#isAsking = false;
        onAppEvent({ kind: 'credential-changed' });
        break;
      case 'sign-in-paused':
        if (this.#isPlaceholder || this.standing === 'refused') break;
        onAppEvent({ kind: 'sign-in-paused', isPaused: event.isPaused });
        this.#tellReachability();
        break;
      case 'network-epoch':
        this.#down.clear();
        this.#signedInTo = undefined;
        if (!this.#isAsking) onAppEvent({ kind: 'epoch', reason: event.reason });
        this.#tellReachability();
        break;
      case 'upstream-down':
        this.#down.set(formatHostPort(event.upstream), { problem: event.problem, sinceMs: nowMs() });
        this.#tellReachability();
        break;
      case 'upstream-up':
        this.#down.delete(formatHostPort(event.upstream));
        this.#tellReachability();
        break;
      case 'upstream-changed':
      case 'reachability':
        this.#tellReachability();
        break;
      case 'request-finished':
        if (event.problem?.kind === 'logon-unclear' || event.problem?.kind === 'other-domain') {
          onAppEvent({ kind: 'account-spared', problem: event.problem });
        }
        break;
      case 'logon-sent':
      case 'logon-unanswered':
      case 'target-refused':
      case 'password-expiring':
      case 'out-of-descriptors':
      case 'tunnel-ended':
        break;
    }
    onEngineEvent(event);
  }

  #tellRefused(): void {
    const upstream = this.#refusedBy ?? this.#engine?.state().upstream;
    if (upstream === undefined) return;
    this.#options.onAppEvent({ kind: 'credential-refused', upstream, atMs: this.#options.nowMs() });
  }

  #tellReachability(): void {
    if (this.#engine === undefined || this.#isAsking) return;
    const { companyProxy: reachability, upstream, offNetwork } = this.#engine.state();
    const hasSignedIn = upstream !== undefined && this.#signedInTo === formatHostPort(upstream);
    this.#options.onAppEvent({ kind: 'reachability', reachability, upstream, offNetwork, hasSignedIn });
  }
}

/** What a promise resolves with, or undefined when it takes longer. */
async function within<T>(limitMs: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), limitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
