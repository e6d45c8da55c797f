import { type DoctorOptions, type DoctorStep, examine, logOnOnce, PageError } from '../main/app/doctor';
import type { CredentialMemory } from '../main/platform/credential-memory';
import { problemOf } from '../main/server/failure';
import { defaultHopTimeouts } from '../main/upstream/http-connection';
import { UpstreamError } from '../main/upstream/upstream-error';
import type { CompanyProxyBook } from '../shared/company-proxy';
import { localDay } from '../shared/calendar-day';
import { formatAccount, formatHostPort } from '../shared/settings';
import type { StepName } from '../shared/state';
import { describeProblem } from '../shared/text';
import { CliError, exitCodes } from './cli-error';
import { systemEntropy } from '../main/app/system-entropy';
import { type LoadedConfig, loadConfig, parseHashFormat } from './load-config';
import { openCompanyProxies, openMemory } from './open-memory';
import { parseOptions } from './options';
import { type Steps, stepsOn } from './steps';
import type { Terminal } from './terminal';

const defaultUrl = 'http://example.com/';

function parseUrl(text: string): URL {
  let url: URL | undefined;
  try {
    url = new URL(text);
  } catch {
    // Told below, with the schemes that are possible.
  }
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new CliError(
    exitCodes.badConfiguration,
    `'${text}' is not a URL that begins with http:// or https://`,
  );
}

/** `latchkey check`: the doctor on the terminal, with at most one logon. */
export async function check(args: string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseOptions(
    'check',
    args,
    {
      config: { type: 'string', short: 'c' },
      'hash-format': { type: 'string' },
      'dry-run': { type: 'boolean' },
    },
    1,
  );
  const url = parseUrl(positionals[0] ?? defaultUrl);
  const memory = openMemory(terminal);
  const companyProxies = await openCompanyProxies(terminal);
  const format = parseHashFormat(values['hash-format']);
  const config = await loadConfig(values.config, format, undefined, terminal, memory);
  const { account, upstreams } = config.settings;
  const names = upstreams.map(formatHostPort).join(', ');
  terminal.out(`Company proxy ${names}, account ${formatAccount(account)}, page ${url.href}`);
  const steps = stepsOn(terminal, terminal.out);
  try {
    await examineOn({ config, memory, companyProxies, url, isDry: values['dry-run'] === true, steps });
    return exitCodes.ok;
  } catch (error) {
    if (error instanceof PageError) throw new CliError(exitCodes.failure, error.message, { cause: error });
    const problem = problemOf(error, account);
    if (!(error instanceof UpstreamError) || problem === undefined) throw error;
    const { sentence, remedy } = describeProblem(problem);
    const hasOtherReading = problem.kind === 'credential-refused' && config.credentials.length > 1;
    const advice = hasOtherReading
      ? 'The hash can be read in another way, too: run this again to try that one.'
      : remedy;
    throw new CliError(exitCodes.failure, [`latchkey: ${sentence}`, `latchkey: ${advice}`], { cause: error });
  } finally {
    await memory.close();
    await companyProxies.close();
  }
}

interface Examination {
  readonly config: LoadedConfig;
  readonly memory: CredentialMemory;
  readonly companyProxies: CompanyProxyBook;
  readonly url: URL;
  /** No logon. */
  readonly isDry: boolean;
  readonly steps: Steps;
}

async function examineOn(examination: Examination): Promise<void> {
  const { config, memory, companyProxies, url, isDry, steps } = examination;
  const { account, upstreams, workstation } = config.settings;
  const show = stepShower(steps);
  const signIn: DoctorOptions['signIn'] = (challenged) =>
    logOnOnce(challenged, {
      credentials: config.credentials,
      areRefused: config.areRefused,
      workstation,
      entropy: systemEntropy,
      timeouts: defaultHopTimeouts,
      companyProxies,
      mayNameOtherDomain: false,
      rememberOutcome: (credential, outcome) => config.rememberOutcome(credential, outcome),
      countLogon: (kind) => memory.countLogon(account, kind, localDay(Date.now())),
    });
  try {
    await examine({
      upstreams,
      account,
      url,
      timeouts: defaultHopTimeouts,
      nowMs: Date.now,
      onStep: show.onStep,
      ...(isDry ? {} : { signIn }),
    });
  } finally {
    await show.done();
  }
}

const titles: Readonly<Record<StepName, string>> = {
  name: 'name',
  port: 'port',
  offer: 'schemes',
  challenge: 'challenge',
  clock: 'clock',
  logon: 'logon',
  page: 'page',
};

/** The fact behind a title. */
function factOf({ name, status, value = '', upstream }: DoctorStep): string {
  switch (name) {
    case 'name':
      return `${upstream.host}: ${value}`;
    case 'port':
      return `${value} accepts connections`;
    case 'offer':
      return status === 'warning'
        ? `status ${value} without a sign-in`
        : `407, offers ${value === '' ? 'nothing' : value}`;
    case 'challenge':
      return status === 'skipped' ? 'none: no sign-in is asked for' : value;
    case 'logon':
      return `${value} was accepted`;
    case 'clock':
    case 'page':
      return value;
  }
}

/** Shows each step with its progress; the clock is one of the lines under the challenge. */
function stepShower(steps: Steps): { onStep: (step: DoctorStep) => void; done: () => Promise<void> } {
  let finish: (step: DoctorStep) => void = () => undefined;
  let shown: Promise<void> = Promise.resolve();
  const begin = (name: StepName): void => {
    const found = new Promise<DoctorStep>((resolve) => {
      finish = resolve;
    });
    const show = async (): Promise<void> => {
      try {
        await steps.step(titles[name], async () => {
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
    onStep: (step) => {
      if (step.name === 'clock') return;
      if (step.status === 'running') begin(step.name);
      else finish(step);
    },
    done: () => shown,
  };
}
