import {
  type OpenedPac,
  type OpenPac,
  type PacGuide,
  type PacState,
  type PacVerdict,
  upstreamOf,
} from '../../shared/pac';
import { formatUpstream, type Upstream } from '../../shared/settings';

/** What a PAC is asked for to find out which proxies it names: an answer for one of them is mostly that for all. */
export const usualUrls = [
  'http://example.com/',
  'https://example.com/',
  'https://www.apple.com/',
  'https://www.microsoft.com/',
  'https://github.com/',
] as const;

const absent: PacVerdict = { kind: 'failed', why: 'absent', detail: 'it has not been read yet' };

/** The company proxies of some answers, in their order, each once. */
export function namedBy(verdicts: readonly PacVerdict[]): Upstream[] {
  const proxies = new Map<string, Upstream>();
  for (const way of verdicts.flatMap((verdict) => (verdict.kind === 'ways' ? verdict.ways : []))) {
    const upstream = upstreamOf(way);
    if (upstream === undefined) continue;
    const key = formatUpstream(upstream).toLowerCase();
    if (!proxies.has(key)) proxies.set(key, upstream);
  }
  return [...proxies.values()];
}

/** One PAC, from when it is asked for until something else is. */
class Use implements PacGuide {
  readonly source: string;
  readonly opening: Promise<OpenedPac | undefined>;
  #opened: OpenedPac | undefined;

  constructor(source: string, opening: Promise<OpenedPac | undefined>) {
    this.source = source;
    this.opening = opening.then((opened) => (this.#opened = opened));
  }

  get opened(): OpenedPac | undefined {
    return this.#opened;
  }

  find(url: string): PacVerdict | Promise<PacVerdict> {
    return this.#opened?.find(url) ?? this.opening.then((opened) => opened?.find(url) ?? absent);
  }

  allDown(): void {
    this.#opened?.allDown();
  }
}

/** The PAC that the settings name, opened while the local proxy runs. */
export class PacInUse {
  readonly #openPac: OpenPac | undefined;
  readonly #onState: (state: PacState | undefined) => void;
  readonly #onInternalError: (error: unknown) => void;
  #use: Use | undefined;
  /** What is being closed. */
  readonly #closing = new Set<Promise<void>>();

  /**
   * @param openPac undefined: none can be had here
   * @param onState told of each change of what is in use; undefined: nothing is
   * @param onInternalError told of a bug
   */
  constructor(
    openPac: OpenPac | undefined,
    onState: (state: PacState | undefined) => void,
    onInternalError: (error: unknown) => void,
  ) {
    this.#openPac = openPac;
    this.#onState = onState;
    this.#onInternalError = onInternalError;
  }

  /** Whoever asks the one that is in use; undefined: there is none. */
  get guide(): PacGuide | undefined {
    return this.#use;
  }

  /** Uses what is there from now on. @param source as the setting has it; empty: none */
  use(source: string): void {
    if (source === (this.#use?.source ?? '')) return;
    this.#end();
    if (source === '') return;
    const use: Use = new Use(
      source,
      this.#open(source, true, (state) => {
        if (use === this.#use) this.#onState(state);
      }),
    );
    this.#use = use;
    this.#onState({ place: undefined, readMs: undefined, error: undefined });
  }

  beginEpoch(): void {
    this.#use?.opened?.beginEpoch();
  }

  /** Reads it again. Resolves when that is over, whatever came of it. */
  async refresh(): Promise<void> {
    await (await this.#use?.opening)?.refresh();
  }

  /** Asks one, whether it is in use or not, for addresses. */
  async ask(
    source: string,
    urls: readonly string[],
  ): Promise<{ readonly verdicts: readonly PacVerdict[]; readonly state: PacState | undefined }> {
    const isInUse = source === this.#use?.source;
    const opened = isInUse ? await this.#use?.opening : await this.#open(source, false, () => undefined);
    try {
      if (opened === undefined) return { verdicts: urls.map(() => absent), state: undefined };
      // Whoever looks at it waits for it, however long that takes.
      if (!isInUse) await opened.refresh();
      const verdicts: PacVerdict[] = [];
      for (const url of urls) verdicts.push(await opened.find(url));
      return { verdicts, state: opened.state };
    } finally {
      if (!isInUse) await opened?.close();
    }
  }

  /** Which company proxies one names for usual addresses, in their order, each once; and why none, where it has failed. */
  async look(source: string): Promise<{
    readonly proxies: readonly Upstream[];
    readonly place: string | undefined;
    readonly error: string | undefined;
  }> {
    const { verdicts, state } = await this.ask(source, usualUrls);
    const proxies = namedBy(verdicts);
    const failed = proxies.length === 0 ? verdicts.find(({ kind }) => kind === 'failed') : undefined;
    const error = state?.error ?? (failed?.kind === 'failed' ? failed.detail : undefined);
    return { proxies, place: state?.place, error };
  }

  /** Resolves when nothing of it is left. */
  async close(): Promise<void> {
    this.#end();
    await Promise.all(this.#closing);
  }

  #end(): void {
    const use = this.#use;
    if (use === undefined) return;
    this.#use = undefined;
    this.#onState(undefined);
    const closing = use.opening
      .then((opened) => opened?.close())
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  /** @returns undefined where none can be had, or there is a bug, which is told */
  async #open(
    source: string,
    isKept: boolean,
    onChange: (state: PacState) => void,
  ): Promise<OpenedPac | undefined> {
    const onInternalError = this.#onInternalError;
    try {
      return await this.#openPac?.({ source, isKept, onChange, onInternalError });
    } catch (error) {
      onInternalError(error);
      return undefined;
    }
  }
}
