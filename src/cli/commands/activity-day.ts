import { type ActivityDay, peakHour } from '../../shared/activity-day';
import { readNoProxyRule } from '../../shared/no-proxy-rule';
import { formats } from '../../shared/words/numbers/en';
import { today as said } from '../../shared/words/today/en';
import { exitCodes } from '../cli-error';
import { formatBytes } from '../format-bytes';
import { type WhichOptions, withRunning } from '../running';
import type { Terminal } from '../terminal';
import { usageError } from '../option-values';

export interface DayOptions extends WhichOptions {
  readonly json?: boolean | undefined;
}

/** So many are kept apart. */
const allHosts = 2_000;

/** `latchkey activity --hosts`: the hosts that were asked for today, the most bytes first, so many of them. */
export function activityHosts(
  { port, json, last }: DayOptions & { readonly last: number },
  terminal: Terminal,
): Promise<number> {
  return withRunning(terminal, port, async (client) => {
    const result = await client.run({ kind: 'read-today', hosts: Math.min(last, allHosts) });
    if (result.kind !== 'today') return exitCodes.failure;
    for (const total of result.today.hosts) {
      const { host, count, downBytes, upBytes } = total;
      terminal.out(
        json === true ? JSON.stringify(total) : `${host} ${requests(count)}, ${carried(downBytes, upBytes)}`,
      );
    }
    return exitCodes.ok;
  });
}

/** `latchkey activity --today`: what was carried, where this machine was, and what has happened, newest last. */
export function activityToday({ port, json }: DayOptions, terminal: Terminal): Promise<number> {
  return withRunning(terminal, port, async (client) => {
    const result = await client.run({ kind: 'read-today', hosts: allHosts });
    if (result.kind !== 'today') return exitCodes.failure;
    const state = await client.state();
    const logons = state.account?.today.sent ?? 0;
    if (json === true) terminal.out(JSON.stringify({ ...result.today, logons }));
    else for (const line of dayLines(result.today, logons)) terminal.out(line);
    return exitCodes.ok;
  });
}

/**
 * `latchkey activity --covered-by RULE`: how many requests of today a rule of the no-proxy list would send direct.
 *
 * @throws CliError for what is no rule
 */
export function activityCovered(
  { port, json, coveredBy }: DayOptions & { readonly coveredBy: string },
  terminal: Terminal,
): Promise<number> {
  const reading = readNoProxyRule(coveredBy);
  if (reading.kind === 'bad') throw usageError(`'${coveredBy}' is no rule of the no-proxy list`);
  const rule = reading.value.text;
  return withRunning(terminal, port, async (client) => {
    const result = await client.run({ kind: 'count-covered', rules: [rule] });
    if (result.kind !== 'covered') return exitCodes.failure;
    const [count = 0] = result.counts;
    terminal.out(
      json === true ? JSON.stringify({ rule, requests: count }) : `${rule} ${requests(count)} today`,
    );
    return exitCodes.ok;
  });
}

function requests(count: number): string {
  return count === 1 ? '1 request' : `${count} requests`;
}

function carried(downBytes: number, upBytes: number): string {
  return `${formatBytes(downBytes)} down, ${formatBytes(upBytes)} up`;
}

function dayLines(day: ActivityDay, logons: number): readonly string[] {
  let downBytes = 0;
  let upBytes = 0;
  for (const hour of day.hours) {
    downBytes += hour.downBytes;
    upBytes += hour.upBytes;
  }
  const hosts = day.hostCount === 1 ? '1 host' : `${day.hostCount} hosts`;
  const sent = logons === 1 ? '1 logon' : `${logons} logons`;
  const peak = peakHour(day.hours);
  return [
    `${day.day} ${requests(day.requestCount)} to ${hosts}, ${carried(downBytes, upBytes)}, ${sent}`,
    ...(peak === undefined ? [] : [said.peak(`${formatBytes(peak.downBytes)} down`, peak.hour)]),
    ...day.presence.map(
      ({ where, fromMs, untilMs }) =>
        `${formats.clock(fromMs)}-${formats.clock(untilMs)} ${where === 'company' ? 'on the company network' : 'elsewhere'}`,
    ),
    ...day.events.toReversed().map((event) => {
      const { title, detail } = said.line(event);
      return `${formats.clock(event.atMs)} ${title}${detail === '' ? '' : `: ${detail}`}`;
    }),
  ];
}
