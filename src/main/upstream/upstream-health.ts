import type { DialAnswer, Reachability } from '../../shared/engine-state';
import type { EngineEvent } from '../../shared/event';
import type { IsForbiddenByMac } from '../../shared/failed-connect';
import type { Hop, Problem } from '../../shared/problem';
import { formatUpstream, type HostPort } from '../../shared/settings';
import type { HopSocket } from './dial';
import { KeptSocket } from './kept-socket';
import type { ResolveName } from './name-cache';
import { isForbidden, newUpstream, type Upstream } from './upstream';
import { UpstreamDialer } from './upstream-dialer';
import { isConnectFailure, type OnPassedBy, UpstreamError } from './upstream-error';
import { UpstreamProbes } from './upstream-probes';

export interface UpstreamHealthOptions {
  /** At least one, in order of preference. */
  readonly upstreams: readonly HostPort[];
  /** For name resolution and TCP connection together, in milliseconds. */
  readonly connectMs: number;
  /** A monotonic clock in milliseconds. */
  readonly nowMs: () => number;
  readonly resolve?: ResolveName | undefined;
  readonly isForbiddenByMac?: IsForbiddenByMac | undefined;
  readonly onEvent: (event: EngineEvent) => void;
  /** What an error of a hop is called in an event. */
  readonly problemOf: (error: UpstreamError) => Problem;
}

interface Connected {
  readonly hop: Hop;
  readonly hopSocket: HopSocket;
}

const firstBackOffMs = 1_000;
const longestBackOffMs = 60_000;
/** An upstream that accepts connections and never answers is left alone for at least this long. */
const silentBackOffMs = 30_000;
/**
 * One that macOS keeps us from is looked at this often for as long as that lasts: the user may just be answering its
 * question, or be on the way to the switch, and a look that is forbidden costs no packet.
 */
const forbiddenBackOffMs = 2_000;
/** How much later than the first upstream another one may be found up and still wait for it. */
const headStartMs = 250;

/**
 * Which company proxies can be reached. It learns from every connection that is tried, and by itself from background
 * probes, which are TCP connections: no request, no logon. They are closed at once, but for that to the upstream that requests
 * go to. Requests never try one that is known to be down.
 */
export class UpstreamHealth {
  readonly #options: UpstreamHealthOptions;
  readonly #dialer: UpstreamDialer;
  readonly #probes: UpstreamProbes;
  #upstreams: readonly Upstream[];
  #reachability: Reachability = 'unknown';
  #current: Hop | undefined;
  #epoch = 0;
  #epochStartMs = 0;
  #headStartTimer: NodeJS.Timeout | undefined;
  #isClosed = false;
  readonly #watchers = new Set<() => void>();
  /** The connection of a probe. */
  readonly #kept = new KeptSocket();

  constructor(options: UpstreamHealthOptions) {
    this.#options = options;
    const { connectMs, nowMs, resolve, isForbiddenByMac } = options;
    this.#dialer = new UpstreamDialer({ connectMs, nowMs, resolve, isForbiddenByMac });
    this.#upstreams = options.upstreams.map(newUpstream);
    this.#probes = new UpstreamProbes({
      nowMs,
      upstreams: () => this.#upstreams,
      dial: (hop) => this.#dialer.dial(hop),
      up: (upstream) => this.#isUp(upstream),
      failed: (upstream, error) => void this.#failed(upstream, error),
      keep: (hop, hopSocket) => this.#keep(hop, hopSocket),
    });
  }

  get reachability(): Reachability {
    return this.#reachability;
  }

  /** The upstream that new connections go to; undefined when none is known to be up. */
  get current(): Hop | undefined {
    return this.#upstreams.find(({ status }) => status === 'up')?.hop;
  }

  /** How it took the last connection. */
  get currentAnswer(): DialAnswer | undefined {
    return this.current === undefined ? undefined : this.#dialer.answerOf(this.current);
  }

  /** Whether this is one of those in use; a hop that was removed and added again is another one. */
  has(hop: Hop): boolean {
    return this.#upstreams.some((upstream) => upstream.hop === hop);
  }

  /** Whether new connections go to another upstream than this one. */
  isAnotherUp(hop: Hop): boolean {
    return this.current !== undefined && this.current !== hop;
  }

  /** How many there are. */
  get count(): number {
    return this.#upstreams.length;
  }

  /** The one that is tried first. */
  get preferred(): Hop {
    const hop = this.current ?? this.#upstreams[0]?.hop;
    if (hop === undefined) throw new Error('there is no upstream');
    return hop;
  }

  /** Forgets what is known, and finds out anew in the background: at the start, and on another network. */
  beginEpoch(): void {
    this.#epoch += 1;
    this.#epochStartMs = this.#options.nowMs();
    this.#probes.beginEpoch();
    this.#dialer.beginEpoch();
    this.#kept.drop();
    for (const upstream of this.#upstreams) {
      upstream.status = 'unknown';
      upstream.failureCount = 0;
      upstream.error = undefined;
      upstream.probedUntilMs = 0;
      upstream.isSilent = false;
    }
    this.#changed();
    for (const upstream of this.#upstreams) void this.#probes.probe(upstream);
    clearTimeout(this.#headStartTimer);
    this.#headStartTimer = setTimeout(() => this.#changed(), headStartMs).unref();
  }

  /** Other upstreams from now on; those that stay keep what is known of them. */
  setUpstreams(addresses: readonly HostPort[]): void {
    const known = new Map(
      this.#upstreams.map((upstream) => [formatUpstream(upstream.hop.address), upstream]),
    );
    this.#upstreams = addresses.map((address) => known.get(formatUpstream(address)) ?? newUpstream(address));
    this.#changed();
    for (const upstream of this.#upstreams)
      if (upstream.status === 'unknown') void this.#probes.probe(upstream);
  }

  /**
   * Waits until it is known where new connections should go: the first upstream is up, or another one is and the first
   * has had its head start, or all are down. Never longer than one connect time-out.
   */
  async whenKnown(): Promise<void> {
    const deadlineMs = this.#options.nowMs() + this.#options.connectMs;
    while (!this.#isKnown && !this.#isClosed) {
      const leftMs = deadlineMs - this.#options.nowMs();
      if (leftMs <= 0) return;
      await this.#nextChange(leftMs);
    }
  }

  /** Waits until an upstream can be reached, but not beyond `deadlineMs` of the monotonic clock. */
  async whenReachable(deadlineMs: number): Promise<boolean> {
    while (this.#reachability !== 'reachable' && !this.#isClosed) {
      const leftMs = deadlineMs - this.#options.nowMs();
      if (leftMs <= 0) return false;
      this.#probes.hurry();
      await this.#nextChange(Math.min(leftMs, firstBackOffMs));
    }
    return !this.#isClosed;
  }

  /**
   * Connects to the first upstream that is not known to be down, and goes on to the next when that fails.
   *
   * @throws UpstreamError when none can be reached: of one that macOS forbids, as the user can mend that, else of the first
   */
  async connect(onPassedBy?: OnPassedBy): Promise<Connected> {
    for (;;) {
      const epoch = this.#epoch;
      const upstreams = this.#upstreams;
      let connected = await this.#connectToFirst(onPassedBy);
      // A port that refuses is found out in no time, so it is worth another look; nobody waits for a host that is silent.
      if (connected === undefined && (await this.#lookAgain()))
        connected = await this.#connectToFirst(onPassedBy);
      if (connected !== undefined) return connected;
      // What was found out of other upstreams, or on another network, is no answer.
      if (this.#isClosed || (epoch === this.#epoch && upstreams === this.#upstreams)) break;
    }
    this.#probes.hurry();
    throw (
      (this.#upstreams.find(isForbidden) ?? this.#upstreams[0])?.error ??
      new UpstreamError('unreachable', this.preferred, 'no company proxy is known to be up')
    );
  }

  /** An upstream has answered: its failures are forgiven. */
  answered(hop: Hop): void {
    const upstream = this.#upstreams.find((each) => each.hop === hop);
    if (upstream === undefined) return;
    upstream.failureCount = 0;
    upstream.isSilent = false;
  }

  /** An upstream takes connections and does not answer. */
  silent(hop: Hop, error: UpstreamError): void {
    const upstream = this.#upstreams.find((each) => each.hop === hop);
    // With nothing else to go to it is still the best there is.
    if (upstream === undefined || this.#upstreams.length === 1) return;
    upstream.isSilent = true;
    this.#isDown(upstream, error, silentBackOffMs);
  }

  /** Ends the probes, and resolves when they have ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#headStartTimer);
    const closing = this.#probes.close();
    this.#kept.drop();
    this.#wake();
    await closing;
  }

  get #isKnown(): boolean {
    if (this.#upstreams.every(({ status }) => status === 'down')) return true;
    const firstUp = this.#upstreams.findIndex(({ status }) => status === 'up');
    if (firstUp < 0) return false;
    const isFirstChoice = this.#upstreams.slice(0, firstUp).every(({ status }) => status === 'down');
    return isFirstChoice || this.#options.nowMs() - this.#epochStartMs >= headStartMs;
  }

  async #connectToFirst(onPassedBy?: OnPassedBy): Promise<Connected | undefined> {
    for (const upstream of this.#upstreams) {
      if (upstream.status === 'down') {
        if (upstream.error !== undefined) onPassedBy?.(upstream.error, true);
        continue;
      }
      const epoch = this.#epoch;
      try {
        const hopSocket = this.#kept.take(upstream.hop) ?? (await this.#dialer.dial(upstream.hop));
        if (this.has(upstream.hop)) {
          if (epoch === this.#epoch) this.#isUp(upstream);
          return { hop: upstream.hop, hopSocket };
        }
        hopSocket.socket.on('error', () => undefined).destroy();
        return undefined;
      } catch (error) {
        if (!(error instanceof UpstreamError)) throw error;
        if (epoch !== this.#epoch || !this.has(upstream.hop)) return undefined;
        onPassedBy?.(error, false);
        // One that resets connections is there: without another to go to, its error is the answer.
        if (!this.#failed(upstream, error)) throw error;
      }
    }
    return undefined;
  }

  /** Probes those whose failure is found out in no time, all requests together. Returns whether one is up now. */
  async #lookAgain(): Promise<boolean> {
    const quick = this.#upstreams.filter(
      (upstream) => upstream.error?.code === 'connection-refused' || isForbidden(upstream),
    );
    await Promise.all(quick.map((upstream) => this.#probes.probe(upstream)));
    return this.current !== undefined;
  }

  /** A probe has opened a connection. */
  #keep(hop: Hop, hopSocket: HopSocket): boolean {
    if (hop !== this.current) return false;
    this.#kept.put(hop, hopSocket);
    return true;
  }

  /** Returns whether the upstream is taken for down. */
  #failed(upstream: Upstream, error: UpstreamError): boolean {
    if (error.code === 'out-of-descriptors') return false;
    const isDown = isConnectFailure(error) || this.#upstreams.length > 1;
    if (isDown) this.#isDown(upstream, error, upstream.isSilent ? silentBackOffMs : firstBackOffMs);
    else this.#isUp(upstream);
    return isDown;
  }

  #isUp(upstream: Upstream): void {
    if (upstream.status === 'up' || !this.#upstreams.includes(upstream)) return;
    const wasDown = upstream.status === 'down';
    upstream.status = 'up';
    if (wasDown) this.#options.onEvent({ kind: 'upstream-up', upstream: upstream.hop.address });
    this.#changed();
  }

  #isDown(upstream: Upstream, error: UpstreamError, leastBackOffMs: number): void {
    if (!this.#upstreams.includes(upstream)) return;
    const wasDown = upstream.status === 'down';
    const wasForbidden = isForbidden(upstream);
    upstream.status = 'down';
    upstream.error = error;
    if (isForbidden(upstream)) {
      upstream.probeAtMs = this.#options.nowMs() + forbiddenBackOffMs;
    } else {
      const backOffMs = Math.min(longestBackOffMs, firstBackOffMs * 2 ** Math.min(upstream.failureCount, 10));
      upstream.failureCount += 1;
      upstream.probeAtMs = this.#options.nowMs() + Math.max(leastBackOffMs, backOffMs);
    }
    // Who can mend it is another one.
    if (!wasDown || wasForbidden !== isForbidden(upstream)) {
      const problem = this.#options.problemOf(error);
      this.#options.onEvent({ kind: 'upstream-down', upstream: upstream.hop.address, problem });
    }
    this.#changed();
    this.#probes.schedule();
  }

  #changed(): void {
    const isUp = this.#upstreams.some(({ status }) => status === 'up');
    const isDown = this.#upstreams.every(({ status }) => status === 'down');
    const away: Reachability = this.#upstreams.some(isForbidden) ? 'forbidden' : 'unreachable';
    const reachability: Reachability = isUp ? 'reachable' : isDown ? away : 'unknown';
    if (reachability !== this.#reachability) {
      this.#reachability = reachability;
      this.#options.onEvent({ kind: 'reachability', reachability });
    }
    const { current } = this;
    if (current !== undefined && current !== this.#current && this.#isKnown) {
      if (this.#current !== undefined) {
        this.#options.onEvent({ kind: 'upstream-changed', upstream: current.address });
      }
      this.#current = current;
    }
    this.#wake();
  }

  #wake(): void {
    for (const watcher of this.#watchers) watcher();
  }

  #nextChange(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const settle = (): void => {
        clearTimeout(timer);
        this.#watchers.delete(settle);
        resolve();
      };
      const timer = setTimeout(settle, timeoutMs);
      this.#watchers.add(settle);
    });
  }
}
