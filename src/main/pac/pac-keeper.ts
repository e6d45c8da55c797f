import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { messageOf } from '../../shared/error-text';
import {
  type KeptPac,
  type OpenedPac,
  type OpenPacOptions,
  type PacState,
  type PacSurroundings,
  type PacVerdict,
  readPacSource,
} from '../../shared/pac';
import { TaskQueue } from '../../shared/task-queue';
import { PacError } from './pac-error';
import { PacFinder, type PacFinderOptions } from './pac-finder';
import { type ReadPac, readPac } from './read-pac';

/** Keeps the last script that was of use. No method rejects. */
export interface PacStore {
  read(): Promise<KeptPac | undefined>;
  write(kept: KeptPac): Promise<void>;
}

export interface PacKeeperOptions
  extends PacSurroundings,
    Omit<OpenPacOptions, 'isKept'>,
    Pick<PacFinderOptions, 'resolve' | 'ownAddresses' | 'lookupMs'> {
  readonly store: PacStore;
  /** The authorities that a server of https may be certified by, as PEM. Default: those of Node. */
  readonly certificates?: () => string[];
  /** How long the download may take, in milliseconds. */
  readonly downloadMs?: number;
  /** When it is read again although nothing has happened, in milliseconds. */
  readonly renewMs?: number;
  /** When it is read again after it could not be, in milliseconds: each time twice as late, up to `renewMs`. */
  readonly retryMs?: number;
  /** How soon it may be read again because everything that it names is down, in milliseconds. */
  readonly hurryMs?: number;
}

const defaults = {
  downloadMs: 20_000,
  renewMs: 15 * 60_000,
  retryMs: 5_000,
  hurryMs: 30_000,
  lookupMs: 2_000,
} as const;
/** A program that writes a file does so in several steps. */
const settleMs = 200;
/** To a script every address is one that a browser could ask it for. */
const noAddress: PacVerdict = {
  kind: 'failed',
  why: 'no-answer',
  detail: 'its address is none of a browser',
};

/**
 * Keeps the company's PAC: reads it when it begins, every quarter of an hour, on another network, when its file changes and when
 * nothing that it names can be reached. What cannot be read, or does not parse, leaves the one of before in use, which is kept across
 * restarts too. Its thread exists from `start` to `close`.
 */
export class PacKeeper implements OpenedPac {
  readonly #options: PacKeeperOptions;
  readonly #finder: PacFinder;
  readonly #tasks = new TaskQueue();
  /** The script that is in use. */
  #text: string | undefined;
  #state: PacState = { place: undefined, readMs: undefined, error: undefined };
  #localAddress: string | undefined;
  #failureCount = 0;
  #lastReadMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #watcher: FSWatcher | undefined;
  #settleTimer: NodeJS.Timeout | undefined;
  /** Counts the times that it was read: what has taken longer than a newer one is too old. */
  #readCount = 0;
  /** What was kept is in use, if there was something. */
  #kept: Promise<void> = Promise.resolve();
  #firstRead: Promise<void> = Promise.resolve();
  /** Ends the download that is under way. */
  #abort = new AbortController();
  #isClosed = false;

  constructor(options: PacKeeperOptions) {
    this.#options = options;
    const { resolve, ownAddresses, lookupMs = defaults.lookupMs } = options;
    this.#finder = new PacFinder({
      resolve,
      ownAddresses: async () => {
        const others = await ownAddresses();
        // That towards the PAC's own host is the one towards the company network.
        return [...new Set([this.#localAddress ?? [], others].flat())];
      },
      lookupMs,
    });
  }

  get state(): PacState {
    return this.#state;
  }

  /** Begins with what was kept, and reads it anew. Does not wait for either. */
  start(): void {
    this.#kept = this.#do(async () => {
      const kept = await this.#options.store.read();
      if (kept === undefined || kept.source !== this.#options.source || this.#text !== undefined) return;
      await this.#use(kept.text);
      this.#set({ place: kept.place, readMs: kept.readMs, error: undefined });
    });
    // The Mac's settings may name it no more, and what was kept says where it was.
    this.#firstRead = this.#kept.then(() => this.refresh());
    this.#watch();
  }

  find(target: string): PacVerdict | Promise<PacVerdict> {
    // What a client asks for is taken by HTTP's grammar, which allows more hosts than a URL can have.
    if (!URL.canParse(target)) return noAddress;
    const url = new URL(target);
    return this.#finder.isLoaded ? this.#finder.find(url) : this.#findLater(url);
  }

  allDown(): void {
    const { hurryMs = defaults.hurryMs } = this.#options;
    if (Date.now() - this.#lastReadMs >= hurryMs) void this.refresh();
  }

  /** This machine has come to another network: names, addresses and answers are of the old one, and the PAC may be another. */
  beginEpoch(): void {
    this.#failureCount = 0;
    void this.#do(async () => {
      if (this.#text !== undefined) await this.#finder.load(this.#text);
    });
    void this.refresh();
  }

  /** Reads it from where it is. Resolves when that is over, whatever came of it. */
  async refresh(): Promise<void> {
    if (this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#lastReadMs = Date.now();
    this.#readCount += 1;
    const count = this.#readCount;
    this.#abort.abort();
    this.#abort = new AbortController();
    const isOld = (): boolean => this.#isClosed || count !== this.#readCount;
    try {
      const found = await this.#read();
      if (!isOld()) await this.#do(() => this.#take(found));
    } catch (error) {
      if (!isOld()) this.#failed(error);
    } finally {
      if (!isOld()) this.#schedule();
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#abort.abort();
    clearTimeout(this.#timer);
    clearTimeout(this.#settleTimer);
    this.#watcher?.close();
    await this.#finder.close();
    await this.#tasks.idle();
  }

  /** The first script is being read. */
  async #findLater(url: URL): Promise<PacVerdict> {
    const { lookupMs = defaults.lookupMs } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    const isLate = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, lookupMs);
    });
    await Promise.race([this.#firstScript(), isLate]);
    clearTimeout(timer);
    if (this.#finder.isLoaded) return await this.#finder.find(url);
    return { kind: 'failed', why: 'absent', detail: this.#state.error ?? 'it has not been read yet' };
  }

  async #firstScript(): Promise<void> {
    await this.#kept;
    if (!this.#finder.isLoaded) await this.#firstRead;
  }

  /** @throws Error with why it cannot be had */
  async #read(): Promise<ReadPac> {
    const {
      source: text,
      downloadMs: timeoutMs = defaults.downloadMs,
      macPac,
      searchDomains,
    } = this.#options;
    const source = readPacSource(text);
    if (source === undefined) throw new Error('this is neither a URL nor the path of a file');
    const knownPlace = this.#state.place;
    const { signal } = this.#abort;
    const ca = this.#options.certificates?.();
    const fetch = { timeoutMs, signal, ...(ca === undefined ? {} : { ca }) };
    return readPac(source, { macPac, searchDomains, knownPlace, fetch });
  }

  /** Puts to use what was read, or says why it is of none. */
  async #take({ text, place, localAddress }: ReadPac): Promise<void> {
    const isElsewhere = localAddress !== this.#localAddress;
    this.#localAddress = localAddress;
    try {
      if (text !== this.#text || isElsewhere) await this.#use(text);
    } catch (error) {
      this.#failed(error);
      return;
    }
    const readMs = Date.now();
    this.#failureCount = 0;
    this.#set({ place, readMs, error: undefined });
    await this.#options.store.write({ source: this.#options.source, place, text, readMs });
  }

  #failed(error: unknown): void {
    if (this.#isClosed) return;
    this.#failureCount += 1;
    this.#set({ ...this.#state, error: reasonOf(error) });
  }

  /** @throws PacError; the script of before stays in use then */
  async #use(text: string): Promise<void> {
    await this.#finder.load(text);
    this.#text = text;
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#isClosed) return;
    const { renewMs = defaults.renewMs, retryMs = defaults.retryMs } = this.#options;
    const nextMs =
      this.#failureCount === 0
        ? renewMs
        : Math.min(renewMs, retryMs * 2 ** Math.min(this.#failureCount - 1, 20));
    this.#timer = setTimeout(() => void this.refresh(), nextMs).unref();
  }

  /** Its folder, as programs replace a file by another one. */
  #watch(): void {
    const source = readPacSource(this.#options.source);
    if (source?.kind !== 'file') return;
    const name = basename(source.path);
    try {
      this.#watcher = watch(dirname(source.path), { persistent: false }, (_event, changed) => {
        if (changed !== name) return;
        clearTimeout(this.#settleTimer);
        this.#settleTimer = setTimeout(() => void this.refresh(), settleMs).unref();
      }).on('error', () => this.#watcher?.close());
    } catch {
      // A folder that is not there cannot be watched: it is looked at as often as any other place.
    }
  }

  #set(state: PacState): void {
    this.#state = state;
    if (!this.#isClosed) this.#options.onChange(state);
  }

  /** One thing after the other. */
  async #do(task: () => Promise<void>): Promise<void> {
    try {
      await this.#tasks.run(async () => {
        if (!this.#isClosed) await task();
      });
    } catch (error) {
      // Another script, or none, is in use by now.
      if (!(error instanceof PacError)) this.#options.onInternalError(error);
    }
  }
}

/** What has happened, on one line. */
function reasonOf(error: unknown): string {
  if (error instanceof PacError && error.line !== undefined) return `line ${error.line}: ${error.message}`;
  return messageOf(error);
}
