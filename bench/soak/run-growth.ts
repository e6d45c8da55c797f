import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { startLatchkey } from '../../test/servers/start-latchkey';
import { forSomeTime, inLanes, openTunnel } from '../loads/connections';
import { KeepingClient } from '../loads/requests';
import { processorMs, residentMib } from '../process-meter';
import type { Series } from './flatness';

export interface GrowthOptions {
  readonly requests: number;
  /** Nothing is begun after that, on the clock of `performance.now()`. */
  readonly deadlineMs: number;
  readonly say: (line: string) => void;
}

export interface GrowthReport {
  readonly series: readonly Series[];
  /** Requests that were made. */
  readonly requests: number;
}

interface Point {
  readonly at: number;
  readonly cost: number;
}

const heldTunnels = [10, 100, 1_000, 5_000];
const slices = 10;
const lanes = 16;
const openLanes = 8;
const loadMs = 4_000;
const usPerMs = 1_000;
const url = 'http://www.test/page';
const authority = 'www.test:443';

/**
 * What a request and a tunnel cost while more and more tunnels are held, and what a request costs after so many of them.
 * In front of a company proxy that is faster than Latchkey (lean-upstream.ts).
 */
export async function runGrowth(options: GrowthOptions): Promise<GrowthReport> {
  const upstream = fork(join(import.meta.dirname, 'lean-upstream.mjs'));
  const [port] = (await once(upstream, 'message')) as [number];
  try {
    const latchkey = await startLatchkey({
      config: `Username alice\nDomain CORP\nPassword Passw0rd!\nProxy 127.0.0.1:${port}\n`,
    });
    try {
      const growth = new Growth(latchkey.port, latchkey.pid, options);
      // What is compiled on the way is no growth.
      await growth.requestUs();
      await growth.tunnelUs();
      const withTunnels = await growth.holdMoreAndMore();
      const overTime = await growth.requestMoreAndMore();
      const series = [...withTunnels, ...overTime.series].filter(({ points }) => points.length > 0);
      return { series, requests: overTime.requests };
    } finally {
      await latchkey.close();
    }
  } finally {
    upstream.disconnect();
  }
}

class Growth {
  readonly #port: number;
  readonly #pid: number;
  readonly #options: GrowthOptions;

  constructor(port: number, pid: number, options: GrowthOptions) {
    this.#port = port;
    this.#pid = pid;
    this.#options = options;
  }

  /** Microseconds of processor time for each request. */
  async requestUs(): Promise<number> {
    const client = new KeepingClient(this.#port);
    const us = await this.#usFor(() => forSomeTime(loadMs, lanes, () => client.fetch(url)));
    client.close();
    return us;
  }

  /** Microseconds of processor time for each tunnel that is opened and closed. */
  tunnelUs(): Promise<number> {
    return this.#usFor(() =>
      forSomeTime(loadMs, openLanes, async () => {
        (await openTunnel(this.#port, authority)).destroy();
      }),
    );
  }

  async holdMoreAndMore(): Promise<Series[]> {
    const held: Socket[] = [];
    const requests: Point[] = [];
    const tunnels: Point[] = [];
    for (const count of heldTunnels) {
      if (performance.now() > this.#options.deadlineMs) break;
      await inLanes(count - held.length, openLanes, async () => {
        held.push(await openTunnel(this.#port, authority));
      });
      const [request, tunnel] = [await this.requestUs(), await this.tunnelUs()];
      requests.push({ at: count, cost: request });
      tunnels.push({ at: count, cost: tunnel });
      this.#options.say(
        `${count} tunnels held: ${request.toFixed(0)} µs a request, ${tunnel.toFixed(0)} µs a tunnel`,
      );
    }
    for (const socket of held) socket.destroy();
    const together = 1;
    return [
      {
        what: 'a request while so many tunnels are held',
        unit: 'µs of processor',
        points: requests,
        together,
      },
      { what: 'a new tunnel while so many are held', unit: 'µs of processor', points: tunnels, together },
    ];
  }

  async requestMoreAndMore(): Promise<GrowthReport> {
    const { requests: wanted, deadlineMs, say } = this.#options;
    const client = new KeepingClient(this.#port);
    const costs: Point[] = [];
    const memory: Point[] = [];
    const slice = Math.ceil(wanted / slices);
    let requests = 0;
    while (requests < wanted && performance.now() < deadlineMs) {
      const cost = await this.#usFor(async () => {
        await inLanes(slice, lanes, () => client.fetch(url));
        return { count: slice };
      });
      requests += slice;
      costs.push({ at: requests, cost });
      memory.push({ at: requests, cost: residentMib(this.#pid) });
      say(`${requests} requests: ${cost.toFixed(0)} µs each`);
    }
    client.close();
    if (requests < wanted) say(`the time is over after ${requests} requests`);
    const together = 3;
    return {
      requests,
      series: [
        { what: 'a request after so many', unit: 'µs of processor', points: costs, together },
        { what: 'memory after so many requests', unit: 'MiB', points: memory, together },
      ],
    };
  }

  async #usFor(load: () => Promise<{ readonly count: number }>): Promise<number> {
    const before = processorMs(this.#pid);
    const { count } = await load();
    return ((processorMs(this.#pid) - before) * usPerMs) / count;
  }
}
