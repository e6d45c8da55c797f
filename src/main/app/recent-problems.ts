import type { ActivityRow, LastProblem } from '../../shared/activity';
import type { Problem } from '../../shared/problem';
import { formatHostPort } from '../../shared/settings';

/** So many hosts are kept. */
const maxHosts = 20;

/** What the state of the connection says already, and mends. */
const ofTheConnection: ReadonlySet<Problem['kind']> = new Set([
  'credential-refused',
  'sign-in-paused',
  'logon-pending',
  'logon-unclear',
  'logon-lost',
  'other-domain',
]);

/** What is over for every host as soon as one request has got through. */
const ofTheRoad: ReadonlySet<Problem['kind']> = new Set([
  'name-not-found',
  'connection-refused',
  'connect-timed-out',
  'unreachable',
  'local-network-denied',
]);

function isOfTheRoad(problem: Problem): boolean {
  return 'hop' in problem && problem.hop.role === 'upstream' && ofTheRoad.has(problem.kind);
}

/** Lower is graver: what stops every host, then what a company proxy did, then the rest. */
function rank({ problem }: LastProblem): number {
  if (isOfTheRoad(problem)) return 0;
  return 'hop' in problem && problem.hop.role === 'upstream' ? 1 : 2;
}

/** The requests that have failed, the newest of each host, until it is known that what they met is over. */
export class RecentProblems {
  readonly #byTarget = new Map<string, LastProblem>();

  /** A request has ended: one that failed is a problem, one that did not may be the end of some. */
  take({ id, target, route, endedMs, problem, trace }: ActivityRow): void {
    const name = target === undefined ? '' : formatHostPort(target);
    if (problem === undefined) {
      this.#byTarget.delete(name);
      if (route?.kind === 'upstream') {
        for (const [each, known] of this.#byTarget) {
          if (isOfTheRoad(known.problem)) this.#byTarget.delete(each);
        }
      }
      return;
    }
    this.#byTarget.delete(name);
    if (ofTheConnection.has(problem.kind)) return;
    // Away from the company network it goes direct without one.
    const rule = trace.find((step) => step.kind === 'rule')?.rule;
    this.#byTarget.set(name, {
      id,
      target: name,
      atMs: endedMs,
      problem,
      ...(rule === undefined ? {} : { rule }),
    });
    const [oldest] = this.#byTarget.keys();
    if (this.#byTarget.size > maxHosts && oldest !== undefined) this.#byTarget.delete(oldest);
  }

  /** Those of the same rank: newest first. */
  gravestFirst(): readonly LastProblem[] {
    return [...this.#byTarget.values()].toReversed().toSorted((one, other) => rank(one) - rank(other));
  }

  clear(): void {
    this.#byTarget.clear();
  }
}
