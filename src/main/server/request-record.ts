import type { PassedByReason, TraceStep } from '../../shared/activity';
import type { ByteCount } from '../../shared/event';
import type { PacVerdict } from '../../shared/pac';
import type { Hop, Problem } from '../../shared/problem';
import type { RouteTaken } from '../../shared/route-taken';
import type { HostPort } from '../../shared/settings';
import type { OutgoingRequest } from '../upstream/outgoing-request';
import type { UpstreamError } from '../upstream/upstream-error';
import { type CountedConnection, untoldBytes } from './byte-counts';
import type { Destination, Forwarding } from './forwarding';
import { awayRule, pacRule } from './passage';

type WithoutTime<T> = T extends unknown ? Omit<T, 'atMs'> : never;

/** What stands where a rule of the user's stands, and is none. */
const notRules: ReadonlySet<string> = new Set([awayRule, pacRule]);

const reasons: ReadonlyMap<string, PassedByReason> = new Map(
  (['name-not-found', 'connection-refused', 'connect-timed-out', 'unreachable'] as const).map((reason) => [
    reason,
    reason,
  ]),
);

function isSameHop(one: HostPort, other: HostPort): boolean {
  return one.host === other.host && one.port === other.port;
}

/** What is known about a request of any kind of client, from its beginning until it is told. */
export class RequestRecord {
  readonly #forwarding: Forwarding;
  readonly #id: number;
  readonly #startMs: number;
  readonly #trace: TraceStep[] = [];
  #target: HostPort | undefined;
  #route: RouteTaken | undefined;
  #isTunnel = false;
  status: number | undefined;
  problem: Problem | undefined;

  constructor(forwarding: Forwarding) {
    this.#forwarding = forwarding;
    this.#id = forwarding.nextId();
    this.#startMs = forwarding.monotonicMs();
  }

  /** Notes a step on its way, if anybody is to be told. */
  trace(step: WithoutTime<TraceStep>): void {
    if (!this.#forwarding.isTraced) return;
    this.#trace.push({ ...step, atMs: this.#sinceStart() });
  }

  /** Notes what the PAC has said. */
  asked(verdict: PacVerdict): void {
    if (verdict.kind === 'failed') {
      this.trace({ kind: 'pac', answer: undefined, detail: verdict.detail });
      return;
    }
    const { answer, line } = verdict;
    this.trace({ kind: 'pac', answer, ...(line === undefined ? {} : { line }) });
  }

  /** Notes where it goes. */
  goesTo(destination: Destination): void {
    if (destination.kind === 'local') {
      this.#route = { kind: 'local' };
    } else {
      const { address, route } = destination;
      this.#target = address;
      this.#route = route;
      const rule = route.kind === 'direct' && !notRules.has(route.rule) ? route.rule : undefined;
      if (!this.#trace.some(({ kind }) => kind === 'pac')) this.trace({ kind: 'rule', rule });
    }
    this.trace({ kind: 'route', route: this.#route.kind });
  }

  /** Notes which company proxy it is sent to, and with which sign-in. */
  follow(outgoing: OutgoingRequest): void {
    outgoing.onPassage = ({ address }: Hop, hasLogon) => {
      this.trace({ kind: 'upstream', upstream: address });
      if (hasLogon !== undefined) this.trace({ kind: 'sign-in', hasLogon });
    };
    outgoing.onPassedBy = (error, isKnown) => this.passedBy(error, isKnown);
  }

  /** Notes that no connection to a hop came about, once for as long as nothing else is tried. */
  passedBy({ hop: { address }, code }: UpstreamError, isKnown: boolean): void {
    const { host, port } = address;
    const last = this.#trace.findLast((step) => step.kind === 'passed-by' && isSameHop(step.hop, address));
    // What was found out now is known to the next try.
    if (last !== undefined && (isKnown || last === this.#trace.at(-1))) return;
    this.trace({ kind: 'passed-by', hop: { host, port }, why: reasons.get(code) ?? 'other', isKnown });
  }

  /** It was answered with a tunnel: what the connection carries from now on is told when that is over. */
  becomesTunnel(): void {
    this.#isTunnel = true;
  }

  /** Tells that its tunnel is over. */
  tellTunnelEnded(client: CountedConnection): void {
    this.#forwarding.onEvent({
      kind: 'tunnel-ended',
      id: this.#id,
      durationMs: this.#sinceStart(),
      bytes: untoldBytes(client),
    });
  }

  /**
   * Tells that it is over.
   *
   * @param method `-` for what was no request
   * @param bytes of a connection that is no client's
   */
  tellFinished(method: string, client: CountedConnection | undefined, bytes?: ByteCount): void {
    const { status, problem } = this;
    if (!this.#isTunnel && problem !== undefined) {
      if (this.#route === undefined) this.trace({ kind: 'route', route: 'refused' });
      this.trace({ kind: 'answer', status });
    }
    this.#forwarding.onEvent({
      kind: 'request-finished',
      id: this.#id,
      method,
      target: this.#target,
      route: this.#route,
      status,
      durationMs: this.#sinceStart(),
      problem,
      bytes: this.#isTunnel || client === undefined ? bytes : untoldBytes(client),
      trace: this.#trace,
    });
  }

  #sinceStart(): number {
    return this.#forwarding.monotonicMs() - this.#startMs;
  }
}
