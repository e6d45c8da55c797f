import { formatNumber } from './format';
import { type Results, summaryIn } from './results';
import { markdownTable } from './table';

/** What a figure of Latchkey's is compared with. */
type Yardstick =
  | { readonly kind: 'contender'; readonly id: string; readonly name: string }
  /** Another figure of Latchkey's own. */
  | { readonly kind: 'metric'; readonly id: string; readonly name: string }
  /** A number in the unit of the metric. */
  | { readonly kind: 'number'; readonly value: number; readonly name: string };

export interface Wanted {
  readonly metric: string;
  /** How many of the yardstick: at most where less is better, at least where more is. */
  readonly limit: number;
  readonly of: Yardstick;
}

const cntlm: Yardstick = { kind: 'contender', id: 'cntlm', name: "cntlm's" };
const relay: Yardstick = { kind: 'contender', id: 'relay', name: "the bare relay's" };
const withoutSignIn: Yardstick = { kind: 'contender', id: 'direct', name: 'the same without a sign-in' };
const roundTrip: Yardstick = { kind: 'number', value: 50, name: 'round trips' };
const node: Yardstick = { kind: 'metric', id: 'start.node', name: '`node -e 0`' };
const nodeMemory: Yardstick = { kind: 'metric', id: 'start.node-memory', name: '`node -e 0`' };
const itself = (name: string): Yardstick => ({ kind: 'number', value: 1, name });

/** What Latchkey must reach. */
export const allWanted: readonly Wanted[] = [
  { metric: 'burst-30.later', limit: 0.6, of: cntlm },
  { metric: 'burst-40.later', limit: 1, of: cntlm },
  { metric: 'chromium.later', limit: 1.3, of: withoutSignIn },
  { metric: 'burst-40.first', limit: 2, of: cntlm },
  { metric: 'burst-40.first-tunnel', limit: 1, of: cntlm },
  { metric: 'burst-slow.later', limit: 1, of: cntlm },
  { metric: 'burst-slow.first', limit: 2, of: cntlm },
  { metric: 'twelve.last', limit: 2.5, of: roundTrip },
  { metric: 'logons.unanswered', limit: 2, of: itself('logons') },
  { metric: 'single.p50', limit: 1.2, of: roundTrip },
  { metric: 'get-16.us', limit: 0.08, of: cntlm },
  { metric: 'get-16.us', limit: 2, of: relay },
  { metric: 'tunnel.us', limit: 0.5, of: cntlm },
  { metric: 'download.cpu', limit: 0.33, of: cntlm },
  { metric: 'download.speed', limit: 1.2, of: cntlm },
  { metric: 'download.speed', limit: 0.85, of: relay },
  { metric: 'memory.tunnel', limit: 40, of: itself('KiB') },
  { metric: 'start.listening', limit: 1.8, of: node },
  { metric: 'start.version', limit: 1.25, of: node },
  { metric: 'start.status', limit: 1.25, of: node },
  { metric: 'memory.idle', limit: 1.25, of: nodeMemory },
  { metric: 'idle-stock.cpu', limit: 0.1, of: itself('%') },
];

export interface Verdict extends Wanted {
  readonly title: string;
  /** How many of the yardstick it was. */
  readonly ratio: number;
  readonly isMet: boolean;
}

/** Looks at everything that was measured; what was not is left out. */
export function judge(results: Results, wanted: readonly Wanted[]): Verdict[] {
  return wanted.flatMap((one) => {
    const metric = results.metrics.find(({ id }) => id === one.metric);
    const ours = summaryIn(results, one.metric, 'latchkey');
    const measure = yardstick(results, one);
    if (metric === undefined || ours === undefined || measure === undefined) return [];
    const ratio = ours / measure;
    const isMet = metric.better === 'less' ? ratio <= one.limit : ratio >= one.limit;
    return [{ ...one, title: metric.title, ratio, isMet }];
  });
}

function yardstick(results: Results, { metric, of }: Wanted): number | undefined {
  if (of.kind === 'number') return of.value;
  if (of.kind === 'metric') return summaryIn(results, of.id, 'latchkey');
  return summaryIn(results, metric, of.id);
}

export function verdictTable(results: Results, wanted: readonly Wanted[]): string {
  const lines = judge(results, wanted).map(({ title, ratio, limit, of, isMet, metric }) => {
    const isLess = results.metrics.find(({ id }) => id === metric)?.better === 'less';
    const bound = `${isLess ? 'at most' : 'at least'} ${formatNumber(limit)}`;
    const what = of.kind === 'number' ? of.name : `of ${of.name}`;
    return [title, `${formatNumber(ratio)} ${what}`, bound, isMet ? 'yes' : '**no**'];
  });
  return markdownTable(['', 'Latchkey', 'wanted', 'met'], lines);
}
