import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { putBetweenMarks } from './report/between-marks';
import { circumstances } from './report/circumstances';
import { flatnessTable, isFlat } from './soak/flatness';
import { runGrowth } from './soak/run-growth';
import { maxHeapGrowthBytes, runSoak, type SoakReport } from './soak/run-soak';

const reportFile = 'docs/soak.md';
/** What follows it in the file is replaced. */
const heading = '## The last run\n';
const fullRequests = 100_000;
const fullTunnels = 3_000;
const lanes = 64;
const longRequests = 1_000_000;
const longMinutes = 20;
const longMark = 'the last long run';

const mib = (bytes: number): string => (bytes / 1_048_576).toFixed(1);
const list = (values: readonly (number | undefined)[]): string =>
  values.map((value) => (value === undefined ? 'not counted' : value.toFixed(0))).join(', ');

function tableOf(report: SoakReport, seconds: number): string {
  const [first = 0, second = 0] = report.heapBytes;
  const excuses = Object.entries(report.excuses)
    .map(([end, count]) => `${count} ${end}`)
    .join(', ');
  return `| | | wanted |
|---|---|---|
| requests | ${report.requests} | |
| tunnels | ${report.tunnels} | |
| of these well-formed, to an origin that behaves | ${report.fair} | |
| answered in full, each with its own answer | ${report.answered} | all but the next row |
| not answered while company proxies restarted | ${report.excused}: ${excuses} | one for each restart and client, and for each spoilt challenge |
| restarts of company proxies; challenges spoilt | ${report.restarts}; ${report.spoiltChallenges} | |
| logons made; refused | ${report.logons}; ${report.refusedLogons} | none refused |
| what must never happen, as an answer that goes to another request | ${report.faults.length} | 0 |
| descriptors: at the start, after each half | ${list(report.descriptors)} | back at the start's |
| heap snapshot after each half | ${mib(first)} MiB, ${mib(second)} MiB | less than ${mib(maxHeapGrowthBytes)} MiB more |
| resident memory after each half, MiB | ${list(report.residentMib)} | |
| time | ${seconds.toFixed(0)} s | |
`;
}

/** Where a table was made. */
function provenance(more = ''): string {
  const { madeOn, commit, machine } = circumstances();
  return `On ${madeOn} from commit ${commit}${more}: ${machine}.`;
}

/** Puts the result into the document that says what the soak does. */
function noteLastRun(table: string, seed: number): void {
  const [what] = readFileSync(reportFile, 'utf8').split(heading);
  writeFileSync(reportFile, `${what}${heading}\n${provenance(`, seed ${seed}`)}\n\n${table}`);
}

/** Whether what a request and a tunnel cost stays the same, whatever was before. */
async function growthMain(requests: number, minutes: number, say: (line: string) => void): Promise<void> {
  const report = await runGrowth({ requests, deadlineMs: minutes * 60_000, say });
  const isAllFlat = report.series.every(isFlat);
  const verdict = `${report.requests.toLocaleString('en')} requests: ${isAllFlat ? 'flat' : 'NOT flat'}`;
  const table = `${flatnessTable(report.series)}\n${verdict}\n`;
  process.stdout.write(table);
  if (report.requests < longRequests) return;
  const document = readFileSync(reportFile, 'utf8');
  writeFileSync(reportFile, putBetweenMarks(document, longMark, `\n${provenance()}\n\n${table}\n`));
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      requests: { type: 'string' },
      tunnels: { type: 'string' },
      long: { type: 'boolean' },
      minutes: { type: 'string' },
    },
  });
  const number = (text: string | undefined, fallback: number): number => {
    const value = text === undefined ? fallback : Number(text);
    if (!Number.isSafeInteger(value) || value < 1) throw new Error(`'${text ?? ''}' is not a number above 0`);
    return value;
  };
  const startMs = performance.now();
  const say = (line: string): void => {
    process.stderr.write(`${((performance.now() - startMs) / 1000).toFixed(0)} s: ${line}\n`);
  };
  if (values.long === true) {
    const minutes = number(values.minutes, longMinutes);
    return growthMain(number(values.requests, longRequests), minutes, say);
  }
  const seed = number(values.seed, 1 + (Date.now() % 1_000_000));
  const requests = number(values.requests, fullRequests);
  const tunnels = number(values.tunnels, fullTunnels);
  process.stderr.write(`seed ${seed}\n`);
  const report = await runSoak({ seed, requests, tunnels, lanes, say });
  if (report.faults.length > 0) {
    process.stderr.write(
      `\nFAILED with seed ${seed}:\n${report.faults.map((fault) => `- ${fault}\n`).join('')}`,
    );
    process.exitCode = 1;
    return;
  }
  const table = tableOf(report, (performance.now() - startMs) / 1000);
  process.stdout.write(table);
  if (requests >= fullRequests && tunnels >= fullTunnels) noteLastRun(table, seed);
}

// The exit ends the proxy as well, which is in a process group of its own.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
await main();
// Not the end of the last handle: Node would free what the sockets have left behind one by one, for minutes.
process.exit();
