import type { Asker } from '../../shared/app-core';
import type { AppSettings } from '../../shared/app-settings';
import { type CalendarDay, localDay } from '../../shared/calendar-day';
import type { Command, CommandResult } from '../../shared/command';
import { isSameAddress } from '../../shared/is-same-host';
import { nothingManaged } from '../../shared/managed';
import { type Account, type HostPort, isSameAccount, type SignInMethod } from '../../shared/settings';
import type { AppProblem } from '../../shared/app-problem';
import { type Credential, isSameSecret, makeCredential, markOf } from '../upstream/credential';
import type { HopTimeouts } from '../upstream/hop-timeouts';
import { outcomeOf, resultOf } from './check-results';
import type { CheckOutcome, CheckPlan, Checks } from './checks';
import { cancelled, done, failed } from './command-result';
import type { LogonOutcome } from './count-logon';
import type { CredentialSource } from './credential-source';
import type { CoreParts } from './core-parts';
import type { Challenged, SignedIn } from './doctor';
import { StepError } from './doctor-errors';
import { lookAtMac } from './look-at-mac';
import { managedProblem } from './managed-problem';
import { isReady } from './ready-settings';
import { defaultKeychainWaitMs } from './keychain-wait';
import { isThisMac } from './is-this-mac';
import { storeSecret } from './stored-secret';
import { systemEntropy } from './system-entropy';
import { workstationOf } from './to-engine-settings';
import { within } from './within';
import { worthALogon } from './worth-a-logon';

export interface SignInContext extends CoreParts {
  readonly credentials: CredentialSource;
  readonly checks: Checks;
  readonly checkUrl: URL;
  readonly timeouts: HopTimeouts;
  /** Starts the local proxy anew with what set-up has found, once the credential has been stored. */
  readonly takeOver: (
    store: () => Promise<void>,
    change: (settings: AppSettings) => AppSettings,
  ) => Promise<CommandResult>;
  /** Sees which way programs go now. */
  readonly proveWay: () => Promise<unknown>;
  /** A credential was stored, or kept for the session for this reason. */
  readonly onKept: (problem: AppProblem | undefined) => Promise<void>;
  /** A credential for another method than the one that is set is in use: that is the one from now on. */
  readonly onMethod: (method: SignInMethod) => Promise<CommandResult>;
  /** Told of each logon that no engine has made, and of what has become of it. */
  readonly onLogon: (outcome: LogonOutcome, account: Account, upstream: HostPort) => void;
}

/** Set-up, passwords and the doctor: everything that may cost a logon. */
export class SignInCommands {
  readonly #context: SignInContext;

  constructor(context: SignInContext) {
    this.#context = context;
  }

  setUp(command: Command & { readonly kind: 'set-up' }): Promise<CommandResult> {
    const { upstream, others = [], pac = '', account, password, isAgain = false } = command;
    const named = [upstream, ...others];
    const { signInMethod: method } = this.#context.settings.current;
    const credential = makeCredential(account, method, password);
    if (credential === undefined) return Promise.resolve(failed({ kind: 'no-lm-hash', method }));
    return this.#setUpWith({ upstreams: named, account, isAgain }, [credential], (settings) => ({
      ...settings,
      account,
      // Set up anew, it keeps the others as a reserve.
      upstreams: [
        ...named,
        ...settings.upstreams.filter((each) => !named.some((other) => isSameAddress(each, other))),
      ],
      pac,
    }));
  }

  async setUpFromFile(command: Command & { readonly kind: 'set-up-from-file' }): Promise<CommandResult> {
    const { file, agreed = [], password, isAgain = false } = command;
    const { readConf } = await import('./read-conf');
    const read = await readConf(this.#context.ports.surroundings, file, this.#context.settings.current);
    if (read.kind === 'failed') return failed(read.problem);
    const { said, settings, conf } = read;
    // Where its PAC alone says which company proxies there are, the user has agreed to some.
    const upstreams = conf.upstreams.length > 0 ? conf.upstreams : agreed;
    if (upstreams.length === 0) {
      return failed({ kind: 'cntlm-conf', file, line: 0, matter: { kind: 'no-proxy-beside-pac' } });
    }
    const account = conf.account ?? command.account;
    if (account === undefined) {
      return failed({ kind: 'cntlm-conf', file, line: 0, matter: { kind: 'no-username' } });
    }
    const { signInMethod: method } = settings;
    const { confCredentials } = await import('./conf-credentials');
    const typed = password === undefined ? undefined : makeCredential(account, method, password);
    if (password !== undefined && typed === undefined) return failed({ kind: 'no-lm-hash', method });
    const credentials =
      typed === undefined
        ? confCredentials(conf, 'auto', account, method).readings.map(({ credential }) => credential)
        : [typed];
    if (credentials.length === 0) {
      return failed({ kind: 'cntlm-conf', file, line: 0, matter: { kind: 'no-credential' } });
    }
    return this.#setUpWith({ upstreams, account, isAgain }, credentials, (current) => ({
      ...current,
      ...said,
      upstreams,
      account,
      signInMethod: method,
    }));
  }

  /** Costs at most one logon; nothing is saved unless the credential is accepted, or could not be asked for. */
  async #setUpWith(
    known: Pick<CheckPlan, 'upstreams' | 'account'> & { readonly isAgain: boolean },
    candidates: readonly Credential[],
    change: (settings: AppSettings) => AppSettings,
  ): Promise<CommandResult> {
    const { checks, checkUrl, takeOver, ports, proveWay } = this.#context;
    const store = ports.settings;
    const managed = managedProblem(store.managed?.() ?? nothingManaged, known);
    if (managed !== undefined) return failed(managed);
    const { port } = store.settings();
    const hasSystemProxy = ports.systemProxy.state().kind !== 'unsupported';
    const own = known.upstreams.find((upstream) => upstream.port === port && isThisMac(upstream.host));
    if (own !== undefined) return failed({ kind: 'upstream-is-latchkey', upstream: own });
    const { upstreams, account, isAgain } = known;
    const { signInMethod: method } = this.#context.settings.current;
    const plan: CheckPlan = { purpose: 'set-up', upstreams, account, method };
    let credential: Credential | undefined;
    const check = await checks.only(async () => {
      const chosen = isAgain ? candidates[0] : await worthALogon(candidates, this.#context.ports.memory);
      credential = chosen;
      if (chosen === undefined) return checks.refuse(plan);
      return checks.examine(plan, checkUrl, (challenged) => this.#logOn(challenged, [chosen], true));
    });
    if (check === undefined) return cancelled;
    const isOpen = check.problem?.kind === 'sign-in-not-asked';
    const good = credential;
    if (good === undefined || (check.result !== 'accepted' && !isOpen)) return done;
    const result = await takeOver(
      () => this.#keep(good, false),
      (settings) => ({
        ...change(settings),
        isOn: true,
        // Whoever sets up for the first time wants this Mac to use it; whoever does so anew has said already.
        usesSystemProxy: settings.usesSystemProxy || (hasSystemProxy && !isReady(settings)),
      }),
    );
    if (hasSystemProxy && result.kind === 'done') await proveWay();
    return result;
  }

  async #logOn(
    challenged: Challenged,
    credentials: readonly Credential[],
    mayNameOtherDomain: boolean,
  ): Promise<SignedIn> {
    const { memory, hostName, settings, companyProxies } = this.#context.ports;
    const upstream = challenged.connection.hop.address;
    const { logOnOnce } = await import('./log-on-once');
    return logOnOnce(challenged, {
      credentials,
      areRefused: false,
      workstation: workstationOf(settings.settings(), hostName),
      entropy: systemEntropy,
      timeouts: this.#context.timeouts,
      companyProxies,
      mayNameOtherDomain,
      rememberOutcome: (credential, outcome) => {
        if (outcome === 'accepted') {
          memory.rememberAccepted(credential.account, Date.now());
          this.#context.onLogon(outcome, credential.account, upstream);
        }
        return this.#context.credentials.remember(credential, outcome);
      },
      countLogon: (kind) => {
        const [{ account } = {}] = credentials;
        if (account === undefined) return;
        if (kind === 'sent') this.#context.checks.countLogon();
        memory.countLogon(account, kind, localDay(Date.now()));
        this.#context.onLogon(kind, account, upstream);
      },
    });
  }

  /** A new password: one logon, before it replaces the old one. */
  async changePassword(
    { password, isAgain = false, url, setOn, method: wanted }: PasswordChange,
    {
      isForSession = false,
      signal,
    }: { readonly isForSession?: boolean; readonly signal?: Asker | undefined },
  ): Promise<CommandResult> {
    const { checks, keeper, ports } = this.#context;
    const settings = ports.settings.settings();
    if (!isReady(settings)) return cancelled;
    const { account, upstreams } = settings;
    if (account.user === '') return this.#withoutUser();
    const method = wanted ?? settings.signInMethod;
    const plan: CheckPlan = { purpose: 'password', account, upstreams, method };
    // Before it costs a logon.
    const elsewhere = ports.settings.whyNot?.(settings, { ...settings, signInMethod: method });
    if (elsewhere !== undefined) return failed(elsewhere);
    const credential = makeCredential(account, method, password);
    if (credential === undefined) return failed({ kind: 'no-lm-hash', method });
    const check = await checks.only(async () => {
      const known = await ports.memory.recall(account, markOf(credential));
      if (known?.outcome === 'refused' && !isAgain) return checks.refuse(plan);
      if (keeper.engine !== undefined)
        return checks.single(plan, () => this.#tryInEngine(credential, url, signal));
      return checks.examine(plan, this.#urlOf(url), (challenged) =>
        this.#logOn(challenged, [credential], true),
      );
    });
    if (check?.result !== 'accepted') return resultOf(check);
    // Forgotten meanwhile, say: then nothing of it is kept.
    if (!isSameAccount(ports.settings.settings().account, account)) return cancelled;
    await this.#keep(credential, isForSession, setOn);
    const kept = method === settings.signInMethod ? done : await this.#context.onMethod(method);
    return kept.kind === 'failed' ? kept : resultOf(check);
  }

  /** A cntlm.conf without Username: nobody's password is tried for nobody. */
  #withoutUser(): CommandResult {
    const file = this.#context.ports.settings.path;
    return failed({ kind: 'cntlm-conf', file, line: 0, matter: { kind: 'no-username' } });
  }

  /** The page of a check, where nobody has named one. */
  #urlOf(url: string | undefined): URL {
    return url === undefined ? this.#context.checkUrl : new URL(url);
  }

  async #tryInEngine(
    credential: Credential,
    url: string | undefined,
    signal: Asker | undefined,
  ): Promise<CheckOutcome> {
    const { memory } = this.#context.ports;
    this.#context.checks.countLogon();
    const result = await this.#context.keeper.tryCredential(credential, { url: this.#urlOf(url), signal });
    if (result?.kind === 'refused') {
      await memory.remember(credential.account, markOf(credential), 'refused', Date.now());
    }
    return outcomeOf(result);
  }

  async retryPassword(url?: string, signal?: Asker): Promise<CommandResult> {
    const { checks, keeper, ports } = this.#context;
    const settings = ports.settings.settings();
    if (!isReady(settings) || !keeper.canRetry) return cancelled;
    const { account, upstreams, signInMethod: method } = settings;
    const retried = checks.only(() =>
      checks.single({ purpose: 'password', account, upstreams, method }, async () => {
        checks.countLogon();
        return outcomeOf(await keeper.retry(this.#urlOf(url), signal));
      }),
    );
    return resultOf(await retried);
  }

  /** Puts an accepted credential where it is found the next time. */
  async #keep(credential: Credential, isForSession: boolean, setOn?: CalendarDay): Promise<void> {
    const { ports, keeper } = this.#context;
    const { memory, keychainWaitMs } = ports;
    const { account } = credential;
    const isOther = !keeper.credentials.some((known) => isSameSecret(known, credential));
    const written = isForSession ? undefined : storeSecret(ports.keychain, credential);
    const outcome = await (written && within(keychainWaitMs ?? defaultKeychainWaitMs, written));
    const problem = outcome?.problem;
    await keeper.adopt(credential, outcome === undefined || problem !== undefined);
    const isDayKnown = (await memory.passwordSetOn(account)) !== undefined;
    if (setOn !== undefined || isOther || !isDayKnown) {
      await memory.rememberPasswordSetOn(account, setOn ?? localDay(Date.now()));
    }
    await this.#context.onKept(problem);
    if (written === undefined || outcome !== undefined) return;
    // macOS is asking the user, for as long as it may take: the password works meanwhile.
    void written
      .then(async (late) => {
        if (keeper.credentials[0] !== credential) return;
        await keeper.adopt(credential, late.problem !== undefined);
        await this.#context.onKept(late.problem);
      })
      .catch(this.#context.onInternalError);
  }

  async runDoctor(
    { url, signsIn }: Command & { readonly kind: 'run-doctor' },
    signal: Asker | undefined,
  ): Promise<CommandResult> {
    const { checks, ports } = this.#context;
    const settings = ports.settings.settings();
    if (!isReady(settings)) return cancelled;
    const { account, upstreams, signInMethod: method } = settings;
    const remarks = lookAtMac(ports.isIconShown(), ports.notifications.state());
    const page = this.#urlOf(url);
    const plan: CheckPlan = { purpose: 'doctor', account, upstreams, method, remarks };
    const examined = checks.only(() =>
      checks.examine(plan, page, (challenged, begins) =>
        this.#signInAsked(challenged, plan, page, async () => {
          // Whoever has left wants no logon any more.
          if (!(await checks.ask(signsIn)) || signal?.aborted === true) return false;
          begins();
          return true;
        }),
      ),
    );
    return resultOf(await examined);
  }

  /** A refused credential is not offered: it is never sent again without the user's own "try again". */
  async #signInAsked(
    challenged: Challenged,
    { account, method }: CheckPlan,
    url: URL,
    ask: () => Promise<boolean>,
  ): Promise<SignedIn | undefined> {
    const { checks, keeper, timeouts } = this.#context;
    const found = await keeper.findCredentials(account, method);
    if (found.kind !== 'found' || found.refusedAtMs !== undefined || keeper.standing === 'refused')
      return undefined;
    if (!(await ask())) return undefined;
    // A yes to one more logon is none to another domain.
    if (!keeper.canRetry) return this.#logOn(challenged, found.credentials, false);
    checks.countLogon();
    // The engine makes it, as it keeps count of what may lock the account.
    const result = await keeper.retry(url);
    if (result !== undefined && result.kind !== 'accepted') throw new StepError(result.problem);
    const [address] = keeper.engine?.addresses ?? [];
    if (result === undefined || address === undefined) return undefined;
    const { fetchPage } = await import('./fetch-page');
    return { kind: 'elsewhere', fetchPage: () => fetchPage(address, url, timeouts) };
  }
}

type PasswordChange = Omit<Command & { readonly kind: 'change-password' }, 'kind'>;
