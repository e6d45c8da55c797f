import { randomBytes } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { startEngine } from '../src/main/server/engine';

/**
 * A process that could be the app's main process, with the engine in its own thread (`main`) or in a worker (`worker`).
 * Its parent tells it to measure: it answers with what its main thread's event loop was delayed by meanwhile, which is how
 * long a click would have waited.
 */

const account = { domain: 'CORP', user: 'alice' };

async function listen(): Promise<number> {
  const engine = await startEngine({
    settings: {
      account,
      workstation: 'BENCH',
      upstreams: [{ host: '127.0.0.1', port: 1 }],
      resolvesNames: false,
      noProxy: ['127.*'],
      listen: [{ host: '127.0.0.1', port: 0 }],
      gateway: false,
      access: [],
      offNetwork: 'direct',
      offNetworkWaitSeconds: 30,
    },
    credentials: [{ account, method: 'NTLMv2' as const, secret: Buffer.alloc(16) }],
    areCredentialsRefused: true,
    entropy: { randomBytes, nowMs: Date.now },
    monotonicMs: () => performance.now(),
    resolve: () => Promise.resolve(undefined),
  });
  return engine.addresses[0]?.port ?? 0;
}

/** What the parent is told; times in milliseconds. */
export interface Delays {
  readonly median: number;
  readonly p99: number;
  readonly longest: number;
}

function measureOnDemand(): void {
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  process.on('message', (message) => {
    if (message === 'begin') {
      histogram.reset();
      histogram.enable();
      return;
    }
    histogram.disable();
    // A timer of 1 ms is what the histogram is made with: that much is no delay.
    const ms = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - 1);
    const delays: Delays = {
      median: ms(histogram.percentile(50)),
      p99: ms(histogram.percentile(99)),
      longest: ms(histogram.max),
    };
    process.send?.(delays);
  });
  process.on('disconnect', () => process.exit(0));
}

if (isMainThread) {
  measureOnDemand();
  if (process.argv[2] === 'worker') {
    new Worker(process.argv[1] ?? '').once('message', (port: number) => process.send?.(port));
  } else process.send?.(await listen());
} else parentPort?.postMessage(await listen());
