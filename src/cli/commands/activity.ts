import type { ActivityRow } from '../../shared/activity';
import { formatHostPort } from '../../shared/settings';
import { exitCodes } from '../cli-error';
import type { ControlClient } from '../control-client';
import { describeAppProblem } from '../describe-app-problem';
import { type WhichOptions, withRunning } from '../running';
import { formatBytes } from '../format-bytes';
import type { Terminal } from '../terminal';

export interface ActivityOptions extends WhichOptions {
  /** Goes on with each new request, until Ctrl-C. */
  readonly follow?: boolean | undefined;
  /** So many of the newest rows first. */
  readonly last?: number | undefined;
  readonly json?: boolean | undefined;
}

/** `latchkey activity`: the requests that were made, newest last. */
export function activity(options: ActivityOptions, terminal: Terminal): Promise<number> {
  const { port, follow, last = 20, json } = options;
  return withRunning(terminal, port, async (client) => {
    const print = (row: ActivityRow): void =>
      terminal.out(json === true ? JSON.stringify(row) : activityLine(row));
    const result = await client.run({ kind: 'read-activity', afterId: 0 });
    const rows = result.kind === 'activity' ? result.rows : [];
    for (const row of last === 0 ? [] : rows.slice(-last)) print(row);
    if (follow === true) await followFrom(client, rows.at(-1)?.id ?? 0, print, terminal);
    return exitCodes.ok;
  });
}

async function followFrom(
  client: ControlClient,
  afterId: number,
  print: (row: ActivityRow) => void,
  terminal: Terminal,
): Promise<void> {
  await Promise.race([
    client.followActivity(afterId, (rows) => {
      for (const row of rows) print(row);
    }),
    terminal.untilStopped(),
  ]);
}

function activityLine(row: ActivityRow): string {
  const { endedMs, method, target, route, status, durationMs, downBytes, upBytes, problem, own } = row;
  const time = new Date(endedMs).toLocaleTimeString('sv-SE');
  const where = target === undefined ? '-' : formatHostPort(target);
  const way =
    own !== undefined
      ? 'own'
      : route === undefined
        ? '-'
        : route.kind === 'direct'
          ? `direct (${route.rule})`
          : route.kind;
  const bytes =
    downBytes === undefined ? 'open' : `${formatBytes(downBytes)} down, ${formatBytes(upBytes ?? 0)} up`;
  const why = problem === undefined ? '' : `: ${describeAppProblem(problem).sentence}`;
  return `${time} ${method} ${where} ${way} ${status ?? 'no answer'} ${Math.round(durationMs)} ms, ${bytes}${why}`;
}
