import { formatHostPort, type HostPort } from '../../shared/settings';

/**
 * How long a host gets no logon of its own after one was lost on it, in milliseconds: the first may have been an accident, and
 * there may be nothing else to sign in with.
 */
const asideMs = [10_000, 60_000, 300_000] as const;
const maxHosts = 1_024;

interface Losses {
  /** Logons that were lost one after the other. */
  readonly count: number;
  readonly untilMs: number;
}

/** Hosts on which logons were lost: for a while none is made with their URLs on the company proxy where that was. */
export class SetAsideHosts {
  readonly #losses = new Map<string, Losses>();

  /** A logon was lost on it: it is set aside for longer each time, until one is accepted. */
  lost(upstream: HostPort, host: string, nowMs: number): void {
    const place = placeOf(upstream, host);
    const count = this.lossCount(upstream, host) + 1;
    this.#losses.delete(place);
    this.#losses.set(place, { count, untilMs: nowMs + (asideMs[count - 1] ?? asideMs[2]) });
    const [oldest] = this.#losses.keys();
    if (this.#losses.size > maxHosts && oldest !== undefined) this.#losses.delete(oldest);
  }

  /** A logon was accepted on it. */
  accepted(upstream: HostPort, host: string): void {
    this.#losses.delete(placeOf(upstream, host));
  }

  /** How many logons in a row were lost on it. */
  lossCount(upstream: HostPort, host: string): number {
    return this.#losses.get(placeOf(upstream, host))?.count ?? 0;
  }

  has(upstream: HostPort, host: string, nowMs: number): boolean {
    return this.untilMs(upstream, host, nowMs) !== undefined;
  }

  /** Until when it is set aside; undefined when it is not. */
  untilMs(upstream: HostPort, host: string, nowMs: number): number | undefined {
    const untilMs = this.#losses.get(placeOf(upstream, host))?.untilMs;
    return untilMs !== undefined && nowMs < untilMs ? untilMs : undefined;
  }

  /** The company proxy itself has gone away: what was lost with it was no fault of the hosts. */
  forgive(upstream: HostPort): void {
    const prefix = placeOf(upstream, '');
    for (const place of this.#losses.keys()) if (place.startsWith(prefix)) this.#losses.delete(place);
  }

  /** On another network what was lost says nothing any more. */
  beginEpoch(): void {
    this.#losses.clear();
  }
}

function placeOf(upstream: HostPort, host: string): string {
  return `${formatHostPort(upstream)} ${host}`;
}
