import { chromium } from '@playwright/test';
import { findChromium } from '../../test/servers/find-chromium';

export interface Chromium {
  /** Shows one picture from each host, by https and all at once. Resolves with the milliseconds until the last is there. */
  readonly loadPictures: (hosts: readonly string[]) => Promise<number>;
  readonly close: () => Promise<void>;
}

const withinMs = 30_000;

/** Starts a Chromium that goes through the proxy on 127.0.0.1:`proxyPort`, and takes any certificate. */
export async function launchChromium(proxyPort: number): Promise<Chromium> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('there is no Chromium: install the package chromium');
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--ignore-certificate-errors', `--proxy-server=http://127.0.0.1:${proxyPort}`],
  });
  const page = await browser.newPage();
  return {
    loadPictures: (hosts) =>
      page.evaluate<number>(`new Promise((resolve, reject) => {
        const startMs = performance.now();
        setTimeout(() => reject(new Error('pictures are missing')), ${withinMs});
        Promise.all(${JSON.stringify(hosts)}.map((host) => new Promise((loaded, failed) => {
          const picture = new Image();
          picture.onload = loaded;
          picture.onerror = () => failed(new Error('no picture from ' + host));
          picture.src = 'https://' + host + '/picture';
        }))).then(() => resolve(performance.now() - startMs), reject);
      })`),
    close: () => browser.close(),
  };
}
