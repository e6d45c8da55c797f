import { farHosts } from '../distance/far-host';
import { forSomeTime } from '../loads/connections';
import { launchChromium } from '../loads/chromium';
import { browse, mixedHosts } from '../loads/mixed';
import { KeepingClient } from '../loads/requests';
import { less, type Row, signingIn } from './row';
import { afresh, newPageName, type Session } from './session';

/** What somebody notices who browses, behind a company proxy 50 ms away. */

const originMs = 60;
const withinMs = 60_000;
const pictures = 40;
const requestLanes = 16;
const requestsMs = 5_000;

const inChromium: Session = async (run) => {
  const browser = await launchChromium(run.running.port);
  try {
    const page = (): Promise<number> => browser.loadPictures(farHosts(pictures, newPageName(), originMs));
    const first = await page();
    await run.rest();
    return { 'chromium.first': first, 'chromium.later': await page() };
  } finally {
    await browser.close();
  }
};

const mixed: Session = async (run) => {
  const { port } = run.running;
  const first = await browse(port, farHosts(mixedHosts, newPageName(), originMs));
  const { logons } = await run.takeCounts();
  await run.rest();
  const later = await browse(port, farHosts(mixedHosts, newPageName(), originMs));
  return { 'mixed.first': first, 'mixed.later': later, 'mixed.logons': logons };
};

const logons: Session = async (run) => {
  const client = new KeepingClient(run.running.port);
  const [host = ''] = farHosts(1, newPageName(), 0);
  const { count } = await forSomeTime(requestsMs, requestLanes, () =>
    client.fetch(`http://${host}/bytes/1000`),
  );
  client.close();
  const counted = await run.takeCounts();
  return { 'logons.per-1000': (counted.logons * 1_000) / count };
};

export const browsingRows: readonly Row[] = [
  {
    name: 'chromium',
    withinMs,
    contenders: signingIn,
    measure: afresh(inChromium),
    metrics: [
      less('chromium.first', 'ms', '40 pictures of 40 https hosts in Chromium, first page after the start'),
      less('chromium.later', 'ms', '40 pictures of 40 https hosts in Chromium, later pages'),
    ],
  },
  {
    name: 'mixed',
    withinMs,
    contenders: signingIn,
    measure: afresh(mixed),
    metrics: [
      less('mixed.first', 'ms', '120 mixed requests to 12 hosts, after the start'),
      less('mixed.later', 'ms', '120 mixed requests to 12 other hosts, later'),
      less('mixed.logons', '', 'logons for the first 120 of them'),
    ],
  },
  {
    name: 'logons',
    isOnce: true,
    withinMs,
    contenders: signingIn.filter((id) => id !== 'direct'),
    measure: afresh(logons),
    metrics: [less('logons.per-1000', '', 'logons for 1,000 keep-alive GETs, 16 at a time')],
  },
];
