import type { PacVerdict } from '../../shared/pac';
import { LateNameError, PacError } from './pac-error';
import { parsePacAnswer } from './parse-answer';
import type { PacAnswer } from './pac-thread';
import { PacThreads } from './pac-threads';
import { toPacUrl } from './pac-url';

export interface PacFinderOptions {
  /** All addresses of a name, in order. A rejection is a name that has none. */
  readonly resolve: (name: string) => Promise<readonly string[]>;
  /** The addresses of this machine; the first is the one that `myIpAddress` tells. */
  readonly ownAddresses: () => Promise<readonly string[]>;
  /** How long a look-up may take, names and all, in milliseconds. */
  readonly lookupMs?: number;
  /** Milliseconds since 1970. Default: the clock. */
  readonly nowMs?: () => number;
}

interface Kept {
  readonly verdict: PacVerdict;
  readonly untilMs: number;
}

const defaultLookupMs = 2_000;
/** A name that takes longer is waited for outside the script, which goes on with other addresses meanwhile. */
const lateMs = 50;
/** What has failed for an address is not tried again at once: a page asks for a hundred things. */
const failureKeptMs = 10_000;
const mostKept = 10_000;
/** A script that asks for one late name after the other. */
const mostRounds = 32;

/**
 * Finds the ways for addresses by a script: one question for whatever is asked for at the same time, and none for what its answer is
 * known of. By what an answer may be kept is told by what the script has looked at (PacLooks). Names and the addresses of this
 * machine are asked for once in a network epoch, which begins with `load`.
 */
export class PacFinder {
  readonly #options: PacFinderOptions;
  readonly #lookupMs: number;
  readonly #nowMs: () => number;
  #threads: PacThreads | undefined;
  #names = new Map<string, Promise<readonly string[]>>();
  #own: Promise<readonly string[]> | undefined;
  readonly #kept = new Map<string, Kept>();
  readonly #asked = new Map<string, Promise<PacVerdict>>();
  #isClosed = false;

  constructor(options: PacFinderOptions) {
    this.#options = options;
    this.#lookupMs = options.lookupMs ?? defaultLookupMs;
    this.#nowMs = options.nowMs ?? Date.now;
  }

  get isLoaded(): boolean {
    return this.#threads !== undefined;
  }

  /** Begins a network epoch with that script. The one of before stays in use where it fails. @throws PacError */
  async load(text: string): Promise<void> {
    // Names of the other network are asked for anew by whoever asks from now on.
    this.#names = new Map();
    this.#own = undefined;
    const { lookupMs } = this.#options;
    const threads = await PacThreads.load(text, {
      resolve: (name) => this.#resolve(name),
      ownAddresses: () => this.#ownAddresses(),
      lateMs,
      ...(lookupMs === undefined ? {} : { lookupMs }),
    });
    const before = this.#threads;
    if (this.#isClosed) {
      await threads.close();
      throw new PacError('closed', 'the PAC is not in use any more');
    }
    this.#threads = threads;
    this.#kept.clear();
    this.#asked.clear();
    await before?.close();
  }

  /** The ways for an address: at once where they are known. Nothing must be asked before something is loaded. */
  find(address: URL): PacVerdict | Promise<PacVerdict> {
    const { url, host } = toPacUrl(address);
    return this.#recall(host, url) ?? this.#asked.get(url) ?? this.#ask(address, host, url);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const threads = this.#threads;
    this.#threads = undefined;
    await threads?.close();
  }

  #recall(host: string, url: string): PacVerdict | undefined {
    const known = this.#kept.get(hostKey(host)) ?? this.#kept.get(url);
    return known === undefined || known.untilMs <= this.#nowMs() ? undefined : known.verdict;
  }

  #ask(address: URL, host: string, url: string): Promise<PacVerdict> {
    const threads = this.#threads;
    const asked = this.#inTime(this.#verdict(address, host, url)).then((verdict) => {
      if (this.#asked.get(url) === asked) this.#asked.delete(url);
      if (verdict.kind === 'failed' && this.#threads === threads) {
        this.#keep(url, verdict, this.#nowMs() + failureKeptMs);
      }
      return verdict;
    });
    this.#asked.set(url, asked);
    return asked;
  }

  /** It goes on behind the back of who does not wait any longer: its answer is for the next one. */
  #inTime(found: Promise<PacVerdict>): Promise<PacVerdict> {
    return new Promise((resolve, reject) => {
      const late: PacVerdict = {
        kind: 'failed',
        why: 'slow',
        detail: `no answer within ${this.#lookupMs / 1_000} s`,
      };
      const timer = setTimeout(resolve, this.#lookupMs, late);
      found.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }

  async #verdict(address: URL, host: string, url: string): Promise<PacVerdict> {
    for (let round = 0; round < mostRounds; round += 1) {
      const threads = this.#threads;
      if (threads === undefined) break;
      try {
        const found = await threads.find(address);
        const verdict = verdictOf(found);
        if (this.#threads === threads) this.#keepAnswer(host, url, verdict, found);
        return verdict;
      } catch (error) {
        if (!(error instanceof PacError)) throw error;
        if (error instanceof LateNameError) await this.#whenKnown(error.lateName);
        // Another script, or the same one on another network, has taken the place of this one.
        else if (error.code !== 'closed' || this.#threads === threads) return failureOf(error);
      }
    }
    return { kind: 'failed', why: 'script', detail: 'it looks up one name after the other' };
  }

  #keepAnswer(host: string, url: string, verdict: PacVerdict, { lookedAt }: PacAnswer): void {
    if (lookedAt.random) return;
    const nowMs = this.#nowMs();
    const untilMs = lookedAt.time ? nowMs - (nowMs % 60_000) + 60_000 : Number.POSITIVE_INFINITY;
    this.#keep(lookedAt.url ? url : hostKey(host), verdict, untilMs);
  }

  #keep(key: string, verdict: PacVerdict, untilMs: number): void {
    this.#kept.delete(key);
    this.#kept.set(key, { verdict, untilMs });
    dropOldest(this.#kept);
  }

  #resolve(name: string): Promise<readonly string[]> {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    const names = this.#names;
    const addresses = this.#options.resolve(name).catch(() => {
      // A resolver that did not answer may do so later; the script itself is told that there are none.
      setTimeout(() => names.delete(name), failureKeptMs).unref();
      return [];
    });
    names.set(name, addresses);
    dropOldest(names);
    return addresses;
  }

  #ownAddresses(): Promise<readonly string[]> {
    this.#own ??= this.#options.ownAddresses().catch(() => {
      // They cannot be had, as without descriptors: the script is told that there are none, and the next one asks anew.
      this.#own = undefined;
      return [];
    });
    return this.#own;
  }

  async #whenKnown(name: string): Promise<void> {
    await (name === '' ? this.#own : this.#names.get(name));
  }
}

/** A page can ask for as many hosts as it likes. */
function dropOldest(kept: Map<string, unknown>): void {
  const [oldest] = kept.keys();
  if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
}

/** Unlike any URL. */
function hostKey(host: string): string {
  return ` ${host}`;
}

function verdictOf({ answer, line }: PacAnswer): PacVerdict {
  if (answer === null) return { kind: 'failed', why: 'no-answer', detail: 'it returns no text' };
  const { ways } = parsePacAnswer(answer);
  if (ways.length > 0) return { kind: 'ways', answer, ...(line === undefined ? {} : { line }), ways };
  return { kind: 'failed', why: 'no-answer', detail: answer.trim() === '' ? 'it returns nothing' : answer };
}

function failureOf({ code, message, line }: PacError): PacVerdict {
  const detail = line === undefined ? message : `line ${line}: ${message}`;
  return { kind: 'failed', why: code === 'overran' ? 'slow' : 'script', detail };
}
