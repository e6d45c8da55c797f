import type { AppSettings } from '../../shared/app-settings';
import type { UnboundPort } from '../../shared/engine-state';
import type { Command, CommandResult } from '../../shared/command';
import type { EngineEvent } from '../../shared/event';
import { isTold, type LogLevel } from '../../shared/log-line';
import { managedState, nothingManaged } from '../../shared/managed';
import type { PacState } from '../../shared/pac';
import type { Account, HostPort, Upstream } from '../../shared/settings';
import type { AppProblem } from '../../shared/app-problem';
import type { AccountState, AppState, Check, Language, Screen } from '../../shared/state';
import { accountState } from './account-state';
import { ActivityLog } from './activity-log';
import { done } from './command-result';
import type { CorePorts } from './core-ports';
import { DayLog } from './day-log';
import { countLogon, type LogonOutcome } from './count-logon';
import type { EngineKeeper } from './engine-keeper';
import { isSameHost } from '../../shared/is-same-host';
import { eventPrinter } from './event-printer';
import { firstState } from './first-state';
import { serviceStates } from './service-states';
import { StateStore } from './state-store';
import { TrafficMeter } from './traffic-meter';
import { type AppEvent, transition } from './transition';

const sampleMs = 1_000;

export interface StateKeeperOptions {
  readonly ports: CorePorts;
  readonly keeper: EngineKeeper;
  readonly onInternalError: (error: unknown) => void;
}

/** Keeps the one state true: by what the engine tells, by what the ports say, and by what the commands have done. */
export class StateKeeper {
  readonly store: StateStore;
  readonly activity = new ActivityLog();
  readonly meter: TrafficMeter;
  readonly day: DayLog;
  readonly #ports: CorePorts;
  readonly #keeper: EngineKeeper;
  readonly #onInternalError: (error: unknown) => void;
  readonly #print: (event: EngineEvent) => void;
  #timer: NodeJS.Timeout | undefined;
  #watchers = 0;
  #signedInWith: AccountState['signedInWith'];
  #isAccountStale = true;
  #accountLookUp: Promise<void> = Promise.resolve();
  #isClosed = false;
  readonly #endAccent: (() => void) | undefined;

  constructor({ ports, keeper, onInternalError }: StateKeeperOptions) {
    this.#ports = ports;
    this.#keeper = keeper;
    this.#onInternalError = onInternalError;
    const levelWanted = (): LogLevel => ports.settings.settings().logLevel;
    this.#print = eventPrinter(
      (level, line) => {
        if (isTold(level, levelWanted())) ports.log.write(level, line);
      },
      () => levelWanted() === 'debug',
    );
    this.meter = new TrafficMeter(
      () => keeper.engine?.traffic() ?? { down: 0, up: 0, openTunnels: 0 },
      Date.now,
      ports.traffic,
    );
    this.day = new DayLog(Date.now, ports.traffic);
    const settings = ports.settings.settings();
    this.store = new StateStore(
      firstState(ports, keeper.upstreams(settings), this.#language(settings), this.meter.state(false)),
    );
    this.#endAccent = ports.accentColor?.subscribe(() => this.#takeAccent());
  }

  get state(): AppState {
    return this.store.state;
  }

  /** Whether somebody sees figures and rows at the moment. */
  get isWatched(): boolean {
    return this.#watchers > 0;
  }

  /** See AppCore. */
  watch(): () => void {
    if (this.#isClosed) return () => undefined;
    this.#watchers += 1;
    if (this.#watchers === 1) this.#beginWatch();
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#watchers -= 1;
      if (this.#watchers === 0) this.#endWatch();
    };
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#endAccent?.();
  }

  /** After everything that could still change it has ended. */
  end(): void {
    this.day.close();
    this.meter.close();
    this.store.close();
  }

  /** What can be had at once: figures, addresses, upstreams. */
  refresh(): void {
    const { engine } = this.#keeper;
    this.store.update({
      traffic: this.meter.state(this.isWatched),
      lastActivityId: this.activity.lastId,
      lastProblems: this.activity.lastProblems,
      addresses: engine?.addresses ?? [],
      services: serviceStates(engine),
      unbound: engine === undefined ? [] : this.state.unbound,
      reachability: engine?.state().companyProxy ?? 'unknown',
      upstreams: this.#keeper.upstreams(this.state.settings),
    });
  }

  refreshAccount(): Promise<void> {
    this.#isAccountStale = false;
    const lookUp = this.#lookUpAccount().then((account) => {
      // One that was begun before the last may be of an account that is forgotten since.
      if (lookUp === this.#accountLookUp) this.store.update({ account });
    });
    this.#accountLookUp = lookUp;
    return lookUp;
  }

  /** Resolves when the account is as it is now, with the logons that have just been made. */
  async settleAccount(): Promise<void> {
    await (this.#isAccountStale ? this.refreshAccount() : this.#accountLookUp);
  }

  async #lookUpAccount(): Promise<AccountState | undefined> {
    const { memory, settings } = this.#ports;
    const { account, maxPasswordAgeDays } = settings.settings();
    return account && accountState(account, maxPasswordAgeDays, memory, this.#keeper, this.#signedInWith);
  }

  /** The count of logons is looked up when somebody looks: they may be many. */
  countLogons(): void {
    this.#isAccountStale = true;
  }

  /** A logon that no engine has made, as in set-up. */
  takeLogon(outcome: LogonOutcome, account: Account, upstream: HostPort): void {
    this.countLogons();
    if (outcome !== 'sent') this.day.tellLogon(outcome, account, upstream);
  }

  /** See Power. */
  takePower(event: 'suspend' | 'resume', sleptSinceMs?: number): void {
    if (event === 'resume') this.day.resume(sleptSinceMs);
    else this.day.suspend(this.#keeper.engine?.traffic().openTunnels ?? 0);
  }

  /** The settings have changed. */
  takeSettings(settings: AppSettings): void {
    const managed = managedState(this.#ports.settings.managed?.() ?? nothingManaged);
    this.store.update({ settings, managed, language: this.#language(settings) });
    const isWrong = ({ kind }: AppProblem): boolean => kind === 'managed-wrong';
    const wrong = this.#ports.settings.notices().filter(isWrong);
    this.store.update({ notices: [...this.state.notices.filter((each) => !isWrong(each)), ...wrong] });
  }

  takeNotifications(): void {
    const notifications = this.#ports.notifications.state();
    this.store.update({ notifications });
    this.replaceNotices(
      ({ kind }) => kind === 'notifications-off',
      notifications === 'off' ? { kind: 'notifications-off' } : undefined,
    );
  }

  /** Takes the notices away that are of a kind, and puts another one in their place. */
  replaceNotices(isReplaced: (notice: AppProblem) => boolean, problem?: AppProblem): void {
    const others = this.state.notices.filter((notice) => !isReplaced(notice));
    this.store.update({ notices: problem === undefined ? others : [...others, problem] });
  }

  /** The ports that could not be opened, beside those that were. */
  takeUnbound(unbound: readonly UnboundPort[]): void {
    const file = this.#ports.settings.path;
    const others = this.state.notices.filter(({ kind }) => kind !== 'not-listening');
    const notices = unbound.map(
      ({ place, line, why }) => ({ kind: 'not-listening', file, place, line, why }) as const,
    );
    this.store.update({ unbound, notices: [...others, ...notices] });
  }

  /** The users of SOCKS5 who have no password, and so are not let in. */
  takeLockedOut(users: readonly string[]): void {
    if (this.#isClosed) return;
    const [first] = users;
    this.replaceNotices(
      ({ kind }) => kind === 'socks-users-unknown',
      first === undefined ? undefined : { kind: 'socks-users-unknown', users },
    );
  }

  /** What is told already is not told twice. */
  addNotice(problem: AppProblem): void {
    const text = JSON.stringify(problem);
    this.replaceNotices((notice) => JSON.stringify(notice) === text, problem);
  }

  /** What is asked of the state alone. */
  run(command: Command & { readonly kind: 'dismiss-notice' | 'go-to' }): CommandResult {
    if (command.kind === 'go-to') this.goTo(command.screen, true);
    else this.replaceNotices(({ kind }) => kind === command.notice);
    return done;
  }

  /** @param isAsked whether the user has clicked for it */
  goTo(screen: Screen, isAsked: boolean): void {
    const count = (this.state.goTo?.count ?? 0) + 1;
    this.store.update({ goTo: { screen, count, isAsked } });
  }

  onAppEvent(event: AppEvent): void {
    const before = this.state.connection;
    const connection = transition(before, event);
    this.day.takeAppEvent(event);
    const { engine } = this.#keeper;
    this.store.update({ connection, reachability: engine?.state().companyProxy ?? 'unknown' });
    // The same refusal is told once, however often it shows.
    if (connection.kind !== 'password-needed' || before.kind === 'password-needed') return;
    this.goTo('password', false);
    const { account } = this.#ports.settings.settings();
    if (account === undefined) return;
    const { why } = connection;
    if (why.kind === 'refused') {
      this.#ports.notifications.show({ kind: 'password-refused', account, upstream: why.upstream });
    } else {
      this.#ports.notifications.show({ kind: 'password-missing', account });
    }
  }

  onEngineEvent(event: EngineEvent): void {
    countLogon(event, this.#ports.memory);
    this.#print(event);
    this.day.takeEngineEvent(event);
    if (event.kind === 'proxy-not-agreed') this.#askAbout(event.upstream);
    if (event.kind === 'request-finished' || event.kind === 'tunnel-ended') {
      const nowMs = Date.now();
      const { activity } = this;
      const row = event.kind === 'request-finished' ? activity.add(event, nowMs) : activity.end(event, nowMs);
      this.day.addTraffic(row?.target, event);
      const { lastId: lastActivityId, lastProblems } = this.activity;
      if (this.isWatched) this.store.update({ lastActivityId, lastProblems });
    } else if (event.kind === 'own-request') {
      this.activity.addOwn(event, Date.now());
      if (this.isWatched) this.store.update({ lastActivityId: this.activity.lastId });
    } else if (event.kind === 'kerberos') {
      const { trouble, upstream } = event;
      if (trouble === undefined) {
        this.#signedInWith = 'Kerberos';
        this.onAppEvent({ kind: 'credential-accepted', upstream });
        this.countLogons();
      }
      this.replaceNotices(
        ({ kind }) => kind === 'kerberos-unused',
        trouble === undefined ? undefined : { kind: 'kerberos-unused', trouble, upstream },
      );
    } else if (event.kind.startsWith('logon-')) {
      if (event.kind === 'logon-accepted') this.#signedInWith = event.method;
      this.countLogons();
    } else {
      // What failed on another network says nothing of this one.
      if (event.kind === 'network-epoch') {
        this.#signedInWith = undefined;
        this.activity.forgetProblems();
        this.replaceNotices(({ kind }) => kind === 'kerberos-unused');
      }
      if (event.kind.startsWith('credential-')) void this.refreshAccount();
      this.refresh();
    }
  }

  /** How far the check of the user is. One that is over may have cost a logon. */
  takeCheck(check: Check): void {
    this.store.update({ check });
    if (check.kind === 'finished') void this.refreshAccount();
  }

  /** What the PAC is like that is in use. Without one nobody is to be agreed to. */
  takePac(pac: PacState | undefined): void {
    this.store.update({ pac, ...(pac === undefined ? { askedProxies: [] } : {}) });
  }

  /** The PAC names a company proxy to which the user has not agreed: he is asked, once for each host. */
  #askAbout(upstream: Upstream): void {
    const { askedProxies, settings } = this.state;
    const known = [...askedProxies, ...settings.refusedProxies];
    if (known.some((each) => isSameHost(each, upstream))) return;
    this.store.update({ askedProxies: [...askedProxies, upstream] });
  }

  /** What no engine tells, and the log and the terminal should. */
  print(event: EngineEvent): void {
    this.#print(event);
  }

  #beginWatch(): void {
    this.meter.sample();
    this.#timer = setInterval(() => {
      this.meter.sample();
      this.refresh();
      if (this.#isAccountStale) void this.refreshAccount();
    }, sampleMs);
    // The user may have been in System Settings meanwhile.
    this.store.update({ openAtLogin: this.#ports.loginItem.state() });
    this.#takeAccent();
    void this.refreshAccount();
    this.#refreshRight().catch(this.#onInternalError);
    this.refresh();
    this.store.setVisible(true);
  }

  #takeAccent(): void {
    this.store.update({ accentColor: this.#ports.accentColor?.color() });
  }

  #endWatch(): void {
    clearInterval(this.#timer);
    this.meter.hide();
    this.refresh();
    this.store.setVisible(false);
  }

  async #refreshRight(): Promise<void> {
    const asksForAdministrator = (await this.#ports.systemProxy.asksForPassword()) === true;
    if (!this.#isClosed) this.store.update({ asksForAdministrator });
  }

  #language({ language }: AppSettings): Language {
    return language === 'system' ? this.#ports.systemLanguage : language;
  }
}
