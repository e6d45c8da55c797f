import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { cpus, release, type as osType } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { startCntlm } from '../test/servers/start-cntlm';
import { startLatchkey } from '../test/servers/start-latchkey';
import { startNginx } from '../test/servers/start-nginx';
import { startSquid } from '../test/servers/start-squid';
import { downloadThroughTunnel, fetchMany, holdTunnels, tunnelMany } from './loads';
import { processorMs, residentMib } from './process-meter';

const rounds = 5;
/** A download takes a third of a second: more of them, as the machine's noise is larger than what is compared. */
const downloadRounds = 15;
const requests = 2_000;
const tunnels = 400;
const idleTunnels = 5_000;
const settleMs = 1_000;
const reportFile = 'docs/benchmark.md';

interface Contender {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
  readonly keepsAlive: boolean;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/** Measures both contenders in turn, so that the noise of the machine meets both. Medians, by contender. */
async function compare(
  title: string,
  contenders: readonly Contender[],
  measure: (contender: Contender) => Promise<number>,
  count = rounds,
): Promise<number[]> {
  const results = contenders.map((): number[] => []);
  for (let round = 0; round < count; round += 1) {
    for (const [index, contender] of contenders.entries()) {
      const value = await measure(contender);
      results[index]?.push(value);
      say(`${title}: ${contender.name} ${value.toFixed(1)}`);
    }
  }
  return results.map(median);
}

/** Microseconds of processor time for each of `count` things that a load does. */
function processorUsPer(
  count: number,
  load: (contender: Contender) => Promise<void>,
): (contender: Contender) => Promise<number> {
  return async (contender) => {
    const { pid } = contender;
    const before = processorMs(pid);
    await load(contender);
    return ((processorMs(pid) - before) * 1000) / count;
  };
}

/** How much memory so many idle tunnels take, and whether all of them still carry a byte afterwards. */
async function measureIdleTunnels({
  port,
  pid,
}: Contender): Promise<{ before: number; held: number; alive: number }> {
  const sockets = new Set<Socket>();
  const echo = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).pipe(socket);
  });
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', 10_000, resolve));
  const { port: echoPort } = echo.address() as AddressInfo;
  const before = residentMib(pid);
  const clients = await holdTunnels(port, `127.0.0.1:${echoPort}`, idleTunnels);
  await delay(settleMs);
  const held = residentMib(pid);
  const echoes = clients.map(
    (client) =>
      new Promise<number>((resolve) => {
        client
          .once('data', () => resolve(1))
          .once('close', () => resolve(0))
          .write('x');
      }),
  );
  const alive = (await Promise.all(echoes)).reduce((sum, one) => sum + one, 0);
  for (const client of clients) client.destroy();
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => echo.close(resolve));
  return { before, held, alive };
}

const ratio = (ours: number, theirs: number): string => (ours / theirs).toFixed(2);

async function main(): Promise<void> {
  const nginx = await startNginx();
  const squid = await startSquid({ helpers: 50 });
  const cntlm = await startCntlm(
    { domain: squid.domain, user: squid.user, password: squid.password },
    squid.port,
  );
  const { domain, user, password } = squid;
  const latchkey = await startLatchkey({
    config: `Username ${user}\nDomain ${domain}\nPassword ${password}\nProxy 127.0.0.1:${squid.port}\n`,
  });
  try {
    const ours: Contender = { name: 'Latchkey', port: latchkey.port, pid: latchkey.pid, keepsAlive: true };
    const both: Contender[] = [ours, { name: 'cntlm', port: cntlm.port, pid: cntlm.pid, keepsAlive: false }];
    const small = `${nginx.url}/small.txt`;
    // The first hundred requests compile the code.
    for (const { port, keepsAlive } of both) await fetchMany(port, small, 500, keepsAlive);
    const [get = 0, cntlmGet = 0] = await compare(
      'us per GET',
      both,
      processorUsPer(requests, (to) => fetchMany(to.port, small, requests, to.keepsAlive)),
    );
    const [tunnel = 0, cntlmTunnel = 0] = await compare(
      'us per tunnel',
      both,
      processorUsPer(tunnels, (to) => tunnelMany(to.port, small, tunnels)),
    );
    const download = (to: Contender): Promise<number> =>
      downloadThroughTunnel(to.port, `${nginx.url}/big.bin`);
    for (const contender of both) await download(contender);
    const [speed = 0, cntlmSpeed = 0] = await compare('MB/s', both, download, downloadRounds);
    const idle = await measureIdleTunnels(ours);
    const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
    const report = `# Benchmark

Made by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)} from commit ${commit}: ${osType()} ${release()}, ${cpus().length} cores,
Node ${process.versions.node}. Latchkey and cntlm 0.92.3 in front of the same squid with Samba's ntlm_auth, nginx behind it, all on
one machine; measured in turn, medians of ${rounds} rounds (${downloadRounds} downloads). Processor time is that of the local proxy alone.

| | Latchkey | cntlm 0.92.3 | Latchkey / cntlm | wanted |
|---|---|---|---|---|
| processor time per keep-alive GET of 1 KiB | ${get.toFixed(0)} µs | ${cntlmGet.toFixed(0)} µs | ${ratio(get, cntlmGet)} | at most 0.15 |
| processor time per tunnel | ${tunnel.toFixed(0)} µs | ${cntlmTunnel.toFixed(0)} µs | ${ratio(tunnel, cntlmTunnel)} | at most 0.70 |
| through one tunnel, 256 MiB | ${speed.toFixed(0)} MB/s | ${cntlmSpeed.toFixed(0)} MB/s | ${ratio(speed, cntlmSpeed)} | at least 1.00 |

${idleTunnels} idle tunnels: ${idle.held.toFixed(0)} MiB (${idle.before.toFixed(0)} MiB before; wanted: less than 400 MiB), and ${idle.alive} of them carried a byte
and its echo afterwards.

cntlm signs in again for every request, as squid never says \`Proxy-Connection: keep-alive\`; Latchkey signs in once for each
connection and keeps it. A tunnel needs a connection of its own, and no more than two sign in at a time (docs/decisions/credential-gate.md):
fewer events are handled at once, which costs processor time. The speed through a tunnel is mostly squid's own and varies from run to run by a tenth.
`;
    writeFileSync(reportFile, report);
    process.stdout.write(report);
  } finally {
    await latchkey.close();
    await cntlm.close();
    await squid.close();
    await nginx.close();
  }
}

await main();
