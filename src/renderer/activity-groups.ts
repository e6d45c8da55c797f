import type { ActivityRow } from '../shared/activity';
import type { Words } from '../shared/words/en';
import {
  type ActivityFilter,
  type ActivityKind,
  detailOf,
  kindOf,
  routeText,
  statusOf,
  targetOf,
} from './activity-kind';

/** Requests of a host that went the same way, as one. */
export interface ActivityGroup {
  /** What they have in common; stays the same as more of them come. */
  readonly id: string;
  readonly kind: ActivityKind;
  /** At least one, newest first. */
  readonly rows: readonly [ActivityRow, ...ActivityRow[]];
  /** How many requests they are: one row may stand for several of Latchkey's own. */
  readonly count: number;
  /** Both ways, as far as they are known; undefined while of none. */
  readonly bytes: number | undefined;
}

interface RowTexts {
  readonly group: string;
  /** What is shown of it, in lower case. */
  readonly shown: string;
  readonly kind: ActivityKind;
}

/** What is known of rows in one language, made once for each. */
export type TextsOf = (row: ActivityRow) => RowTexts;

export function textsIn(words: Words): TextsOf {
  const known = new WeakMap<ActivityRow, RowTexts>();
  return (row) => {
    const before = known.get(row);
    if (before !== undefined) return before;
    const target = targetOf(row, words);
    const kind = kindOf(row);
    const texts: RowTexts = {
      kind,
      group: [target.toLowerCase(), kind, row.method === 'CONNECT', routeText(row, words)].join('\n'),
      shown: `${target} ${detailOf(row, words)}${statusOf(row)}`.toLowerCase(),
    };
    known.set(row, texts);
    return texts;
  };
}

/** What fits a filter: by kind, time, and each word of the text somewhere in what is shown of a row. */
export function fitting(filter: ActivityFilter, textsOf: TextsOf): (row: ActivityRow) => boolean {
  const { kind, hasOwn, around } = filter;
  const wanted = filter.text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  return (row) => {
    if (row.own !== undefined && !hasOwn) return false;
    if (
      around !== undefined &&
      (row.endedMs < around.fromMs || row.endedMs - row.durationMs > around.untilMs)
    )
      return false;
    if (kind === 'upstream' && row.route?.kind !== 'upstream') return false;
    if (kind === 'direct' && row.route?.kind !== 'direct') return false;
    const texts = textsOf(row);
    if (kind === 'refused' && texts.kind !== 'refused') return false;
    return wanted.every((word) => texts.shown.includes(word));
  };
}

/** Equal rows of a host are one, where the newest of them is. @param rows oldest first */
export function groupRows(rows: readonly ActivityRow[], textsOf: TextsOf): readonly ActivityGroup[] {
  const found = new Map<string, ActivityRow[]>();
  for (let at = rows.length - 1; at >= 0; at -= 1) {
    const row = rows[at];
    if (row === undefined) continue;
    const { group } = textsOf(row);
    const before = found.get(group);
    if (before === undefined) found.set(group, [row]);
    else before.push(row);
  }
  const groups: ActivityGroup[] = [];
  for (const [id, [newest, ...older]] of found) {
    if (newest === undefined) continue;
    const all = [newest, ...older] as const;
    groups.push({
      id,
      kind: textsOf(newest).kind,
      rows: all,
      count: all.reduce((sum, { own }) => sum + (own?.count ?? 1), 0),
      bytes: bytesOf(all),
    });
  }
  return groups;
}

/** What these have carried both ways; undefined while nothing is known of any. */
export function bytesOf(rows: readonly ActivityRow[]): number | undefined {
  let sum: number | undefined;
  for (const { downBytes, upBytes } of rows) {
    if (downBytes !== undefined || upBytes !== undefined)
      sum = (sum ?? 0) + (downBytes ?? 0) + (upBytes ?? 0);
  }
  return sum;
}
