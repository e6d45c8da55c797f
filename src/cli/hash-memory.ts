import { randomBytes, scrypt } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { HashFormat } from '../main/cntlm/hash-digits';
import { readJsonFile, writeJsonFile } from '../main/platform/json-file';

/** What became of each way to read a hash. */
export type ReadingOutcomes = Partial<Record<HashFormat, 'accepted' | 'refused'>>;

interface MemoryFile {
  readonly version: 1;
  readonly salt: string;
  readonly outcomes: Readonly<Record<string, ReadingOutcomes>>;
}

const deriveKey = promisify<string, Buffer, number, Buffer>(scrypt);

function isOutcomes(value: unknown): value is ReadingOutcomes {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.entries(value).every(
      ([format, outcome]) =>
        (format === 'plain' || format === 'inverted') && (outcome === 'accepted' || outcome === 'refused'),
    )
  );
}

function isMemoryFile(value: unknown): value is MemoryFile {
  if (typeof value !== 'object' || value === null) return false;
  const { version, salt, outcomes } = value as Partial<MemoryFile>;
  return (
    version === 1 &&
    typeof salt === 'string' &&
    /^[0-9a-f]{32}$/.test(salt) &&
    typeof outcomes === 'object' &&
    Object.values(outcomes).every(isOutcomes)
  );
}

/**
 * Remembers which reading of a hash an upstream accepted or refused, so that each is tried once. The hash itself is
 * not in the file, only a salted scrypt value of it, from which it cannot be found again.
 */
export class HashMemory {
  readonly #path: string;
  #lastWrite: Promise<void> = Promise.resolve();

  /** @param directory see `stateDirectory` */
  constructor(directory: string) {
    this.#path = join(directory, 'hash-format.json');
  }

  get path(): string {
    return this.#path;
  }

  /**
   * What is known of this hash.
   *
   * @param identity account and digits as they stand in the file
   * @throws SyntaxError or NodeJS.ErrnoException when the file cannot be read
   */
  async recall(identity: string): Promise<ReadingOutcomes> {
    const memory = await this.#read();
    return memory.outcomes[await this.#fingerprint(identity, memory.salt)] ?? {};
  }

  /** Adds one outcome. @throws NodeJS.ErrnoException when the file cannot be written */
  remember(identity: string, format: HashFormat, outcome: 'accepted' | 'refused'): Promise<void> {
    // One after the other: each outcome is added to what the one before has written.
    const written = this.#lastWrite.then(() => this.#add(identity, format, outcome));
    this.#lastWrite = written.catch(() => undefined);
    return written;
  }

  async #add(identity: string, format: HashFormat, outcome: 'accepted' | 'refused'): Promise<void> {
    const memory = await this.#read();
    const fingerprint = await this.#fingerprint(identity, memory.salt);
    const outcomes = {
      ...memory.outcomes,
      [fingerprint]: { ...memory.outcomes[fingerprint], [format]: outcome },
    };
    await writeJsonFile(this.#path, { ...memory, outcomes });
  }

  async #read(): Promise<MemoryFile> {
    const value = await readJsonFile(this.#path);
    if (value === undefined) return { version: 1, salt: randomBytes(16).toString('hex'), outcomes: {} };
    if (isMemoryFile(value)) return value;
    throw new SyntaxError('it is not a file of this program');
  }

  async #fingerprint(identity: string, salt: string): Promise<string> {
    return (await deriveKey(identity, Buffer.from(salt, 'hex'), 16)).toString('hex');
  }
}
