import type { EngineEvent } from '../../shared/event';
import type { RouteTaken } from '../../shared/route-taken';
import type { Account, HeaderSetting, HostPort } from '../../shared/settings';
import { headerValue } from '../http1/headers';
import type { RequestHead } from '../http1/message-head';
import type { Router } from '../routing/router';
import type { OriginRoad } from '../upstream/origin-road';
import { isLoopbackAddress } from '../upstream/own-machine';
import type { Road } from '../upstream/road';
import type { UpstreamRoad } from '../upstream/upstream-road';
import type { SocksProxy } from '../upstream/dial-socks';
import type { ClientAccounts } from './client-accounts';
import { type DescribeProblem, RefusedRequest } from './failure';
import { hasPassedThrough } from './forwarded-headers';
import type { PacRoads } from './pac-roads';
import { awayRule, type Passage } from './passage';
import { type AbsoluteTarget, parseAbsoluteForm, parseAuthority } from './request-target';

/** What every listener of one engine shares. */
export interface Forwarding {
  /** The only upstream account, for the words of a refusal. */
  readonly account: Account;
  /** This proxy's name in Via headers; unlike that of any other proxy. */
  readonly via: string;
  readonly route: Router;
  /** What the user has set in place of clients' own headers. */
  headers(): readonly HeaderSetting[];
  /** The no-proxy rules that it goes by. */
  noProxy(): readonly string[];
  readonly upstreamRoad: UpstreamRoad;
  /** Clients that sign in themselves, where they have to. */
  readonly clientAccounts: ClientAccounts;
  /** The roads that a PAC names, where one is in use. */
  readonly pac: PacRoads;
  /** Whether requests go straight to their origins while no company proxy can be reached. */
  goesDirectWhenAway(): boolean;
  /** How long a request waits for a company proxy that cannot be reached, in milliseconds. */
  awayWaitMs(): number;
  /** @param client whether the client is on this machine: another one reaches less of it */
  originRoad(origin: HostPort, client: { readonly isLocal: boolean }): OriginRoad;
  /** The road to an origin through a SOCKS proxy. */
  socksRoad(origin: HostPort, proxy: SocksProxy): OriginRoad;
  /** Whether a target is this proxy itself. */
  isOwnAddress(target: HostPort): boolean;
  /** Whether a Host header means this proxy as a web server. */
  isOwnHost(authority: HostPort): boolean;
  /** Facts for the status page, for clients of this machine. */
  statusFacts(): readonly (readonly [name: string, value: string])[];
  /** The words of Latchkey's own answers. */
  readonly describe: DescribeProblem;
  /** A monotonic clock in milliseconds. */
  readonly monotonicMs: () => number;
  /** The time of now as IMF-fixdate (RFC 9110, 5.6.7). */
  date(): string;
  readonly onEvent: (event: EngineEvent) => void;
  /** Whether events tell what was decided on the way of a request. */
  readonly isTraced: boolean;
  /** A number for a request, unlike that of any other of this engine. */
  nextId(): number;
}

/** Where a request goes. */
export type Destination =
  | {
      readonly kind: 'local';
      readonly path: string;
      /** The authority that was asked for: that of a target in absolute-form, else the Host header. */
      readonly host: string | undefined;
    }
  | {
      readonly kind: 'forward';
      readonly address: HostPort;
      readonly road: Road;
      readonly route: RouteTaken;
      /** The request target for the next hop. */
      readonly target: string;
      /** The Host header for the next hop. */
      readonly host: string;
      /** The account of the client that it goes with; undefined: that of the user. */
      readonly signedInAs?: string;
      /** By which other ways it can go, where a PAC says. */
      readonly others?: readonly Passage[];
    };

/** A destination that is another host than this one. */
export type ForwardDestination = Destination & { readonly kind: 'forward' };

/** Whether requests for a company proxy go straight to their origins at the moment. */
export function isAway(forwarding: Forwarding): boolean {
  return forwarding.upstreamRoad.reachability === 'unreachable' && forwarding.goesDirectWhenAway();
}

/** The way by the rules, or straight to the origin while the company network is away and the user wants that. */
export async function passageOf(address: HostPort, forwarding: Forwarding): Promise<Passage> {
  const { upstreamRoad: road, pac } = forwarding;
  const route = await forwarding.route(address);
  if (route.kind === 'direct') return route;
  // A PAC names other company proxies than those that the user has agreed to: whether one is there shows when it is tried.
  const isDirect = pac.guide === undefined && isAway(forwarding);
  return isDirect ? { kind: 'direct', rule: awayRule } : { kind: 'upstream', road };
}

function checkLoop({ headers }: RequestHead, address: HostPort, forwarding: Forwarding): void {
  if (hasPassedThrough(headers, forwarding.via)) {
    throw new RefusedRequest({ kind: 'loop', target: address });
  }
}

function originRoad(
  address: HostPort,
  passage: Passage & { readonly kind: 'direct' | 'socks' },
  peer: string | undefined,
  forwarding: Forwarding,
): OriginRoad {
  return passage.kind === 'socks'
    ? forwarding.socksRoad(address, passage.proxy)
    : forwarding.originRoad(address, { isLocal: isLoopbackAddress(peer) });
}

/** What is told of a way. */
function routeOf(passage: Passage): RouteTaken {
  return passage.kind === 'direct' ? { kind: 'direct', rule: passage.rule } : { kind: 'upstream' };
}

/** Says by which way a target is reached. */
type ChoosePassage = (address: HostPort) => Passage | Promise<Passage>;

async function forwardPlain(
  { method, target }: RequestHead,
  { address, host, scheme, originForm }: AbsoluteTarget,
  peer: string | undefined,
  forwarding: Forwarding,
  choose: ChoosePassage,
): Promise<Destination> {
  const passage = await choose(address);
  const route = routeOf(passage);
  if (passage.kind === 'upstream') {
    return { kind: 'forward', address, host, target, road: passage.road, route };
  }
  if (scheme !== 'http') {
    throw new RefusedRequest({
      kind: 'bad-request',
      detail: `${scheme}: cannot be fetched directly, only http:`,
    });
  }
  // RFC 9112, 3.2.4: the last proxy makes of a URL without path the server as a whole.
  const isAboutServer = method === 'OPTIONS' && /^[^/]*\/\/[^/?#]*$/.test(target);
  return {
    kind: 'forward',
    address,
    host,
    target: isAboutServer ? '*' : originForm,
    road: originRoad(address, passage, peer, forwarding),
    route,
  };
}

/**
 * Decides where a request goes.
 *
 * @param peer the address of the client
 * @param choose the way to where it is for; default: what the rules say
 * @throws RefusedRequest bad-request or loop
 */
export async function findDestination(
  head: RequestHead,
  peer: string | undefined,
  forwarding: Forwarding,
  choose: ChoosePassage = (address) => passageOf(address, forwarding),
): Promise<Destination> {
  const { method, target, headers } = head;
  if (method === 'CONNECT') {
    const address = parseAuthority(target);
    if (address === undefined) {
      throw new RefusedRequest({
        kind: 'bad-request',
        detail: 'CONNECT needs a target of the form host:port',
      });
    }
    checkLoop(head, address, forwarding);
    if (forwarding.isOwnAddress(address)) throw new RefusedRequest({ kind: 'loop', target: address });
    const passage = await choose(address);
    const road = passage.kind === 'upstream' ? passage.road : originRoad(address, passage, peer, forwarding);
    return { kind: 'forward', address, host: target, target, road, route: routeOf(passage) };
  }
  // Origin-form and `*` are for this server itself: somebody looks at the local proxy with a browser.
  if (target.startsWith('/') || target === '*')
    return { kind: 'local', path: target, host: headerValue(headers, 'host') };
  const parsed = parseAbsoluteForm(target);
  if (parsed === undefined) {
    throw new RefusedRequest({
      kind: 'bad-request',
      detail: 'its target is neither a URL with a host nor a path',
    });
  }
  const { address, originForm: path, host } = parsed;
  checkLoop(head, address, forwarding);
  if (forwarding.isOwnAddress(address)) return { kind: 'local', path, host };
  return forwardPlain(head, parsed, peer, forwarding, choose);
}
