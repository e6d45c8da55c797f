import { traceOf } from '../../shared/error-text';
import type { AppCore, Asker } from '../../shared/app-core';
import type { Command, CommandResult } from '../../shared/command';
import { assertNever } from '../../shared/problem';
import type { AppState } from '../../shared/state';
import { describeProblem } from '../../shared/text';
import { TaskQueue } from '../../shared/task-queue';
import { defaultHopTimeouts } from '../upstream/hop-timeouts';
import { AccountCommands } from './account-commands';
import { readActivity } from './activity-commands';
import { Checks } from './checks';
import { CommandLinkCommands } from './command-link-commands';
import { cancelled, done } from './command-result';
import { ConfCommands } from './conf-commands';
import type { CoreParts } from './core-parts';
import type { CorePorts } from './core-ports';
import { DesktopCommands } from './desktop-commands';
import { EngineKeeper } from './engine-keeper';
import { followSystemProxy } from './follow-system-proxy';
import { isReady } from './ready-settings';
import { keychainCredentials } from './keychain-credentials';
import { PacCommands } from './pac-commands';
import { PacInUse } from './pac-in-use';
import { PasswordReminders } from './password-reminders';
import { ProxySwitch } from './proxy-switch';
import { resolveIpv4 } from './resolve-ipv4';
import { SettingsCommands } from './settings-commands';
import { SettingsKeeper } from './settings-keeper';
import { ShellBlockCommands } from './shell-block-commands';
import { SignInCommands } from './sign-in-commands';
import { SocksPasswords } from './socks-passwords';
import { SocksUserCommands } from './socks-user-commands';
import { StateKeeper } from './state-keeper';
import { systemEntropy } from './system-entropy';
import { toEngineSettings } from './to-engine-settings';
import { UpdateCommands } from './update-commands';
import { WayProver } from './way-prover';

const defaultCheckUrl = new URL('http://example.com/');

/** Starts the core; with the local proxy when the switch was on. */
export function createApp(ports: CorePorts): AppCore {
  const app = new App(ports);
  app.begin();
  return app;
}

/** Puts the parts together, and gives each command to the one that it is for. */
class App implements AppCore {
  readonly #ports: CorePorts;
  readonly #keeper: EngineKeeper;
  readonly #state: StateKeeper;
  readonly #checks: Checks;
  readonly #switch: ProxySwitch;
  readonly #settings: SettingsCommands;
  readonly #socksUsers: SocksUserCommands;
  readonly #pac: PacCommands;
  readonly #conf: ConfCommands;
  readonly #account: AccountCommands;
  readonly #signIn: SignInCommands;
  readonly #shellBlock: ShellBlockCommands;
  readonly #commandLink: CommandLinkCommands;
  readonly #reminders: PasswordReminders;
  readonly #wayProver: WayProver;
  readonly #desktop: DesktopCommands;
  readonly #updates: UpdateCommands;
  readonly #unsubscribe: (() => void)[] = [];
  readonly #tasks = new TaskQueue();
  #ready: Promise<void> = Promise.resolve();
  #isClosed = false;
  readonly #onInternalError = (error: unknown): void => {
    this.#ports.log.write('error', `internal error: ${traceOf(error)}`);
  };

  /** As `#queue`. A command that was under way when the core was closed changes nothing any more. */
  readonly #inOrder = (task: () => Promise<CommandResult>): Promise<CommandResult> =>
    this.#isClosed ? Promise.resolve(cancelled) : this.#queue(task);

  constructor(ports: CorePorts) {
    this.#ports = ports;
    const { timeouts = defaultHopTimeouts, checkUrl = defaultCheckUrl } = ports;
    const { credentials = keychainCredentials(ports.keychain, ports.memory) } = ports;
    const onInternalError = this.#onInternalError;
    const pac = new PacInUse(ports.openPac, (each) => this.#state.takePac(each), onInternalError);
    const socksPasswords = new SocksPasswords(ports.keychain, (users) => this.#state.takeLockedOut(users));
    const keeper = new EngineKeeper({
      pacInUse: pac,
      socksPasswords,
      startEngine: ports.startEngine,
      credentials,
      memory: ports.memory,
      companyProxies: ports.companyProxies,
      toEngineSettings: ports.toEngineSettings ?? toEngineSettings,
      checkUrl,
      keychainWaitMs: ports.keychainWaitMs,
      keepsWarm: () => ports.settings.settings().keepsWarm && !ports.battery.isOn(),
      hostName: ports.hostName,
      portHolders: ports.portHolders,
      nowMs: Date.now,
      entropy: systemEntropy,
      kerberos: ports.kerberos,
      // As good a clock as `performance`, without all that Node loads for that.
      monotonicMs: () => process.uptime() * 1000,
      resolve: resolveIpv4,
      timeouts,
      isForbiddenByMac: ports.isForbiddenByMac,
      describe: (problem) => (ports.describe ?? describeProblem)(problem, this.#state.state.language),
      onAppEvent: (event) => this.#state.onAppEvent(event),
      onEngineEvent: (event) => {
        this.#state.onEngineEvent(event);
        this.#wayProver.onEngineEvent(event);
      },
      onClosing: () => this.#state.meter.settle(),
      onUnbound: (unbound) => this.#state.takeUnbound(unbound),
      onInternalError,
      isTraced: () => ports.traces !== 'while-watched' || this.#state.isWatched,
      ...(ports.resolver === undefined ? {} : { resolver: ports.resolver }),
    });
    const state = new StateKeeper({ ports, keeper, onInternalError });
    const settings = new SettingsKeeper(ports.settings, state);
    const inOrder = this.#inOrder;
    const parts: CoreParts = { ports, keeper, settings, state, inOrder, onInternalError };
    const proxySwitch = new ProxySwitch(parts);
    const reminders = new PasswordReminders(ports, state);
    const settingsCommands = new SettingsCommands({ ...parts, proxySwitch, reminders });
    this.#keeper = keeper;
    this.#state = state;
    this.#switch = proxySwitch;
    this.#reminders = reminders;
    this.#settings = settingsCommands;
    this.#pac = new PacCommands({ ...parts, pac, settingsCommands });
    this.#socksUsers = new SocksUserCommands({ ...parts, socksPasswords, settingsCommands });
    const setUp: SignInCommands['setUpFromFile'] = (command) => this.#signIn.setUpFromFile(command);
    this.#conf = new ConfCommands({ ...parts, credentials, settingsCommands, socksPasswords, setUp });
    this.#shellBlock = new ShellBlockCommands(parts);
    this.#desktop = new DesktopCommands({ ...parts, settingsCommands });
    this.#wayProver = new WayProver({ ...parts, url: checkUrl, shellBlock: this.#shellBlock });
    this.#commandLink = new CommandLinkCommands(ports.commandLink, state);
    this.#updates = new UpdateCommands({ ...parts, proxySwitch, nowMs: Date.now });
    this.#account = new AccountCommands({ ...parts, settingsCommands, proxySwitch, reminders });
    this.#checks = new Checks({
      timeouts,
      isForbiddenByMac: ports.isForbiddenByMac,
      kerberos: ports.kerberos,
      nowMs: Date.now,
      version: ports.version,
      lookAtPac: (url) => this.#pac.examine(url.href, Date.now()),
      onChange: (check) => state.takeCheck(check),
      onInternalError,
    });
    this.#signIn = new SignInCommands({
      ...parts,
      credentials,
      checks: this.#checks,
      checkUrl,
      timeouts,
      takeOver: (store, change) => inOrder(() => this.#account.takeOver(store, change)),
      proveWay: () => this.#wayProver.prove(),
      onKept: (problem) => this.#account.onKept(problem),
      onMethod: (signInMethod) => inOrder(() => this.#settings.changeWith({ signInMethod })),
      onLogon: (outcome, account, upstream) => state.takeLogon(outcome, account, upstream),
    });
  }

  begin(): void {
    const { network, power, battery, settings, systemProxy, notifications } = this.#ports;
    battery.look();
    this.#unsubscribe.push(
      network.subscribe(() => this.#keeper.engine?.beginEpoch('network-changed')),
      power.subscribe((event, sleptSinceMs) => {
        this.#state.takePower(event, sleptSinceMs);
        if (event === 'suspend') return this.#keeper.engine?.suspend();
        this.#keeper.engine?.beginEpoch('woke');
        battery.look();
        this.#inBackground(() => systemProxy.check());
        this.#reminders.look();
      }),
      settings.subscribe(() => this.#inBackground(() => this.#settings.takeHandEdit())),
      followSystemProxy(this.#ports, this.#state.store, this.#state.day),
      notifications.subscribe(() => this.#state.takeNotifications()),
    );
    for (const part of [this.#reminders, this.#updates]) part.begin();
    this.#commandLink.mend().catch(this.#onInternalError);
    const current = settings.settings();
    // Also when it stays off: a Latchkey that was killed may have left its block, which each task is followed by a look at.
    this.#ready = new Promise((resolve) => {
      this.#inBackground(async () => {
        const { isStartedByHand = false } = this.#ports;
        try {
          await this.#state.refreshAccount();
          if (current.isOn && isReady(current)) await this.#switch.start(current, isStartedByHand, resolve);
        } finally {
          resolve();
        }
      });
    });
  }

  ready(): Promise<void> {
    return this.#ready;
  }

  state(): AppState {
    this.#state.refresh();
    return this.#state.state;
  }

  async freshState(): Promise<AppState> {
    if (!this.#isClosed) await this.#state.settleAccount();
    return this.state();
  }

  subscribe(listener: (state: AppState) => void): () => void {
    return this.#state.store.subscribe(listener);
  }

  watch(): () => void {
    return this.#state.watch();
  }

  async run(command: Command, signal?: Asker): Promise<CommandResult> {
    if (this.#isClosed) return cancelled;
    const result = await this.#run(command, signal);
    // Whoever has asked for a logon may look at the count next.
    if (!this.#isClosed) await this.#state.settleAccount();
    this.#state.refresh();
    this.#updates.endIfDue();
    return result;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const blockLeft = this.#shellBlock.close();
    this.#state.close();
    this.#account.close();
    for (const end of this.#unsubscribe) end();
    for (const part of [this.#checks, this.#wayProver, this.#desktop, this.#updates]) part.close();
    const { systemProxy, network, power, battery, memory, companyProxies, settings, log } = this.#ports;
    // First of all: what the Mac sends elsewhere again, nobody misses here. It also ends a question for a password, which
    // what is under way may wait for.
    await systemProxy.close();
    await this.#tasks.idle();
    await this.#reminders.close();
    const blockProblem = await blockLeft;
    if (blockProblem !== undefined)
      log.write('warning', `the block for terminals is still in ${blockProblem.file}: ${blockProblem.kind}`);
    // What is still being looked up would keep the engine's connections from ending.
    await this.#ports.resolver?.close();
    await this.#keeper.close();
    this.#state.end();
    power.close();
    const { traffic, updates } = this.#ports;
    const others = [network, battery, settings, memory, companyProxies, traffic, updates];
    await Promise.all(others.map(async (each) => each?.close()));
    await log.close();
  }

  async #run(command: Command, signal: Asker | undefined): Promise<CommandResult> {
    switch (command.kind) {
      case 'turn-on':
        return this.#inOrder(() => this.#switch.turnOn());
      case 'turn-off':
        return this.#inOrder(() => this.#switch.turnOff());
      case 'check-again':
        return this.#switch.checkAgain();
      case 'look-at-pac':
      case 'answer-proxy':
      case 'refresh-pac':
        return this.#pac.run(command);
      case 'set-up':
        return this.#signIn.setUp(command);
      case 'change-password':
        return this.#signIn.changePassword(command, { signal });
      case 'use-for-session':
        return this.#signIn.changePassword(command, { isForSession: true });
      case 'retry-password':
        return this.#signIn.retryPassword(command.url, signal);
      case 'pause-sign-in':
        return this.#keeper.pause(command.isPaused) ? done : cancelled;
      case 'cancel-check':
      case 'dismiss-check':
      case 'answer-doctor':
        if (command.kind === 'dismiss-check') this.#wayProver.dismiss();
        return this.#checks.run(command);
      case 'run-doctor':
        return this.#signIn.runDoctor(command, signal);
      case 'prove-way':
        return this.#wayProver.prove();
      case 'set-system-proxy':
        if (!command.isOn) this.#ports.systemProxy.endQuestion();
        return this.#inOrder(() => this.#switch.switchSystemProxy(command.isOn));
      case 'set-open-at-login':
        return this.#settings.setOpenAtLogin(command.isOn);
      case 'change-settings':
        return this.#inOrder(() => this.#settings.changeWith(command.patch));
      case 'set-socks-user':
      case 'remove-socks-user':
        return this.#socksUsers.run(command);
      case 'reload-settings':
        return this.#settings.reload();
      case 'try-address':
      case 'try-client':
        return this.#settings.run(command, (url) => this.#pac.verdict(url));
      case 'read-activity':
      case 'read-today':
      case 'count-covered':
        return readActivity(this.#state, command);
      case 'preview-shell-block':
      case 'set-shell-block':
        return this.#inOrder(() => this.#shellBlock.run(command));
      case 'look-for-command':
      case 'set-command-link':
        return this.#commandLink.run(command);
      case 'look-around':
      case 'set-up-from-file':
      case 'import-cntlm-conf':
      case 'export-cntlm-conf':
        return this.#conf.run(command);
      case 'forget-account':
        return this.#inOrder(() => this.#account.forget());
      case 'copy-terminal-commands':
      case 'copy-text':
      case 'show-log':
      case 'show-licences':
      case 'read-log':
      case 'open-settings-pane':
      case 'try-notification':
        return this.#desktop.run(command);
      case 'check-for-updates':
      case 'install-update':
        return this.#updates.run(command);
      case 'dismiss-notice':
      case 'go-to':
        return this.#state.run(command);
      // The window is the shell's.
      case 'set-panel-height':
      case 'hide-panel':
      case 'leave-panel':
        return done;
      case 'quit':
        return this.#switch.quit();
      default:
        return assertNever(command);
    }
  }

  /** A change that nobody waits for. */
  #inBackground(task: () => Promise<unknown>): void {
    this.#queue(task).catch(this.#onInternalError);
  }

  /** One change after the other, and the shell's block after each. */
  #queue<T>(task: () => Promise<T>): Promise<T> {
    const finished = this.#tasks.run(task);
    this.#tasks.run(() => this.#shellBlock.follow()).catch(this.#onInternalError);
    return finished;
  }
}
