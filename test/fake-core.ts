import type { AppCore, Asker } from '../src/shared/app-core';
import { type AppSettings, defaultAppSettings } from '../src/shared/app-settings';
import type { Command, CommandResult } from '../src/shared/command';
import type { AppState } from '../src/shared/state';
import { noUpdates } from '../src/shared/updates';

/** Who is signed in in `fakeState`. */
export const fakeAccount = { domain: 'corp-uk', user: 'testuser' };
const upstream = { host: 'proxy.corp', port: 8080 };
const noTraffic = { downBytes: 0, upBytes: 0 };

/** A core that is on and signed in, as the command line finds it most of the time. */
export const fakeState: AppState = {
  revision: 1,
  version: '0.0.0',
  language: 'en',
  platform: 'other',
  connection: { kind: 'on', route: { kind: 'upstream', upstream, hasSignedIn: true } },
  reachability: 'reachable',
  settings: {
    ...defaultAppSettings,
    isOn: true,
    account: fakeAccount,
    upstreams: [upstream],
    offNetwork: 'refuse',
  },
  account: {
    account: fakeAccount,
    standing: 'proven',
    today: { sent: 12, refused: 0, unanswered: 1 },
    isForSessionOnly: false,
  },
  upstreams: [{ address: upstream, status: 'in-use' }],
  pac: undefined,
  askedProxies: [],
  addresses: [
    { host: '127.0.0.1', port: 3128 },
    { host: '::1', port: 3128 },
  ],
  services: [],
  unbound: [],
  systemProxy: { kind: 'unsupported', notes: [] },
  takenBy: undefined,
  asksForAdministrator: false,
  openAtLogin: 'unsupported',
  notifications: 'unknown',
  commandLink: { kind: 'unsupported' },
  updates: noUpdates,
  traffic: { now: noTraffic, openTunnels: 0, lastMinute: [], hours: [], today: noTraffic },
  managed: { names: [], by: undefined, contact: undefined },
  lastProblems: [],
  lastActivityId: 0,
  check: { kind: 'none' },
  wayProof: undefined,
  logTellsAllUntilMs: undefined,
  findings: [],
  notices: [],
  goTo: undefined,
};

/** What makes it one that nobody has set up yet. */
export const notSetUp: Partial<AppState> = {
  connection: { kind: 'needs-setup' },
  settings: defaultAppSettings,
  account: undefined,
  upstreams: [],
  addresses: [],
};

type Answer = CommandResult | Promise<CommandResult>;

/** A core that does nothing, says what it is told to say, and keeps what it is asked. */
export class FakeCore implements AppCore {
  readonly commands: Command[] = [];
  /** Whoever has asked, for each command. */
  readonly askers: (Asker | undefined)[] = [];
  /** What the next commands of a kind give; all others are done. */
  readonly answers = new Map<Command['kind'], (command: Command) => Answer>();
  /** How many look at the moment. */
  watchers = 0;
  isClosed = false;
  readonly #listeners = new Set<(state: AppState) => void>();
  #state: AppState;

  constructor(changes: Partial<AppState> = {}) {
    this.#state = { ...fakeState, ...changes };
  }

  /** How many are told of changes at the moment. */
  get listeners(): number {
    return this.#listeners.size;
  }

  /** Changes parts of the state, and tells of it. */
  set(changes: Partial<AppState>): void {
    this.#state = { ...this.#state, ...changes, revision: this.#state.revision + 1 };
    for (const listener of this.#listeners) listener(this.#state);
  }

  setSettings(changes: Partial<AppSettings>): void {
    this.set({ settings: { ...this.#state.settings, ...changes } });
  }

  /** What commands of this kind give from now on. */
  answer<K extends Command['kind']>(
    kind: K,
    answer: Answer | ((command: Extract<Command, { readonly kind: K }>) => Answer),
  ): void {
    this.answers.set(
      kind,
      typeof answer === 'function' ? (answer as (command: Command) => Answer) : () => answer,
    );
  }

  freshState(): Promise<AppState> {
    return Promise.resolve(this.state());
  }

  state(): AppState {
    return this.#state;
  }

  subscribe(listener: (state: AppState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  async run(command: Command, asker?: Asker): Promise<CommandResult> {
    this.commands.push(command);
    this.askers.push(asker);
    return (await this.answers.get(command.kind)?.(command)) ?? { kind: 'done' };
  }

  watch(): () => void {
    this.watchers += 1;
    let isOver = false;
    return () => {
      if (!isOver) this.watchers -= 1;
      isOver = true;
    };
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}
