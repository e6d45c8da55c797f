import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, release, type as osType } from 'node:os';
import { parseArgs } from 'node:util';
import { maxHeapGrowthBytes, runSoak, type SoakReport } from './soak/run-soak';

const reportFile = 'docs/soak.md';
const fullRequests = 100_000;
const fullTunnels = 3_000;
const lanes = 64;

const mib = (bytes: number): string => (bytes / 1_048_576).toFixed(1);
const list = (values: readonly (number | undefined)[]): string =>
  values.map((value) => (value === undefined ? 'not counted' : value.toFixed(0))).join(', ');

function tableOf(report: SoakReport, seconds: number): string {
  const [first = 0, second = 0] = report.heapBytes;
  return `| | | wanted |
|---|---|---|
| requests | ${report.requests} | |
| tunnels | ${report.tunnels} | |
| of these well-formed, to an origin that behaves | ${report.fair} | |
| answered in full, each with its own answer | ${report.answered} | all but the next row |
| cut off or answered 502, 503, 504 while company proxies restarted | ${report.excused} | one for each restart and client, and for each spoilt challenge |
| restarts of company proxies; challenges spoilt | ${report.restarts}; ${report.spoiltChallenges} | |
| logons made; refused | ${report.logons}; ${report.refusedLogons} | none refused |
| answers that went to another request | 0 | 0 |
| descriptors: at the start, after each half | ${list(report.descriptors)} | back at the start's |
| heap snapshot after each half | ${mib(first)} MiB, ${mib(second)} MiB | less than ${mib(maxHeapGrowthBytes)} MiB more |
| resident memory after each half, MiB | ${list(report.residentMib)} | |
| time | ${seconds.toFixed(0)} s | |
`;
}

function documentOf(table: string, seed: number): string {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  return `# Soak

    npm run soak                                      # ${fullRequests} requests, ${fullTunnels} tunnels
    npm run soak -- --seed 7 --requests 5000 --tunnels 200

runs the built \`latchkey run\` in front of two company proxies that verify each logon, with ${lanes} clients at a time, and exits with 1 and
the seed when something was not as it must be. \`npm test\` does the same with 2,000 requests. It needs no other program.

- **What is mixed.** GET, HEAD, POST and PUT with bodies up to 200 kB, by length and chunked, alone and 2 to 8 in a pipeline, half of
  them direct by a no-proxy rule; tunnels with bytes both ways, one way closing first; requests whose heads are mutated; answers that break the
  rules, from the origin and from the company proxy (status line, fields, chunks, lengths, early ends, floods of 103, a second answer
  behind the first); readers of one piece a millisecond; clients that leave in the middle of head, upload and download, before the answer, and between
  CONNECT and 200. In the last quarter of each half the company proxies restart and spoil one challenge in ten, so that it cannot be answered.
- **What must hold.** Each request has a tag that origin and client check together with the bodies that are made from it: none gets
  another's answer or another's body, no POST is carried out twice. A well-formed request to an origin that behaves gets 200, except by
  a company proxy while those restart; afterwards a page can be had again. No logon is refused. SIGTERM ends it with 0.
- **What is left.** After each half the clients are gone and the connections that are kept have ended by themselves: then descriptors are
  counted and the sizes of all that is in a heap snapshot (V8 collects before it takes one) are added up.
- **The seed** decides what each step does. Steps run beside each other, so that their order differs a little from run to run.

## The last run

On ${new Date().toISOString().slice(0, 10)} from commit ${commit}, seed ${seed}: ${osType()} ${release()}, ${cpus().length} cores, Node ${process.versions.node}.

${table}`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { seed: { type: 'string' }, requests: { type: 'string' }, tunnels: { type: 'string' } },
  });
  const number = (text: string | undefined, fallback: number): number => {
    const value = text === undefined ? fallback : Number(text);
    if (!Number.isSafeInteger(value) || value < 1) throw new Error(`'${text ?? ''}' is not a number above 0`);
    return value;
  };
  const seed = number(values.seed, 1 + (Date.now() % 1_000_000));
  const requests = number(values.requests, fullRequests);
  const tunnels = number(values.tunnels, fullTunnels);
  process.stderr.write(`seed ${seed}\n`);
  const startMs = performance.now();
  const say = (line: string): void => {
    process.stderr.write(`${((performance.now() - startMs) / 1000).toFixed(0)} s: ${line}\n`);
  };
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
  if (requests >= fullRequests && tunnels >= fullTunnels) writeFileSync(reportFile, documentOf(table, seed));
}

await main();
// Not the end of the last handle: Node would free what the sockets have left behind one by one, for minutes.
process.exit();
