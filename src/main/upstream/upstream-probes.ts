import type { Socket } from 'node:net';
import type { Hop } from '../../shared/problem';
import { formatHostPort } from '../../shared/settings';
import type { HopSocket } from './dial';
import type { Upstream } from './upstream';
import { UpstreamError } from './upstream-error';

/** What probes take from whoever has them made. */
export interface UpstreamProbesOptions {
  /** A monotonic clock in milliseconds. */
  readonly nowMs: () => number;
  /** Those that are in use. */
  readonly upstreams: () => readonly Upstream[];
  /** Opens a TCP connection. @throws UpstreamError */
  readonly dial: (hop: Hop) => Promise<HopSocket>;
  /** Told that one was reached on the network of now. */
  readonly up: (upstream: Upstream) => void;
  /** Told what went wrong on the network of now. */
  readonly failed: (upstream: Upstream, error: UpstreamError) => void;
  /** Takes over a connection over which nothing was said, where it is of use: returns whether it has. */
  readonly keep: (hop: Hop, hopSocket: HopSocket) => boolean;
}

/** Somebody who needs an upstream does not wait for longer than this until the next look at it. */
const hurriedMs = 1_000;
/** However many requests ask, an upstream is not probed more often than this. */
const probePauseMs = 100;
/** So long a probe waits for an answer. */
const probeAnswerMs = 5_000;

/**
 * Looks in the background whether company proxies can be reached, by TCP connections: no request, no logon. Those that are down
 * are looked at when they are due (`Upstream.probeAtMs`).
 */
export class UpstreamProbes {
  readonly #options: UpstreamProbesOptions;
  /** Under way, also those of upstreams that have been removed. */
  readonly #underWay = new Set<Promise<void>>();
  /** Sockets of probes that wait for an answer. */
  readonly #asking = new Set<Socket>();
  #timer: NodeJS.Timeout | undefined;
  #epoch = 0;
  #isClosed = false;

  constructor(options: UpstreamProbesOptions) {
    this.#options = options;
  }

  /** What is found out of another network by those that are under way says nothing: they look once more. */
  beginEpoch(): void {
    this.#epoch += 1;
  }

  /** Ends all of them, and resolves when they have ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const socket of this.#asking) socket.destroy();
    await Promise.all(this.#underWay);
  }

  /** Connects once, for everybody who asks meanwhile, and again only after a pause. */
  probe(upstream: Upstream): Promise<void> {
    if (this.#isClosed || this.#options.nowMs() < upstream.probedUntilMs) return Promise.resolve();
    if (upstream.probe !== undefined) return upstream.probe;
    const probe = this.#probeOnce(upstream).finally(() => {
      upstream.probe = undefined;
      this.#underWay.delete(probe);
      upstream.probedUntilMs = this.#options.nowMs() + probePauseMs;
      this.schedule();
    });
    upstream.probe = probe;
    this.#underWay.add(probe);
    return probe;
  }

  async #probeOnce(upstream: Upstream): Promise<void> {
    const epoch = this.#epoch;
    try {
      const hopSocket = await this.#options.dial(upstream.hop);
      const isUntouched = !upstream.isSilent;
      try {
        if (upstream.isSilent) await this.#ask(upstream.hop, hopSocket);
        if (epoch === this.#epoch) {
          upstream.isSilent = false;
          this.#options.up(upstream);
        }
      } finally {
        const isOfUse = isUntouched && epoch === this.#epoch && !this.#isClosed;
        if (!isOfUse || !this.#options.keep(upstream.hop, hopSocket)) {
          // It has done its work; an error on the way out is nobody's business.
          hopSocket.socket.on('error', () => undefined).destroy();
        }
      }
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      if (epoch === this.#epoch) this.#options.failed(upstream, error);
    }
    // What was found out on another network is worth nothing.
    const isInUse = this.#options.upstreams().includes(upstream);
    if (epoch !== this.#epoch && !this.#isClosed && isInUse) await this.#probeOnce(upstream);
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

  /** Sets the clock to the next one that is due. */
  schedule(): void {
    clearTimeout(this.#timer);
    if (this.#isClosed) return;
    const waiting = this.#options
      .upstreams()
      .filter(({ status, probe }) => status === 'down' && probe === undefined);
    if (waiting.length === 0) return;
    const nextMs = Math.min(...waiting.map(({ probeAtMs }) => probeAtMs)) - this.#options.nowMs();
    this.#timer = setTimeout(() => this.#probeDue(), Math.max(0, nextMs)).unref();
  }

  #probeDue(): void {
    const nowMs = this.#options.nowMs();
    for (const upstream of this.#options.upstreams()) {
      if (upstream.status === 'down' && upstream.probeAtMs <= nowMs + 1) void this.probe(upstream);
    }
    this.schedule();
  }

  /** Somebody needs an upstream and none is up: the next look is due at most a second after the last one. */
  hurry(): void {
    const soonMs = this.#options.nowMs() + hurriedMs;
    for (const upstream of this.#options.upstreams())
      upstream.probeAtMs = Math.min(upstream.probeAtMs, soonMs);
    this.schedule();
  }
}
