import type { FinishedCheck } from '../../shared/command';
import type { AppSettings } from '../../shared/app-settings';
import type { PacVerdict } from '../../shared/pac';
import {
  type Account,
  formatAccount,
  formatHostPort,
  type SignInMethod,
  type Upstream,
} from '../../shared/settings';
import type { Step, StepName } from '../../shared/state';
import { CliError, exitCodes } from '../cli-error';
import type { HashFormatOption } from '../conf-credential-source';
import { describeAppProblem } from '../describe-app-problem';
import type { DoctorCore } from '../doctor-core';
import { resultError } from '../result-error';
import { type WhichOptions, withRunning } from '../running';
import { type Steps, stepsOn } from '../steps';
import type { Terminal } from '../terminal';

export interface CheckOptions extends WhichOptions {
  /** A cntlm.conf; without one the Latchkey that runs is asked. */
  readonly config?: string | undefined;
  /** What is said of its account. */
  readonly account?: Partial<Account>;
  readonly hashFormat: HashFormatOption;
  /** How it signs in, with `config` alone. */
  readonly signInMethod?: SignInMethod | undefined;
  /** With `config`: company proxies of its PAC that may get the sign-in. */
  readonly agree?: readonly Upstream[] | undefined;
  /** No logon. */
  readonly dryRun?: boolean | undefined;
  readonly json?: boolean | undefined;
  /** The page that is fetched at the end. */
  readonly url: URL;
}

/** `latchkey check`: the doctor on the terminal, with at most one logon. */
export async function check(options: CheckOptions, terminal: Terminal): Promise<number> {
  const { config, account = {}, hashFormat, signInMethod, agree: agreed, port } = options;
  if (config !== undefined) {
    const { withConfCore } = await import('../conf-core');
    return withConfCore({ config, account, hashFormat, signInMethod, agreed, terminal }, (core) =>
      examine(core, options, terminal),
    );
  }
  return withRunning(terminal, port, (client) =>
    examine(
      {
        state: () => client.state(),
        // Its logon may have to wait for another one.
        run: (command) => client.run(command, 300_000),
        follow: (listener) => client.followState(listener),
      },
      options,
      terminal,
    ),
  );
}

async function examine(core: DoctorCore, options: CheckOptions, terminal: Terminal): Promise<number> {
  const { url, dryRun = false, json = false } = options;
  const { settings } = await core.state();
  const { account, upstreams } = settings;
  if (account === undefined) {
    throw new CliError(
      exitCodes.failure,
      'nothing is set up yet: open Latchkey in the menu bar, or give --config FILE',
    );
  }
  const names = upstreams.map(formatHostPort).join(', ');
  if (!json) terminal.out(`Company proxy ${names}, account ${formatAccount(account)}, page ${url.href}`);
  const hasPac = settings.pac !== '' && !json;
  const way = hasPac ? await core.run({ kind: 'try-address', address: url.href }) : undefined;
  if (way?.kind === 'address' && way.pac !== undefined) terminal.out(describeVerdict(way.pac, settings));
  const show = stepShower(stepsOn(terminal, json ? () => undefined : terminal.out), dryRun);
  const gone = core.follow(({ check: current }) => {
    if (current.kind === 'running' && current.purpose === 'doctor') show.take(current.steps);
  });
  const command = { kind: 'run-doctor', url: url.href, signsIn: !dryRun } as const;
  const result = await Promise.race([core.run(command), gone]);
  if (result.kind !== 'checked') throw resultError(result, 'another check is under way');
  const { check: finished } = result;
  show.take(finished.steps);
  await show.done();
  if (json) terminal.out(JSON.stringify(checkFacts(finished), undefined, 2));
  if (isWell(finished, dryRun)) return exitCodes.ok;
  if (json) return exitCodes.failure;
  throw new CliError(exitCodes.failure, await whatIsWrong(finished, core));
}

/** What the PAC says of the page. The logon is made with the company proxies of the list, whatever that is. */
function describeVerdict(verdict: PacVerdict, { pacFallback }: AppSettings): string {
  if (verdict.kind === 'ways') return `The PAC says: ${verdict.answer}`;
  const instead = {
    direct: 'such requests go direct',
    refuse: 'such requests are refused',
    list: 'the list counts',
  };
  return `The PAC has no answer (${verdict.detail}): ${instead[pacFallback]}`;
}

/** What `latchkey check --json` prints. */
function checkFacts({ result, logons, problem, steps }: FinishedCheck): object {
  return {
    result,
    logons,
    problem: problem?.kind ?? null,
    steps: steps.map(({ name, status, value, durationMs }) => ({
      name,
      status,
      value: value ?? null,
      durationMs: durationMs ?? null,
    })),
  };
}

function isWell({ result, steps, problem }: FinishedCheck, isDry: boolean): boolean {
  if (steps.some(({ status }) => status === 'failed')) return false;
  // A company proxy that asks for nothing lets everybody through.
  return isDry || result === 'accepted' || problem?.kind === 'sign-in-not-asked';
}

async function whatIsWrong(finished: FinishedCheck, core: DoctorCore): Promise<string[]> {
  const { problem, steps } = finished;
  if (problem === undefined) {
    const failed = steps.find(({ status }) => status === 'failed');
    const refused =
      'the password was refused before, or there is none: give the new one with `latchkey credential set`, or have this one ' +
      'tried once more with `latchkey credential retry`';
    return [`latchkey: ${failed?.value ?? refused}`];
  }
  const { sentence, remedy } = describeAppProblem(problem);
  const advice = problem.kind === 'credential-refused' ? await core.advice?.() : undefined;
  return [`latchkey: ${sentence}`, `latchkey: ${advice ?? remedy}`];
}

/** Those that are not called as their step is. */
const titles: Partial<Readonly<Record<StepName, string>>> = { pac: 'PAC', offer: 'schemes' };

/** The fact behind a title. */
function factOf({ name, status, value = '', upstream, problem }: Step): string {
  switch (name) {
    case 'name':
      return `${upstream?.host ?? ''}: ${value}`;
    case 'port':
      return `${value} accepts connections`;
    case 'offer':
      return status === 'warning'
        ? `status ${value} without a sign-in`
        : `407, offers ${value === '' ? 'nothing' : value}`;
    case 'challenge':
      return status === 'skipped' ? 'none: no sign-in is asked for' : value;
    case 'logon':
      return status === 'skipped' ? 'none was made' : `${value} was accepted`;
    case 'pac':
    case 'icon':
    case 'notifications':
      if (problem === undefined) return value;
      return `${value === '' ? '' : `${value}: `}${describeAppProblem(problem).sentence}`;
    case 'clock':
    case 'page':
      return value;
  }
}

/** Shows each step with its progress; the clock is one of the lines under the challenge, and a logon that nobody wants is none. */
function stepShower(
  steps: Steps,
  isDry: boolean,
): { take: (all: readonly Step[]) => void; done: () => Promise<void> } {
  let finish: ((step: Step) => void) | undefined;
  let finished = 0;
  let shown: Promise<void> = Promise.resolve();
  const begin = (name: StepName): void => {
    const found = new Promise<Step>((resolve) => {
      finish = resolve;
    });
    const show = async (): Promise<void> => {
      try {
        await steps.step(titles[name] ?? name, async () => {
          const step = await found;
          if (step.status === 'failed') throw new Error('told by the caller');
          return factOf(step);
        });
        steps.detail(...((await found).details ?? []));
      } catch {
        // The step is marked as failed; why it failed is said at the end.
      }
    };
    shown = shown.then(show);
  };
  return {
    take: (all) => {
      const isTold = ({ name }: Step): boolean => name !== 'clock' && !(isDry && name === 'logon');
      const told = all.filter(isTold);
      for (const step of told.slice(finished)) {
        if (finish === undefined) begin(step.name);
        if (step.status === 'running') return;
        finish?.(step);
        finish = undefined;
        finished += 1;
      }
    },
    done: () => shown,
  };
}
