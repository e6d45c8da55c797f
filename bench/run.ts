import { requireServers } from '../test/servers/require-servers';
import { type Contender, findContenders } from './contenders';
import type { FigureBook } from './figures';
import { type BenchOptions, parseOptions } from './options';
import { circumstances } from './report/circumstances';
import type { Results } from './report/results';
import { reportText, writeReport } from './report/write-report';
import { allRows } from './rows/all-rows';
import { measureAll } from './schedule';
import { Setting } from './setting';

/** For what is under way at the end of the time, and for the build before. */
const reserveMs = 60_000;

const seconds = (): number => performance.now() / 1_000;

function resultsOf(book: FigureBook, contenders: readonly Contender[], options: BenchOptions): Results {
  return {
    ...circumstances(),
    ...(options.remark === undefined ? {} : { remark: options.remark }),
    rounds: book.rounds,
    seconds: seconds(),
    contenders: contenders.map(({ id, name }) => ({ id, name })),
    metrics: book.metrics,
    figures: book.all(),
    failures: book.failures,
  };
}

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  const contenders = findContenders(process.env);
  const hasSquid = requireServers('squid', 'ntlm_auth', 'nginx');
  const isWanted = (name: string): boolean =>
    options.only.length === 0 || options.only.some((start) => name.startsWith(start));
  const rows = allRows.filter(({ name, isNear }) => isWanted(name) && (isNear !== true || hasSquid));
  if (rows.length === 0)
    throw new Error(`no such row; there are ${allRows.map(({ name }) => name).join(', ')}`);
  const setting = new Setting();
  try {
    const plan = {
      rows,
      contenders,
      rounds: options.rounds,
      isTimeOver: () => performance.now() > options.minutes * 60_000 - reserveMs,
      say: (line: string) => process.stderr.write(`${seconds().toFixed(0)} s: ${line}\n`),
    };
    const results = resultsOf(await measureAll(plan, setting), contenders, options);
    process.stdout.write(`\n${reportText(results)}`);
    if (options.only.length === 0) writeReport(results);
  } finally {
    await setting.close();
  }
}

// The exit ends the proxies as well, which are in process groups of their own.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
await main();
