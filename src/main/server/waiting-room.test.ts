import { describe, expect, it } from 'vitest';
import type { Reachability } from '../../shared/engine-state';
import { WaitingRoom } from './waiting-room';

/** A company proxy that is away until it is told to come back, and a clock that goes on with each wait for it. */
class Away {
  reachability: Reachability = 'unreachable';
  nowMs = 0;
  #back: (isBack: boolean) => void = () => undefined;
  readonly #isBack = new Promise<boolean>((resolve) => {
    this.#back = resolve;
  });

  readonly monotonicMs = () => this.nowMs;

  async whenReachable(): Promise<boolean> {
    return this.#isBack;
  }

  come(): void {
    this.#back(true);
  }
}

const stays = { whenLost: () => undefined };
const farMs = 1_000_000;

describe('WaitingRoom', () => {
  it('holds a request until the company proxy is back', async () => {
    const away = new Away();
    const room = new WaitingRoom({ upstreamRoad: away, monotonicMs: away.monotonicMs });
    const held = room.hold(stays, farMs);
    away.come();
    expect(await held).toBe(true);
  });

  it('lets a request go when its time is over', async () => {
    let nowMs = 0;
    const asked: number[] = [];
    const whenReachable = (deadlineMs: number): Promise<boolean> => {
      asked.push(deadlineMs);
      nowMs = deadlineMs;
      return Promise.resolve(false);
    };
    const upstreamRoad = { reachability: 'unreachable', whenReachable } as const;
    const room = new WaitingRoom({ upstreamRoad, monotonicMs: () => nowMs });
    expect(await room.hold(stays, 2_500)).toBe(false);
    expect(asked).toEqual([1_000, 2_000, 2_500]);
    expect(await room.hold(stays, 2_500)).toBe(false);
    expect(asked).toHaveLength(3);
  });

  it('lets a client go at once that leaves, and makes room', async () => {
    const away = new Away();
    const room = new WaitingRoom({ upstreamRoad: away, monotonicMs: away.monotonicMs });
    let leave = (): void => undefined;
    const left = room.hold({ whenLost: (abort) => void (leave = abort) }, farMs);
    const others = Array.from({ length: 255 }, () => room.hold(stays, farMs));
    expect(await room.hold(stays, farMs)).toBe(false);
    leave();
    expect(await left).toBe(false);
    const next = room.hold(stays, farMs);
    away.come();
    expect(await Promise.all([next, ...others])).toEqual(Array.from({ length: 256 }, () => true));
  });

  it('does not wait for one that macOS forbids', async () => {
    const away = new Away();
    away.reachability = 'forbidden';
    const room = new WaitingRoom({ upstreamRoad: away, monotonicMs: away.monotonicMs });
    expect(await room.hold(stays, farMs)).toBe(false);
  });
});
