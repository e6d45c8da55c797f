import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { runCommand } from '../../test/servers/run-command';
import { makeServerFolder, removeServerFolder } from '../../test/servers/server-folder';
import { median } from '../statistics';
import { type Figures, less, processes, type Row, type TurnRow } from './row';

/** From the start of a process until it listens; beside it what Node needs for nothing at all. */

const starts = 3;
const withinMs = 30_000;
const latchkey = resolve('out/cli/latchkey.cjs');
const kibPerMib = 1_024;

/** Milliseconds from the start of Node until its end. */
async function nodeMs(args: readonly string[], stateDirectory: string): Promise<number> {
  const startMs = performance.now();
  const child = spawn(process.execPath, args, {
    stdio: 'ignore',
    env: { ...process.env, LATCHKEY_STATE_DIR: stateDirectory },
  });
  await once(child, 'exit');
  return performance.now() - startMs;
}

/** What Node itself takes, and commands of Latchkey that only say something. */
async function commands(): Promise<Figures> {
  const folder = makeServerFolder('start-up');
  const times = { node: [] as number[], version: [] as number[], status: [] as number[] };
  for (let at = 0; at < starts; at += 1) {
    times.node.push(await nodeMs(['-e', '0'], folder));
    times.version.push(await nodeMs([latchkey, '--version'], folder));
    times.status.push(await nodeMs([latchkey, 'status'], folder));
  }
  removeServerFolder(folder);
  const { stdout } = await runCommand(process.execPath, ['-p', 'process.resourceUsage().maxRSS']);
  return {
    'start.node': median(times.node),
    'start.version': median(times.version),
    'start.status': median(times.status),
    'start.node-memory': Number(stdout) / kibPerMib,
  };
}

const measure: TurnRow['measure'] = async (contender, setting) => {
  const distant = await setting.distant();
  const times: number[] = [];
  for (let at = 0; at < starts; at += 1) {
    const running = await contender.start(distant);
    times.push(running.readyAfterMs);
    await running.close();
  }
  return {
    'start.listening': median(times),
    ...(contender.id === 'latchkey' ? await commands() : {}),
  };
};

export const startUpRows: readonly Row[] = [
  {
    name: 'start',
    withinMs,
    contenders: processes,
    measure,
    metrics: [
      less('start.listening', 'ms', 'from the start until it listens'),
      less('start.node', 'ms', '`node -e 0`, from its start to its end'),
      less('start.version', 'ms', '`latchkey --version`'),
      less('start.status', 'ms', '`latchkey status`, when none runs'),
      less('start.node-memory', 'MiB', 'memory of `node -e 0`, at most'),
    ],
  },
];
