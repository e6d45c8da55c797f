import type { EngineEvent } from '../../shared/event';
import { isSameHost } from '../../shared/is-same-host';
import { type PacGuide, type PacVerdict, type PacWay, upstreamOf } from '../../shared/pac';
import { formatUpstream, type HostPort, type PacFallback, type Upstream } from '../../shared/settings';
import type { SocksProxy } from '../upstream/dial-socks';
import { UnsignedRoad, type UnsignedRoadOptions } from '../upstream/unsigned-road';
import type { UpstreamRoad } from '../upstream/upstream-road';
import { RefusedRequest } from './failure';
import { pacRule, type Passage } from './passage';

export interface PacRoadsOptions extends UnsignedRoadOptions {
  /** The PAC that is in use; undefined: the list says which company proxy there is. */
  readonly guide: () => PacGuide | undefined;
  /** The company proxies to which the user has agreed, and the road through all of them. */
  readonly agreed: () => readonly Upstream[];
  readonly mainRoad: UpstreamRoad;
  /** Makes a road through these, for as long as this exists. */
  readonly newRoad: (upstreams: readonly Upstream[]) => UpstreamRoad;
  /** What is done where the PAC has no answer. */
  readonly fallback: () => PacFallback;
  /** Whether this is the local proxy itself: nothing is sent there. */
  readonly isOwnAddress: (target: HostPort) => boolean;
  /** A monotonic clock in milliseconds. */
  readonly monotonicMs: () => number;
  readonly onEvent: (event: EngineEvent) => void;
}

/** What is not there is tried last for so long, in milliseconds. Roads that sign in know better by themselves. */
const downMs = 30_000;
/** A PAC that names more orders of its company proxies than this does not get a road of its own for each. */
const mostRoads = 32;
/** A script can name as many company proxies as it likes: the user is told of so many, and so many are remembered. */
const mostProxies = 64;

/**
 * The roads that a PAC names. One for each order of company proxies, which shares the gate of the credential with all others; the
 * credential goes only to hosts to which the user has agreed.
 */
export class PacRoads {
  readonly #options: PacRoadsOptions;
  readonly #roads = new Map<string, UpstreamRoad>();
  /** Until when each is taken for down, by `host:port`. */
  readonly #downUntilMs = new Map<string, number>();
  /** Those that the user has been told of. */
  readonly #told = new Set<string>();

  constructor(options: PacRoadsOptions) {
    this.#options = options;
  }

  get guide(): PacGuide | undefined {
    return this.#options.guide();
  }

  /**
   * In which ways a request can go, the best first: at least one.
   *
   * @throws RefusedRequest where there is none, or none but to the local proxy itself
   */
  passages(verdict: PacVerdict, target: HostPort): readonly Passage[] {
    if (verdict.kind === 'failed') return [this.#fallback(verdict.detail, target)];
    const ways = verdict.ways.filter((way) => way.kind === 'direct' || !this.#options.isOwnAddress(way));
    if (ways.length === 0) throw new RefusedRequest({ kind: 'loop', target });
    const passages: Passage[] = [];
    let list: Upstream[] = [];
    const endList = (): void => {
      if (list.length > 0) passages.push({ kind: 'upstream', road: this.#road(list) });
      list = [];
    };
    for (const way of ways) {
      const upstream = upstreamOf(way);
      if (upstream !== undefined && this.#isAgreed(upstream)) list.push(upstream);
      else {
        endList();
        passages.push(this.#passage(way));
      }
    }
    endList();
    const isDown = (passage: Passage): boolean => this.#isDown(passage);
    return passages.some(isDown)
      ? [...passages.filter((each) => !isDown(each)), ...passages.filter(isDown)]
      : passages;
  }

  /** No connection to this proxy came about. */
  failed(proxy: HostPort): void {
    const key = formatUpstream(proxy);
    this.#downUntilMs.delete(key);
    this.#downUntilMs.set(key, this.#options.monotonicMs() + downMs);
    const [oldest] = this.#downUntilMs.keys();
    if (this.#downUntilMs.size > mostProxies && oldest !== undefined) this.#downUntilMs.delete(oldest);
  }

  /** Another network: what was learned of the old one is forgotten. */
  beginEpoch(isWake: boolean): void {
    this.#downUntilMs.clear();
    for (const road of this.#roads.values()) road.beginEpoch(isWake);
  }

  suspend(): void {
    for (const road of this.#roads.values()) road.suspend();
  }

  /** The user has agreed to others: whoever was told of is told of once more. */
  forgetTold(): void {
    this.#told.clear();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#roads.values()].map((road) => road.close()));
  }

  #fallback(detail: string, target: HostPort): Passage {
    switch (this.#options.fallback()) {
      case 'direct':
        return { kind: 'direct', rule: pacRule };
      case 'list':
        return { kind: 'upstream', road: this.#options.mainRoad };
      case 'refuse':
        throw new RefusedRequest({ kind: 'no-pac-answer', target, detail });
    }
  }

  #passage(way: PacWay): Passage {
    if (way.kind === 'direct') return { kind: 'direct', rule: pacRule };
    if (way.kind === 'socks4' || way.kind === 'socks5') {
      const proxy: SocksProxy = {
        version: way.kind === 'socks4' ? 4 : 5,
        address: { host: way.host, port: way.port },
      };
      return { kind: 'socks', proxy };
    }
    const upstream = upstreamOf(way) ?? way;
    const key = formatUpstream(upstream);
    if (!this.#told.has(key) && this.#told.size < mostProxies) {
      this.#told.add(key);
      this.#options.onEvent({ kind: 'proxy-not-agreed', upstream });
    }
    return { kind: 'upstream', road: new UnsignedRoad(upstream, this.#options), proxy: upstream };
  }

  /** By host: another port of it is the same company's. */
  #isAgreed(upstream: Upstream): boolean {
    return this.#options.agreed().some((each) => isSameHost(each, upstream));
  }

  #road(upstreams: readonly Upstream[]): UpstreamRoad {
    const key = keyOf(upstreams);
    if (key === keyOf(this.#options.agreed())) return this.#options.mainRoad;
    const known = this.#roads.get(key);
    if (known !== undefined) return known;
    // However many orders there are, the first of them has a road of its own soon.
    if (this.#roads.size >= mostRoads && upstreams.length > 1) return this.#road(upstreams.slice(0, 1));
    const road = this.#options.newRoad(upstreams);
    this.#roads.set(key, road);
    return road;
  }

  #isDown(passage: Passage): boolean {
    const proxy = passage.kind === 'socks' ? passage.proxy.address : undefined;
    const address = passage.kind === 'upstream' ? passage.proxy : proxy;
    const untilMs = address && this.#downUntilMs.get(formatUpstream(address));
    return untilMs !== undefined && this.#options.monotonicMs() < untilMs;
  }
}

function keyOf(upstreams: readonly Upstream[]): string {
  return upstreams.map((each) => formatUpstream(each).toLowerCase()).join(' ');
}
