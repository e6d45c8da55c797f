import type { IsForbiddenByMac } from '../../shared/failed-connect';
import type { Hop } from '../../shared/problem';
import { dial, type HopSocket } from './dial';
import { NameCache, type ResolveName } from './name-cache';
import { isConnectFailure } from './upstream-error';

export interface UpstreamDialerOptions {
  /** For name resolution and TCP connection together, in milliseconds. */
  readonly connectMs: number;
  /** A monotonic clock in milliseconds. */
  readonly nowMs: () => number;
  readonly resolve?: ResolveName | undefined;
  readonly isForbiddenByMac?: IsForbiddenByMac | undefined;
}

/** Connects to company proxies. It remembers their addresses, and asks for new ones where the old ones do not answer. */
export class UpstreamDialer {
  readonly #options: UpstreamDialerOptions;
  readonly #names: NameCache;

  constructor(options: UpstreamDialerOptions) {
    this.#options = options;
    this.#names = new NameCache(options.resolve);
  }

  /** On another network names may mean something else. */
  beginEpoch(): void {
    this.#names.clear();
  }

  /** Opens a TCP connection. @throws UpstreamError as `dial` of dial.ts */
  async dial(hop: Hop): Promise<HopSocket> {
    const { connectMs, nowMs, isForbiddenByMac } = this.#options;
    const how = { lookup: this.#names.lookup, isForbiddenByMac };
    const startMs = nowMs();
    try {
      return await dial(hop, connectMs, how);
    } catch (error) {
      if (!isConnectFailure(error) || error.code === 'name-not-found') throw error;
      const leftMs = (): number => connectMs - (nowMs() - startMs);
      if (leftMs() <= 0) {
        // No time is left to ask for other addresses; whoever comes next does.
        this.#names.forget(hop.address.host);
        throw error;
      }
      if (!(await within(leftMs(), this.#names.refresh(hop.address.host)))) throw error;
      return dial(hop, Math.max(1, leftMs()), how);
    }
  }
}

/** Whether something turns out to be true in time. */
function within(timeoutMs: number, answer: Promise<boolean>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), timeoutMs);
    void answer.then((isTrue) => {
      clearTimeout(timer);
      resolve(isTrue);
    });
  });
}
