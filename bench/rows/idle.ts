import { setTimeout as delay } from 'node:timers/promises';
import type { Contender, Running } from '../contenders';
import { farHosts } from '../distance/far-host';
import { openPage } from '../loads/page';
import { activityOf } from '../process-meter';
import { type Figures, less, processes, type Row, type TogetherRow } from './row';

/** What is done while nothing is to do: all contenders at the same time, each never asked, and each after a page. */

const idleMs = 30_000;
const settleMs = 4_000;
const withinMs = 90_000;
const hosts = 40;

interface Idler {
  readonly contender: Contender;
  readonly running: Running;
  readonly name: 'idle' | 'idle-stock';
}

function since(pid: number): () => { readonly share: number; readonly perSecond: number } {
  const startMs = performance.now();
  const before = activityOf(pid);
  return () => {
    const now = activityOf(pid);
    const ms = performance.now() - startMs;
    return {
      share: (100 * (now.processorMs - before.processorMs)) / ms,
      perSecond: ((now.wakeUps - before.wakeUps) * 1_000) / ms,
    };
  };
}

const measureTogether: TogetherRow['measureTogether'] = async (contenders, setting) => {
  const distant = await setting.distant();
  const idlers: Idler[] = [];
  try {
    for (const contender of contenders) {
      for (const name of ['idle', 'idle-stock'] as const) {
        const running = await contender.start(distant);
        idlers.push({ contender, running, name });
        if (name === 'idle-stock') await openPage(running.port, farHosts(hosts, `idle-${contender.id}`, 0));
      }
    }
    await delay(settleMs);
    const meters = idlers.flatMap(({ contender, running: { pid }, name }) =>
      pid === undefined ? [] : [{ contender, name, read: since(pid) }],
    );
    await delay(idleMs);
    const figures = new Map<Contender, Figures>();
    for (const { contender, name, read } of meters) {
      const { share, perSecond } = read();
      figures.set(contender, {
        ...figures.get(contender),
        [`${name}.cpu`]: share,
        [`${name}.wake-ups`]: perSecond,
      });
    }
    return figures;
  } finally {
    for (const { running } of idlers) await running.close();
  }
};

export const idleRows: readonly Row[] = [
  {
    name: 'idle',
    isOnce: true,
    withinMs,
    contenders: processes,
    measureTogether,
    metrics: [
      less('idle.cpu', '%', 'processor at idle, never asked for anything'),
      less('idle.wake-ups', '/s', 'woken at idle, never asked for anything'),
      less('idle-stock.cpu', '%', 'processor at idle, after a page of 40 hosts'),
      less('idle-stock.wake-ups', '/s', 'woken at idle, after a page of 40 hosts'),
    ],
  },
];
