import type { ActivityRow } from '../shared/activity';
import type { Problem } from '../shared/problem';
import { formatHostPort } from '../shared/settings';
import type { Words } from '../shared/words/en';
import { joinQuantity } from '../shared/words/formats';

export type ActivityKind = 'upstream' | 'direct' | 'refused' | 'trouble' | 'own';

/** What is shown of the list. */
export interface ActivityFilter {
  readonly text: string;
  readonly kind: 'all' | 'upstream' | 'direct' | 'refused';
  /** Whether Latchkey's own requests are among them. */
  readonly hasOwn: boolean;
  /** Only what was under way in this time, in milliseconds since 1970. */
  readonly around?: { readonly fromMs: number; readonly untilMs: number } | undefined;
}

/** What rows of the same thing have in common: the id of the first of them. */
export function originOf({ id, replaces }: ActivityRow): number {
  return replaces ?? id;
}

/** Latchkey or the company proxy said no, rather than something going wrong. */
const refusals: ReadonlySet<Problem['kind']> = new Set([
  'client-denied',
  'socks-sign-in-refused',
  'needless-sign-in',
  'client-sign-in-needed',
  'client-sign-in-refused',
  'client-account-waits',
  'target-denied',
  'target-refused',
  'credential-refused',
  'sign-in-paused',
  'account-missing',
  'logon-lost',
  'other-domain',
  'loop',
  'bad-request',
  'head-too-large',
]);

function isRefusal({ problem, trace }: ActivityRow): boolean {
  if (problem !== undefined && refusals.has(problem.kind)) return true;
  return trace.some((step) => step.kind === 'route' && step.route === 'refused');
}

export function kindOf(row: ActivityRow): ActivityKind {
  // Whatever is answered, the connection is ready.
  if (row.own !== undefined) return 'own';
  if (isRefusal(row)) return 'refused';
  if (row.problem !== undefined || (row.status ?? 0) >= 500) return 'trouble';
  return row.route?.kind === 'direct' ? 'direct' : 'upstream';
}

export function targetOf({ target }: ActivityRow, words: Words): string {
  if (target === undefined) return words.activity.unknownTarget;
  return target.port === 80 ? target.host : formatHostPort(target);
}

/** How it went: by which company proxy, or direct and by which rule. */
export function routeText(row: ActivityRow, words: Words): string {
  const said = words.activity;
  if (row.own !== undefined) return said.own;
  if (row.problem !== undefined && isRefusal(row)) {
    return said.refusedBy('hop' in row.problem ? row.problem.hop.address.host : words.common.latchkey);
  }
  if (row.route?.kind === 'direct') {
    return row.route.rule === '' ? said.directOff : said.directBy(row.route.rule);
  }
  if (row.route?.kind === 'local') return said.local;
  const hop = row.trace.findLast((step) => step.kind === 'upstream');
  return hop === undefined ? said.viaCompanyProxy : said.via(hop.upstream.host);
}

/** Method and route; the status stands behind it, as it is not to be cut. */
export function detailOf(row: ActivityRow, words: Words): string {
  const route = routeText(row, words);
  return row.own === undefined ? `${row.method} · ${route}` : route;
}

export function statusOf({ status, own }: ActivityRow): string {
  return status === undefined || own !== undefined ? '' : ` · ${status}`;
}

/** Bytes both ways, or nothing while they are unknown; of Latchkey's own requests, how many they were. */
export function amountOf({ downBytes, upBytes, own }: ActivityRow, words: Words): string {
  if (own !== undefined) return own.count === 1 ? '' : words.activity.times(own.count);
  if (downBytes === undefined && upBytes === undefined) return '';
  return bytesText((downBytes ?? 0) + (upBytes ?? 0), words);
}

export function bytesText(bytes: number, words: Words): string {
  return bytes === 0 ? '0' : joinQuantity(words.formats.bytes(bytes));
}

/** One line of the copied list. */
export function lineOf(row: ActivityRow, words: Words): string {
  return [
    new Date(row.endedMs).toISOString(),
    row.method,
    targetOf(row, words),
    routeText(row, words),
    row.status ?? '-',
    `${Math.round(row.durationMs)} ms`,
    amountOf(row, words) || '-',
    row.problem === undefined ? '' : words.problem(row.problem).sentence,
  ]
    .join('\t')
    .trimEnd();
}
