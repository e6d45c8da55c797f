import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { DebouncedListeners } from '../debounced-listeners';
import { macEnvironment } from '../macos/mac-locale';
import type { NetworkWatch } from '../ports';
import { messageOf } from '../../../shared/error-text';

export interface ScutilOptions {
  /** Told with a sentence when scutil does not run; not again before it has run. It is tried again all the same. */
  readonly onProblem: (message: string) => void;
  /** Default /usr/sbin/scutil. */
  readonly command?: string;
  readonly args?: readonly string[];
  /** What is watched, as `n.add` takes it. Default: what another network changes. */
  readonly watched?: readonly string[];
  /** How long it must have been quiet. Default 1.5 s. */
  readonly settleMs?: number;
}

/** The primary network, and who resolves names on it: the keys of the dynamic store that a new network changes. */
const networkKeys = ['State:/Network/Global/IPv4', 'State:/Network/Global/IPv6', 'State:/Network/Global/DNS'];
/**
 * `  14:03:22.123 changedKey [0] = State:/...`, and `changed key [0] = ...` on older systems. The number tells it from
 * `no changed key's.`. What was there when it began to watch is not told, so that the first line is a change as well.
 */
const changeLine = /changed ?key \[\d+\] = /i;
/** A switch to another network comes as several events within a second or two. */
const settleMs = 1_500;
const firstRestartMs = 1_000;
const longestRestartMs = 60_000;
/** A scutil that has run for so long does work. */
const steadyMs = 10_000;

/**
 * Has one scutil tell of changes in macOS's dynamic store, for as long as this process lives: scutil ends by itself when
 * its standard input does. When it ends otherwise it is started again, after a second at first and a minute at last.
 */
export function scutilNetworkWatch(options: ScutilOptions): NetworkWatch {
  return new ScutilNetworkWatch(options);
}

class ScutilNetworkWatch implements NetworkWatch {
  readonly #options: ScutilOptions;
  readonly #listeners: DebouncedListeners;
  #child: ChildProcess | undefined;
  #ended: Promise<void> = Promise.resolve();
  /** Until the child is steady, or until the next one. */
  #timer: NodeJS.Timeout | undefined;
  #restartMs = firstRestartMs;
  /** Whether something may have changed while there was no scutil. */
  #hasGap = false;
  #isProblemTold = false;
  #isClosed = false;

  constructor(options: ScutilOptions) {
    this.#options = options;
    this.#listeners = new DebouncedListeners(options.settleMs ?? settleMs);
    this.#start();
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#listeners.clear();
    // It has nothing to save, and this ends it even when it is stopped.
    this.#child?.kill('SIGKILL');
    await this.#ended;
  }

  #start(): void {
    const { command = '/usr/sbin/scutil', args = [], watched = networkKeys } = this.#options;
    let child: ChildProcess;
    try {
      // In a process group of its own: Ctrl-C in the terminal is for this process, which then ends it.
      child = spawn(command, [...args], {
        stdio: ['pipe', 'pipe', 'ignore'],
        env: macEnvironment(),
        detached: true,
      });
    } catch (error) {
      // Most failures come as an event, but not all.
      this.#restart(messageOf(error));
      return;
    }
    // One that did not start must not be sent a signal: Node would send it to the process group of this process.
    if (child.pid !== undefined) this.#child = child;
    let failure: Error | undefined;
    let isSteady = false;
    this.#timer = setTimeout(() => {
      isSteady = true;
      this.#resume();
    }, steadyMs).unref();
    this.#ended = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        resolve();
        this.#child = undefined;
        const reason = failure?.message ?? `${command} ended with ${signal ?? `code ${code ?? 'unknown'}`}`;
        this.#restart(isSteady ? undefined : reason);
      });
    });
    child.on('error', (error) => {
      failure = error;
    });
    // Then there may be no pipes either, for want of file descriptors.
    if (child.pid === undefined || child.stdin === null || child.stdout === null) return;
    // What goes wrong on a pipe is followed by the end of scutil.
    child.stdin.on('error', () => undefined);
    child.stdin.write([...watched.map((key) => `n.add ${key}`), 'n.watch', ''].join('\n'));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (!this.#isClosed && changeLine.test(line)) this.#listeners.trigger();
    });
  }

  #resume(): void {
    this.#restartMs = firstRestartMs;
    this.#isProblemTold = false;
    if (this.#hasGap) this.#listeners.trigger();
    this.#hasGap = false;
  }

  /** @param problem why it did not run; nothing when it ran for long: it may well be back in a second */
  #restart(problem: string | undefined): void {
    clearTimeout(this.#timer);
    if (this.#isClosed) return;
    this.#hasGap = true;
    this.#timer = setTimeout(() => this.#start(), this.#restartMs).unref();
    this.#restartMs = Math.min(this.#restartMs * 2, longestRestartMs);
    if (problem === undefined || this.#isProblemTold) return;
    this.#isProblemTold = true;
    this.#options.onProblem(`network changes cannot be watched: ${problem}; it is tried again`);
  }
}
