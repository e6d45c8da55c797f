import type { UpstreamRoad } from '../upstream/upstream-road';

/** So many requests are held at once: each keeps a connection of a client, and what it has sent of a body. */
const maxHeld = 256;
/** How soon it is noticed, at the latest, that nobody waits any more, in milliseconds. */
const lookMs = 1_000;

export interface WaitingRoomOptions {
  readonly upstreamRoad: Pick<UpstreamRoad, 'reachability' | 'whenReachable'>;
  /** A monotonic clock in milliseconds. */
  readonly monotonicMs: () => number;
}

/** Who waits for the company proxy. */
export interface Waiting {
  /** Names what ends the wait once nobody waits for it any more. */
  whenLost(abort: () => void): void;
}

/** Holds requests while the company network is away, so that none fails that could go out a moment later. */
export class WaitingRoom {
  readonly #options: WaitingRoomOptions;
  #heldCount = 0;

  constructor(options: WaitingRoomOptions) {
    this.#options = options;
  }

  /**
   * Waits until a company proxy can be reached. One that macOS forbids is not away, and is not waited for.
   *
   * @param untilMs of the monotonic clock
   * @returns whether one can be reached; not when it took too long, the client has left, or too many wait already
   */
  async hold(request: Waiting, untilMs: number): Promise<boolean> {
    const { upstreamRoad, monotonicMs } = this.#options;
    if (upstreamRoad.reachability === 'forbidden' || monotonicMs() >= untilMs || this.#heldCount >= maxHeld)
      return false;
    let hasLeft = false;
    const left = new Promise<false>((resolve) => {
      request.whenLost(() => {
        hasLeft = true;
        resolve(false);
      });
    });
    const reached = async (): Promise<boolean> => {
      while (!hasLeft && monotonicMs() < untilMs) {
        if (await upstreamRoad.whenReachable(Math.min(untilMs, monotonicMs() + lookMs))) return true;
        if (upstreamRoad.reachability === 'forbidden') return false;
      }
      return false;
    };
    this.#heldCount += 1;
    try {
      return await Promise.race([reached(), left]);
    } finally {
      this.#heldCount -= 1;
    }
  }
}
