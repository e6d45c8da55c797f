import { readJsonFile, setAsideJsonFile, writeJsonFile } from './json-file';
import { messageOf } from '../../../shared/error-text';

export interface MemoryFileOptions<T> {
  /** Whether this is what such a file holds. */
  readonly isSound: (value: unknown) => value is T;
  /** What is known there, for a sentence. */
  readonly subject: string;
  /** Gets a sentence when the file was damaged, and one when it cannot be read or written until it can be. */
  readonly onProblem: (message: string) => void;
}

/**
 * A file in which Latchkey remembers something. Whatever happens to it, Latchkey goes on: one that is damaged is set aside, and
 * trouble is told once.
 */
export class MemoryFile<T> {
  readonly path: string;
  readonly #options: MemoryFileOptions<T>;
  #isTroubled = false;

  constructor(path: string, options: MemoryFileOptions<T>) {
    this.path = path;
    this.#options = options;
  }

  /**
   * What the file holds; undefined when there is none, or none any more.
   *
   * @throws NodeJS.ErrnoException when there is a file that cannot be read: it is not to be replaced then
   */
  async read(): Promise<T | undefined> {
    let value: unknown;
    try {
      value = await readJsonFile(this.path);
      if (value === undefined) return undefined;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
    if (this.#options.isSound(value)) return value;
    const aside = await setAsideJsonFile(this.path);
    this.#options.onProblem(
      `${this.path} is damaged, or of a newer version; it is kept as ${aside}, and a new one is begun`,
    );
    return undefined;
  }

  /** Replaces the file. @throws NodeJS.ErrnoException */
  async write(value: T): Promise<void> {
    await writeJsonFile(this.path, value);
    this.#isTroubled = false;
  }

  /** Says what is wrong, once until the file could be written again. */
  tellOnce(error: unknown): void {
    if (this.#isTroubled) return;
    this.#isTroubled = true;
    const reason = messageOf(error);
    const { subject, onProblem } = this.#options;
    onProblem(`${this.path}: what is known of ${subject} cannot be kept here: ${reason}`);
  }
}
