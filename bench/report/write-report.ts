import { readFileSync, writeFileSync } from 'node:fs';
import { putBetweenMarks } from './between-marks';
import { picture } from './picture';
import type { Results } from './results';
import { fullTable, shortTable } from './table';
import { allWanted, verdictTable } from './wanted';

const documentFile = 'docs/benchmark.md';
const figuresFile = 'docs/benchmark.json';
const pictureFile = 'docs/pictures/benchmark.svg';
const readmeFile = 'README.md';
const mark = 'npm run bench';

/** What README shows, with the titles of the picture. */
const shown: Readonly<Record<string, string>> = {
  'burst-40.first': 'A page with 40 new hosts, the first one',
  'burst-40.later': 'A page with 40 new hosts, later ones',
  'chromium.later': '40 https pictures in Chromium',
  'single.p50': 'One tunnel, until it is open',
  'get-16.us': 'Processor time for a request',
  'tunnel.us': 'Processor time for a tunnel',
  'download.speed': 'Through one tunnel',
  'memory.idle': 'Memory at rest',
};
const alsoInReadme = ['logons.unanswered', 'burst-40.logons-later', 'logons.per-1000', 'start.listening'];

/** All of it as Markdown. */
export function reportText(results: Results): string {
  const { madeOn, commit, machine, rounds, seconds, remark, failures } = results;
  const notes = [
    `On ${madeOn} from commit ${commit}: ${machine}; rounds: ${rounds}, in ${seconds.toFixed(0)} s.`,
    ...(remark === undefined ? [] : [remark]),
  ].join(' ');
  const failed = failures.map(({ row, contender, why }) => `- ${row}, ${contender}: ${why}\n`).join('');
  const verdicts = verdictTable(results, allWanted);
  return `${notes}\n\n${verdicts}\n${fullTable(results)}${failed === '' ? '' : `\nNot measured:\n\n${failed}`}`;
}

/** Writes document, figures, picture, and the table in README. */
export function writeReport(results: Results): void {
  writeFileSync(figuresFile, `${JSON.stringify(results, undefined, 1)}\n`);
  writeFileSync(pictureFile, picture(results, shown));
  const change = (file: string, text: string): void =>
    writeFileSync(file, putBetweenMarks(readFileSync(file, 'utf8'), mark, text));
  change(documentFile, `\n${reportText(results)}\n`);
  const remark = results.remark === undefined ? '' : `\n${results.remark}\n`;
  change(readmeFile, shortTable(results, [...Object.keys(shown), ...alsoInReadme]) + remark);
}
