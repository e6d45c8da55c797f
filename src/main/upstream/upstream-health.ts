import type { Socket } from 'node:net';
import type { Reachability } from '../../shared/engine-state';
import type { EngineEvent } from '../../shared/event';
import type { Hop, Problem } from '../../shared/problem';
import { formatHostPort, type HostPort } from '../../shared/settings';
import { type HopSocket, dial } from './dial';
import { NameCache, type ResolveName } from './name-cache';
import { isConnectFailure, UpstreamError } from './upstream-error';

export interface UpstreamHealthOptions {
  /** At least one, in order of preference. */
  readonly upstreams: readonly HostPort[];
  /** For name resolution and TCP connection together, in milliseconds. */
  readonly connectMs: number;
  /** A monotonic clock in milliseconds. */
  readonly nowMs: () => number;
  readonly resolve?: ResolveName | undefined;
  readonly onEvent: (event: EngineEvent) => void;
  /** What an error of a hop is called in an event. */
  readonly problemOf: (error: UpstreamError) => Problem;
}

interface Upstream {
  readonly hop: Hop;
  status: 'unknown' | 'up' | 'down';
  /** How often it has failed without an answer in between: the longer it is left alone then. */
  failureCount: number;
  error: UpstreamError | undefined;
  probeAtMs: number;
  /** Under way, for all who want to know. */
  probe: Promise<void> | undefined;
  /** Not before then again. */
  probedUntilMs: number;
  /** It takes connections and does not answer: a probe must get an answer before it is believed again. */
  isSilent: boolean;
}

interface Connected {
  readonly hop: Hop;
  readonly hopSocket: HopSocket;
}

const firstBackOffMs = 1_000;
const longestBackOffMs = 60_000;
/** However many requests ask, an upstream is not probed more often than this. */
const probePauseMs = 100;
/** An upstream that accepts connections and never answers is left alone for at least this long. */
const silentBackOffMs = 30_000;
/** So long a probe waits for an answer. */
const probeAnswerMs = 5_000;
/** How much later than the first upstream another one may be found up and still wait for it. */
const headStartMs = 250;

/**
 * Which company proxies can be reached. It learns from every connection that is tried, and by itself from background
 * probes, which are TCP connections that are closed at once: no request, no logon. Requests never try one that is known
 * to be down.
 */
export class UpstreamHealth {
  readonly #options: UpstreamHealthOptions;
  readonly #names: NameCache;
  #upstreams: readonly Upstream[];
  #reachability: Reachability = 'unknown';
  #current: Hop | undefined;
  #epoch = 0;
  #epochStartMs = 0;
  #probeTimer: NodeJS.Timeout | undefined;
  #headStartTimer: NodeJS.Timeout | undefined;
  #isClosed = false;
  readonly #watchers = new Set<() => void>();
  /** Under way, also those of upstreams that have been removed. */
  readonly #probes = new Set<Promise<void>>();
  /** Sockets of probes that wait for an answer. */
  readonly #asking = new Set<Socket>();

  constructor(options: UpstreamHealthOptions) {
    this.#options = options;
    this.#names = new NameCache(options.resolve);
    this.#upstreams = options.upstreams.map(newUpstream);
  }

  get reachability(): Reachability {
    return this.#reachability;
  }

  /** The upstream that new connections go to; undefined when none is known to be up. */
  get current(): Hop | undefined {
    return this.#upstreams.find(({ status }) => status === 'up')?.hop;
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
    this.#names.clear();
    for (const upstream of this.#upstreams) {
      upstream.status = 'unknown';
      upstream.failureCount = 0;
      upstream.error = undefined;
      upstream.probedUntilMs = 0;
      upstream.isSilent = false;
    }
    this.#changed();
    for (const upstream of this.#upstreams) void this.#probe(upstream);
    clearTimeout(this.#headStartTimer);
    this.#headStartTimer = setTimeout(() => this.#changed(), headStartMs).unref();
  }

  /** Other upstreams from now on; those that stay keep what is known of them. */
  setUpstreams(addresses: readonly HostPort[]): void {
    const known = new Map(
      this.#upstreams.map((upstream) => [formatHostPort(upstream.hop.address), upstream]),
    );
    this.#upstreams = addresses.map((address) => known.get(formatHostPort(address)) ?? newUpstream(address));
    this.#changed();
    for (const upstream of this.#upstreams) if (upstream.status === 'unknown') void this.#probe(upstream);
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
      this.#hurry();
      await this.#nextChange(Math.min(leftMs, firstBackOffMs));
    }
    return !this.#isClosed;
  }

  /**
   * Connects to the first upstream that is not known to be down, and goes on to the next when that fails.
   *
   * @throws UpstreamError of the first upstream, when none can be reached
   */
  async connect(): Promise<Connected> {
    for (;;) {
      const epoch = this.#epoch;
      const upstreams = this.#upstreams;
      let connected = await this.#connectToFirst();
      // A port that refuses is found out in no time, so it is worth another look; nobody waits for a host that is silent.
      if (connected === undefined && (await this.#lookAgain())) connected = await this.#connectToFirst();
      if (connected !== undefined) return connected;
      // What was found out of other upstreams, or on another network, is no answer.
      if (this.#isClosed || (epoch === this.#epoch && upstreams === this.#upstreams)) break;
    }
    this.#hurry();
    throw (
      this.#upstreams[0]?.error ??
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
    clearTimeout(this.#probeTimer);
    clearTimeout(this.#headStartTimer);
    for (const socket of this.#asking) socket.destroy();
    this.#wake();
    await Promise.all(this.#probes);
  }

  get #isKnown(): boolean {
    if (this.#upstreams.every(({ status }) => status === 'down')) return true;
    const firstUp = this.#upstreams.findIndex(({ status }) => status === 'up');
    if (firstUp < 0) return false;
    const isFirstChoice = this.#upstreams.slice(0, firstUp).every(({ status }) => status === 'down');
    return isFirstChoice || this.#options.nowMs() - this.#epochStartMs >= headStartMs;
  }

  async #connectToFirst(): Promise<Connected | undefined> {
    for (const upstream of this.#upstreams) {
      if (upstream.status === 'down') continue;
      const epoch = this.#epoch;
      try {
        const hopSocket = await this.#dial(upstream.hop);
        if (this.has(upstream.hop)) {
          if (epoch === this.#epoch) this.#isUp(upstream);
          return { hop: upstream.hop, hopSocket };
        }
        hopSocket.socket.on('error', () => undefined).destroy();
        return undefined;
      } catch (error) {
        if (!(error instanceof UpstreamError)) throw error;
        if (epoch !== this.#epoch || !this.has(upstream.hop)) return undefined;
        // One that resets connections is there: without another to go to, its error is the answer.
        if (!this.#failed(upstream, error)) throw error;
      }
    }
    return undefined;
  }

  /** Probes those that refused, all requests together. Returns whether one is up now. */
  async #lookAgain(): Promise<boolean> {
    const refusing = this.#upstreams.filter(({ error }) => error?.code === 'connection-refused');
    await Promise.all(refusing.map((upstream) => this.#probe(upstream)));
    return this.current !== undefined;
  }

  async #dial(hop: Hop): Promise<HopSocket> {
    const { connectMs, nowMs } = this.#options;
    const startMs = nowMs();
    try {
      return await dial(hop, connectMs, this.#names.lookup);
    } catch (error) {
      if (!isConnectFailure(error) || error.code === 'name-not-found') throw error;
      const leftMs = (): number => connectMs - (nowMs() - startMs);
      if (leftMs() <= 0) {
        // No time is left to ask for other addresses; whoever comes next does.
        this.#names.forget(hop.address.host);
        throw error;
      }
      if (!(await within(leftMs(), this.#names.refresh(hop.address.host)))) throw error;
      return dial(hop, Math.max(1, leftMs()), this.#names.lookup);
    }
  }

  /** Connects once, for everybody who asks meanwhile, and again only after a pause. */
  #probe(upstream: Upstream): Promise<void> {
    if (this.#isClosed || this.#options.nowMs() < upstream.probedUntilMs) return Promise.resolve();
    if (upstream.probe !== undefined) return upstream.probe;
    const probe = this.#probeOnce(upstream).finally(() => {
      upstream.probe = undefined;
      this.#probes.delete(probe);
      upstream.probedUntilMs = this.#options.nowMs() + probePauseMs;
      this.#schedule();
    });
    upstream.probe = probe;
    this.#probes.add(probe);
    return probe;
  }

  async #probeOnce(upstream: Upstream): Promise<void> {
    const epoch = this.#epoch;
    try {
      const hopSocket = await this.#dial(upstream.hop);
      try {
        if (upstream.isSilent) await this.#ask(upstream.hop, hopSocket);
      } finally {
        // It has done its work; an error on the way out is nobody's business.
        hopSocket.socket.on('error', () => undefined).destroy();
      }
      if (epoch === this.#epoch) {
        upstream.isSilent = false;
        this.#isUp(upstream);
      }
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      if (epoch === this.#epoch) this.#failed(upstream, error);
    }
    // What was found out on another network is worth nothing.
    if (epoch !== this.#epoch && !this.#isClosed && this.has(upstream.hop)) await this.#probeOnce(upstream);
  }

  /** Waits for any answer to a request that nobody needs to sign in for (RFC 9110, 9.3.7): it makes no logon. */
  #ask(hop: Hop, hopSocket: HopSocket): Promise<void> {
    const { socket } = hopSocket;
    this.#asking.add(socket);
    return new Promise((resolve, reject) => {
      const fail = (): void => {
        clearTimeout(timer);
        reject(new UpstreamError('silent', hop, 'it does not answer a probe'));
      };
      const timer = setTimeout(fail, probeAnswerMs).unref();
      hopSocket.onBytes = () => {
        clearTimeout(timer);
        resolve();
      };
      socket.once('error', fail).once('end', fail);
      socket.once('close', () => {
        this.#asking.delete(socket);
        fail();
      });
      const host = formatHostPort(hop.address);
      socket.write(`OPTIONS * HTTP/1.1\r\nHost: ${host}\r\nMax-Forwards: 0\r\nConnection: close\r\n\r\n`);
    });
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
    upstream.status = 'down';
    upstream.error = error;
    const backOffMs = Math.min(longestBackOffMs, firstBackOffMs * 2 ** Math.min(upstream.failureCount, 10));
    upstream.failureCount += 1;
    upstream.probeAtMs = this.#options.nowMs() + Math.max(leastBackOffMs, backOffMs);
    if (!wasDown) {
      const problem = this.#options.problemOf(error);
      this.#options.onEvent({ kind: 'upstream-down', upstream: upstream.hop.address, problem });
    }
    this.#changed();
    this.#schedule();
  }

  #schedule(): void {
    clearTimeout(this.#probeTimer);
    if (this.#isClosed) return;
    const waiting = this.#upstreams.filter(({ status, probe }) => status === 'down' && probe === undefined);
    if (waiting.length === 0) return;
    const nextMs = Math.min(...waiting.map(({ probeAtMs }) => probeAtMs)) - this.#options.nowMs();
    this.#probeTimer = setTimeout(() => this.#probeDue(), Math.max(0, nextMs)).unref();
  }

  #probeDue(): void {
    const nowMs = this.#options.nowMs();
    for (const upstream of this.#upstreams) {
      if (upstream.status === 'down' && upstream.probeAtMs <= nowMs + 1) void this.#probe(upstream);
    }
    this.#schedule();
  }

  /** Somebody needs an upstream and none is up: the next look is due at most a second after the last one. */
  #hurry(): void {
    const soonMs = this.#options.nowMs() + firstBackOffMs;
    for (const upstream of this.#upstreams) upstream.probeAtMs = Math.min(upstream.probeAtMs, soonMs);
    this.#schedule();
  }

  #changed(): void {
    const isUp = this.#upstreams.some(({ status }) => status === 'up');
    const isDown = this.#upstreams.every(({ status }) => status === 'down');
    const reachability: Reachability = isUp ? 'reachable' : isDown ? 'unreachable' : 'unknown';
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

/** Whether something turns out to be true in time. */
function within(timeoutMs: number, answer: Promise<boolean>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), timeoutMs);
    void answer.then((isTrue) => {
      clearTimeout(timer);
      resolve(isTrue);
    });
  });
}

function newUpstream(address: HostPort): Upstream {
  return {
    hop: { role: 'upstream', address },
    status: 'unknown',
    failureCount: 0,
    error: undefined,
    probeAtMs: 0,
    probe: undefined,
    probedUntilMs: 0,
    isSilent: false,
  };
}
