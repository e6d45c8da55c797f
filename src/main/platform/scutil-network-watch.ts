import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { DebouncedListeners } from './debounced-listeners';
import type { NetworkWatch } from './ports';

export interface ScutilOptions {
  /** Told once when scutil cannot be run, with a sentence. It is tried again all the same. */
  readonly onProblem: (message: string) => void;
  /** Default /usr/sbin/scutil. */
  readonly command?: string;
  readonly args?: readonly string[];
}

/** The primary network, and who resolves names on it: the keys of the dynamic store that a new network changes. */
const watchedKeys = ['State:/Network/Global/IPv4', 'State:/Network/Global/IPv6', 'State:/Network/Global/DNS'];
/** A switch to another network comes as several events within a second or two. */
const settleMs = 1_500;
const firstRestartMs = 1_000;
const longestRestartMs = 60_000;

/**
 * Has one scutil tell of changes in macOS's dynamic store, for as long as this process lives: scutil ends by itself when
 * its standard input does. When it ends otherwise it is started again.
 */
export function scutilNetworkWatch(options: ScutilOptions): NetworkWatch {
  const { onProblem, command = '/usr/sbin/scutil', args = [] } = options;
  const listeners = new DebouncedListeners(settleMs);
  let child: ChildProcess | undefined;
  let restartTimer: NodeJS.Timeout | undefined;
  let restartMs = firstRestartMs;
  let isClosed = false;
  let isTold = false;

  const start = (): void => {
    const started = spawn(command, [...args], { stdio: ['pipe', 'pipe', 'ignore'] });
    child = started;
    started.once('error', (error) => {
      if (!isTold) onProblem(`network changes cannot be watched: ${error.message}`);
      isTold = true;
    });
    started.once('close', () => {
      if (isClosed) return;
      restartTimer = setTimeout(start, restartMs).unref();
      restartMs = Math.min(restartMs * 2, longestRestartMs);
      // What has changed in between is not known.
      if (started.pid !== undefined) listeners.trigger();
    });
    // Its end is told by `close`.
    started.stdin.on('error', () => undefined);
    started.stdin.write([...watchedKeys.map((key) => `n.add ${key}`), 'n.watch', ''].join('\n'));
    createInterface({ input: started.stdout }).on('line', (line) => {
      // `changedKey [0] = ...`, and `changed key [0] = ...` on older systems.
      if (!/changed ?key/i.test(line)) return;
      restartMs = firstRestartMs;
      listeners.trigger();
    });
  };
  start();
  return {
    subscribe: (listener) => listeners.add(listener),
    close: async () => {
      isClosed = true;
      clearTimeout(restartTimer);
      listeners.clear();
      if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'close');
      child.kill();
      await ended;
    },
  };
}
