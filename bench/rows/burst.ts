import { setTimeout as delay } from 'node:timers/promises';
import { farHosts } from '../distance/far-host';
import { openTunnel } from '../loads/connections';
import { openPage } from '../loads/page';
import { percentile } from '../statistics';
import { less, type Row, signingIn } from './row';
import { afresh, type FreshRun, logonMetrics, newPageName, type Session } from './session';

/** Pages whose hosts were never asked for, behind a company proxy 50 ms away. */

const originMs = 60;
const slowOriginMs = 2_000;
const atOnce = 12;
const singles = 15;
const betweenSinglesMs = 200;
const withinMs = 60_000;

interface Page {
  /** When the first tunnel was open. */
  readonly firstMs: number;
  /** When all were whose origin is not slow. */
  readonly lastMs: number;
  readonly logons: number;
}

async function page(run: FreshRun, hosts: number, takesMs: number, slowMs = takesMs): Promise<Page> {
  const { openMs } = await openPage(run.running.port, farHosts(hosts, newPageName(), takesMs, slowMs));
  const { logons } = await run.takeCounts();
  const fast = openMs.filter((_, index) => slowMs === takesMs || index % 10 !== 9);
  return { firstMs: Math.min(...openMs), lastMs: Math.max(...fast), logons };
}

const forty: Session = async (run) => {
  const first = await page(run, 40, originMs);
  await run.rest();
  const second = await page(run, 40, originMs);
  await run.rest();
  const third = await page(run, 40, originMs);
  return {
    'burst-40.first-tunnel': first.firstMs,
    'burst-40.first': first.lastMs,
    'burst-40.later': (second.lastMs + third.lastMs) / 2,
    'burst-40.logons-first': first.logons,
    'burst-40.logons-later': (second.logons + third.logons) / 2,
  };
};

const thirty: Session = async (run) => {
  const first = await page(run, 30, originMs);
  await run.rest();
  const later = await page(run, 30, originMs);
  return { 'burst-30.first': first.lastMs, 'burst-30.later': later.lastMs };
};

const slowTenth: Session = async (run) => {
  const first = await page(run, 40, originMs, slowOriginMs);
  await run.rest();
  const later = await page(run, 40, originMs, slowOriginMs);
  return { 'burst-slow.first': first.lastMs, 'burst-slow.later': later.lastMs };
};

/** How long one tunnel after the other takes to open, in milliseconds. */
async function openSingly(port: number): Promise<number[]> {
  const times: number[] = [];
  for (const host of farHosts(singles, newPageName(), 0)) {
    const startMs = performance.now();
    const socket = await openTunnel(port, `${host}:80`);
    times.push(performance.now() - startMs);
    socket.destroy();
    await delay(betweenSinglesMs);
  }
  return times;
}

/** After a page, as these are never the first that somebody asks for. */
const few: Session = async (run) => {
  await page(run, atOnce, originMs);
  await run.rest();
  const twelve = await page(run, atOnce, 0);
  await run.rest();
  const times = await openSingly(run.running.port);
  return {
    'twelve.last': twelve.lastMs,
    'single.p50': percentile(times, 0.5),
    'single.p99': percentile(times, 0.99),
  };
};

const shared = { contenders: signingIn, withinMs };

export const burstRows: readonly Row[] = [
  {
    ...shared,
    name: 'burst-40',
    measure: afresh(forty),
    metrics: [
      less(
        'burst-40.first-tunnel',
        'ms',
        '40 new hosts, first page after the start: the first tunnel is open',
      ),
      less('burst-40.first', 'ms', '40 new hosts, first page after the start: all are open'),
      less('burst-40.later', 'ms', '40 new hosts, later pages'),
      less('burst-40.logons-first', '', 'logons for the first page of 40 new hosts'),
      less('burst-40.logons-later', '', 'logons for a later page of 40 new hosts'),
      ...logonMetrics,
    ],
  },
  {
    ...shared,
    name: 'burst-30',
    measure: afresh(thirty),
    metrics: [
      less('burst-30.first', 'ms', '30 new hosts, first page after the start'),
      less('burst-30.later', 'ms', '30 new hosts, later pages'),
    ],
  },
  {
    ...shared,
    name: 'burst-slow',
    measure: afresh(slowTenth),
    metrics: [
      less('burst-slow.first', 'ms', 'every tenth of 40 takes 2 s, first page: the others are open'),
      less('burst-slow.later', 'ms', 'every tenth of 40 takes 2 s, later pages: the others are open'),
    ],
  },
  {
    ...shared,
    name: 'burst-few',
    measure: afresh(few),
    metrics: [
      less('twelve.last', 'ms', '12 CONNECTs at once, origins at 0 ms: the last is open'),
      less('single.p50', 'ms', 'CONNECT to first byte, one tunnel at a time, p50'),
      less('single.p99', 'ms', 'CONNECT to first byte, one tunnel at a time, p99'),
    ],
  },
];
