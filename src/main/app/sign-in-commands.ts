import type { AppSettings } from '../../shared/app-settings';
import { localDay } from '../../shared/calendar-day';
import type { Command, CommandResult } from '../../shared/command';
import { type Account, formatAccount, type HostPort } from '../../shared/settings';
import type { AppProblem } from '../../shared/state';
import { ntHash, ntowfv2 } from '../ntlm/ntowf';
import type { Credential } from '../upstream/credential';
import type { HopTimeouts } from '../upstream/http-connection';
import type { CheckOutcome, CheckPlan, Checks } from './checks';
import type { CorePorts } from './core-ports';
import { type Challenged, logOnOnce, type SignedIn, StepError } from './doctor';
import { type EngineKeeper, isReady } from './engine-keeper';
import { fetchPage } from './fetch-page';
import { isThisMac } from './is-this-mac';
import { keychainProblem } from './keychain-problem';
import { readConf } from './read-conf';

import { systemEntropy } from './system-entropy';

export interface SignInContext {
  readonly ports: CorePorts;
  readonly keeper: EngineKeeper;
  readonly checks: Checks;
  readonly checkUrl: URL;
  readonly timeouts: HopTimeouts;
  /** Starts the local proxy anew with what set-up has found, once the credential has been stored. */
  readonly takeOver: (
    store: () => Promise<void>,
    change: (settings: AppSettings) => AppSettings,
  ) => Promise<CommandResult>;
  /** A credential was stored, or kept for the session for this reason. */
  readonly onKept: (problem: AppProblem | undefined) => Promise<void>;
  /** A logon was counted. */
  readonly onLogon: () => void;
}

const done: CommandResult = { kind: 'done' };

function failed(problem: AppProblem): CommandResult {
  return { kind: 'failed', problem };
}

/** Set-up, passwords and the doctor: everything that may cost a logon. */
export class SignInCommands {
  readonly #context: SignInContext;

  constructor(context: SignInContext) {
    this.#context = context;
  }

  setUp(command: Command & { readonly kind: 'set-up' }): Promise<CommandResult> {
    const { upstream, account, password, isAgain = false } = command;
    return this.#setUpWith(
      { upstreams: [upstream], account, isAgain },
      [credentialOf(account, password)],
      (settings) => ({
        ...settings,
        account,
        // Set up anew, it keeps the others as a reserve.
        upstreams: [upstream, ...settings.upstreams.filter((each) => !isSame(each, upstream))],
      }),
    );
  }

  async setUpFromFile(file: string, password: string | undefined, isAgain = false): Promise<CommandResult> {
    const read = await readConf(
      this.#context.ports.surroundings,
      file,
      this.#context.ports.settings.settings(),
    );
    if (read.kind === 'failed') return failed(read.problem);
    const { settings, conf, readings } = read;
    const { account, upstreams } = conf;
    const credentials =
      password === undefined
        ? readings.map(({ credential }) => credential)
        : [credentialOf(account, password)];
    if (credentials.length === 0) {
      return failed({ kind: 'cntlm-conf', file, line: 0, detail: 'no password and no hash is in it' });
    }
    return this.#setUpWith({ upstreams, account, isAgain }, credentials, (current) => ({
      ...settings,
      isOn: current.isOn,
      language: current.language,
      maxPasswordAgeDays: current.maxPasswordAgeDays,
      remindDays: current.remindDays,
      usesSystemProxy: current.usesSystemProxy,
    }));
  }

  /** Costs at most one logon; nothing is saved unless the credential is accepted, or could not be asked for. */
  async #setUpWith(
    known: Pick<CheckPlan, 'upstreams' | 'account'> & { readonly isAgain: boolean },
    candidates: readonly Credential[],
    change: (settings: AppSettings) => AppSettings,
  ): Promise<CommandResult> {
    if (this.#context.checks.isRunning) return { kind: 'cancelled' };
    const { port } = this.#context.ports.settings.settings();
    const own = known.upstreams.find((upstream) => upstream.port === port && isThisMac(upstream.host));
    if (own !== undefined) return failed({ kind: 'upstream-is-latchkey', upstream: own });
    const { upstreams, account, isAgain } = known;
    const plan: CheckPlan = { purpose: 'set-up', upstreams, account };
    const credential = isAgain ? candidates[0] : await this.#worthALogon(candidates);
    if (credential === undefined) {
      this.#context.checks.refuse(plan);
      return done;
    }
    const outcome = await this.#context.checks.examine(plan, this.#context.checkUrl, (challenged) =>
      this.#logOn(challenged, credential),
    );
    const isOpen = outcome.problem?.kind === 'sign-in-not-asked';
    if (outcome.result !== 'accepted' && !isOpen) return done;
    return this.#context.takeOver(
      () => this.#keep(credential, false),
      (settings) => ({ ...change(settings), isOn: true }),
    );
  }

  /** Of several readings of one hash the likeliest that was not refused; undefined when each one was. */
  async #worthALogon(candidates: readonly Credential[]): Promise<Credential | undefined> {
    const known = await Promise.all(
      candidates.map(async (credential) => ({
        credential,
        outcome: (await this.#context.ports.memory.recall(credential.account, credential.ntowfv2))?.outcome,
      })),
    );
    const accepted = known.find(({ outcome }) => outcome === 'accepted');
    return (accepted ?? known.find(({ outcome }) => outcome === undefined))?.credential;
  }

  #logOn(challenged: Challenged, credential: Credential): Promise<SignedIn> {
    const { memory, hostName } = this.#context.ports;
    const { workstation } = this.#context.ports.settings.settings();
    const { account } = credential;
    return logOnOnce(challenged, {
      credentials: [credential],
      areRefused: false,
      workstation: workstation === '' ? (hostName.split('.')[0] ?? '') : workstation,
      entropy: systemEntropy,
      timeouts: this.#context.timeouts,
      companyProxies: this.#context.ports.companyProxies,
      // The user has just given this password, or said yes to the logon.
      mayNameOtherDomain: true,
      rememberOutcome: ({ ntowfv2: hash }, outcome) => memory.remember(account, hash, outcome, Date.now()),
      countLogon: (kind) => {
        if (kind === 'sent') this.#context.checks.countLogon();
        memory.countLogon(account, kind, localDay(Date.now()));
        this.#context.onLogon();
      },
    });
  }

  /** A new password: one logon, before it replaces the old one. */
  async changePassword(password: string, isForSession: boolean, isAgain = false): Promise<CommandResult> {
    const settings = this.#context.ports.settings.settings();
    if (!isReady(settings) || this.#context.checks.isRunning) return { kind: 'cancelled' };
    const { account, upstreams } = settings;
    const plan: CheckPlan = { purpose: 'password', account, upstreams };
    const credential = credentialOf(account, password);
    const known = await this.#context.ports.memory.recall(account, credential.ntowfv2);
    if (known?.outcome === 'refused' && !isAgain) {
      this.#context.checks.refuse(plan);
      return done;
    }
    const isRunning = this.#context.keeper.engine !== undefined;
    const outcome = isRunning
      ? await this.#context.checks.single(plan, () => this.#tryInEngine(credential))
      : await this.#context.checks.examine(plan, this.#context.checkUrl, (challenged) =>
          this.#logOn(challenged, credential),
        );
    if (outcome.result !== 'accepted') return done;
    await this.#keep(credential, isForSession);
    return done;
  }

  async #tryInEngine(credential: Credential): Promise<CheckOutcome> {
    const { memory } = this.#context.ports;
    this.#context.checks.countLogon();
    const result = await this.#context.keeper.tryCredential(credential, this.#context.checkUrl);
    if (result === undefined) return { result: 'cancelled' };
    if (result.kind === 'refused') {
      await memory.remember(credential.account, credential.ntowfv2, 'refused', Date.now());
    }
    return result.kind === 'accepted'
      ? { result: 'accepted' }
      : { result: result.kind, problem: result.problem };
  }

  async retryPassword(): Promise<CommandResult> {
    const settings = this.#context.ports.settings.settings();
    if (!isReady(settings) || this.#context.checks.isRunning || !this.#context.keeper.canRetry)
      return { kind: 'cancelled' };
    const { account, upstreams } = settings;
    await this.#context.checks.single({ purpose: 'password', account, upstreams }, async () => {
      this.#context.checks.countLogon();
      const result = await this.#context.keeper.retry(this.#context.checkUrl);
      if (result === undefined) return { result: 'cancelled' };
      return result.kind === 'accepted'
        ? { result: 'accepted' }
        : { result: result.kind, problem: result.problem };
    });
    return done;
  }

  /** Puts an accepted credential where it is found the next time. */
  async #keep(credential: Credential, isForSession: boolean): Promise<void> {
    const { keychain, memory } = this.#context.ports;
    const { account, ntowfv2: hash } = credential;
    const isOther = this.#context.keeper.credential?.ntowfv2.equals(hash) !== true;
    let problem: AppProblem | undefined;
    if (!isForSession) {
      try {
        await keychain.write(formatAccount(account), hash.toString('hex').toUpperCase());
      } catch (error) {
        problem = keychainProblem(error);
      }
    }
    await this.#context.keeper.adopt(credential, isForSession || problem !== undefined);
    if (isOther || (await memory.passwordSetOn(account)) === undefined) {
      await memory.rememberPasswordSetOn(account, localDay(Date.now()));
    }
    await this.#context.onKept(problem);
  }

  async runDoctor(): Promise<CommandResult> {
    const settings = this.#context.ports.settings.settings();
    if (!isReady(settings) || this.#context.checks.isRunning) return { kind: 'cancelled' };
    const { account, upstreams } = settings;
    await this.#context.checks.examine(
      { purpose: 'doctor', account, upstreams },
      this.#context.checkUrl,
      (challenged) => this.#signInAsked(challenged),
    );
    return done;
  }

  /** A refused credential is not offered: it is never sent again without the user's own "try again". */
  async #signInAsked(challenged: Challenged): Promise<SignedIn | undefined> {
    const { credential } = this.#context.keeper;
    if (credential === undefined || this.#context.keeper.standing === 'refused') return undefined;
    const known = await this.#context.ports.memory.recall(credential.account, credential.ntowfv2);
    if (known?.outcome === 'refused' || !(await this.#context.checks.ask())) return undefined;
    if (!this.#context.keeper.canRetry) return this.#logOn(challenged, credential);
    this.#context.checks.countLogon();
    // The engine makes it, as it keeps count of what may lock the account.
    const result = await this.#context.keeper.retry(this.#context.checkUrl);
    if (result !== undefined && result.kind !== 'accepted') throw new StepError(result.problem);
    const [address] = this.#context.keeper.engine?.addresses ?? [];
    if (result === undefined || address === undefined) return undefined;
    return {
      kind: 'elsewhere',
      fetchPage: () => fetchPage(address, this.#context.checkUrl, this.#context.timeouts.challengeMs),
    };
  }
}

function isSame(one: HostPort, other: HostPort): boolean {
  return one.host.toLowerCase() === other.host.toLowerCase() && one.port === other.port;
}

function credentialOf(account: Account, password: string): Credential {
  return { account, ntowfv2: ntowfv2(ntHash(password), account) };
}
