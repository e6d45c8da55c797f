import { bigFileLength } from '../../test/servers/start-nginx';
import { farHost } from '../distance/far-host';
import { forSomeTime, openTunnel } from '../loads/connections';
import { downloadThroughTunnel, fetchThroughTunnel, upload } from '../loads/transfers';
import { processorMs } from '../process-meter';
import { timed } from './requests';
import { everybody, type Figures, less, more, type Row, signingIn, type TurnRow } from './row';

/** Tunnels, and what goes through them. */

const loadMs = 1_000;
const lanes = 8;
const distantLanes = 16;
const distantMs = 2_000;
const withinMs = 60_000;
const downloads = 2;
const manyTunnels = 16;
const pieceBytes = 32 * 1_048_576;
const postBytes = 256 * 1_048_576;
const bytesPer100Mb = 100_000_000;

const opened: TurnRow['measure'] = async (contender, setting) => {
  const { runningOf, nginx } = await setting.near();
  const { port, pid } = await runningOf(contender);
  return timed('tunnel', pid, () =>
    forSomeTime(loadMs, lanes, async () => {
      await fetchThroughTunnel(port, `${nginx.url}/small.txt`);
    }),
  );
};

const openedFarAway: TurnRow['measure'] = async (contender, setting) => {
  const distant = await setting.distant();
  const running = await contender.start(distant);
  let index = 0;
  try {
    return await timed('tunnel-far', running.pid, () =>
      forSomeTime(distantMs, distantLanes, async () => {
        index += 1;
        const socket = await openTunnel(running.port, `${farHost(0, contender.id, index)}:80`);
        socket.destroy();
      }),
    );
  } finally {
    await running.close();
  }
};

/** The figures of a transfer that resolves with MB/s. */
async function transfer(
  name: string,
  pid: number | undefined,
  bytes: number,
  move: () => Promise<number>,
): Promise<Figures> {
  const before = pid === undefined ? 0 : processorMs(pid);
  const speed = { [`${name}.speed`]: await move() };
  if (pid === undefined) return speed;
  return { ...speed, [`${name}.cpu`]: ((processorMs(pid) - before) * bytesPer100Mb) / bytes };
}

const oneDownload: TurnRow['measure'] = async (contender, setting) => {
  const { runningOf, nginx } = await setting.near();
  const { port, pid } = await runningOf(contender);
  return transfer('download', pid, downloads * bigFileLength, async () => {
    let sum = 0;
    for (let at = 0; at < downloads; at += 1)
      sum += await downloadThroughTunnel(port, `${nginx.url}/big.bin`);
    return sum / downloads;
  });
};

const manyDownloads: TurnRow['measure'] = async (contender, setting) => {
  const { runningOf, nginx } = await setting.near();
  const { port, pid } = await runningOf(contender);
  return transfer('download-16', pid, manyTunnels * pieceBytes, async () => {
    const startMs = performance.now();
    await Promise.all(
      Array.from({ length: manyTunnels }, () => fetchThroughTunnel(port, `${nginx.url}/big.bin`, pieceBytes)),
    );
    return (manyTunnels * pieceBytes) / 1_000 / (performance.now() - startMs);
  });
};

const post: TurnRow['measure'] = async (contender, setting) => {
  const { runningOf } = await setting.near();
  const { originPort } = await setting.distant();
  const { port, pid } = await runningOf(contender);
  return transfer('post', pid, postBytes, () =>
    upload(port, `http://127.0.0.1:${originPort}/sink`, postBytes),
  );
};

const shared = { isNear: true, withinMs, contenders: everybody };

export const tunnelRows: readonly Row[] = [
  {
    ...shared,
    name: 'tunnel',
    measure: opened,
    metrics: [
      more('tunnel.rate', '/s', 'tunnels with one GET each, 8 at a time'),
      less('tunnel.us', 'µs', 'processor time per tunnel with one GET'),
    ],
  },
  {
    name: 'tunnel-far',
    withinMs,
    contenders: signingIn,
    measure: openedFarAway,
    metrics: [
      more('tunnel-far.rate', '/s', 'tunnels, 16 at a time, 50 ms away'),
      less('tunnel-far.us', 'µs', 'processor time per tunnel, 50 ms away'),
    ],
  },
  {
    ...shared,
    name: 'download',
    measure: oneDownload,
    metrics: [
      more('download.speed', 'MB/s', '256 MiB through one tunnel'),
      less('download.cpu', 'ms', 'processor time per 100 MB through one tunnel'),
    ],
  },
  {
    ...shared,
    name: 'download-16',
    measure: manyDownloads,
    metrics: [
      more('download-16.speed', 'MB/s', '512 MiB through 16 tunnels'),
      less('download-16.cpu', 'ms', 'processor time per 100 MB through 16 tunnels'),
    ],
  },
  {
    ...shared,
    name: 'post',
    isOnce: true,
    measure: post,
    metrics: [
      more('post.speed', 'MB/s', 'POST of 256 MiB'),
      less('post.cpu', 'ms', 'processor time per 100 MB posted'),
    ],
  },
];
