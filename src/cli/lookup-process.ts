import { type ChildProcess, spawn } from 'node:child_process';
import type { LookupAddress } from 'node:dns';
import { resolveWithSystem } from '../main/upstream/name-cache';
import type { Resolver } from '../main/upstream/name-lookups';

const threads = 32;
/** How long it is kept when there is nothing to look up: answers are kept as well, and its memory is not small. */
const idleMs = 60_000;
/** libuv gives look-ups half of its threads. */
const slots = threads / 2;

/**
 * What the process does. It ends with the one that has started it, and at once: a process that exits in order waits for the
 * look-ups that are under way. Signals of a terminal are for the other one.
 */
const program = `
const { lookup } = require('node:dns');
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.on('message', ({ id, name }) => {
  lookup(name, { all: true }, (error, addresses) => {
    if (process.connected) process.send({ id, code: error?.code, addresses }, () => undefined);
  });
});
`;

interface Answer {
  readonly id: number;
  readonly code?: string;
  readonly addresses?: LookupAddress[];
}

interface Question {
  readonly name: string;
  readonly resolve: (addresses: readonly LookupAddress[]) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Resolves names in a process of its own, which is started when there is one to resolve. Within one process a look-up that
 * nobody answers cannot be called off: it takes a thread of four, which files and other look-ups need, and keeps the process
 * from ending, for up to a minute. (Node 20 has used its thread pool before a module can ask for a larger one.)
 */
export class LookupProcess implements Resolver {
  readonly slots = slots;
  readonly #execPath: string;
  readonly #idleMs: number;
  #child: ChildProcess | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #lastId = 0;
  readonly #questions = new Map<number, Question>();

  /** @param execPath Node's own */
  constructor(execPath: string = process.execPath, keptIdleMs = idleMs) {
    this.#execPath = execPath;
    this.#idleMs = keptIdleMs;
  }

  /** @throws Error with the code of the system's resolver; ECANCELED once this is closed */
  readonly resolve = (name: string): Promise<readonly LookupAddress[]> => {
    if (this.#isClosed) return Promise.reject(canceled());
    return new Promise((resolve, reject) => {
      this.#lastId += 1;
      const id = this.#lastId;
      this.#questions.set(id, { name, resolve, reject });
      clearTimeout(this.#idleTimer);
      this.#child ??= this.#start();
      // What it could not be told it will not answer; its end says so. Without descriptors it has not even a channel.
      if (this.#child.connected) this.#child.send({ id, name }, () => undefined);
    });
  };

  /** The number of the process; undefined while there is none. */
  get processId(): number | undefined {
    return this.#child?.pid;
  }

  /** Ends the process, with whatever it waits for. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#idleTimer);
    const child = this.#child;
    const ended = new Promise<void>((resolve) => {
      if (child?.pid === undefined) resolve();
      else child.once('exit', () => resolve());
    });
    child?.kill('SIGKILL');
    for (const { reject } of this.#questions.values()) reject(canceled());
    this.#questions.clear();
    await ended;
  }

  #start(): ChildProcess {
    const child = spawn(this.#execPath, ['-e', program], {
      env: { ...process.env, UV_THREADPOOL_SIZE: String(threads) },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.on('message', (message) => this.#answer(message as Answer));
    // It could not be started, or somebody has ended it: who waits is answered here, and the next one starts another.
    const onEnd = (): void => {
      // Those of another one are none of its business.
      if (this.#child !== child) return;
      this.#child = undefined;
      const orphans = [...this.#questions.values()];
      this.#questions.clear();
      for (const { name, resolve, reject } of orphans) resolveWithSystem(name).then(resolve, reject);
    };
    child.on('error', onEnd).on('exit', onEnd);
    return child;
  }

  #answer({ id, code, addresses }: Answer): void {
    const question = this.#questions.get(id);
    this.#questions.delete(id);
    if (code === undefined) question?.resolve(addresses ?? []);
    else question?.reject(Object.assign(new Error(code), { code }));
    if (this.#questions.size > 0 || this.#isClosed) return;
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => {
      this.#child?.kill('SIGKILL');
      this.#child = undefined;
    }, this.#idleMs).unref();
  }
}

function canceled(): Error {
  return Object.assign(new Error('nothing is looked up any more'), { code: 'ECANCELED' });
}
