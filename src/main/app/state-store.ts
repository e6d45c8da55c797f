import type { AppState } from '../../shared/state';

/** How often listeners are told at most of what only the panel shows: figures, mostly. */
const visibleGapMs = 250;
/**
 * What tray and notifications show, and what a click changes: it is told at once, as a switch that falls back until its
 * state comes may be clicked again. While the panel is hidden nothing else is worth a word.
 */
const promptKeys = [
  'connection',
  'settings',
  'systemProxy',
  'openAtLogin',
  'commandLink',
  'notifications',
  'account',
  'check',
  'wayProof',
  'logTellsAllUntilMs',
  'notices',
  'askedProxies',
  'goTo',
  'language',
] as const satisfies readonly (keyof AppState)[];

type Parts = Omit<AppState, 'revision'>;

/** The one state, with those who want to know of it. Changes that come together are told together. */
export class StateStore {
  readonly #listeners = new Set<(state: AppState) => void>();
  #state: AppState;
  #told: AppState;
  #isVisible = false;
  #timer: NodeJS.Timeout | undefined;
  #dueMs = Number.NEGATIVE_INFINITY;
  #lastToldMs = Number.NEGATIVE_INFINITY;

  constructor(initial: Parts) {
    this.#state = { revision: 1, ...initial };
    this.#told = this.#state;
  }

  get state(): AppState {
    return this.#state;
  }

  /** Changes parts of the state. Without a difference nothing happens. */
  update(changes: Partial<Parts>): void {
    const keys = Object.keys(changes) as (keyof Parts)[];
    if (keys.every((key) => isEqual(this.#state[key], changes[key]))) return;
    this.#state = { ...this.#state, ...changes, revision: this.#state.revision + 1 };
    this.#tellLater();
  }

  subscribe(listener: (state: AppState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What was not told while the panel was hidden is told when it is shown. */
  setVisible(isVisible: boolean): void {
    this.#isVisible = isVisible;
    if (isVisible) this.#tellLater();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#listeners.clear();
  }

  #tellLater(): void {
    if (!this.#isWorthTelling()) return;
    const dueMs = this.#isPrompt() ? Number.NEGATIVE_INFINITY : this.#lastToldMs + visibleGapMs;
    if (this.#timer !== undefined && this.#dueMs <= dueMs) return;
    clearTimeout(this.#timer);
    this.#dueMs = dueMs;
    this.#timer = setTimeout(() => this.#tell(), Math.max(0, dueMs - monotonicMs())).unref();
  }

  #isWorthTelling(): boolean {
    return this.#state !== this.#told && (this.#isVisible || this.#isPrompt());
  }

  #isPrompt(): boolean {
    return promptKeys.some((key) => this.#state[key] !== this.#told[key]);
  }

  #tell(): void {
    this.#timer = undefined;
    if (!this.#isWorthTelling()) return;
    this.#lastToldMs = monotonicMs();
    this.#told = this.#state;
    for (const listener of this.#listeners) listener(this.#state);
  }
}

function isEqual(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

/** As good a clock as `performance`, without all that Node loads for that. */
function monotonicMs(): number {
  return process.uptime() * 1000;
}
