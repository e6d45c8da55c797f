import { setTimeout as pause } from 'node:timers/promises';
import { exitCodes } from '../cli-error';
import { isTold, levelOf, type LogLevel } from '../../shared/log-line';
import type { ControlClient } from '../control-client';
import { resultError } from '../result-error';
import { type WhichOptions, withRunning } from '../running';
import type { Terminal } from '../terminal';

export interface LogOptions extends WhichOptions {
  /** So many of the newest lines. */
  readonly lines?: number | undefined;
  /** Only what matters as much as this. */
  readonly level?: LogLevel | undefined;
  /** Goes on with each new line, until Ctrl-C. */
  readonly follow?: boolean | undefined;
}

const lookEveryMs = 500;
const mostLines = 10_000;

/** `latchkey log`: the newest lines of the log. Holds no secret. */
export function log(
  { port, lines = 20, level = 'debug', follow }: LogOptions,
  terminal: Terminal,
): Promise<number> {
  return withRunning(terminal, port, async (client) => {
    const wanted = async (): Promise<readonly string[]> =>
      (await read(client)).filter((line) => isTold(levelOf(line), level));
    let known = await wanted();
    for (const line of lines === 0 ? [] : known.slice(-lines)) terminal.out(line);
    let isStopped = false;
    if (follow === true) void terminal.untilStopped().then(() => (isStopped = true));
    while (follow === true && !isStopped) {
      await pause(lookEveryMs);
      const now = await wanted();
      for (const line of newLines(known, now)) terminal.out(line);
      known = now;
    }
    return exitCodes.ok;
  });
}

async function read(client: ControlClient): Promise<readonly string[]> {
  const result = await client.run({ kind: 'read-log', maxLines: mostLines });
  if (result.kind !== 'log') throw resultError(result, 'it has no log');
  return result.lines;
}

/** What has come behind the last line that was known; all of it when that has been turned out of the log. */
export function newLines(known: readonly string[], now: readonly string[]): readonly string[] {
  const last = known.at(-1);
  if (last === undefined) return now;
  // Of lines that are alike the newest one may be new: those that were known are counted.
  const count = known.filter((line) => line === last).length;
  let at = -1;
  for (let seen = 0, index = 0; index < now.length && seen < count; index += 1) {
    if (now[index] !== last) continue;
    seen += 1;
    at = index;
  }
  return now.slice(at + 1);
}
