import { countLogon } from '../main/app/count-logon';
import { eventPrinter } from '../main/app/event-printer';
import { ExpiryReminder } from '../main/app/expiry-reminder';
import type { CredentialMemory } from '../main/platform/credential-memory';
import { keytarKeychain } from '../main/platform/keytar-keychain';
import { systemNetworkWatch } from '../main/platform/system-network-watch';
import { timerPower } from '../main/platform/timer-power';
import type { Engine } from '../main/server/engine';
import { type CalendarDay, isCalendarDay } from '../shared/calendar-day';
import type { CompanyProxyBook } from '../shared/company-proxy';
import type { EngineEvent } from '../shared/event';
import type { EngineSettings } from '../shared/settings';
import type { SystemProxyWay } from '../shared/system-proxy';
import { CliError, exitCodes } from './cli-error';
import { type ControlServer, startControlServer } from './control-server';
import { controlSocketPath } from './control-socket';
import { LookupProcess } from './lookup-process';
import { type HashFormatOption, type LoadedConfig, loadConfig, parseHashFormat } from './load-config';
import { openCompanyProxies, openMemory } from './open-memory';
import { parseOptions, parsePort } from './options';
import { Session } from './session';
import { announce, startOrExplain } from './start-or-explain';
import { stateDirectory } from './state-directory';
import {
  clientAddress,
  openSystemProxySwitch,
  requireMac,
  type SystemProxySwitch,
  systemProxyWay,
} from './system-proxy-switch';
import type { Terminal } from './terminal';

interface RunOptions {
  readonly config: string | undefined;
  readonly port: number | undefined;
  readonly hashFormat: HashFormatOption;
  readonly offNetwork: EngineSettings['offNetwork'];
  readonly maxPasswordAgeDays: number | undefined;
  readonly passwordSetOn: CalendarDay | undefined;
  readonly isVerbose: boolean;
  /** How this becomes the Mac's proxy while it runs; undefined: not at all. */
  readonly systemProxy: SystemProxyWay | undefined;
}

const longestPasswordAgeDays = 3_650;

/** `latchkey run`: the engine without the menu bar, until SIGINT or SIGTERM. */
export async function run(args: string[], terminal: Terminal): Promise<number> {
  const { values } = parseOptions('run', args, {
    config: { type: 'string', short: 'c' },
    port: { type: 'string', short: 'p' },
    'hash-format': { type: 'string' },
    'off-network': { type: 'string' },
    'max-password-age': { type: 'string' },
    'password-set-on': { type: 'string' },
    verbose: { type: 'boolean', short: 'v' },
    'system-proxy': { type: 'boolean' },
    'fail-open': { type: 'boolean' },
    'local-direct': { type: 'boolean' },
    demo: { type: 'boolean' },
    once: { type: 'boolean' },
  });
  const port = values.port === undefined ? undefined : parsePort(values.port);
  if (values.demo === true) {
    if (values.config !== undefined || values['hash-format'] !== undefined) {
      throw new CliError(
        exitCodes.badConfiguration,
        '--demo brings its own configuration: leave out --config',
      );
    }
    // Loaded only here: the company proxy of the demo is no part of a normal run.
    const { runDemo } = await import('./demo');
    return runDemo({ port, isOnce: values.once === true }, terminal);
  }
  if (values.once === true) throw new CliError(exitCodes.badConfiguration, '--once goes with --demo only');
  const options: RunOptions = {
    config: values.config,
    port,
    hashFormat: parseHashFormat(values['hash-format']),
    offNetwork: parseOffNetwork(values['off-network']),
    maxPasswordAgeDays: parseDays(values['max-password-age']),
    passwordSetOn: parseDay(values['password-set-on']),
    isVerbose: values.verbose === true,
    systemProxy: values['system-proxy'] === true ? systemProxyWay(values) : undefined,
  };
  if (options.systemProxy !== undefined) requireMac(terminal);
  else if (values['fail-open'] === true || values['local-direct'] === true) {
    const message = '--fail-open and --local-direct go with --system-proxy only';
    throw new CliError(exitCodes.badConfiguration, message);
  }
  const systemProxy = await openSystemProxySwitch(terminal, internalErrorPrinter(terminal), port);
  // Before anything else: what a Latchkey that was killed has left keeps this Mac from its network.
  await systemProxy?.recover(false);
  const memory = openMemory(terminal);
  const companyProxies = await openCompanyProxies(terminal);
  try {
    return await serve(options, { memory, companyProxies }, systemProxy, terminal);
  } finally {
    await systemProxy?.close();
    await memory.close();
    await companyProxies.close();
  }
}

function internalErrorPrinter(terminal: Terminal): (error: unknown) => void {
  return (error) =>
    terminal.err(`latchkey: internal error: ${error instanceof Error ? (error.stack ?? error.message) : ''}`);
}

function parseOffNetwork(text: string | undefined): EngineSettings['offNetwork'] {
  if (text === undefined || text === 'refuse') return 'refuse';
  if (text === 'direct') return 'direct';
  throw new CliError(exitCodes.badConfiguration, `--off-network is direct or refuse, not '${text}'`);
}

function parseDays(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const days = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (days >= 1 && days <= longestPasswordAgeDays) return days;
  throw new CliError(
    exitCodes.badConfiguration,
    `--max-password-age takes days from 1 to ${longestPasswordAgeDays}, not '${text}'`,
  );
}

function parseDay(text: string | undefined): CalendarDay | undefined {
  const isDay: boolean = text === undefined || isCalendarDay(text);
  if (isDay) return text;
  throw new CliError(
    exitCodes.badConfiguration,
    `--password-set-on takes a day as YYYY-MM-DD, not '${text ?? ''}'`,
  );
}

async function serve(
  options: RunOptions,
  {
    memory,
    companyProxies,
  }: { readonly memory: CredentialMemory; readonly companyProxies: CompanyProxyBook },
  systemProxy: SystemProxySwitch | undefined,
  terminal: Terminal,
): Promise<number> {
  const load = async (): Promise<LoadedConfig> => {
    const loaded = await loadConfig(options.config, options.hashFormat, options.port, terminal, memory);
    return { ...loaded, settings: { ...loaded.settings, offNetwork: options.offNetwork } };
  };
  const config = await load();
  const { account } = config.settings;
  const print = eventPrinter((line) => terminal.err(`latchkey: ${line}`), options.isVerbose);
  const outcomes = new Set<Promise<void>>();
  const onEvent = (event: EngineEvent): void => {
    countLogon(event, memory);
    print(event);
  };
  const onInternalError = internalErrorPrinter(terminal);
  // The configuration of the start, and later the one that was read last.
  let notary: Pick<Session, 'rememberOutcome'> = config;
  const resolver = new LookupProcess();
  const engine = await startOrExplain({
    resolver,
    settings: config.settings,
    credentials: config.credentials,
    areCredentialsRefused: config.areRefused,
    companyProxies,
    onEvent,
    onCredentialOutcome: (credential, outcome) => {
      const remembered = notary
        .rememberOutcome(credential, outcome)
        .finally(() => outcomes.delete(remembered));
      outcomes.add(remembered);
    },
    onInternalError,
  });
  const stopped = terminal.untilStopped();
  const keychain = keytarKeychain();
  const { maxPasswordAgeDays } = options;
  const session = new Session({
    engine,
    memory,
    keychain,
    config,
    load,
    maxPasswordAgeDays,
    systemProxy,
    terminal,
  });
  notary = session;
  const closers: (() => Promise<void> | void)[] = [];
  try {
    if (options.passwordSetOn !== undefined)
      await memory.rememberPasswordSetOn(account, options.passwordSetOn);
    const around = { engine, session, memory, options, systemProxy, onEvent, onInternalError, terminal };
    await attend(around, closers);
    announce(engine, terminal);
    const ended = new Promise<void>((resolve, reject) => {
      void stopped.then(resolve);
      closers.push(terminal.onCrash(reject));
    });
    if (options.systemProxy !== undefined) {
      const turnedOn = systemProxy?.turnOn(clientAddress(engine.addresses), options.systemProxy);
      await Promise.race([turnedOn, ended]);
    }
    await ended;
  } finally {
    // First of all, so that no program of this Mac meets a port where nobody listens any more.
    await systemProxy?.close();
    for (const close of closers.toReversed()) await close();
    // What is still being looked up would keep the engine's connections from ending.
    await resolver.close();
    await engine.close();
    await Promise.all(outcomes);
  }
  return exitCodes.ok;
}

interface Surroundings {
  readonly engine: Engine;
  readonly session: Session;
  readonly memory: CredentialMemory;
  readonly options: RunOptions;
  readonly systemProxy: SystemProxySwitch | undefined;
  readonly onEvent: (event: EngineEvent) => void;
  readonly onInternalError: (error: unknown) => void;
  readonly terminal: Terminal;
}

/**
 * Connects the engine with what happens around it: the control socket, SIGHUP, the network, sleep, the calendar.
 *
 * @param closers gets what ends each of them, also of those that were there when another one failed
 */
async function attend(surroundings: Surroundings, closers: (() => Promise<void> | void)[]): Promise<void> {
  const { engine, session, memory, options, systemProxy, onEvent, onInternalError, terminal } = surroundings;
  const control = await openControl(engine, session, terminal, onInternalError);
  if (control !== undefined) closers.push(() => control.close());
  closers.push(terminal.onHangUp(() => void session.reload().catch(onInternalError)));
  const network = systemNetworkWatch(process.platform, (message) =>
    terminal.err(`latchkey: warning: ${message}`),
  );
  network.subscribe(() => engine.beginEpoch('network-changed'));
  closers.push(() => network.close());
  const power = timerPower();
  closers.push(() => power.close());
  const { maxPasswordAgeDays: maxAgeDays } = options;
  const reminder =
    maxAgeDays === undefined
      ? undefined
      : new ExpiryReminder({ account: engine.state().account, maxAgeDays, memory, nowMs: Date.now, onEvent });
  if (reminder !== undefined) closers.push(() => reminder.close());
  power.subscribe((event) => {
    if (event === 'suspend') {
      engine.suspend();
      return;
    }
    engine.beginEpoch('woke');
    void systemProxy?.check().catch(onInternalError);
    void reminder?.look();
  });
  await reminder?.look();
}

/** A socket that cannot be opened is no reason not to run: only `latchkey credential` and `status` are missed. */
async function openControl(
  engine: Engine,
  session: Session,
  terminal: Terminal,
  onInternalError: (error: unknown) => void,
): Promise<ControlServer | undefined> {
  const [first] = engine.addresses;
  const path = controlSocketPath(stateDirectory(terminal.env, process.platform), first?.port ?? 0);
  try {
    return await startControlServer({
      path,
      handle: (command, clientLeft) => session.handle(command, clientLeft),
      onInternalError,
    });
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    for (const line of error.lines) terminal.err(line);
    terminal.err(
      'latchkey: warning: without it, `latchkey credential` and `latchkey status` do not reach this one',
    );
    return undefined;
  }
}
