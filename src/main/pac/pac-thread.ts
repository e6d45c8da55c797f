import { domainToASCII } from 'node:url';
import { Worker } from 'node:worker_threads';
import { LateNameError, PacError } from './pac-error';
import {
  answerIsLate,
  answerIsThere,
  answerLength,
  answerStart,
  answerState,
  type PacLooks,
  type PacQuestion,
  type PacReply,
  type PacThreadData,
  sharedBytes,
} from './pac-messages';
// It is the source of that module, not what it exports.
// oxlint-disable-next-line import/default
import workerSource from './pac-worker?source';

/** What a PAC may know of the world, and how long it may take. */
export interface PacThreadOptions {
  readonly module: WebAssembly.Module;
  /** All addresses of a name, in order. A rejection is a name that has none, as for a browser. */
  readonly resolve: (name: string) => Promise<readonly string[]>;
  /** The addresses of this machine; the first is the one that `myIpAddress` tells. */
  readonly ownAddresses: () => Promise<readonly string[]>;
  readonly lookupMs: number;
  readonly memoryBytes: number;
  /** A question that waits longer for an address is given up: nobody else is to wait for it. Default: it waits. */
  readonly lateMs?: number | undefined;
}

/** What a script has answered, exactly; null where it has returned no text. */
export interface PacAnswer {
  readonly answer: string | null;
  /** The line on which it was returned; undefined where that is not known. */
  readonly line: number | undefined;
  readonly lookedAt: PacLooks;
  /** What it has told by `alert` and `console`, each on one line. */
  readonly said: readonly string[];
}

interface Waiting {
  readonly resolve: (answer: PacAnswer) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** One thread with one script in it, which is asked one thing at a time. What overruns or breaks ends the thread. */
export class PacThread {
  readonly #options: PacThreadOptions;
  readonly #shared = new SharedArrayBuffer(sharedBytes);
  readonly #worker: Worker;
  readonly #started: Promise<void>;
  #waiting: Waiting | undefined;
  /** What a script asks while it is read has no second time. */
  #isLoading = false;
  #end: Promise<unknown> | undefined;

  constructor(options: PacThreadOptions) {
    this.#options = options;
    const data: PacThreadData = {
      module: options.module,
      shared: this.#shared,
      memoryBytes: options.memoryBytes,
    };
    this.#worker = new Worker(workerSource, {
      eval: true,
      workerData: data,
      // Whoever got out of the engine would find no secret, and could write nowhere.
      env: {},
      argv: [],
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16, stackSizeMb: 8 },
    });
    // A thread that waits for a question keeps no process from ending.
    this.#worker.unref();
    this.#started = new Promise((resolve, reject) => {
      this.#worker.on('message', (reply: PacReply) => {
        if (reply.kind === 'started') resolve();
        else void this.#take(reply);
      });
      const onEnd = (error: unknown): void => {
        const broken = new PacError('broken', `the script has ended its engine: ${String(error)}`);
        reject(broken);
        this.#fail(broken);
      };
      this.#worker.on('error', onEnd).on('exit', (code) => onEnd(`exit code ${code}`));
    });
    // Whoever asks is told; nobody may be asking.
    this.#started.catch(() => undefined);
  }

  get isEnded(): boolean {
    return this.#end !== undefined;
  }

  /** @throws PacError */
  async ask(question: PacQuestion): Promise<PacAnswer> {
    // Its start is not the script's time, and is long on a busy machine.
    this.#worker.ref();
    await this.#started;
    return new Promise((resolve, reject) => {
      const { lookupMs } = this.#options;
      const timer = setTimeout(() => {
        this.#fail(new PacError('overran', `no answer within ${lookupMs / 1_000} s`));
      }, lookupMs);
      this.#waiting = { resolve, reject, timer };
      this.#isLoading = question.kind === 'load';
      this.#worker.postMessage(question);
    });
  }

  /** Ends the thread in whatever it does. Who waits gets a PacError. */
  async end(): Promise<void> {
    this.#fail(new PacError('closed', 'the PAC is not in use any more'));
    await this.#end;
  }

  #fail(error: PacError): void {
    this.#settled()?.reject(error);
    this.#end ??= this.#worker.terminate();
  }

  #settled(): Waiting | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    clearTimeout(waiting?.timer);
    // Whoever waits for its end must live to see it.
    if (this.#end === undefined) this.#worker.unref();
    return waiting;
  }

  async #take(reply: Exclude<PacReply, { kind: 'started' }>): Promise<void> {
    switch (reply.kind) {
      case 'addresses-wanted':
        await this.#give(reply.name);
        break;
      case 'given-up':
        this.#settled()?.reject(new LateNameError(reply.name));
        break;
      case 'done':
        this.#settled()?.resolve({
          answer: reply.answer,
          line: reply.line,
          lookedAt: reply.lookedAt,
          said: reply.said,
        });
        break;
      case 'failed':
        this.#settled()?.reject(new PacError('script', reply.message, reply.line, reply.said));
        break;
      case 'broken':
        this.#fail(new PacError('broken', `the script has broken its engine: ${reply.message}`));
        break;
    }
  }

  async #addresses(name: string | undefined): Promise<readonly string[]> {
    if (name === undefined) return await this.#options.ownAddresses();
    const ascii = domainToASCII(name);
    // To a script a name that cannot be looked up is one that does not exist.
    return ascii === '' ? [] : await this.#options.resolve(ascii).catch(() => []);
  }

  /** What waits for an address gets it, or learns that it is late. */
  async #give(name: string | undefined): Promise<void> {
    const { lateMs } = this.#options;
    const wanted = this.#addresses(name);
    const addresses = lateMs === undefined || this.#isLoading ? await wanted : await within(lateMs, wanted);
    if (addresses === undefined) this.#answer([], answerIsLate);
    else this.#answer(addresses, answerIsThere);
  }

  #answer(addresses: readonly string[], how: typeof answerIsThere | typeof answerIsLate): void {
    const state = new Int32Array(this.#shared);
    const bytes = new Uint8Array(this.#shared, answerStart);
    // More addresses than any name has would not fit.
    const text = Buffer.from(JSON.stringify(addresses.slice(0, 1_000)));
    bytes.set(text);
    Atomics.store(state, answerLength, text.length);
    Atomics.store(state, answerState, how);
    Atomics.notify(state, answerState);
  }
}

/** What comes in time; undefined where it does not. */
function within<Value>(timeoutMs: number, value: Promise<Value>): Promise<Value | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, timeoutMs, undefined);
    value.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
