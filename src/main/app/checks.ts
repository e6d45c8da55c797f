import type { IsForbiddenByMac } from '../../shared/failed-connect';
import type { Kerberos } from '../../shared/kerberos';
import type { Problem } from '../../shared/problem';
import {
  type Account,
  formatAccount,
  formatHostPort,
  type HostPort,
  type SignInMethod,
} from '../../shared/settings';
import type { Command, CommandResult, FinishedCheck } from '../../shared/command';
import type { AppProblem } from '../../shared/app-problem';
import type { Check, CheckPurpose, Step } from '../../shared/state';
import { describeProblem } from '../../shared/text';
import { problemOf } from '../server/failure';
import type { HopTimeouts } from '../upstream/hop-timeouts';
import { UpstreamError } from '../upstream/upstream-error';
import { done } from './command-result';
import type { DoctorOptions, DoctorStep } from './doctor';
import { PageError, StepError } from './doctor-errors';

export interface ChecksOptions {
  readonly timeouts: HopTimeouts;
  readonly isForbiddenByMac?: IsForbiddenByMac | undefined;
  /** The tickets of whoever runs Latchkey, which the doctor tries first. Default: none are used. */
  readonly kerberos?: Kerberos | undefined;
  /** The doctor's step about the PAC; undefined where none is in use. */
  readonly lookAtPac?: ((url: URL) => Promise<Step | undefined>) | undefined;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** For the report. */
  readonly version: string;
  readonly onChange: (check: Check) => void;
  /** Told of a bug. */
  readonly onInternalError: (error: unknown) => void;
}

export interface CheckPlan {
  readonly purpose: CheckPurpose;
  /** At least one. */
  readonly upstreams: readonly HostPort[];
  readonly account: Account;
  /** How it signs in. */
  readonly method: SignInMethod;
  /** As for the doctor. */
  readonly remarks?: readonly Step[];
}

export type CheckResult = (Check & { readonly kind: 'finished' })['result'];

/** How a check came out. */
export interface CheckOutcome {
  readonly result: CheckResult;
  readonly problem?: AppProblem;
}

type RunningCheck = Check & { readonly kind: 'running' };

/** The one check that the user has started, and its progress. */
export class Checks {
  readonly #options: ChecksOptions;
  #check: Check = { kind: 'none' };
  #isTaken = false;
  #abort = new AbortController();
  readonly #closing = new AbortController();
  #answer: ((signsIn: boolean) => void) | undefined;
  #logons: 0 | 1 = 0;

  constructor(options: ChecksOptions) {
    this.#options = options;
  }

  /**
   * Carries out what makes a check, and may have to look something up before: there is one at a time.
   *
   * @returns undefined when another one is under way
   */
  async only<T>(action: () => Promise<T>): Promise<T | undefined> {
    if (this.#isTaken) return undefined;
    this.#isTaken = true;
    try {
      return await action();
    } finally {
      this.#isTaken = false;
    }
  }

  /** Ends the check, if its logon has not been sent. */
  cancel(): void {
    if (this.#check.kind === 'running' && this.#check.canCancel) this.#abort.abort();
  }

  /** Ends the check whatever it waits for: what became of a logon is not known then. */
  close(): void {
    this.cancel();
    this.#closing.abort();
  }

  /** What the user has to say of the check: enough of it, seen, or the answer to the doctor's question. */
  run(
    command: Command & { readonly kind: 'cancel-check' | 'dismiss-check' | 'answer-doctor' },
  ): CommandResult {
    switch (command.kind) {
      case 'cancel-check':
        this.cancel();
        return done;
      case 'dismiss-check':
        if (this.#check.kind === 'finished') this.#set({ kind: 'none' });
        return done;
      case 'answer-doctor':
        this.#answer?.(command.signsIn);
        this.#answer = undefined;
        return done;
    }
  }

  /** A logon is about to be sent: it cannot be called back. */
  countLogon(): void {
    this.#logons = 1;
  }

  /** Waits for the user's word on a logon, unless it is known. @throws the reason of the abort */
  async ask(known: boolean | undefined): Promise<boolean> {
    const signsIn = known ?? (await this.#askUser());
    this.#changeStep({ name: 'logon', status: 'running' }, false);
    return signsIn;
  }

  #askUser(): Promise<boolean> {
    const { signal } = this.#abort;
    this.#changeStep({ name: 'logon', status: 'asking' }, true);
    return new Promise((resolve, reject) => {
      this.#answer = resolve;
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
  }

  /** Goes through the doctor's steps. As each check it is made within `only`. */
  async examine(
    plan: CheckPlan,
    url: URL,
    signIn: NonNullable<DoctorOptions['signIn']>,
  ): Promise<FinishedCheck> {
    const seen: DoctorStep[] = [];
    this.#begin(plan);
    let outcome: CheckOutcome;
    try {
      const { examine } = await import('./doctor');
      await examine({
        ...plan,
        url,
        timeouts: this.#options.timeouts,
        isForbiddenByMac: this.#options.isForbiddenByMac,
        // Whoever gives a password wants to know about that.
        kerberos: plan.purpose === 'doctor' ? this.#options.kerberos : undefined,
        lookAtPac: plan.purpose === 'doctor' ? this.#options.lookAtPac : undefined,
        nowMs: this.#options.nowMs,
        signal: this.#abort.signal,
        closing: this.#closing.signal,
        signIn,
        onStep: (step) => {
          seen.push(step);
          // The doctor asks before its logon: that step is not under way yet.
          this.#changeStep(step, step.name !== 'logon' || plan.purpose === 'doctor');
        },
      });
      outcome = this.#examined();
    } catch (error) {
      outcome = this.#failed(error, plan.account);
    }
    const report = plan.purpose === 'doctor' ? this.#report(plan, seen, outcome) : undefined;
    return this.#finish(plan, outcome, report);
  }

  /** A check of the password alone, by whoever can make the logon. */
  async single(plan: CheckPlan, action: () => Promise<CheckOutcome>): Promise<FinishedCheck> {
    this.#begin(plan);
    this.#changeStep({ name: 'logon', status: 'running' }, false);
    const outcome = await action().catch((error: unknown) => this.#failed(error, plan.account));
    const status = outcome.result === 'accepted' ? 'done' : 'failed';
    const { problem } = outcome;
    this.#changeStep({ name: 'logon', status, ...(problem === undefined ? {} : { problem }) }, false);
    return this.#finish(plan, outcome, undefined);
  }

  /** A credential that was refused before: nothing is sent for it. */
  refuse(plan: CheckPlan): FinishedCheck {
    const [address] = plan.upstreams;
    this.#begin(plan);
    const { account } = plan;
    const hop = { role: 'upstream', address: address ?? { host: '', port: 0 } } as const;
    const problem: Problem = { kind: 'credential-refused', hop, account };
    this.#changeStep({ name: 'logon', status: 'skipped', problem }, false);
    return this.#finish(plan, { result: 'refused', problem }, undefined);
  }

  #begin({ purpose, upstreams, account }: CheckPlan): void {
    this.#abort = new AbortController();
    this.#logons = 0;
    const upstream = upstreams[0] ?? { host: '', port: 0 };
    this.#set({ kind: 'running', purpose, upstream, account, steps: [], canCancel: purpose !== 'password' });
  }

  #changeStep(step: Step, canCancel: boolean): void {
    if (this.#check.kind !== 'running') return;
    const { steps } = this.#check;
    // Each company proxy has its own name and port: a step that has ended is not begun again.
    const at = steps.findLastIndex(
      ({ name, status }) => name === step.name && (status === 'running' || status === 'asking'),
    );
    this.#set({
      ...this.#check,
      steps: at < 0 ? [...steps, step] : steps.with(at, step),
      canCancel: canCancel && this.#logons === 0,
    });
  }

  #examined(): CheckOutcome {
    const { steps, upstream } = this.#check as RunningCheck;
    const logon = steps.findLast(({ name }) => name === 'logon');
    if (logon?.status === 'done') return { result: 'accepted' };
    if (logon?.status === 'skipped') return { result: 'unclear' };
    return {
      result: 'unclear',
      problem: { kind: 'sign-in-not-asked', hop: { role: 'upstream', address: upstream } },
    };
  }

  #failed(error: unknown, account: Account): CheckOutcome {
    if (this.#abort.signal.aborted && error === this.#abort.signal.reason) return { result: 'cancelled' };
    // The logon itself was accepted before there was any page.
    const { steps } = this.#check as RunningCheck;
    const isSignedIn = steps.some(({ name, status }) => name === 'logon' && status === 'done');
    const isKnown = error instanceof UpstreamError || error instanceof StepError;
    if (!isKnown && !(error instanceof PageError)) {
      this.#options.onInternalError(error);
      return { result: 'unclear', problem: { kind: 'internal' } };
    }
    const problem = error instanceof StepError ? error.problem : problemOf(error, account);
    const isRefused = problem?.kind === 'credential-refused';
    const result = isSignedIn ? 'accepted' : isRefused ? 'refused' : 'unclear';
    return problem === undefined || error instanceof PageError ? { result } : { result, problem };
  }

  #finish(plan: CheckPlan, { result, problem }: CheckOutcome, report: string | undefined): FinishedCheck {
    const { steps, upstream } = this.#check as RunningCheck;
    this.#answer = undefined;
    const finished: FinishedCheck = {
      kind: 'finished',
      purpose: plan.purpose,
      upstream,
      account: plan.account,
      steps,
      result,
      logons: this.#logons,
      ...(problem === undefined ? {} : { problem }),
      ...(report === undefined ? {} : { report }),
    };
    this.#set(finished);
    return finished;
  }

  #report({ upstreams, account }: CheckPlan, seen: readonly DoctorStep[], outcome: CheckOutcome): string {
    const { version, nowMs } = this.#options;
    const over = seen.filter(({ status }) => status !== 'running');
    const lines = [
      `Latchkey ${version}, ${new Date(nowMs()).toISOString()}`,
      `Company proxy ${upstreams.map(formatHostPort).join(', ')}, account ${formatAccount(account)}`,
      `Result: ${outcome.result}, ${this.#logons} ${this.#logons === 1 ? 'logon' : 'logons'}`,
      ...(outcome.problem === undefined ? [] : [sentenceOf(outcome.problem)]),
      '',
      ...over.flatMap((step) => stepLines(step)),
    ];
    return `${lines.join('\n')}\n`;
  }

  #set(check: Check): void {
    this.#check = check;
    this.#options.onChange(check);
  }
}

/** Of the problems of the app itself none comes from a check. */
function sentenceOf(problem: AppProblem): string {
  return 'hop' in problem ? describeProblem(problem).sentence : problem.kind;
}

function stepLines({ name, status, value, durationMs, skewMs, problem, details = [] }: DoctorStep): string[] {
  const facts = [
    ...(value === undefined ? [] : [value]),
    ...(skewMs === undefined
      ? []
      : [`this computer minus the company proxy: ${(skewMs / 1000).toFixed(1)} s`]),
    ...(problem === undefined ? [] : [sentenceOf(problem)]),
    ...(durationMs === undefined ? [] : [`${durationMs} ms`]),
  ];
  return [
    `${name.padEnd(10)} ${status.padEnd(8)} ${facts.join('; ')}`,
    ...details.map((line) => `    ${line}`),
  ];
}
