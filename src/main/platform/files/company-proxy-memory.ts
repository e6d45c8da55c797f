import { join } from 'node:path';
import type { ChallengeFacts, CompanyProxyFacts } from '../../../shared/company-proxy';
import { formatHostPort, type HostPort } from '../../../shared/settings';
import { TaskQueue } from '../../../shared/task-queue';
import { isFields } from './json-file';
import { MemoryFile } from './memory-file';
import type { CompanyProxyStore } from '../ports';

interface StoredFacts extends CompanyProxyFacts {
  /** ISO 8601: when they changed the last time. */
  readonly at: string;
}

interface Memory {
  readonly version: 1;
  /** By `host:port`. */
  readonly companyProxies: Readonly<Record<string, StoredFacts>>;
}

const maxCompanyProxies = 64;
const maxTextLength = 512;
/** What was learned is no loss worth a write each. */
const writeDelayMs = 1_000;
/** A full disk may have room again. */
const retryDelayMs = 60_000;

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= maxTextLength;
}

/** Scheme, host and port, and nothing else. */
function isSite(value: unknown): value is string {
  if (!isText(value)) return false;
  try {
    const { protocol, host } = new URL(value);
    return (protocol === 'http:' || protocol === 'https:') && value === `${protocol}//${host}/`;
  } catch {
    return false;
  }
}

function isChallengeFacts(value: unknown): value is ChallengeFacts {
  return (
    isFields(value) &&
    isText(value['domain']) &&
    isText(value['dnsDomain']) &&
    typeof value['hasTargetInfo'] === 'boolean' &&
    typeof value['hasTimestamp'] === 'boolean'
  );
}

function isStoredFacts(value: unknown): value is StoredFacts {
  if (!isFields(value)) return false;
  const { at, knownUrl, answersNobodys, challenge } = value;
  return (
    isText(at) &&
    !Number.isNaN(Date.parse(at)) &&
    (knownUrl === undefined || isSite(knownUrl)) &&
    (answersNobodys === undefined || typeof answersNobodys === 'boolean') &&
    (challenge === undefined || isChallengeFacts(challenge))
  );
}

function isMemory(value: unknown): value is Memory {
  if (!isFields(value) || value['version'] !== 1) return false;
  const { companyProxies } = value;
  return isFields(companyProxies) && Object.values(companyProxies).every(isStoredFacts);
}

function keyOf({ host, port }: HostPort): string {
  return formatHostPort({ host: host.toLowerCase(), port });
}

function isSame(one: CompanyProxyFacts | undefined, other: CompanyProxyFacts): boolean {
  const [a, b] = [one?.challenge, other.challenge];
  return (
    one !== undefined &&
    one.knownUrl === other.knownUrl &&
    one.answersNobodys === other.answersNobodys &&
    a?.domain === b?.domain &&
    a?.dnsDomain === b?.dnsDomain &&
    a?.hasTargetInfo === b?.hasTargetInfo &&
    a?.hasTimestamp === b?.hasTimestamp
  );
}

/** Without those that have not changed for the longest time when there are too many. */
function withinLimit(all: Memory['companyProxies']): Memory['companyProxies'] {
  const entries = Object.entries(all);
  if (entries.length <= maxCompanyProxies) return all;
  const newestFirst = entries.toSorted(([, one], [, other]) => Date.parse(other.at) - Date.parse(one.at));
  return Object.fromEntries(newestFirst.slice(0, maxCompanyProxies));
}

/**
 * What Latchkey remembers of company proxies: a URL that works there, and the domain that the challenge names. It is kept in
 * one file, which several processes of a user may write; before each write the file is read again, and only what this
 * process has learned is added. It is read once, so that nobody waits for a disk later.
 *
 * No method rejects: what goes wrong with the file is told through `onProblem`, and what was learned stays true in this
 * process.
 */
export class CompanyProxyMemory implements CompanyProxyStore {
  readonly #file: MemoryFile<Memory>;
  readonly #nowMs: () => number;
  #all: Memory['companyProxies'] = {};
  /** What the file does not hold yet. */
  #news = new Map<string, StoredFacts>();
  readonly #tasks = new TaskQueue();
  #timer: NodeJS.Timeout | undefined;

  private constructor(file: MemoryFile<Memory>, nowMs: () => number) {
    this.#file = file;
    this.#nowMs = nowMs;
  }

  /**
   * Reads what is remembered.
   *
   * @param directory see `stateDirectory`
   * @param onProblem gets a sentence when the file was damaged, and one when it cannot be read or written until it can be
   * @param nowMs milliseconds since 1970
   */
  static async open(
    directory: string,
    onProblem: (message: string) => void,
    nowMs: () => number,
  ): Promise<CompanyProxyMemory> {
    const file = new MemoryFile(join(directory, 'company-proxies.json'), {
      isSound: isMemory,
      subject: 'company proxies',
      onProblem,
    });
    const memory = new CompanyProxyMemory(file, nowMs);
    try {
      memory.#all = await memory.#read();
    } catch (error) {
      file.tellOnce(error);
    }
    return memory;
  }

  recall(companyProxy: HostPort): CompanyProxyFacts | undefined {
    const key = keyOf(companyProxy);
    return Object.hasOwn(this.#all, key) ? this.#all[key] : undefined;
  }

  remember(companyProxy: HostPort, facts: CompanyProxyFacts): void {
    const before = this.recall(companyProxy);
    const known = { ...before, ...facts };
    if (isSame(before, known)) return;
    const after: StoredFacts = { ...known, at: new Date(this.#nowMs()).toISOString() };
    if (!isStoredFacts(after)) return;
    const key = keyOf(companyProxy);
    this.#all = withinLimit({ ...this.#all, [key]: after });
    this.#news.set(key, { ...this.#news.get(key), ...facts, at: after.at });
    this.#writeLater(writeDelayMs);
  }

  async close(): Promise<void> {
    await this.#write();
    clearTimeout(this.#timer);
  }

  #writeLater(delayMs: number): void {
    this.#timer ??= setTimeout(() => void this.#write(), delayMs).unref();
  }

  #write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    return this.#tasks.run(async () => {
      if (this.#news.size === 0) return;
      // What comes while the file is written is for the next time.
      const news = this.#news;
      this.#news = new Map();
      try {
        const companyProxies = await this.#read();
        // What another process has learned of the same company proxy meanwhile stays.
        const added = [...news].map(([key, facts]) => [key, { ...companyProxies[key], ...facts }] as const);
        await this.#file.write({
          version: 1,
          companyProxies: withinLimit({ ...companyProxies, ...Object.fromEntries(added) }),
        });
      } catch (error) {
        for (const [key, facts] of this.#news) news.set(key, { ...news.get(key), ...facts });
        this.#news = news;
        this.#file.tellOnce(error);
        this.#writeLater(retryDelayMs);
      }
    });
  }

  async #read(): Promise<Memory['companyProxies']> {
    return (await this.#file.read())?.companyProxies ?? {};
  }
}
