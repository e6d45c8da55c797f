import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startNginx } from '../test/servers/start-nginx';
import type { Delays } from './engine-host';
import { fetchOnce } from './loads/requests';
import { downloadThroughTunnel } from './loads/transfers';
import { circumstances } from './report/circumstances';

/**
 * How long a click on the menu-bar icon would wait while the engine is busy, with the engine in the main thread and in a
 * worker. Bounded: each load runs for `loadMs`.
 */

const loadMs = 8_000;
const requestsPerSecond = 2_000;
const lanes = 16;
const reportFile = 'docs/engine-thread.md';

interface Host {
  readonly child: ChildProcess;
  readonly port: number;
}

async function startHost(thread: 'main' | 'worker'): Promise<Host> {
  const child = fork(join(import.meta.dirname, 'engine-host.mjs'), [thread]);
  const [port] = (await once(child, 'message')) as [number];
  return { child, port };
}

/** 2,000 requests a second over kept connections. Resolves with how many it were. */
async function request(port: number, url: string): Promise<string> {
  const endMs = performance.now() + loadMs;
  let count = 0;
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      const socket = connect({ host: '127.0.0.1', port, noDelay: true });
      const everyMs = (lanes * 1000) / requestsPerSecond;
      for (let nextMs = performance.now(); nextMs < endMs; nextMs += everyMs) {
        const leftMs = nextMs - performance.now();
        if (leftMs > 1) await delay(leftMs);
        await fetchOnce(socket, url);
        count += 1;
      }
      socket.destroy();
    }),
  );
  return `${Math.round(count / (loadMs / 1000))} requests a second`;
}

/** As much as goes through one tunnel. */
async function download(port: number, url: string): Promise<string> {
  const endMs = performance.now() + loadMs;
  const speeds: number[] = [];
  while (performance.now() < endMs) speeds.push(await downloadThroughTunnel(port, url));
  return `${Math.round(speeds.reduce((sum, speed) => sum + speed, 0) / speeds.length)} MB/s`;
}

async function measure({ child, port }: Host, load: (port: number) => Promise<string>): Promise<string> {
  child.send('begin');
  const what = await load(port);
  const told = once(child, 'message');
  child.send('end');
  const [{ median, p99, longest }] = (await told) as [Delays];
  return `${what} | ${median.toFixed(1)} | ${p99.toFixed(1)} | ${longest.toFixed(1)}`;
}

async function main(): Promise<void> {
  const nginx = await startNginx();
  const rows: string[] = [];
  try {
    for (const thread of ['main', 'worker'] as const) {
      const host = await startHost(thread);
      const small = `${nginx.url}/small.txt`;
      const loads: readonly ((port: number) => Promise<string>)[] = [
        () => delay(loadMs, 'nothing'),
        (port) => request(port, small),
        (port) => download(port, `${nginx.url}/big.bin`),
      ];
      try {
        // The first of each compile the code.
        await downloadThroughTunnel(host.port, `${nginx.url}/big.bin`);
        for (const load of loads) rows.push(`| ${thread} | ${await measure(host, load)} |`);
      } finally {
        host.child.disconnect();
        await once(host.child, 'exit');
      }
    }
  } finally {
    await nginx.close();
  }
  const { madeOn, commit, machine } = circumstances();
  const report = `# The engine's thread

Made by \`npm run bench:interface\` on ${madeOn} from commit ${commit}: ${machine}; load, origin and engine on one machine, so that the engine's process competes with the others. The delay of
the main thread's event loop, in milliseconds, is how long a click on the menu-bar icon would wait.

| engine in | load for ${loadMs / 1000} s | median | 99 % | longest |
|---|---|---|---|---|
${rows.join('\n')}
`;
  writeFileSync(reportFile, report);
  process.stdout.write(report);
}

await main();
