import { join } from 'node:path';
import type { KeptPac } from '../../../shared/pac';
import { isFields } from './json-file';
import { MemoryFile } from './memory-file';

interface Memory {
  readonly version: 1;
  readonly pac: KeptPac;
}

function isMemory(value: unknown): value is Memory {
  if (!isFields(value) || value['version'] !== 1 || !isFields(value['pac'])) return false;
  const { source, place, text, readMs } = value['pac'];
  return (
    typeof source === 'string' &&
    typeof place === 'string' &&
    typeof text === 'string' &&
    typeof readMs === 'number'
  );
}

/** The last PAC that was of use, in a file beside the settings: a start without its server goes on with it. */
export class PacMemory {
  readonly #file: MemoryFile<Memory>;

  /** @param onProblem gets a sentence when the file cannot be read or written */
  constructor(directory: string, onProblem: (message: string) => void) {
    const path = join(directory, 'pac.json');
    this.#file = new MemoryFile(path, { isSound: isMemory, subject: 'the PAC', onProblem });
  }

  /** Never rejects. */
  async read(): Promise<KeptPac | undefined> {
    try {
      return (await this.#file.read())?.pac;
    } catch (error) {
      this.#file.tellOnce(error);
      return undefined;
    }
  }

  /** Never rejects. */
  async write(pac: KeptPac): Promise<void> {
    try {
      await this.#file.write({ version: 1, pac });
    } catch (error) {
      this.#file.tellOnce(error);
    }
  }
}
