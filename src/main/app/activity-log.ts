import type { ActivityRow, LastProblem, OwnRequests } from '../../shared/activity';
import type { EngineEvent } from '../../shared/event';
import { formatHostPort } from '../../shared/settings';
import { RecentProblems } from './recent-problems';

/** So many requests are kept. */
export const maxRows = 10_000;

/** Latchkey's own requests for one URL are one row for so long: a stock of connections makes some each minute. */
const ownTogetherMs = 300_000;

type FinishedEvent = EngineEvent & { readonly kind: 'request-finished' };
type OwnEvent = EngineEvent & { readonly kind: 'own-request' };
type EndedEvent = EngineEvent & { readonly kind: 'tunnel-ended' };

/**
 * The last requests, in a ring. A tunnel has a row from its opening on; when it ends, a newer row with its bytes takes the
 * place of that one. So it is with Latchkey's own requests of some minutes, which are one row.
 */
export class ActivityLog {
  readonly #limit: number;
  /** By id, oldest first. */
  readonly #rows = new Map<number, ActivityRow>();
  /** The rows of open tunnels, by the number that the engine has for the request. */
  readonly #open = new Map<number, ActivityRow>();
  /** The rows of Latchkey's own requests to which more may come, by what they ask for. */
  readonly #own = new Map<string, ActivityRow & { readonly own: OwnRequests }>();
  #lastId = 0;
  readonly #problems = new RecentProblems();

  constructor(limit = maxRows) {
    this.#limit = limit;
  }

  get lastId(): number {
    return this.#lastId;
  }

  get lastProblems(): readonly LastProblem[] {
    return this.#problems.gravestFirst();
  }

  /** @param nowMs milliseconds since 1970 */
  add(event: FinishedEvent, nowMs: number): ActivityRow {
    const { method, target, route, status, durationMs, bytes, problem, trace } = event;
    const row = this.#append({
      method,
      target,
      route,
      status,
      endedMs: nowMs,
      durationMs,
      downBytes: bytes?.down,
      upBytes: bytes?.up,
      problem,
      trace,
    });
    if (bytes === undefined) this.#open.set(event.id, row);
    this.#problems.take(row);
    return row;
  }

  /** A request of Latchkey's own; it is no problem of the user's, whatever came of it. @param nowMs as in `add` */
  addOwn({ upstream, method, target, hasLogon, status, durationMs }: OwnEvent, nowMs: number): void {
    for (const [key, { own }] of this.#own) if (nowMs - own.sinceMs >= ownTogetherMs) this.#own.delete(key);
    const key = [upstream, target].map((address) => address && formatHostPort(address)).join(' ');
    const before = this.#own.get(key);
    if (before !== undefined) this.#rows.delete(before.id);
    const own: OwnRequests = {
      count: (before?.own.count ?? 0) + 1,
      logonCount: (before?.own.logonCount ?? 0) + (hasLogon ? 1 : 0),
      sinceMs: before?.own.sinceMs ?? nowMs,
    };
    const row = this.#append({
      method,
      target,
      route: { kind: 'upstream' },
      status,
      endedMs: nowMs,
      durationMs,
      downBytes: undefined,
      upBytes: undefined,
      problem: undefined,
      trace: [
        { kind: 'upstream', upstream, atMs: 0 },
        { kind: 'sign-in', hasLogon, atMs: 0 },
        { kind: 'answer', status, atMs: durationMs },
      ],
      own,
      ...(before === undefined ? {} : { replaces: before.replaces ?? before.id }),
    });
    this.#own.set(key, { ...row, own });
  }

  /**
   * @param nowMs milliseconds since 1970
   * @returns undefined for a tunnel that is not known any more
   */
  end({ id, durationMs, bytes }: EndedEvent, nowMs: number): ActivityRow | undefined {
    const opened = this.#open.get(id);
    if (opened === undefined) return undefined;
    this.#open.delete(id);
    this.#rows.delete(opened.id);
    const { id: replaces, ...known } = opened;
    return this.#append({
      ...known,
      endedMs: nowMs,
      durationMs,
      downBytes: bytes.down,
      upBytes: bytes.up,
      replaces,
    });
  }

  /** The engine has ended, and its tunnels with it: none of them will report any more. */
  forgetTunnels(): void {
    this.#open.clear();
  }

  /** They are of a network, an account or a time that is over. */
  forgetProblems(): void {
    this.#problems.clear();
  }

  /** The rows with a greater id, oldest first. */
  after(id: number): ActivityRow[] {
    return [...this.#rows.values()].filter((row) => row.id > id);
  }

  #append(row: Omit<ActivityRow, 'id'>): ActivityRow {
    this.#lastId += 1;
    const added = { id: this.#lastId, ...row };
    this.#rows.set(added.id, added);
    if (this.#rows.size > this.#limit) {
      const [oldest = added.id] = this.#rows.keys();
      this.#rows.delete(oldest);
    }
    return added;
  }
}
