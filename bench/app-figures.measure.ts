import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, password, test } from '../e2e/fixtures';
import type { RunningApp } from '../e2e/launch-app';
import { Panel } from '../e2e/panel';
import { residentMib } from './process-meter';
import { circumstances } from './report/circumstances';
import { median } from './statistics';

const starts = 5;
const idleMs = 20_000;
const reportFile = 'docs/app-figures.md';

/** How often the main process has given up the processor by itself, which is once for each time that it was woken. */
function wakeUps(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^voluntary_ctxt_switches:\s+(\d+)$/m.exec(status)?.[1]);
}

/** A time that the app has printed, in milliseconds since its process was started. */
function timing(app: RunningApp, name: string): number {
  return Number(new RegExp(`"${name}":(\\d+)`).exec(app.output())?.[1]);
}

async function idle(app: RunningApp): Promise<string> {
  await expect.poll(() => app.ask('isPanelVisible')).toBe(false);
  await delay(2_000);
  const before = wakeUps(app.pid);
  await delay(idleMs);
  const perSecond = (wakeUps(app.pid) - before) / (idleMs / 1000);
  return `${perSecond.toFixed(1)} | ${residentMib(app.pid).toFixed(0)} MiB`;
}

test('figures', async ({ surroundings }) => {
  test.skip(process.platform !== 'linux', 'wake-ups are read from /proc; on a Mac use Activity Monitor');
  const env = { LATCHKEY_TIMINGS: '1' };
  const trays: number[] = [];
  const panels: number[] = [];
  for (let start = 0; start < starts; start += 1) {
    const app = await surroundings.launch({ env });
    await app.panel();
    await expect.poll(() => timing(app, 'panelMs')).toBeGreaterThan(0);
    trays.push(timing(app, 'trayMs'));
    panels.push(timing(app, 'panelMs'));
    await app.quit();
  }
  const app = await surroundings.launch({ env });
  const panel = new Panel(app, await app.panel());
  await app.ask('blurPanel');
  const off = await idle(app);
  await Panel.open(app);
  await panel.fillSetUp(surroundings.proxyName, 'CORP\\alice', password);
  await panel.button('Done').click();
  expect(await surroundings.fetchPage()).toBe(200);
  await app.ask('blurPanel');
  const on = await idle(app);
  const { madeOn, commit, machine } = circumstances();
  const where =
    app.target === 'electron'
      ? 'in Electron'
      : 'on the stand-in for Electron (e2e/standin), so without Chromium’s part';
  writeFileSync(
    reportFile,
    `# The app at rest

Made by \`npm run bench:app\` on ${madeOn} from commit ${commit}: ${machine}, ${where}. The main process alone.

| | |
|---|---|
| from the start of the process to the icon | ${median(trays)} ms |
| to the first panel, which is made then | ${median(panels)} ms |

Medians of ${starts} starts. With the panel hidden, over ${idleMs / 1000} s:

| | wake-ups a second | memory |
|---|---|---|
| not set up | ${off} |
| on, signed in, no traffic | ${on} |
`,
  );
  await app.quit();
});
