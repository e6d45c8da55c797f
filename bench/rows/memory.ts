import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { inLanes, openTunnel } from '../loads/connections';
import { groupMib } from '../process-meter';
import { less, more, processes, type Row, type TurnRow } from './row';

/** How much a process holds with nothing to do, and with tunnels that are silent. */

const some = 1_000;
const many = 5_000;
const lanes = 50;
const settleMs = 2_000;
const echoWithinMs = 5_000;
const withinMs = 90_000;
/** Who has refused so many, or was so slow, is asked for no more. */
const enoughRefusals = 5;
const openWithinMs = 25_000;
const kibPerMib = 1_024;
const backlog = 10_000;

interface Echo {
  readonly authority: string;
  readonly close: () => Promise<void>;
}

async function startEcho(): Promise<Echo> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', backlog, resolve));
  return {
    authority: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Opens tunnels until there are so many, or until the proxy has had enough. */
async function hold(port: number, authority: string, tunnels: Socket[], wanted: number): Promise<void> {
  let refusals = 0;
  const endMs = performance.now() + openWithinMs;
  await inLanes(wanted - tunnels.length, lanes, async () => {
    if (refusals >= enoughRefusals || performance.now() > endMs) return;
    try {
      tunnels.push(await openTunnel(port, authority));
    } catch {
      // How many are alive is what is reported.
      refusals += 1;
    }
  });
}

/** How many of them carry a byte and its echo. */
async function countAlive(tunnels: readonly Socket[]): Promise<number> {
  const echoes = tunnels.map(
    (tunnel) =>
      new Promise<number>((resolve) => {
        if (tunnel.destroyed) resolve(0);
        tunnel
          .once('data', () => resolve(1))
          .once('error', () => resolve(0))
          .once('close', () => resolve(0))
          .write('x');
        setTimeout(() => resolve(0), echoWithinMs).unref();
      }),
  );
  return (await Promise.all(echoes)).reduce((sum, one) => sum + one, 0);
}

const measure: TurnRow['measure'] = async (contender, setting) => {
  const { upstream } = await setting.near();
  const running = await contender.start(upstream);
  const echo = await startEcho();
  const tunnels: Socket[] = [];
  const held = async (count: number): Promise<number> => {
    await hold(running.port, echo.authority, tunnels, count);
    await delay(settleMs);
    return running.pid === undefined ? Number.NaN : groupMib(running.pid);
  };
  try {
    const idle = await held(0);
    const withSome = await held(some);
    const someAlive = await countAlive(tunnels);
    const figures = { 'memory.idle': idle, 'memory.1000': withSome };
    if (someAlive < some) return { ...figures, 'memory.alive': someAlive };
    const before = await held(some);
    const withMany = await held(many);
    const manyAlive = await countAlive(tunnels);
    return {
      ...figures,
      'memory.alive': manyAlive,
      'memory.5000': withMany,
      'memory.tunnel': ((withMany - before) * kibPerMib) / (tunnels.length - some),
    };
  } finally {
    for (const tunnel of tunnels) tunnel.destroy();
    await echo.close();
    await running.close();
  }
};

export const memoryRows: readonly Row[] = [
  {
    name: 'memory',
    isNear: true,
    isOnce: true,
    withinMs,
    contenders: processes,
    measure,
    metrics: [
      less('memory.idle', 'MiB', 'memory, never asked for anything'),
      less('memory.1000', 'MiB', 'memory with 1,000 idle tunnels'),
      less('memory.5000', 'MiB', 'memory with 5,000 idle tunnels'),
      less('memory.tunnel', 'KiB', 'memory for each idle tunnel, from 1,000 to 5,000'),
      more('memory.alive', '', 'idle tunnels that carry a byte and its echo, of 1,000 and then of 5,000'),
    ],
  },
];
