import { formatHostPort, type HostPort } from '../../shared/settings';

const maxForbidden = 256;
/** A policy may change: after this long a forbidden URL is asked for again. */
const forbiddenMs = 3_600_000;

/** URLs that a company proxy answers with 407 although the credential is good, each by the key of its trial. */
export class ForbiddenUrls {
  /** Until when that is believed. */
  readonly #untilMs = new Map<string, number>();

  has(upstream: HostPort, key: string, nowMs: number): boolean {
    const place = placeOf(upstream, key);
    const untilMs = this.#untilMs.get(place);
    if (untilMs === undefined) return false;
    if (nowMs < untilMs) return true;
    this.#untilMs.delete(place);
    return false;
  }

  add(upstream: HostPort, key: string, nowMs: number): void {
    this.#untilMs.set(placeOf(upstream, key), nowMs + forbiddenMs);
    const [oldest] = this.#untilMs.keys();
    if (this.#untilMs.size > maxForbidden && oldest !== undefined) this.#untilMs.delete(oldest);
  }

  delete(upstream: HostPort, key: string): void {
    this.#untilMs.delete(placeOf(upstream, key));
  }
}

function placeOf(upstream: HostPort, key: string): string {
  return `${formatHostPort(upstream)} ${key}`;
}
