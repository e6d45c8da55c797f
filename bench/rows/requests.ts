import { dial, forSomeTime } from '../loads/connections';
import { fetchOnce, KeepingClient } from '../loads/requests';
import { processorMs } from '../process-meter';
import { percentile } from '../statistics';
import { everybody, type Figures, less, more, type Row, type TurnRow } from './row';

/** Requests for a page of 1 KiB, in front of squid. */

const loadMs = 1_000;
const latencyMs = 700;
const withinMs = 30_000;
const newConnectionLanes = 8;

/** The figures of a load: how many a second, and the processor time for each where there is a process to look at. */
export async function timed(
  name: string,
  pid: number | undefined,
  load: () => Promise<{ readonly count: number; readonly ms: number }>,
): Promise<Figures> {
  const before = pid === undefined ? 0 : processorMs(pid);
  const { count, ms } = await load();
  const perSecond = { [`${name}.rate`]: (count * 1_000) / ms };
  if (pid === undefined) return perSecond;
  return { ...perSecond, [`${name}.us`]: ((processorMs(pid) - before) * 1_000) / count };
}

function keepAlive(lanes: number): TurnRow['measure'] {
  return async (contender, setting) => {
    const { runningOf, nginx } = await setting.near();
    const { port, pid } = await runningOf(contender);
    const client = new KeepingClient(port);
    const figures = await timed(`get-${lanes}`, pid, () =>
      forSomeTime(loadMs, lanes, () => client.fetch(`${nginx.url}/small.txt`)),
    );
    client.close();
    return figures;
  };
}

/** How long each of some requests takes, one after the other over one connection, in milliseconds. */
async function latencies(port: number, url: string): Promise<number[]> {
  const client = new KeepingClient(port);
  const times: number[] = [];
  await forSomeTime(latencyMs, 1, async () => {
    const startMs = performance.now();
    await client.fetch(url);
    times.push(performance.now() - startMs);
  });
  client.close();
  return times;
}

const usPerMs = 1_000;

const addedLatency: TurnRow['measure'] = async (contender, setting) => {
  const { runningOf, nginx, upstream } = await setting.near();
  const { port } = await runningOf(contender);
  const url = `${nginx.url}/small.txt`;
  const with_ = await latencies(port, url);
  const without = await latencies(upstream.openPort, url);
  const added = (share: number): number => (percentile(with_, share) - percentile(without, share)) * usPerMs;
  return { 'latency.p50': added(0.5), 'latency.p99': added(0.99) };
};

const newConnections: TurnRow['measure'] = async (contender, setting) => {
  const { runningOf, nginx } = await setting.near();
  const { port, pid } = await runningOf(contender);
  return timed('get-new', pid, () =>
    forSomeTime(loadMs, newConnectionLanes, async () => {
      const socket = dial(port);
      await fetchOnce(socket, `${nginx.url}/small.txt`);
      socket.destroy();
    }),
  );
};

const shared = { isNear: true, withinMs, contenders: everybody };

function keepAliveRow(lanes: number): Row {
  return {
    ...shared,
    name: `get-${lanes}`,
    measure: keepAlive(lanes),
    metrics: [
      more(`get-${lanes}.rate`, '/s', `keep-alive GETs of 1 KiB, ${lanes} at a time`),
      less(`get-${lanes}.us`, 'µs', `processor time per keep-alive GET, ${lanes} at a time`),
    ],
  };
}

export const requestRows: readonly Row[] = [
  ...[1, 16, 64].map(keepAliveRow),
  {
    ...shared,
    name: 'get-new',
    measure: newConnections,
    metrics: [
      more('get-new.rate', '/s', 'GETs with a new connection each, 8 at a time'),
      less('get-new.us', 'µs', 'processor time per GET with a new connection'),
    ],
  },
  {
    ...shared,
    name: 'latency',
    contenders: everybody.filter((id) => id !== 'direct'),
    measure: addedLatency,
    metrics: [
      less('latency.p50', 'µs', 'added to a keep-alive GET, beside squid alone, p50'),
      less('latency.p99', 'µs', 'added to a keep-alive GET, beside squid alone, p99'),
    ],
  },
];
