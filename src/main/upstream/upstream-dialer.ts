import type { DialAnswer } from '../../shared/engine-state';
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
  readonly #answers = new WeakMap<Hop, DialAnswer>();

  constructor(options: UpstreamDialerOptions) {
    this.#options = options;
    this.#names = new NameCache(options.resolve);
  }

  /** On another network names may mean something else. */
  beginEpoch(): void {
    this.#names.clear();
  }

  /** How it took the last connection; undefined when there was none. */
  answerOf(hop: Hop): DialAnswer | undefined {
    return this.#answers.get(hop);
  }

  /** Opens a TCP connection. @throws UpstreamError as `dial` of dial.ts */
  async dial(hop: Hop): Promise<HopSocket> {
    const { connectMs, nowMs, isForbiddenByMac } = this.#options;
    const how = { lookup: this.#names.lookup, isForbiddenByMac };
    const startMs = nowMs();
    try {
      return this.#answered(hop, startMs, await dial(hop, connectMs, how));
    } catch (error) {
      if (!isConnectFailure(error) || error.code === 'name-not-found') throw error;
      const leftMs = (): number => connectMs - (nowMs() - startMs);
      if (leftMs() <= 0) {
        // No time is left to ask for other addresses; whoever comes next does.
        this.#names.forget(hop.address.host);
        throw error;
      }
      if (!(await within(leftMs(), this.#names.refresh(hop.address.host)))) throw error;
      const againMs = nowMs();
      return this.#answered(hop, againMs, await dial(hop, Math.max(1, leftMs()), how));
    }
  }

  #answered(hop: Hop, startMs: number, hopSocket: HopSocket): HopSocket {
    const ip = hopSocket.socket.remoteAddress;
    const durationMs = Math.round(this.#options.nowMs() - startMs);
    if (ip !== undefined) this.#answers.set(hop, { ip, durationMs });
    return hopSocket;
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
