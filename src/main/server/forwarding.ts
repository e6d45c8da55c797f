import type { EngineEvent, RouteTaken } from '../../shared/event';
import type { Account, HostPort } from '../../shared/settings';
import { headerValue } from '../http1/headers';
import type { RequestHead } from '../http1/message-head';
import type { Route, Router } from '../routing/router';
import type { OriginRoad } from '../upstream/origin-road';
import { isLoopbackAddress } from '../upstream/own-machine';
import type { Road } from '../upstream/road';
import type { UpstreamRoad } from '../upstream/upstream-road';
import { type DescribeProblem, RefusedRequest } from './failure';
import { hasPassedThrough } from './forwarded-headers';
import { type AbsoluteTarget, parseAbsoluteForm, parseAuthority } from './request-target';

/** Stands where the rule of a direct route stands. */
export const awayRule = 'off the company network';

/** What every listener of one engine shares. */
export interface Forwarding {
  /** The only upstream account, for the words of a refusal. */
  readonly account: Account;
  /** This proxy's name in Via headers; unlike that of any other proxy. */
  readonly via: string;
  readonly route: Router;
  /** The rules that it goes by. */
  noProxy(): readonly string[];
  readonly upstreamRoad: UpstreamRoad;
  /** Whether requests go straight to their origins while no company proxy can be reached. */
  goesDirectWhenAway(): boolean;
  /** @param client whether the client is on this machine: another one reaches less of it */
  originRoad(origin: HostPort, client: { readonly isLocal: boolean }): OriginRoad;
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
    };

/** The route by the rules, or straight to the origin while the company network is away and the user wants that. */
function routeOf(address: HostPort, forwarding: Forwarding): Route {
  const route = forwarding.route(address);
  const isAway = forwarding.upstreamRoad.reachability === 'unreachable' && forwarding.goesDirectWhenAway();
  return route.kind === 'upstream' && isAway ? { kind: 'direct', rule: awayRule } : route;
}

function checkLoop({ headers }: RequestHead, address: HostPort, forwarding: Forwarding): void {
  if (hasPassedThrough(headers, forwarding.via)) {
    throw new RefusedRequest({ kind: 'loop', target: address });
  }
}

function directRoad(address: HostPort, peer: string | undefined, forwarding: Forwarding): OriginRoad {
  return forwarding.originRoad(address, { isLocal: isLoopbackAddress(peer) });
}

function forwardPlain(
  { method, target }: RequestHead,
  { address, host, scheme, originForm }: AbsoluteTarget,
  peer: string | undefined,
  forwarding: Forwarding,
): Destination {
  const route = routeOf(address, forwarding);
  if (route.kind === 'upstream') {
    const { upstreamRoad: road } = forwarding;
    return { kind: 'forward', address, host, target, road, route: { kind: 'upstream' } };
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
    road: directRoad(address, peer, forwarding),
    route,
  };
}

/**
 * Decides where a request goes.
 *
 * @param peer the address of the client
 * @throws RefusedRequest bad-request or loop
 */
export function findDestination(
  head: RequestHead,
  peer: string | undefined,
  forwarding: Forwarding,
): Destination {
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
    const route = routeOf(address, forwarding);
    const road = route.kind === 'upstream' ? forwarding.upstreamRoad : directRoad(address, peer, forwarding);
    return { kind: 'forward', address, host: target, target, road, route };
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
  return forwardPlain(head, parsed, peer, forwarding);
}
