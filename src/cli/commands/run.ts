import type { CorePorts } from '../../main/app/core-ports';
import type { CredentialSource, FoundCredentials } from '../../main/app/credential-source';
import { keychainCredentials } from '../../main/app/keychain-credentials';
import { passKeywords } from '../../main/app/pass-lines';
import { recoverFirst } from '../../main/app/recover-first';
import { keytarKeychain } from '../../main/platform/keychain/keytar-keychain';
import type { CredentialBook, SettingsStore } from '../../main/platform/ports';
import { makeCredential } from '../../main/upstream/credential';
import { type AppSettings, defaultAppSettings } from '../../shared/app-settings';
import type { AppCore } from '../../shared/app-core';
import type { CalendarDay } from '../../shared/calendar-day';
import { defined } from '../../shared/defined';
import { type Account, formatAccount, type SignInMethod, type Upstream } from '../../shared/settings';
import { settingsOfWay, type SystemProxyWay, wayOf } from '../../shared/system-proxy';
import { awaitKeychain } from '../await-keychain';
import { CliError, exitCodes } from '../cli-error';
import type { HashFormatOption } from '../conf-credential-source';
import { readConfPorts } from '../conf-ports';
import type { InPlaceOfLines, OwnSettings } from '../conf-settings';
import { problemLine } from '../describe-app-problem';
import type { OwnPorts } from '../headless-ports';
import { internalErrorPrinter } from '../internal-error-printer';
import { openCompanyProxies, openMemory, openTraffic } from '../open-memory';
import { readPassword } from '../read-password';
import { stateDirectory } from '../state-directory';
import { clientAddress, openTerminalSystemProxy, requireMac, tellChanges } from '../terminal-system-proxy';
import type { Terminal } from '../terminal';
import { noLmHash, warnOfMethod } from '../warn-of-method';

export interface RunOptions {
  /** A cntlm.conf; without one: the settings of the app. */
  readonly config: string | undefined;
  /** What is said of the account, with `config` alone. */
  readonly account: Partial<Account>;
  /** What takes the place of lines of FILE, or of settings of the app. */
  readonly inPlace: InPlaceOfLines;
  readonly hashFormat: HashFormatOption;
  /** How the account signs in; undefined: as the settings have it, with `config` NTLMv2. */
  readonly signInMethod: SignInMethod | undefined;
  /** With `config`: company proxies of the PAC that may get the sign-in. */
  readonly agreed: readonly Upstream[] | undefined;
  readonly offNetwork: AppSettings['offNetwork'] | undefined;
  /** How long requests wait; with it they do. */
  readonly offNetworkWaitSeconds?: number | undefined;
  readonly maxPasswordAgeDays: number | undefined;
  readonly passwordSetOn: CalendarDay | undefined;
  readonly isVerbose: boolean;
  /** Whether connections are signed in before anybody needs them. */
  readonly keepsWarm: boolean;
  /** How this becomes the Mac's proxy while it runs; undefined: not at all. */
  readonly systemProxy: SystemProxyWay | undefined;
}

/** What is read before anything is started. */
interface Configuration {
  readonly settings: SettingsStore;
  readonly account: Account;
  readonly credentials: CredentialSource;
  /** Where a hash could be put. */
  readonly place: string;
  readonly own: Partial<CorePorts>;
}

const importHost = () => import('../host-core');

/** `latchkey run`: the core without the menu bar, until SIGINT or SIGTERM. */
export async function run(options: RunOptions, terminal: Terminal): Promise<number> {
  if (options.systemProxy !== undefined) requireMac(terminal);
  const directory = stateDirectory(terminal.env, process.platform);
  const onInternalError = internalErrorPrinter(terminal);
  if (options.config === undefined) await refuseBesideApp(terminal);
  let settings: SettingsStore | undefined;
  let core: AppCore | undefined;
  const systemProxy = await openTerminalSystemProxy(
    terminal,
    () => {
      const current = settings?.settings() ?? defaultAppSettings;
      const { noProxy, port } = current;
      const address = clientAddress(core?.state().addresses ?? []);
      const wanted = { host: '127.0.0.1', port: options.inPlace.port ?? port };
      return { ...wayOf(current), noProxy, address: address ?? wanted };
    },
    onInternalError,
  );
  tellChanges(systemProxy, terminal);
  // Before anything else: what a Latchkey that was killed has left keeps this Mac from its network.
  await recoverFirst(systemProxy.recover({ mayAsk: false }), onInternalError);
  const memory = openMemory(terminal, { onDerive: () => void importHost() });
  const companyProxies = await openCompanyProxies(terminal);
  try {
    const configuration = await configure(options, directory, memory, terminal);
    settings = configuration.settings;
    const { account } = configuration;
    const credentials = await withCredential(configuration, terminal);
    if (options.passwordSetOn !== undefined) {
      await memory.rememberPasswordSetOn(account, options.passwordSetOn);
    }
    const own: OwnPorts = {
      ...configuration.own,
      settings,
      credentials,
      memory,
      companyProxies,
      traffic: await openTraffic(terminal, settings.path),
      systemProxy,
    };
    const { hostCore } = await importHost();
    return await hostCore({ own, directory, terminal, onInternalError, onCore: (each) => (core = each) });
  } finally {
    await systemProxy.close();
    await settings?.close();
    await memory.close();
    await companyProxies.close();
  }
}

/** The settings of the app have one owner at a time. @throws CliError exit 1 */
async function refuseBesideApp(terminal: Terminal): Promise<void> {
  const { findRunning, nameOf } = await import('../running');
  const running = await findRunning(terminal);
  try {
    const app = running.find(({ client }) => client.hello.host === 'app');
    if (app === undefined) return;
    throw new CliError(
      exitCodes.failure,
      `${nameOf(app)} (version ${app.client.hello.version}) runs already, with these settings: \`latchkey status\` asks it how it is. ` +
        'Quit it to run without a menu bar, or run a configuration of your own with --config FILE',
    );
  } finally {
    for (const { client } of running) client.close();
  }
}

async function configure(
  options: RunOptions,
  directory: string,
  memory: CredentialBook,
  terminal: Terminal,
): Promise<Configuration> {
  const { config, inPlace, offNetwork, offNetworkWaitSeconds, systemProxy, keepsWarm, isVerbose } = options;
  const { maxPasswordAgeDays, signInMethod } = options;
  const said: Partial<OwnSettings> = {
    isOn: true,
    ...defined({ offNetwork, maxPasswordAgeDays, signInMethod }),
    ...(offNetworkWaitSeconds === undefined ? {} : { offNetwork: 'wait', offNetworkWaitSeconds }),
    ...(keepsWarm ? {} : { keepsWarm }),
    ...(isVerbose ? { logLevel: 'debug' } : {}),
    ...(systemProxy === undefined ? {} : { usesSystemProxy: true, ...settingsOfWay(systemProxy) }),
  };
  if (config !== undefined) {
    const { account: saidAccount, hashFormat, agreed } = options;
    // As in cntlm, nothing goes past the company proxies by itself.
    const all: Partial<OwnSettings> = { offNetwork: 'refuse', pacFallback: 'list', ...said };
    const conf = { config, account: saidAccount, hashFormat, inPlace, agreed };
    const { account, ports } = await readConfPorts({ ...conf, said: all, memory, terminal });
    const { settings, credentials, ...own } = ports;
    return { settings, account, credentials, place: config, own };
  }
  // zod comes with these settings, and is not needed for a cntlm.conf.
  const { openAppSettings } = await import('../app-run-settings');
  const settings = await openAppSettings(directory, { ...said, ...inPlace }, terminal);
  const { account } = settings.settings();
  if (account === undefined || settings.settings().upstreams.length === 0) {
    await settings.close();
    throw new CliError(
      exitCodes.badConfiguration,
      'nothing is set up yet: set Latchkey up in the menu bar, or give a cntlm.conf with --config FILE',
    );
  }
  const keychain = keytarKeychain();
  const credentials = keychainCredentials(keychain, memory);
  return { settings, account, credentials, place: settings.path, own: { keychain } };
}

/**
 * Looks for the credential before anything listens; where there is none, whoever sits at the terminal is asked.
 *
 * @throws CliError exit 2 where nobody can be asked, exit 1 when the Keychain cannot be read
 */
async function withCredential(
  { account, credentials, place, settings }: Configuration,
  terminal: Terminal,
): Promise<CredentialSource> {
  const { signInMethod: method, ntlmToBasic, upstreams } = settings.settings();
  const isOverTls = upstreams.some(({ isTls }) => isTls === true);
  warnOfMethod(method, terminal, isOverTls);
  const found = await awaitKeychain(credentials.find(account, method), terminal);
  const name = formatAccount(account);
  if (found.kind === 'trouble')
    throw new CliError(exitCodes.failure, `${place} has no hash. ${problemLine(found.problem)}`);
  if (found.kind === 'found') return firstFinding(credentials, found);
  // Programs bring their own, or whoever is asked by a company proxy is told that the name is missing; until then it takes no account.
  if (account.user === '' || ntlmToBasic) return firstFinding(credentials, found);
  const domain = account.domain === '' ? '' : ` --domain ${account.domain}`;
  const signIn = method === 'NTLMv2' ? '' : ` --sign-in ${method}`;
  const keyword = passKeywords[method].join(' and ') || 'Password';
  if (terminal.stdin.isTTY !== true) {
    throw new CliError(exitCodes.badConfiguration, [
      `${place}: no hash is here, nor for ${name} in the Keychain; ` +
        `store it with \`latchkey hash${domain} --user ${account.user}${signIn} --save\`, or add ${keyword} to a cntlm.conf`,
    ]);
  }
  const password = await readPassword(terminal, `Password of ${name}: `);
  const credential = makeCredential(account, method, password);
  if (credential === undefined) throw noLmHash(method);
  return firstFinding(credentials, { kind: 'found', credentials: [credential], refusedAtMs: undefined });
}

/** What was found already is not looked up once more: the Keychain may ask the user each time. */
function firstFinding(source: CredentialSource, found: FoundCredentials): CredentialSource {
  let known: FoundCredentials | undefined = found;
  return {
    find: (account, method) => {
      const first = known;
      known = undefined;
      return first === undefined ? source.find(account, method) : Promise.resolve(first);
    },
    remember: (credential, outcome) => source.remember(credential, outcome),
  };
}
