import type { AppCore } from '../../shared/app-core';
import type { AppSettings, SettingsPatch } from '../../shared/app-settings';
import { daysBetween, localDay } from '../../shared/calendar-day';
import type { Command, CommandResult } from '../../shared/command';
import type { EngineEvent } from '../../shared/event';
import { passwordAge } from '../../shared/password-age';
import { assertNever } from '../../shared/problem';
import { type Account, formatAccount } from '../../shared/settings';
import type { AccountState, AppProblem, AppState, Language, Screen } from '../../shared/state';
import { TaskQueue } from '../../shared/task-queue';
import { leadsToLatchkey } from '../../shared/system-proxy';
import { type Shell, terminalCommands } from '../../shared/terminal-commands';
import { wordsFor } from '../../shared/words/words-for';
import { createRouter } from '../routing/router';
import { defaultHopTimeouts } from '../upstream/http-connection';
import { ActivityLog } from './activity-log';
import { Checks } from './checks';
import type { CorePorts } from './core-ports';
import { countLogon } from './count-logon';
import { EngineKeeper, isReady, type ReadySettings } from './engine-keeper';
import { eventPrinter } from './event-printer';
import { ExpiryReminder } from './expiry-reminder';
import { exportCntlmConf } from './export-cntlm-conf';
import { cntlmPlaces, findExisting } from './find-existing';
import { isThisMac } from './is-this-mac';
import { keychainProblem } from './keychain-problem';
import { readConf } from './read-conf';
import { resolveIpv4 } from './resolve-ipv4';
import { type ShellBlockFacts, ShellBlockKeeper } from './shell-block-keeper';
import { SignInCommands } from './sign-in-commands';
import { StateStore } from './state-store';
import { systemEntropy } from './system-entropy';
import { TrafficMeter } from './traffic-meter';
import { type AppEvent, transition } from './transition';

const defaultCheckUrl = new URL('http://example.com/');
const sampleMs = 1_000;
const done: CommandResult = { kind: 'done' };

function failed(problem: AppProblem): CommandResult {
  return { kind: 'failed', problem };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Starts the app; with the local proxy when the switch was on. The local proxy may not listen yet when this resolves. */
export function createApp(ports: CorePorts): Promise<AppCore> {
  const app = new App(ports);
  app.begin();
  return Promise.resolve(app);
}

class App implements AppCore {
  readonly #ports: CorePorts;
  readonly #store: StateStore;
  readonly #activity = new ActivityLog();
  readonly #meter: TrafficMeter;
  readonly #keeper: EngineKeeper;
  readonly #checks: Checks;
  readonly #signIn: SignInCommands;
  readonly #shellBlock: ShellBlockKeeper;
  readonly #unsubscribe: (() => void)[] = [];
  readonly #print: (event: EngineEvent) => void;
  readonly #onInternalError = (error: unknown): void => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#ports.log.write(`internal error: ${text}`);
  };
  #reminder: ExpiryReminder | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** A cntlm.conf that the user has pointed at before anything is set up. */
  #chosenConf: string | undefined;
  #isVisible = false;
  #isClosed = false;
  #isAccountStale = true;
  readonly #tasks = new TaskQueue();

  constructor(ports: CorePorts) {
    this.#ports = ports;
    const { timeouts = defaultHopTimeouts } = ports;
    this.#print = eventPrinter((line) => ports.log.write(line), false);
    const onInternalError = this.#onInternalError;
    this.#keeper = new EngineKeeper({
      startEngine: ports.startEngine,
      keychain: ports.keychain,
      memory: ports.memory,
      companyProxies: ports.companyProxies,
      checkUrl: ports.checkUrl ?? defaultCheckUrl,
      keychainWaitMs: ports.keychainWaitMs,
      hostName: ports.hostName,
      portHolders: ports.portHolders,
      nowMs: Date.now,
      entropy: systemEntropy,
      monotonicMs: () => performance.now(),
      resolve: resolveIpv4,
      timeouts,
      // What a browser or curl is told speaks of the panel, not of the command line.
      describe: (problem) => wordsFor(this.#store.state.language).problem(problem),
      onAppEvent: (event) => this.#onAppEvent(event),
      onEngineEvent: (event) => this.#onEngineEvent(event),
      onInternalError,
    });
    this.#meter = new TrafficMeter(
      () => this.#keeper.engine?.traffic() ?? { down: 0, up: 0, openTunnels: 0 },
      Date.now,
    );
    this.#checks = new Checks({
      timeouts,
      nowMs: Date.now,
      version: ports.version,
      onChange: (check) => {
        this.#store.update({ check });
        if (check.kind === 'finished') void this.#refreshAccount();
      },
      onInternalError,
    });
    this.#signIn = new SignInCommands({
      ports,
      keeper: this.#keeper,
      checks: this.#checks,
      checkUrl: ports.checkUrl ?? defaultCheckUrl,
      timeouts,
      takeOver: (store, change) => this.#inOrder(() => this.#takeOver(store, change)),
      onKept: (problem) => this.#onKept(problem),
      onLogon: () => {
        this.#isAccountStale = true;
      },
    });
    this.#shellBlock = new ShellBlockKeeper(ports.shell, ports.shellStart);
    const settings = ports.settings.settings();
    this.#store = new StateStore({
      version: ports.version,
      language: this.#language(settings),
      platform: ports.platform,
      connection: { kind: isReady(settings) ? 'off' : 'needs-setup' },
      reachability: 'unknown',
      settings,
      account: undefined,
      upstreams: this.#keeper.upstreams(settings),
      addresses: [],
      systemProxy: ports.systemProxy.state(),
      asksForAdministrator: false,
      openAtLogin: ports.loginItem.state(),
      traffic: this.#meter.state(false),
      lastProblem: undefined,
      lastActivityId: 0,
      check: { kind: 'none' },
      findings: [],
      notices: ports.settings.notices(),
      goTo: undefined,
    });
  }

  get #confPlaces(): readonly string[] {
    const places = this.#ports.confPlaces ?? cntlmPlaces;
    return this.#chosenConf === undefined ? places : [this.#chosenConf, ...places];
  }

  begin(): void {
    const { network, power, settings, systemProxy } = this.#ports;
    this.#unsubscribe.push(
      network.subscribe(() => this.#keeper.engine?.beginEpoch('network-changed')),
      power.subscribe((event) => {
        if (event === 'suspend') {
          this.#keeper.engine?.suspend();
          return;
        }
        this.#keeper.engine?.beginEpoch('woke');
        this.#inBackground(async () => void (await systemProxy.check()));
        void this.#reminder?.look();
      }),
      settings.subscribe(() => this.#inBackground(() => this.#takeHandEdit())),
      systemProxy.subscribe(() => this.#store.update({ systemProxy: systemProxy.state() })),
    );
    this.#remind();
    void this.#refreshAccount();
    const current = settings.settings();
    // Also when it stays off: a Latchkey that was killed may have left its block, which each task is followed by a look at.
    this.#inBackground(async () => {
      if (current.isOn && isReady(current)) await this.#start(current, false);
    });
  }

  state(): AppState {
    this.#refresh();
    return this.#store.state;
  }

  subscribe(listener: (state: AppState) => void): () => void {
    return this.#store.subscribe(listener);
  }

  setPanelVisible(isVisible: boolean): void {
    if (this.#isVisible === isVisible || this.#isClosed) return;
    this.#isVisible = isVisible;
    clearInterval(this.#timer);
    if (isVisible) {
      this.#meter.sample();
      this.#timer = setInterval(() => {
        this.#meter.sample();
        this.#refresh();
        if (this.#isAccountStale) void this.#refreshAccount();
      }, sampleMs);
      // The user may have been in System Settings meanwhile.
      this.#store.update({ openAtLogin: this.#ports.loginItem.state() });
      void this.#refreshAccount();
      this.#refreshRight().catch(this.#onInternalError);
    } else {
      this.#meter.hide();
    }
    this.#refresh();
    this.#store.setVisible(isVisible);
  }

  async run(command: Command): Promise<CommandResult> {
    if (this.#isClosed) return { kind: 'cancelled' };
    const result = await this.#run(command);
    this.#refresh();
    return result;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const blockLeft = this.#shellBlock.close();
    clearInterval(this.#timer);
    for (const end of this.#unsubscribe) end();
    this.#checks.cancel();
    const { systemProxy, network, power, memory, companyProxies, settings, log } = this.#ports;
    // First of all: what the Mac sends elsewhere again, nobody misses here. It also ends a question for a password, which
    // what is under way may wait for.
    await systemProxy.close();
    await this.#tasks.idle();
    await this.#reminder?.close();
    const blockProblem = await blockLeft;
    if (blockProblem !== undefined) log.write(wordsFor('en').problem(blockProblem).sentence);
    await this.#keeper.close();
    this.#meter.close();
    this.#store.close();
    power.close();
    await Promise.all([network.close(), settings.close(), memory.close(), companyProxies.close()]);
    await log.close();
  }

  async #run(command: Command): Promise<CommandResult> {
    const { clipboard, panes, log, loginItem, surroundings } = this.#ports;
    switch (command.kind) {
      case 'turn-on':
        return this.#inOrder(() => this.#turnOn());
      case 'turn-off':
        return this.#inOrder(() => this.#turnOff());
      case 'check-again':
        return this.#checkAgain();
      case 'look-around':
        this.#store.update({
          findings: await findExisting(surroundings, this.#confPlaces),
        });
        return done;
      case 'set-up':
        return this.#signIn.setUp(command);
      case 'set-up-from-file':
        return this.#signIn.setUpFromFile(command.file, command.password, command.isAgain);
      case 'change-password':
        return this.#signIn.changePassword(command.password, false, command.isAgain);
      case 'use-for-session':
        return this.#signIn.changePassword(command.password, true);
      case 'retry-password':
        return this.#signIn.retryPassword();
      case 'pause-sign-in':
        this.#keeper.pause(command.isPaused);
        return done;
      case 'cancel-check':
        this.#checks.cancel();
        return done;
      case 'dismiss-check':
        this.#checks.dismiss();
        return done;
      case 'run-doctor':
        return this.#signIn.runDoctor();
      case 'answer-doctor':
        this.#checks.answer(command.signsIn);
        return done;
      case 'set-system-proxy':
        return this.#inOrder(() => this.#switchSystemProxy(command.isOn));
      case 'set-open-at-login':
        return this.#setOpenAtLogin(command.isOn);
      case 'change-settings':
        return this.#inOrder(() => this.#changeSettings((settings) => withPatch(settings, command.patch)));
      case 'try-address':
        return this.#tryAddress(command.address);
      case 'read-activity':
        return { kind: 'activity', rows: this.#activity.after(command.afterId) };
      case 'copy-terminal-commands':
        await clipboard.writeText(this.#terminalCommands(command.shell));
        return done;
      case 'preview-shell-block':
        return this.#inOrder(async () => ({
          kind: 'shell-block',
          plan: await this.#shellBlock.plan(this.#shellBlockFacts()),
        }));
      case 'set-shell-block':
        return this.#inOrder(() => this.#setShellBlock(command.isOn));
      case 'copy-text':
        await clipboard.writeText(command.text);
        return done;
      case 'import-cntlm-conf':
        return this.#importConf();
      case 'export-cntlm-conf':
        return this.#exportConf();
      case 'forget-account':
        return this.#inOrder(() => this.#forgetAccount());
      case 'show-log':
        await panes.openFile(log.path);
        return done;
      case 'open-settings-pane':
        await panes.openSettings(command.pane);
        this.#store.update({ openAtLogin: loginItem.state() });
        return done;
      case 'dismiss-notice':
        this.#store.update({
          notices: this.#store.state.notices.filter(({ kind }) => kind !== command.notice),
        });
        return done;
      case 'go-to':
        this.#goTo(command.screen);
        return done;
      // The window is the shell's.
      case 'set-panel-height':
      case 'hide-panel':
        return done;
      case 'quit':
        return this.#quit();
      default:
        return assertNever(command);
    }
  }

  // The switch

  async #turnOn(): Promise<CommandResult> {
    await this.#save((settings) => ({ ...settings, isOn: true }));
    const { settings } = this.#store.state;
    if (!isReady(settings)) {
      this.#goTo('set-up');
      return done;
    }
    if (this.#keeper.engine === undefined) await this.#start(settings, true);
    const { connection } = this.#store.state;
    return connection.kind === 'failed' ? failed(connection.problem) : done;
  }

  async #turnOff(): Promise<CommandResult> {
    if (!(await this.#stop(true))) return { kind: 'cancelled' };
    await this.#save((settings) => ({ ...settings, isOn: false }));
    return done;
  }

  /** @param mayAsk whether the user has just clicked, so that macOS may ask for an administrator's password */
  async #start(settings: ReadySettings, mayAsk: boolean): Promise<void> {
    this.#onAppEvent({ kind: 'switched-on' });
    this.#meter.settle();
    this.#activity.forgetTunnels();
    await this.#keeper.start(settings);
    if (settings.usesSystemProxy && this.#keeper.engine !== undefined) {
      await this.#ports.systemProxy.set(true, { mayAsk });
    }
    await this.#refreshAccount();
    this.#refresh();
  }

  /**
   * Stops the local proxy, unless the Mac's settings, which lead to it, could not be put back: its programs would be cut off.
   *
   * @param mayAsk as in `#start`
   * @returns whether it has stopped
   */
  async #stop(mayAsk: boolean): Promise<boolean> {
    if (!(await this.#putSettingsBack(mayAsk))) return false;
    this.#meter.settle();
    await this.#keeper.stop();
    this.#activity.forgetTunnels();
    this.#onAppEvent({ kind: 'switched-off' });
    this.#refresh();
    return true;
  }

  /** @returns whether no setting of this Mac leads to the local proxy any more */
  async #putSettingsBack(mayAsk: boolean): Promise<boolean> {
    const { systemProxy } = this.#ports;
    const wasLed = leadsToLatchkey(systemProxy.state());
    const { kind } = systemProxy.state();
    if (!wasLed && kind !== 'taken-over' && kind !== 'needs-password') return true;
    const state = await systemProxy.set(false, { mayAsk });
    return state.kind === 'off' || (state.kind === 'failed' && !wasLed);
  }

  /**
   * The last moment at which macOS may ask for an administrator's password: afterwards there is nobody who would know why.
   *
   * @returns `cancelled`: the user stays
   */
  async #quit(): Promise<CommandResult> {
    if (await this.#putSettingsBack(true)) return done;
    return (await this.#ports.dialogs.quitAnyway()) ? done : { kind: 'cancelled' };
  }

  async #checkAgain(): Promise<CommandResult> {
    const { engine } = this.#keeper;
    if (engine !== undefined) {
      engine.beginEpoch('network-changed');
      return done;
    }
    return this.#store.state.connection.kind === 'failed' ? this.#inOrder(() => this.#turnOn()) : done;
  }

  // Settings

  /** Saves a change of the settings, and says so when they cannot be saved. */
  async #save(change: (settings: AppSettings) => AppSettings): Promise<void> {
    const { settings } = this.#ports;
    const problem = await settings.update(change);
    const current = settings.settings();
    const notices = this.#store.state.notices.filter(({ kind }) => kind !== 'settings-not-saved');
    // A file that was damaged by hand meanwhile is told as well.
    const known = new Set(this.#store.state.notices.map((notice) => JSON.stringify(notice)));
    const news = settings.notices().filter((notice) => !known.has(JSON.stringify(notice)));
    this.#store.update({
      settings: current,
      language: this.#language(current),
      notices: [...notices, ...news.filter(isSettingsDamage), ...(problem === undefined ? [] : [problem])],
    });
    this.#refresh();
  }

  /** Applies a change to what runs, then saves it. What is wrong with it changes nothing. */
  async #changeSettings(change: (settings: AppSettings) => AppSettings): Promise<CommandResult> {
    const before = this.#ports.settings.settings();
    const next = change(before);
    const own = next.upstreams.find(({ host, port }) => port === next.port && isThisMac(host));
    if (own !== undefined) return failed({ kind: 'upstream-is-latchkey', upstream: own });
    if (isReady(next)) {
      const problem = await this.#keeper.apply(next);
      if (problem !== undefined) return failed(problem);
    }
    await this.#save(change);
    await this.#settle(before, true);
    return done;
  }

  /** Somebody has edited the file. */
  async #takeHandEdit(): Promise<void> {
    const before = this.#store.state.settings;
    const settings = this.#ports.settings.settings();
    this.#store.update({ settings, language: this.#language(settings) });
    if (isReady(settings) && settings.account === before.account) {
      const problem = await this.#keeper.apply(settings);
      if (problem !== undefined) this.#notice(problem);
    }
    await this.#settle(before, false);
  }

  /** Brings the rest of the app in line with the settings. `mayAsk` as in `#start`. */
  async #settle(before: AppSettings, mayAsk: boolean): Promise<void> {
    const settings = this.#ports.settings.settings();
    const { engine } = this.#keeper;
    const isOtherAccount = nameOf(settings.account) !== nameOf(before.account);
    const isFailed = this.#store.state.connection.kind === 'failed';
    if (!isReady(settings)) {
      if (engine !== undefined) await this.#stop(mayAsk);
      this.#onAppEvent({ kind: 'forgotten' });
    } else {
      this.#onAppEvent({ kind: 'set-up' });
      if (!settings.isOn && (engine !== undefined || isFailed)) await this.#stop(mayAsk);
      else if (settings.isOn && (engine === undefined || isOtherAccount)) await this.#start(settings, mayAsk);
      else if (settings.isOn) await this.#settleSystemProxy(before, settings, mayAsk);
    }
    if (
      isOtherAccount ||
      settings.maxPasswordAgeDays !== before.maxPasswordAgeDays ||
      settings.remindDays !== before.remindDays
    ) {
      this.#remind();
    }
    await this.#refreshAccount();
    this.#refresh();
  }

  // The account

  async #takeOver(
    store: () => Promise<void>,
    change: (settings: AppSettings) => AppSettings,
  ): Promise<CommandResult> {
    const before = this.#ports.settings.settings();
    await this.#keeper.stop();
    const { check } = this.#store.state;
    if (check.kind === 'finished' && check.result === 'accepted') this.#keeper.signedIn(check.upstream);
    await store();
    await this.#save(change);
    await this.#settle(before, true);
    const { connection } = this.#store.state;
    return connection.kind === 'failed' ? failed(connection.problem) : done;
  }

  async #onKept(problem: AppProblem | undefined): Promise<void> {
    const notices = this.#store.state.notices.filter(({ kind }) => !kind.startsWith('keychain-'));
    this.#store.update({ notices: problem === undefined ? notices : [...notices, problem] });
    this.#remind();
    await this.#refreshAccount();
  }

  async #forgetAccount(): Promise<CommandResult> {
    const { keychain, settings } = this.#ports;
    const { account } = settings.settings();
    if (account === undefined) return done;
    if (!(await this.#stop(true))) return { kind: 'cancelled' };
    this.#keeper.forget();
    this.#activity.forgetProblem();
    let problem: AppProblem | undefined;
    try {
      await keychain.remove(formatAccount(account));
    } catch (error) {
      problem = keychainProblem(error);
    }
    await this.#save(({ account: _account, ...rest }) => ({ ...rest, isOn: false }));
    this.#onAppEvent({ kind: 'forgotten' });
    this.#remind();
    await this.#refreshAccount();
    return problem === undefined ? done : failed(problem);
  }

  // Everything else

  async #refreshRight(): Promise<void> {
    const asksForAdministrator = (await this.#ports.systemProxy.asksForPassword()) === true;
    if (!this.#isClosed) this.#store.update({ asksForAdministrator });
  }

  /** Of what comes of it the state tells, which says what is true of the Mac. */
  async #switchSystemProxy(isOn: boolean): Promise<CommandResult> {
    const { systemProxy } = this.#ports;
    // While Latchkey is off the switch says what will be, unless there still is something to put back.
    if (isOn && this.#keeper.engine === undefined) {
      await this.#save((settings) => ({ ...settings, usesSystemProxy: true }));
      return done;
    }
    const state = await systemProxy.set(isOn, { mayAsk: true });
    const isCancelled = isOn
      ? state.kind === 'off' || state.kind === 'needs-password'
      : leadsToLatchkey(state);
    await this.#save((settings) => ({ ...settings, usesSystemProxy: isCancelled ? !isOn : isOn }));
    return isCancelled ? { kind: 'cancelled' } : done;
  }

  async #settleSystemProxy(before: AppSettings, settings: AppSettings, mayAsk: boolean): Promise<void> {
    const { systemProxy } = this.#ports;
    const isSame =
      settings.usesSystemProxy === before.usesSystemProxy &&
      settings.port === before.port &&
      settings.systemProxyMode === before.systemProxyMode &&
      settings.bypassesLocalNetworks === before.bypassesLocalNetworks;
    if (isSame) return;
    if (settings.usesSystemProxy) await systemProxy.set(true, { mayAsk });
    else await this.#putSettingsBack(mayAsk);
  }

  #shellBlockFacts(): ShellBlockFacts {
    return {
      settings: this.#ports.settings.settings(),
      isListening: this.#keeper.engine !== undefined,
      hasSystemProxy: this.#ports.systemProxy.state().kind !== 'unsupported',
    };
  }

  /** What goes wrong is told by the result, and the switch stays off then. */
  async #setShellBlock(isOn: boolean): Promise<CommandResult> {
    await this.#save((settings) => ({ ...settings, writesShellBlock: isOn }));
    const outcome = await this.#shellBlock.follow(this.#shellBlockFacts());
    if (outcome.kind === 'same' || outcome.problem === undefined) return done;
    if (isOn) {
      await this.#save((settings) => ({ ...settings, writesShellBlock: false }));
      await this.#shellBlock.follow(this.#shellBlockFacts());
    }
    return failed(outcome.problem);
  }

  /** After a change of anything else. What goes wrong is told by a notice. */
  async #followWithShellBlock(): Promise<void> {
    const outcome = await this.#shellBlock.follow(this.#shellBlockFacts());
    if (outcome.kind === 'same') return;
    const others = this.#store.state.notices.filter(({ kind }) => !kind.startsWith('shell-'));
    const { problem } = outcome;
    this.#store.update({ notices: problem === undefined ? others : [...others, problem] });
  }

  #setOpenAtLogin(isOn: boolean): CommandResult {
    const { loginItem } = this.#ports;
    loginItem.set(isOn);
    // The system refuses without a word: what it says now is what counts.
    const openAtLogin = loginItem.state();
    this.#store.update({ openAtLogin });
    return isOn && openAtLogin !== 'on' ? failed({ kind: 'login-item-refused' }) : done;
  }

  #tryAddress(address: string): CommandResult {
    const settings = this.#ports.settings.settings();
    const route = createRouter(settings)({ host: hostOf(address), port: 0 });
    return {
      kind: 'address',
      route: route.kind,
      rule: route.kind === 'direct' ? route.rule : undefined,
    };
  }

  #terminalCommands(shell: Shell | undefined): string {
    const { port, noProxy } = this.#ports.settings.settings();
    return terminalCommands({
      shell: shell ?? this.#ports.shell,
      address: { host: '127.0.0.1', port },
      noProxy,
    });
  }

  /** Takes everything over but the account, which goes through set-up. */
  async #importConf(): Promise<CommandResult> {
    const file = await this.#ports.dialogs.openConf();
    if (file === undefined) return { kind: 'cancelled' };
    const read = await readConf(this.#ports.surroundings, file, this.#ports.settings.settings());
    if (read.kind === 'failed') return failed(read.problem);
    if (!isReady(this.#ports.settings.settings())) {
      // Before there is an account, taking a file over is setting up, with its hash and one logon.
      this.#chosenConf = file;
      this.#goTo('set-up');
      return done;
    }
    const { upstreams, noProxy, port, access, allowed, workstation } = read.settings;
    const result = await this.#inOrder(() =>
      this.#changeSettings((settings) => ({
        ...settings,
        upstreams,
        noProxy,
        port,
        access,
        allowed,
        workstation,
      })),
    );
    if (result.kind !== 'done') return result;
    for (const { line, text } of read.leftOut) this.#notice({ kind: 'cntlm-conf', file, line, detail: text });
    return done;
  }

  async #exportConf(): Promise<CommandResult> {
    const { dialogs, surroundings, settings } = this.#ports;
    const file = await dialogs.saveConf();
    if (file === undefined) return { kind: 'cancelled' };
    try {
      await surroundings.writeFile(file, exportCntlmConf(settings.settings()));
    } catch (error) {
      return failed({ kind: 'settings-not-saved', detail: messageOf(error) });
    }
    return done;
  }

  // State

  #onAppEvent(event: AppEvent): void {
    const before = this.#store.state.connection;
    const connection = transition(before, event);
    const { engine } = this.#keeper;
    this.#store.update({ connection, reachability: engine?.state().companyProxy ?? 'unknown' });
    // The same refusal is told once, however often it shows.
    if (connection.kind !== 'password-needed' || before.kind === 'password-needed') return;
    this.#goTo('password');
    const { account } = this.#ports.settings.settings();
    if (account === undefined) return;
    const { why } = connection;
    if (why.kind === 'refused') {
      this.#ports.notifications.show({ kind: 'password-refused', account, upstream: why.upstream });
    } else {
      this.#ports.notifications.show({ kind: 'password-missing', account });
    }
  }

  #onEngineEvent(event: EngineEvent): void {
    countLogon(event, this.#ports.memory);
    this.#print(event);
    if (event.kind === 'request-finished' || event.kind === 'tunnel-ended') {
      if (event.kind === 'request-finished') this.#activity.add(event, Date.now());
      else this.#activity.end(event, Date.now());
      const { lastId: lastActivityId, lastProblem } = this.#activity;
      if (this.#isVisible) this.#store.update({ lastActivityId, lastProblem });
    } else if (event.kind.startsWith('logon-')) {
      // They may be many: the count is looked up when somebody looks.
      this.#isAccountStale = true;
    } else {
      if (event.kind.startsWith('credential-')) void this.#refreshAccount();
      this.#refresh();
    }
  }

  #remind(): void {
    void this.#reminder?.close();
    this.#reminder = undefined;
    const { account, maxPasswordAgeDays, remindDays } = this.#ports.settings.settings();
    if (account === undefined || maxPasswordAgeDays === null || this.#isClosed) return;
    this.#reminder = new ExpiryReminder({
      account,
      maxAgeDays: maxPasswordAgeDays,
      firstDays: remindDays,
      memory: this.#ports.memory,
      nowMs: Date.now,
      onEvent: (event) => {
        this.#print(event);
        if (event.kind !== 'password-expiring') return;
        const { expiresOn, daysLeft } = event;
        this.#ports.notifications.show({ kind: 'password-expiring', account, expiresOn, daysLeft });
      },
    });
    void this.#reminder.look();
  }

  /** What can be had at once: figures, addresses, upstreams. */
  #refresh(): void {
    const { engine } = this.#keeper;
    this.#store.update({
      traffic: this.#meter.state(this.#isVisible),
      lastActivityId: this.#activity.lastId,
      lastProblem: this.#activity.lastProblem,
      addresses: engine?.addresses ?? [],
      reachability: engine?.state().companyProxy ?? 'unknown',
      upstreams: this.#keeper.upstreams(this.#store.state.settings),
    });
  }

  async #refreshAccount(): Promise<void> {
    this.#isAccountStale = false;
    const { account, maxPasswordAgeDays } = this.#ports.settings.settings();
    this.#store.update({
      account: account === undefined ? undefined : await this.#accountState(account, maxPasswordAgeDays),
    });
  }

  async #accountState(account: Account, maxAgeDays: number | null): Promise<AccountState> {
    const { memory } = this.#ports;
    const day = localDay(Date.now());
    const today = await memory.logonsOn(account, day);
    const setOn = await memory.passwordSetOn(account);
    const { lastAcceptedMs, standing, isForSession } = this.#keeper;
    return {
      account,
      standing,
      today,
      ...(lastAcceptedMs === undefined ? {} : { lastAcceptedMs }),
      ...(setOn === undefined ? {} : { setOn, ageDays: daysBetween(setOn, day) }),
      ...(setOn === undefined || maxAgeDays === null
        ? {}
        : { daysLeft: passwordAge({ setOn, maxAgeDays, today: day }).daysLeft }),
      isForSessionOnly: isForSession,
    };
  }

  #language({ language }: AppSettings): Language {
    return language === 'system' ? this.#ports.systemLanguage : language;
  }

  #notice(problem: AppProblem): void {
    this.#store.update({ notices: [...this.#store.state.notices, problem] });
  }

  #goTo(screen: Screen): void {
    const count = (this.#store.state.goTo?.count ?? 0) + 1;
    this.#store.update({ goTo: { screen, count } });
  }

  /** A change that nobody waits for. */
  #inBackground(task: () => Promise<void>): void {
    this.#inOrder(task).catch(this.#onInternalError);
  }

  /** One change after the other, and the shell's block after each. */
  #inOrder<T>(task: () => Promise<T>): Promise<T> {
    const finished = this.#tasks.run(task);
    this.#tasks.run(() => this.#followWithShellBlock()).catch(this.#onInternalError);
    return finished;
  }
}

/** A field that is not there changes nothing. */
function withPatch(
  settings: AppSettings,
  patch: (Command & { readonly kind: 'change-settings' })['patch'],
): AppSettings {
  const given = Object.entries(patch).filter(([, value]) => value !== undefined);
  return { ...settings, ...(Object.fromEntries(given) as SettingsPatch) };
}

function isSettingsDamage({ kind }: AppProblem): boolean {
  return kind === 'settings-damaged';
}

function nameOf(account: Account | undefined): string {
  return account === undefined ? '' : formatAccount(account).toUpperCase();
}

/** The host of what a user types: a URL, `host:port`, or a name. */
function hostOf(address: string): string {
  const text = address.trim();
  const url = URL.canParse(text) && text.includes('://') ? text : `http://${text}`;
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : text;
}
