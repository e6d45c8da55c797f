import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Hop } from '../../shared/problem';
import type { HttpConnection } from './http-connection';
import { OutgoingRequest } from './outgoing-request';
import { nobodysTrial, type Trial, trialKey } from './trial';
import { WarmConnections, type Warmed } from './warm-connections';
import type { WarmUrl } from './warm-urls';

const hop: Hop = { role: 'upstream', address: { host: 'proxy.test', port: 8080 } };
const otherHop: Hop = { role: 'upstream', address: { host: 'other.test', port: 8080 } };
const site: Trial = { method: 'HEAD', target: 'http://site.test/', host: 'site.test' };
const free: WarmUrl = { trial: nobodysTrial, isFree: true, isKnown: true };
const request = (): OutgoingRequest => new OutgoingRequest('CONNECT', 'host.test:443', []);

/** Stands in for a connection: nothing looks into it. */
const connectionOf = (name: string): HttpConnection => ({ name }) as unknown as HttpConnection;

let isWanted: boolean;
let preferred: Hop;
let maySignIn: boolean;
let urls: readonly WarmUrl[];
let idle: HttpConnection[];
let aged: HttpConnection[];
/** When it was looked where connections go. */
let looksMs: Set<number>;
/** When there will be one, where there is none yet. */
let agedInMs: number;
/** Those that are being made, the eldest first. */
let making: {
  readonly key: string;
  readonly isTrial: boolean;
  readonly isFit: Promise<boolean> | undefined;
  readonly end: (warmed: Warmed) => void;
}[];
/** What comes of using an idle connection. */
let used: Warmed;
/** When that is known. */
let answered: Promise<void>;
let usedKeys: string[];
let warm: WarmConnections;

beforeEach(() => {
  vi.useFakeTimers();
  preferred = hop;
  answered = Promise.resolve();
  agedInMs = Number.POSITIVE_INFINITY;
  looksMs = new Set();
  [isWanted, maySignIn, urls, idle, aged, making, used, usedKeys] = [
    true,
    true,
    [free],
    [],
    [],
    [],
    'ready',
    [],
  ];
  warm = new WarmConnections({
    nowMs: () => performance.now(),
    isWanted: () => isWanted,
    hop: () => {
      looksMs.add(performance.now());
      return preferred;
    },
    maySignIn: () => maySignIn,
    urls: () => urls,
    idleCount: () => idle.length,
    takeAged: () => {
      const eldest = aged.shift();
      idle = idle.filter((each) => each !== eldest);
      return eldest;
    },
    agedInMs: () => (aged.length > 0 ? 0 : agedInMs),
    drop: () => void (idle = []),
    takeIdle: () => idle.pop(),
    warm: (trial, isTrial, isFit) =>
      new Promise((resolve) => {
        making.push({ key: trialKey(trial), isTrial, isFit, end: resolve });
      }),
    use: async (connection, trial) => {
      usedKeys.push(trialKey(trial));
      await answered;
      if (used === 'ready') idle.push(connection);
      return used;
    },
  });
});

afterEach(() => {
  warm.close();
  vi.useRealTimers();
});

/** Ends the making of the eldest. */
async function end(warmed: Warmed): Promise<void> {
  const eldest = making.shift();
  if (eldest === undefined) throw new Error('nothing is in the making');
  if (warmed === 'ready') {
    const connection = connectionOf(`${performance.now()}`);
    if (!warm.offer(connection)) idle.push(connection);
  }
  eldest.end(warmed);
  await vi.advanceTimersByTimeAsync(0);
}

/** Makes connections until there are enough. */
async function fillUp(): Promise<number> {
  while (making.length > 0) await end('ready');
  return idle.length;
}

/** A burst of so many tunnels, after which what is missing has been made. */
async function burst(count: number): Promise<number> {
  for (let index = 0; index < count; index += 1) {
    idle.pop();
    warm.taken();
  }
  return fillUp();
}

describe('the size of the stock', () => {
  it('is that of a browser at the start, eight being made at once', async () => {
    warm.asked();
    expect(making).toHaveLength(8);
    expect(await fillUp()).toBe(16);
  });

  it('is that of the largest burst of the last ten minutes, from 4 to 32', async () => {
    warm.asked();
    await fillUp();
    expect(await burst(40)).toBe(32);
    const minutes = async (count: number): Promise<void> => {
      for (let minute = 0; minute < count; minute += 1) {
        warm.asked();
        await vi.advanceTimersByTimeAsync(60_000);
      }
    };
    await minutes(9);
    expect(warm.target).toBe(32);
    await minutes(2);
    expect(warm.target).toBe(4);
    await burst(7);
    expect(warm.target).toBe(7);
  });

  it('does not count what is taken one after the other for a burst', async () => {
    warm.asked();
    await fillUp();
    await vi.advanceTimersByTimeAsync(600_000);
    for (let index = 0; index < 20; index += 1) {
      warm.asked();
      await burst(1);
      await vi.advanceTimersByTimeAsync(1_100);
    }
    expect(warm.target).toBe(4);
  });

  it('is nothing when nobody has asked for five minutes, and no tick is left', async () => {
    warm.asked();
    await fillUp();
    await vi.advanceTimersByTimeAsync(302_000);
    expect(idle).toHaveLength(0);
    expect(making).toHaveLength(0);
    expect(vi.getTimerCount()).toBe(0);
    warm.asked();
    expect(making).toHaveLength(8);
  });

  it('is nothing where it is not wanted, and goes when it is not wanted any more', async () => {
    isWanted = false;
    warm.asked();
    warm.taken();
    expect(making).toHaveLength(0);
    isWanted = true;
    warm.asked();
    await fillUp();
    isWanted = false;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(idle).toHaveLength(0);
  });

  it('is nothing after rest, until somebody asks', async () => {
    warm.asked();
    await fillUp();
    idle = [];
    warm.rest();
    warm.fill();
    expect(making).toHaveLength(0);
    expect(vi.getTimerCount()).toBe(0);
    warm.asked();
    expect(making).toHaveLength(8);
  });

  it('is half of what there was when one more could not be had, for five minutes', async () => {
    warm.asked();
    for (let index = 0; index < 10; index += 1) await end('ready');
    while (making.length > 0) await end('failed');
    expect(warm.target).toBe(5);
    for (let minute = 0; minute < 5; minute += 1) {
      warm.asked();
      await vi.advanceTimersByTimeAsync(61_000);
    }
    expect(warm.target).toBe(16);
  });
});

describe('what connections are signed in with', () => {
  it('is one URL as often as it takes, where that is free', async () => {
    urls = [free, { trial: site, isFree: false, isKnown: true }];
    warm.asked();
    await fillUp();
    expect(making.map(({ key }) => key)).not.toContain(trialKey(site));
  });

  it('is a host of somebody else no more than once a minute', async () => {
    urls = [{ trial: site, isFree: false, isKnown: true }];
    let count = 0;
    warm.asked();
    for (let second = 0; second < 240; second += 1) {
      for (; making.length > 0; count += 1) await end('ready');
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(count).toBe(4);
    expect(idle).toHaveLength(4);
  });

  it('is no such host twice a minute because the network has changed', async () => {
    urls = [{ trial: site, isFree: false, isKnown: true }];
    warm.asked();
    await end('ready');
    warm.beginEpoch();
    await vi.advanceTimersByTimeAsync(58_000);
    expect(making).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(making).toHaveLength(1);
  });

  it('is nothing that nobody knows while somebody waits', async () => {
    warm.asked();
    const next = warm.next(request());
    urls = [{ trial: site, isFree: false, isKnown: false }];
    for (let left = making.length; left > 1; left -= 1) await end('unfit');
    expect(making.map(({ key }) => key)).toEqual([trialKey(nobodysTrial)]);
    await end('unfit');
    expect(await next).toBeUndefined();
    warm.fill();
    expect(making.map(({ key }) => key)).toEqual([trialKey(site)]);
  });

  it('is not a URL that was of no use, for ten minutes', async () => {
    warm.asked();
    await end('unfit');
    const rest = making.length;
    expect(rest).toBe(7);
    while (making.length > 0) await end('no-turn');
    for (let minute = 0; minute < 9; minute += 1) {
      warm.asked();
      await vi.advanceTimersByTimeAsync(60_000);
      expect(making).toHaveLength(0);
    }
    warm.asked();
    await vi.advanceTimersByTimeAsync(62_000);
    expect(making).toHaveLength(4);
  });

  it('is tried again on another network', async () => {
    warm.asked();
    await end('unfit');
    while (making.length > 0) await end('ended');
    warm.beginEpoch();
    warm.fill();
    expect(making).toHaveLength(8);
  });
});

describe('a URL that is not known yet', () => {
  const unknown: WarmUrl = { trial: nobodysTrial, isFree: true, isKnown: false };

  it('is tried by one logon alone', async () => {
    urls = [unknown];
    warm.asked();
    expect(making.map(({ isTrial }) => isTrial)).toEqual([true]);
    await end('ready');
    expect(making.map(({ isTrial }) => isTrial)).toEqual(Array.from({ length: 8 }, () => false));
  });

  it.each([
    ['ready', true],
    ['unfit', false],
    ['failed', false],
  ] as const)('has others got ready behind it, which learn that it was %s', async (warmed, isFit) => {
    urls = [unknown];
    warm.asked();
    warm.follow();
    const followers = making.slice(1);
    expect(followers.map(({ isTrial }) => isTrial)).toEqual(Array.from({ length: 7 }, () => false));
    await end(warmed);
    for (const follower of followers) expect(await follower.isFit).toBe(isFit);
  });

  it('has nothing got ready behind it once it is known', async () => {
    urls = [unknown];
    warm.asked();
    await end('ready');
    const count = making.length;
    warm.follow();
    expect(making).toHaveLength(count);
    expect(making.map(({ isFit }) => isFit)).toEqual(Array.from({ length: count }, () => undefined));
  });

  it('is tried without any logon, where a connection is idle', async () => {
    urls = [unknown];
    idle = [connectionOf('idle')];
    warm.asked();
    expect(making).toHaveLength(0);
    expect(usedKeys).toEqual([trialKey(nobodysTrial)]);
    await vi.advanceTimersByTimeAsync(0);
    expect(making.map(({ isTrial }) => isTrial)).toEqual(Array.from({ length: 8 }, () => false));
  });

  it('is tried on each company proxy, and what is of no use on one may be so on another', async () => {
    urls = [unknown];
    warm.asked();
    await end('ready');
    preferred = otherHop;
    idle = [];
    for (let left = making.length; left > 0; left -= 1) await end('ended');
    expect(making.map(({ isTrial }) => isTrial)).toEqual([true]);
    await end('unfit');
    expect(making).toHaveLength(0);
    preferred = hop;
    warm.fill();
    expect(making.map(({ isTrial }) => isTrial)).toEqual(Array.from({ length: 8 }, () => false));
  });

  it('is tried anew when it was of no use after all', async () => {
    urls = [unknown];
    warm.asked();
    await end('ready');
    while (making.length > 0) await end('unfit');
    for (let minute = 0; minute < 11; minute += 1) {
      warm.asked();
      await vi.advanceTimersByTimeAsync(60_000);
    }
    expect(usedKeys).toEqual([trialKey(nobodysTrial)]);
  });

  it.each(['failed', 'unfit'] as const)('gives way to the next one when it has %s', async (warmed) => {
    urls = [unknown, { trial: site, isFree: false, isKnown: true }];
    warm.asked();
    await end(warmed);
    expect(making.map(({ key }) => key)).toEqual([trialKey(site)]);
    expect(warm.isUnfit(hop, nobodysTrial)).toBe(true);
  });
});

describe('those who wait', () => {
  it('get the connections in the order in which they came, before the stock does', async () => {
    warm.asked();
    const first = warm.next(request());
    const second = warm.next(request());
    await end('ready');
    await end('ready');
    expect(idle).toHaveLength(0);
    expect(await Promise.all([first, second])).not.toContain(undefined);
    await end('ready');
    expect(idle).toHaveLength(1);
  });

  it('do not wait where none is in the making', async () => {
    maySignIn = false;
    warm.asked();
    expect(await warm.next(request())).toBeUndefined();
  });

  it('go their own way when what was in the making has failed', async () => {
    warm.asked();
    const next = warm.next(request());
    maySignIn = false;
    while (making.length > 0) await end('failed');
    expect(await next).toBeUndefined();
  });

  it('go their own way when none got one for two seconds, and not as long as some do', async () => {
    warm.asked();
    const waiting = Array.from({ length: 5 }, () => warm.next(request()));
    for (let second = 0; second < 3; second += 1) {
      await vi.advanceTimersByTimeAsync(1_500);
      await end('ready');
    }
    await vi.advanceTimersByTimeAsync(3_500);
    const got = await Promise.all(waiting);
    expect(got.filter((connection) => connection !== undefined)).toHaveLength(3);
  });

  it('leave the line when their client leaves', async () => {
    warm.asked();
    const left = request();
    const next = warm.next(left);
    const other = warm.next(request());
    left.abort();
    expect(await next).toBeUndefined();
    await end('ready');
    expect(await other).toBeDefined();
  });

  it('are not joined by others while nothing comes of what is in the making', async () => {
    warm.asked();
    const first = warm.next(request());
    await vi.advanceTimersByTimeAsync(3_500);
    expect(await first).toBeUndefined();
    expect(making).toHaveLength(8);
    expect(warm.isServing).toBe(false);
    expect(await warm.next(request())).toBeUndefined();
    await end('ready');
    expect(warm.isServing).toBe(true);
  });

  it.each(['beginEpoch', 'rest', 'close'] as const)('go their own way after %s', async (method) => {
    warm.asked();
    const next = warm.next(request());
    warm[method]();
    expect(await next).toBeUndefined();
  });
});

describe('after a failure', () => {
  it('waits longer each time, until one succeeds', async () => {
    const pauses: number[] = [];
    warm.asked();
    for (let round = 0; round < 5; round += 1) {
      while (making.length > 0) await end('failed');
      const sinceMs = performance.now();
      while (making.length === 0) {
        warm.asked();
        await vi.advanceTimersByTimeAsync(1_000);
      }
      pauses.push(Math.floor((performance.now() - sinceMs) / 1_000));
    }
    expect(pauses).toEqual([2, 10, 60, 300, 300]);
    await end('ready');
    idle = [];
    while (making.length > 0) await end('failed');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(making.length).toBeGreaterThan(0);
  });
});

describe('connections that grow old', () => {
  it('are used, and not made anew', async () => {
    warm.asked();
    await fillUp();
    aged = idle.slice(0, 3);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(usedKeys).toHaveLength(3);
    expect(making).toHaveLength(0);
  });

  it('wait for the eldest of them, and are spared what it has proven needless', async () => {
    warm.asked();
    await fillUp();
    let answer = (): void => undefined;
    answered = new Promise((resolve) => {
      answer = resolve;
    });
    aged = idle.slice(0, 3);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(usedKeys).toHaveLength(1);
    aged = [];
    answer();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(usedKeys).toHaveLength(1);
  });

  it('are used with the credential refused as well', async () => {
    warm.asked();
    await fillUp();
    maySignIn = false;
    aged = idle.slice(0, 1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(usedKeys).toHaveLength(1);
  });

  it('are given up together when one of them was lost in silence', async () => {
    warm.asked();
    await fillUp();
    used = 'failed';
    aged = idle.slice(0, 1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(idle).toHaveLength(0);
  });
});

describe('the time between two looks', () => {
  /** How often it is looked after within so many milliseconds. */
  async function looksWithin(ms: number): Promise<number> {
    looksMs.clear();
    await vi.advanceTimersByTimeAsync(ms);
    return looksMs.size;
  }

  it('is longer while all are ready', async () => {
    warm.asked();
    expect(await looksWithin(10_000)).toBe(10);
    await fillUp();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await looksWithin(60_000)).toBe(12);
  });

  it('ends when one has to be used', async () => {
    warm.asked();
    await fillUp();
    await vi.advanceTimersByTimeAsync(1_000);
    agedInMs = 3_000;
    await vi.advanceTimersByTimeAsync(5_000);
    aged = [connectionOf('eldest')];
    await vi.advanceTimersByTimeAsync(3_000);
    expect(usedKeys).toHaveLength(1);
  });

  it('ends within a second when a client asks', async () => {
    warm.asked();
    await fillUp();
    await vi.advanceTimersByTimeAsync(1_000);
    idle = [];
    warm.asked();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(making).toHaveLength(8);
  });
});

it('makes none in place of one that is being used', async () => {
  warm.asked();
  await fillUp();
  aged = idle.slice(0, 1);
  answered = new Promise(() => undefined);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(usedKeys).toHaveLength(1);
  expect(making).toHaveLength(0);
});
