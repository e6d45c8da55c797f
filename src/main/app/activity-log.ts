import type { ActivityRow } from '../../shared/activity';
import type { EngineEvent } from '../../shared/event';
import type { LastProblem } from '../../shared/state';
import { formatHostPort } from '../../shared/settings';

/** So many requests are kept. */
export const maxRows = 10_000;

type FinishedEvent = EngineEvent & { readonly kind: 'request-finished' };
type EndedEvent = EngineEvent & { readonly kind: 'tunnel-ended' };

/**
 * The last requests, in a ring. A tunnel has a row from its opening on; when it ends, a newer row with its bytes takes the
 * place of that one.
 */
export class ActivityLog {
  readonly #limit: number;
  /** By id, oldest first. */
  readonly #rows = new Map<number, ActivityRow>();
  /** The rows of open tunnels, by the number that the engine has for the request. */
  readonly #open = new Map<number, ActivityRow>();
  #lastId = 0;
  #lastProblem: LastProblem | undefined;

  constructor(limit = maxRows) {
    this.#limit = limit;
  }

  get lastId(): number {
    return this.#lastId;
  }

  /** The newest request that failed. */
  get lastProblem(): LastProblem | undefined {
    return this.#lastProblem;
  }

  /** @param nowMs milliseconds since 1970 */
  add(event: FinishedEvent, nowMs: number): void {
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
    if (problem !== undefined) {
      const name = target === undefined ? '' : formatHostPort(target);
      this.#lastProblem = { id: row.id, target: name, atMs: nowMs, problem };
    }
  }

  /** @param nowMs milliseconds since 1970 */
  end({ id, durationMs, bytes }: EndedEvent, nowMs: number): void {
    const opened = this.#open.get(id);
    if (opened === undefined) return;
    this.#open.delete(id);
    this.#rows.delete(opened.id);
    const { id: replaces, ...known } = opened;
    this.#append({
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

  /** The problem has been dealt with, or is of an account that was forgotten. */
  forgetProblem(): void {
    this.#lastProblem = undefined;
  }

  /** The rows with a greater id, oldest first. */
  after(id: number): ActivityRow[] {
    return [...this.#rows.values()].filter((row) => row.id > id);
  }

  #append(row: Omit<ActivityRow, 'id'>): ActivityRow {
    this.#lastId += 1;
    const added = { id: this.#lastId, ...row };
    this.#rows.set(added.id, added);
    const [oldest] = this.#rows.keys();
    if (this.#rows.size > this.#limit && oldest !== undefined) this.#rows.delete(oldest);
    return added;
  }
}
