import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { SourceMap, type SourceMapping } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { startLatchkey } from '../test/servers/start-latchkey';
import { startNginx } from '../test/servers/start-nginx';
import { startSquid } from '../test/servers/start-squid';
import { inLanes } from './loads/connections';
import { KeepingClient } from './loads/requests';
import { downloadThroughTunnel, fetchThroughTunnel } from './loads/transfers';

/**
 * Where the processor time of the built `latchkey run` goes, by V8's profiler: `npm run profile -- tunnels`, `requests` or
 * `downloads`. It stands in front of squid and nginx, which are other processes. The profiler makes everything slower, and
 * system calls look dearer than they are, as it interrupts them: what is compared are shares, not times.
 */

interface Load {
  readonly count: number;
  readonly run: (port: number, url: string) => Promise<unknown>;
}

const lanes = 16;

async function fetchMany(port: number, url: string, count: number): Promise<void> {
  const client = new KeepingClient(port);
  await inLanes(count, lanes, () => client.fetch(url));
  client.close();
}

function tunnelMany(port: number, url: string, count: number): Promise<void> {
  return inLanes(count, lanes, async () => {
    await fetchThroughTunnel(port, url);
  });
}

const loads: Readonly<Record<string, Load>> = {
  tunnels: { count: 2_000, run: (port, url) => tunnelMany(port, `${url}/small.txt`, 2_000) },
  requests: { count: 20_000, run: (port, url) => fetchMany(port, `${url}/small.txt`, 20_000) },
  downloads: { count: 1, run: (port, url) => downloadThroughTunnel(port, `${url}/big.bin`) },
};
const intervalUs = 250;
const topCount = 25;

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/** What V8 writes, as far as it is read here. */
interface Profile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: CallFrame }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const maps = new Map<string, SourceMap>();

/** The source file of a function of the bundle. */
function sourceOf({ url, lineNumber, columnNumber }: CallFrame): string {
  const file = url.replace('file://', '');
  let map = maps.get(file);
  if (map === undefined) {
    map = new SourceMap(
      JSON.parse(readFileSync(`${file}.map`, 'utf8')) as ConstructorParameters<typeof SourceMap>[0],
    );
    maps.set(file, map);
  }
  // Of what the bundler has added there is no source.
  const { originalSource }: Partial<SourceMapping> = map.findEntry(lineNumber, columnNumber);
  return originalSource?.replace(/^(\.\.\/)+/, '') ?? basename(file);
}

/** Whose work it is, and a name for the place. */
function placeOf(frame: CallFrame): { readonly whose: string; readonly place: string } {
  const { functionName: name, url } = frame;
  if (name === '(garbage collector)') return { whose: 'garbage collector', place: name };
  if (url.startsWith('node:')) return { whose: "Node's modules", place: `${name} ${url}` };
  if (url !== '') {
    const source = sourceOf(frame);
    const whose = source.startsWith('node_modules/')
      ? 'proxy-chain'
      : source.split('/').slice(0, 3).join('/');
    return { whose, place: `${name} ${source}` };
  }
  // Functions of Node in C++ have no file: most of them are system calls.
  return {
    whose: name === '(program)' ? 'the rest of V8 and Node' : 'system calls and other C++',
    place: name,
  };
}

function report({ nodes, samples, timeDeltas }: Profile, count: number): string {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const byWhose = new Map<string, number>();
  const byPlace = new Map<string, number>();
  let totalUs = 0;
  for (const [index, id] of samples.entries()) {
    const frame = frames.get(id);
    const us = timeDeltas[index] ?? 0;
    if (frame === undefined || frame.functionName === '(idle)') continue;
    const { whose, place } = placeOf(frame);
    totalUs += us;
    byWhose.set(whose, (byWhose.get(whose) ?? 0) + us);
    byPlace.set(place, (byPlace.get(place) ?? 0) + us);
  }
  const rows = (parts: ReadonlyMap<string, number>): string =>
    [...parts]
      .toSorted(([, one], [, other]) => other - one)
      .slice(0, topCount)
      .map(
        ([name, us]) => `| ${name} | ${((100 * us) / totalUs).toFixed(1)} % | ${(us / count).toFixed(1)} |`,
      )
      .join('\n');
  const head = (title: string): string => `| ${title} | share | µs each |\n|---|---|---|\n`;
  return `${head('whose')}${rows(byWhose)}\n\n${head('where')}${rows(byPlace)}\n`;
}

async function main(): Promise<void> {
  const [name = 'tunnels'] = process.argv.slice(2);
  const load = loads[name];
  if (load === undefined) throw new Error(`there is no load '${name}': ${Object.keys(loads).join(', ')}`);
  const nginx = await startNginx();
  const { close: closeSquid, port, user, domain, password } = await startSquid({ helpers: 50 });
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-profile-'));
  try {
    const latchkey = await startLatchkey({
      config: `Username ${user}\nDomain ${domain}\nPassword ${password}\nProxy 127.0.0.1:${port}\n`,
      nodeArguments: ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--cpu-prof-interval', String(intervalUs)],
    });
    await load.run(latchkey.port, nginx.url);
    await latchkey.close();
    const [file = ''] = readdirSync(folder);
    process.stdout.write(report(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Profile, load.count));
  } finally {
    rmSync(folder, { recursive: true });
    await closeSquid();
    await nginx.close();
  }
}

await main();
