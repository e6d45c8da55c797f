import type { Asker } from '../../shared/app-core';
import type { AppSettings } from '../../shared/app-settings';
import type { CredentialCheck, CredentialStanding } from '../../shared/engine-state';
import type { EngineEvent } from '../../shared/event';
import type { Problem } from '../../shared/problem';
import type { Account, EngineSettings, HostPort, SignInMethod } from '../../shared/settings';
import { formatHostPort } from '../../shared/settings';
import type { AppProblem } from '../../shared/app-problem';
import type { UpstreamState } from '../../shared/state';
import { TaskQueue } from '../../shared/task-queue';
import type { CheckOptions } from '../server/credential-checks';
import type { Engine } from '../server/engine';
import { type Credential, isSameSecret } from '../upstream/credential';
import { CredentialInUse } from './credential-in-use';
import type { FoundCredentials } from './credential-source';
import { DownUpstreams, reachabilityEvent } from './down-upstreams';
import { engineCredentials, type LookedUp, troubleOf } from './engine-credentials';
import { defaultKeychainWaitMs } from './keychain-wait';
import type { EngineKeeperOptions } from './engine-keeper-options';
import type { ReadySettings } from './ready-settings';
import { startProblem, unboundPorts } from './start-problem';
import { within } from './within';

/**
 * Keeps the engine running as the settings say, with the credential of its source. Without a credential the engine runs
 * all the same, with the sign-in paused: what goes direct goes on, and requests wait for a moment until there is a password.
 */
export class EngineKeeper {
  readonly #options: EngineKeeperOptions;
  readonly #down = new DownUpstreams();
  readonly #credential: CredentialInUse;
  #engine: Engine | undefined;
  /** How the credential that the engine has, or waits for, signs in; and whether programs do so themselves. */
  #method: SignInMethod = 'NTLMv2';
  #asksClients = false;
  /** Whether the engine has no credential of the user's. */
  #isPlaceholder = false;
  /** Whether macOS is still asking the user; the answer starts the engine anew. */
  #isAsking = false;
  /** The company proxy to which a check has signed in on this network. */
  #signedInTo: string | undefined;
  #refusedBy: HostPort | undefined;
  #generation = 0;
  readonly #tasks = new TaskQueue();

  constructor(options: EngineKeeperOptions) {
    this.#options = options;
    this.#credential = new CredentialInUse(options);
  }

  get engine(): Engine | undefined {
    return this.#engine;
  }

  /** The credential in use, in each reading that is still possible; none when there is none. */
  get credentials(): readonly Credential[] {
    return this.#credential.readings;
  }

  /** Whether the engine signs in with a credential, which can be tried and paused. */
  get canRetry(): boolean {
    return this.#engine !== undefined && !this.#isPlaceholder;
  }

  get isForSession(): boolean {
    return this.#credential.isForSession;
  }

  get standing(): CredentialStanding {
    if (this.#engine === undefined || this.#isPlaceholder) return 'unproven';
    return this.#engine.state().credential;
  }

  upstreams(settings: AppSettings): UpstreamState[] {
    return this.#down.states(settings.upstreams, this.#engine?.state());
  }

  /** Starts the engine, or starts it anew. What goes wrong is an event. */
  start(settings: ReadySettings): Promise<void> {
    return this.#tasks.run(() => this.#start(settings));
  }

  stop(): Promise<void> {
    this.#generation += 1;
    return this.#tasks.run(() => this.#stop());
  }

  /** Applies changed settings to the engine, whose tunnels survive it. @returns what is wrong with them; nothing has changed then */
  apply(settings: ReadySettings): Promise<AppProblem | undefined> {
    return this.#tasks.run(async () => {
      const engine = this.#engine;
      if (engine === undefined) return undefined;
      try {
        await this.#prepareSocks(settings);
        await engine.reconfigure(this.#engineSettings(settings));
      } catch (error) {
        const problem = await startProblem(error, settings.port, this.#options.portHolders);
        if (problem === undefined) throw error;
        return problem;
      }
      await this.#tellUnbound();
      await this.#useMethod(settings, engine);
      this.#options.pacInUse.use(settings.pac);
      this.#down.keepOnly(settings.upstreams);
      this.tellReachability();
      return undefined;
    });
  }

  /** Tries a credential with one logon; when it is accepted it is in use. Undefined when there is no engine. */
  async tryCredential(credential: Credential, asked: CheckOptions): Promise<CredentialCheck | undefined> {
    return this.#engine?.setCredential(credential, asked);
  }

  /** Tries the credential in use once more. Undefined when there is none. */
  async retry(url: URL | undefined, signal?: Asker): Promise<CredentialCheck | undefined> {
    const engine = this.#engine;
    if (engine === undefined || this.#isPlaceholder) return undefined;
    const wasRefused = engine.state().credential === 'refused';
    const result = await engine.retryCredential({ url, signal });
    // A standing that does not change is no event.
    if (result?.kind === 'refused' && wasRefused) this.#tellRefused();
    return result;
  }

  /** Signs in no more, or goes on. @returns false without a credential of the user's: there is no sign-in to be paused then */
  pause(isPaused: boolean): boolean {
    if (!this.canRetry) return false;
    if (isPaused) this.#engine?.pause();
    else this.#engine?.resume();
    return true;
  }

  /** A check has signed in to this company proxy just now, on this network. */
  signedIn(upstream: HostPort): void {
    this.#signedInTo = formatHostPort(upstream);
  }

  /** The credential is the one of the user from now on. */
  adopt(credential: Credential, isForSession: boolean): Promise<void> {
    this.#method = credential.method;
    return this.#credential.adopt(credential, isForSession);
  }

  /**
   * Tries what its source has now, unless that is in use already or was refused before; what is accepted takes over.
   *
   * @returns why it was not accepted; nothing has changed then
   */
  async reconsider(): Promise<Problem | undefined> {
    const engine = this.#engine;
    const { account } = engine?.state() ?? {};
    if (engine === undefined || account === undefined) return undefined;
    const found = await this.#options.credentials.find(account, this.#method);
    if (found.kind !== 'found' || found.refusedAtMs !== undefined) return undefined;
    if (found.credentials.some((each) => this.credentials.some((known) => isSameSecret(each, known))))
      return undefined;
    let problem: Problem | undefined;
    for (const credential of found.credentials) {
      const result = await engine.setCredential(credential);
      if (result?.kind === 'accepted') {
        await this.adopt(credential, false);
        return undefined;
      }
      problem = result?.problem;
      if (result?.kind !== 'refused') break;
    }
    return problem;
  }

  /** What there is to sign in with: what is in use, else what its source has. */
  findCredentials(account: Account, method: SignInMethod): Promise<FoundCredentials> {
    return this.#credential.find(account, method);
  }

  /** Forgets the credential; the engine must have been stopped. */
  forget(): void {
    this.#credential.forget();
  }

  /** Tells anew what the way to the company proxy is like. */
  tellReachability(): void {
    if (this.#engine === undefined || this.#isAsking) return;
    this.#options.onAppEvent(reachabilityEvent(this.#engine.state(), this.#signedInTo));
  }

  async close(): Promise<void> {
    await this.stop();
    await this.#credential.remembered();
  }

  async #start(settings: ReadySettings): Promise<void> {
    await this.#stop();
    const [{ lookedUp, found }] = await Promise.all([this.#lookUp(settings), this.#prepareSocks(settings)]);
    this.#isAsking = found === undefined;
    if (!(await this.#startWith(settings, found))) return;
    this.#options.onAppEvent({ kind: 'listening' });
    this.#tellFound(settings, { lookedUp, found });
  }

  /** The user has chosen another method: what there is for it takes the place of what is in use, without a logon. */
  async #useMethod(settings: ReadySettings, engine: Engine): Promise<void> {
    const asksOthers = this.#isPlaceholder && settings.ntlmToBasic !== this.#asksClients;
    if (settings.signInMethod === this.#method && !asksOthers) return;
    const { lookedUp, found } = await this.#lookUp(settings);
    const wasPlaceholder = this.#isPlaceholder;
    const { credentials, isRefused } = engineCredentials(settings, found);
    this.#isPlaceholder = found?.kind !== 'found';
    if (this.#isPlaceholder && settings.account.user !== '') engine.pause();
    engine.replaceCredentials(credentials, isRefused);
    if (wasPlaceholder && !this.#isPlaceholder) engine.resume();
    this.#isAsking = found === undefined;
    this.#options.onAppEvent({ kind: 'credential-changed' });
    this.#tellFound(settings, { lookedUp, found });
  }

  /** What there is to sign in with, as far as it is known soon. */
  async #lookUp({ account, signInMethod, ntlmToBasic }: ReadySettings): Promise<LookedUp> {
    this.#asksClients = ntlmToBasic;
    this.#generation += 1;
    this.#method = signInMethod;
    const lookedUp = this.#credential.find(account, signInMethod);
    return { lookedUp, found: await within(this.#options.keychainWaitMs ?? defaultKeychainWaitMs, lookedUp) };
  }

  /** Tells of what was found, and sees to what is still looked for. */
  #tellFound(settings: ReadySettings, { lookedUp, found }: LookedUp): void {
    const generation = this.#generation;
    const trouble = troubleOf(found, settings);
    if (trouble === undefined) this.tellReachability();
    else this.#options.onAppEvent(trouble);
    if (found !== undefined) return;
    lookedUp
      .then(() =>
        this.#tasks.run(async () =>
          generation === this.#generation && this.#isAsking ? this.#start(settings) : undefined,
        ),
      )
      .catch((error: unknown) => this.#options.onInternalError?.(error));
  }

  /** Returns whether it listens. */
  async #startWith(settings: ReadySettings, found: FoundCredentials | undefined): Promise<boolean> {
    const { startEngine, onAppEvent, portHolders: _, socksPasswords: __, pacInUse, ...parts } = this.#options;
    const { credentials, isRefused } = engineCredentials(settings, found);
    this.#isPlaceholder = found?.kind !== 'found';
    try {
      pacInUse.use(settings.pac);
      this.#engine = await startEngine({
        ...parts,
        pac: () => pacInUse.guide,
        settings: this.#engineSettings(settings),
        credentials,
        areCredentialsRefused: isRefused,
        onEvent: (event) => this.#onEvent(event),
        onCredentialOutcome: (credential, outcome) => this.#credential.tell(credential, outcome),
      });
    } catch (error) {
      const problem = await startProblem(error, settings.port, this.#options.portHolders);
      if (problem === undefined) this.#options.onInternalError?.(error);
      onAppEvent({ kind: 'start-failed', problem: problem ?? { kind: 'internal' } });
      return false;
    }
    // Requests wait for a password. For a name, which nobody can give while it runs, they need not.
    if (this.#isPlaceholder && settings.account.user !== '') this.#engine.pause();
    await this.#tellUnbound();
    return true;
  }

  async #tellUnbound(): Promise<void> {
    this.#options.onUnbound(await unboundPorts(this.#engine?.unbound ?? [], this.#options.portHolders));
  }

  async #stop(): Promise<void> {
    const engine = this.#engine;
    if (engine !== undefined) this.#options.onClosing();
    this.#engine = undefined;
    this.#isAsking = false;
    this.#down.clear();
    await engine?.close();
    await this.#options.pacInUse.close();
  }

  #engineSettings(settings: ReadySettings): EngineSettings {
    const { toEngineSettings, hostName } = this.#options;
    const said = toEngineSettings(settings, settings.account, hostName);
    return this.#options.socksPasswords.completed(said);
  }

  #prepareSocks(settings: ReadySettings): Promise<void> {
    const { socksPasswords, keychainWaitMs: waitMs = defaultKeychainWaitMs } = this.#options;
    return socksPasswords.prepare(this.#engineSettings(settings).socksUsers, waitMs);
  }

  #onEvent(event: EngineEvent): void {
    const { onAppEvent, onEngineEvent, nowMs } = this.#options;
    switch (event.kind) {
      case 'logon-accepted':
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
        this.tellReachability();
        break;
      case 'network-epoch':
        this.#down.clear();
        this.#options.pacInUse.beginEpoch();
        this.#signedInTo = undefined;
        if (!this.#isAsking) onAppEvent({ kind: 'epoch', reason: event.reason });
        this.tellReachability();
        break;
      case 'upstream-down':
        this.#down.add(event.upstream, event.problem, nowMs());
        this.tellReachability();
        break;
      case 'upstream-up':
        this.#down.delete(event.upstream);
        this.tellReachability();
        break;
      case 'upstream-changed':
      case 'reachability':
        this.tellReachability();
        break;
      case 'request-finished':
        if (event.problem?.kind === 'logon-unclear' || event.problem?.kind === 'other-domain') {
          onAppEvent({ kind: 'account-spared', problem: event.problem });
        }
        break;
      case 'kerberos':
      case 'logon-sent':
      case 'logon-unanswered':
      case 'target-refused':
      case 'password-expiring':
      case 'out-of-descriptors':
      case 'own-request':
      case 'proxy-not-agreed':
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
}
