import wasm from '@jitl/quickjs-wasmfile-release-sync/wasm?base64';
import { TaskQueue } from '../../shared/task-queue';
import { PacError } from './pac-error';
import type { PacQuestion } from './pac-messages';
import { type PacAnswer, PacThread, type PacThreadOptions } from './pac-thread';
import { toPacUrl } from './pac-url';

export interface PacEngineOptions extends Pick<PacThreadOptions, 'resolve' | 'ownAddresses' | 'lateMs'> {
  /** What the script takes for the time, in ms since 1970, for each question anew; else it is as late as it is. */
  readonly now?: () => number;
  /** How long the script may take for one address, and to be read; look-ups of names are part of it. */
  readonly lookupMs?: number;
  /** How much memory engine and script may have, at least 16 MiB. Default: 64 MiB. */
  readonly memoryBytes?: number;
}

const defaultLookupMs = 2_000;
const defaultMemoryBytes = 64 * 1024 * 1024;

/**
 * Runs a PAC in a thread of its own, which exists from `load` to `close`: docs/decisions/pac-engine.md. What the script keeps in its
 * variables stays from one address to the next, until it is loaded again; a new network epoch is a new `load`. It is asked one
 * thing after the other. A script that takes too long is ended, and starts afresh with the next address.
 */
export class PacEngine {
  readonly #options: PacEngineOptions;
  readonly #queue = new TaskQueue();
  #module: Promise<WebAssembly.Module> | undefined;
  #text: string | undefined;
  #thread: PacThread | undefined;
  /** The one whose script is being read. */
  #starting: PacThread | undefined;
  #isClosed = false;

  constructor(options: PacEngineOptions) {
    this.#options = options;
  }

  /**
   * Reads a script in a context of its own. One that was loaded before stays in use when this one fails.
   *
   * @returns what it has said by `alert` and `console` meanwhile
   * @throws PacError with the line where it does not parse, or has failed
   */
  load(text: string): Promise<readonly string[]> {
    return this.#queue.run(async () => {
      const { thread, said } = await this.#start(text);
      await this.#thread?.end();
      this.#thread = thread;
      this.#text = text;
      return said;
    });
  }

  /**
   * What the script answers for an address: see `toPacUrl` for what of it the script gets.
   *
   * @throws PacError when it fails, or nothing is loaded; LateNameError with `lateMs`, when it waits for a name
   */
  find(address: URL): Promise<PacAnswer> {
    return this.#queue.run(async () => {
      if (this.#text === undefined) throw new PacError('closed', 'no PAC is loaded');
      if (this.#thread === undefined || this.#thread.isEnded) {
        this.#thread = (await this.#start(this.#text)).thread;
      }
      return await this.#thread.ask({ kind: 'find', ...toPacUrl(address), now: this.#options.now?.() });
    });
  }

  /** Ends the thread, at once. Who waits gets a PacError, and so does who asks later. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#text = undefined;
    await Promise.all([this.#thread?.end(), this.#starting?.end()]);
    await this.#queue.idle();
    this.#module = undefined;
  }

  /** A thread with that script in it. @throws PacError */
  async #start(text: string): Promise<{ readonly thread: PacThread; readonly said: readonly string[] }> {
    // Compiled once: every thread gets the same.
    this.#module ??= WebAssembly.compile(Buffer.from(wasm, 'base64'));
    const module = await this.#module;
    if (this.#isClosed) throw new PacError('closed', 'the PAC is not in use any more');
    const {
      resolve,
      ownAddresses,
      lateMs,
      lookupMs = defaultLookupMs,
      memoryBytes = defaultMemoryBytes,
    } = this.#options;
    const thread = new PacThread({ module, resolve, ownAddresses, lateMs, lookupMs, memoryBytes });
    this.#starting = thread;
    try {
      const question: PacQuestion = { kind: 'load', text, now: this.#options.now?.() };
      const { said } = await thread.ask(question);
      return { thread, said };
    } catch (error) {
      await thread.end();
      throw error;
    } finally {
      this.#starting = undefined;
    }
  }
}
