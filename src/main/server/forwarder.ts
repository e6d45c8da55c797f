import type { Socket } from 'node:net';
import type { PacGuide } from '../../shared/pac';
import { formatHostPort, type HostPort } from '../../shared/settings';
import { withoutNames } from '../http1/headers';
import type { RequestHead } from '../http1/message-head';
import type { BodyFraming } from '../http1/body-framing';
import type { Answer, HttpConnection } from '../upstream/http-connection';
import { OriginRoad } from '../upstream/origin-road';
import { OutgoingRequest } from '../upstream/outgoing-request';
import { isConnectFailure, type UpstreamError } from '../upstream/upstream-error';
import { UpstreamRoad } from '../upstream/upstream-road';
import type { CountedConnection } from './byte-counts';
import { switchedUnasked } from './failure';
import { forwardedRequestHeaders, withHeaders } from './forwarded-headers';
import {
  type Destination,
  findDestination,
  passageOf,
  type ForwardDestination,
  type Forwarding,
  isAway,
} from './forwarding';
import { originSignInStep } from './origin-sign-in';
import { awayRule, type Passage } from './passage';
import type { RequestRecord } from './request-record';
import { WaitingRoom } from './waiting-room';

/** A request as far as it matters for its way; whatever its client speaks, one for a tunnel is a CONNECT. */
export interface ForwardedRequest {
  readonly head: RequestHead;
  readonly framing: BodyFraming;
  readonly connection: { readonly socket: Socket };
  /** Whether the client has gone away. */
  readonly isGone: boolean;
  /** Names what ends whatever is being done for it once nobody waits for it any more: at once if that is so already. */
  whenLost(abort: () => void): void;
}

const authorization: ReadonlySet<string> = new Set(['authorization']);

/**
 * What is between a request and its answer, whatever the client speaks: where it goes, what is tried when that cannot be
 * reached, and the tunnels.
 */
export class Forwarder {
  readonly #forwarding: Forwarding;
  readonly #asksClients: boolean;
  readonly #waitingRoom: WaitingRoom;
  #openTunnels = 0;

  /** @param asksClients whether its clients can say who they are, where they have to */
  constructor(forwarding: Forwarding, asksClients = false) {
    this.#forwarding = forwarding;
    this.#asksClients = asksClients;
    this.#waitingRoom = new WaitingRoom(forwarding);
  }

  /** The tunnels that are open now. */
  get openTunnels(): number {
    return this.#openTunnels;
  }

  /** Where a request goes. @throws RefusedRequest bad-request, loop or no-pac-answer */
  async destination(request: ForwardedRequest, record: RequestRecord): Promise<Destination> {
    const { guide } = this.#forwarding.pac;
    if (guide !== undefined) return await this.#destinationByPac(guide, request, record);
    if (this.#forwarding.goesDirectWhenAway()) await this.#forwarding.upstreamRoad.whenRouted();
    return this.#goesTo(request, record);
  }

  /**
   * Sends along the route. When that turns out to be away: by another way of the PAC, straight to the origin, or once the company
   * network is back, as the user wants it.
   */
  async forward<T>(
    destination: ForwardDestination,
    request: ForwardedRequest,
    record: RequestRecord,
    send: (destination: ForwardDestination) => Promise<T>,
  ): Promise<T> {
    const { monotonicMs } = this.#forwarding;
    const untilMs = monotonicMs() + this.#forwarding.awayWaitMs();
    let to = destination;
    for (;;) {
      try {
        return await send(to);
      } catch (error) {
        if (!isConnectFailure(error) || request.isGone) throw error;
        if (error.hop.role === 'upstream') record.passedBy(error, false);
        // Nothing has been sent yet.
        const isLast = to.others === undefined || to.others.length === 0;
        if (isLast && error.hop.role === 'upstream') {
          if (monotonicMs() < untilMs) record.trace({ kind: 'held' });
          if (await this.#waitingRoom.hold(request, untilMs)) continue;
          if (request.isGone) throw error;
        }
        // Where it goes now that this is known:
        const other = await this.#instead(to, error, request, record);
        if (other === undefined) throw error;
        to = other;
      }
    }
  }

  /** No-proxy rules outrank the PAC. */
  async #destinationByPac(
    guide: PacGuide,
    request: ForwardedRequest,
    record: RequestRecord,
  ): Promise<Destination> {
    const { head, connection } = request;
    let others: readonly Passage[] | undefined;
    const found = await findDestination(
      head,
      connection.socket.remoteAddress,
      this.#forwarding,
      async (address) => {
        const byRules = await passageOf(address, this.#forwarding);
        if (byRules.kind === 'direct') return byRules;
        const asked = guide.find(urlOf(head, address));
        const verdict = asked instanceof Promise ? await asked : asked;
        record.asked(verdict);
        const [first = byRules, ...rest] = this.#forwarding.pac.passages(verdict, address);
        others = rest;
        return first;
      },
    );
    record.goesTo(found);
    return withOthers(await this.#asClient(found, head), others);
  }

  async #goesTo(
    { head, connection }: ForwardedRequest,
    record: RequestRecord,
    passage?: Passage,
    others?: readonly Passage[],
  ): Promise<Destination> {
    const choose = passage === undefined ? undefined : (): Passage => passage;
    const found = await findDestination(head, connection.socket.remoteAddress, this.#forwarding, choose);
    record.goesTo(found);
    return withOthers(await this.#asClient(found, head), others);
  }

  /** By the road of the client's own account, where clients sign in themselves. @throws RefusedRequest as `ClientAccounts.roadFor` */
  async #asClient(found: Destination, head: RequestHead): Promise<Destination> {
    const { clientAccounts } = this.#forwarding;
    if (!this.#asksClients || !clientAccounts.isOn) return found;
    if (found.kind === 'local' || !(found.road instanceof UpstreamRoad)) return found;
    return { ...found, ...(await clientAccounts.roadFor(head, found.road)) };
  }

  /** Where a request goes whose way could not be taken; undefined: nowhere. */
  async #instead(
    { others }: ForwardDestination,
    { hop }: UpstreamError,
    request: ForwardedRequest,
    record: RequestRecord,
  ): Promise<ForwardDestination | undefined> {
    const { pac } = this.#forwarding;
    let other: Destination;
    if (others === undefined) {
      if (hop.role !== 'upstream') return undefined;
      other = await this.destination(request, record);
      return other.kind === 'forward' && other.route.kind === 'direct' ? other : undefined;
    }
    if (hop.role === 'upstream') pac.failed(hop.address);
    const [next, ...rest] = others;
    if (next !== undefined) other = await this.#goesTo(request, record, next, rest);
    else {
      // There may be a newer PAC, which names one that is there.
      if (hop.role === 'upstream') pac.guide?.allDown();
      if (hop.role !== 'upstream' || !isAway(this.#forwarding)) return undefined;
      other = await this.#goesTo(request, record, { kind: 'direct', rule: awayRule });
    }
    return other.kind === 'forward' ? other : undefined;
  }

  /**
   * Opens the way for a tunnel. Of a client that has gone meanwhile, the caller ends the connection.
   *
   * @returns the connection, or the answer with which the company proxy has refused it
   * @throws UpstreamError
   */
  async openTunnel(
    { host, target, road }: ForwardDestination,
    request: ForwardedRequest,
    record: RequestRecord,
  ): Promise<HttpConnection | Answer> {
    if (road instanceof OriginRoad) return road.connect();
    const { head } = request;
    // No connection is signed in for an origin by what opens a tunnel to it.
    const asked = originSignInStep(head.headers) === undefined ? head : withoutAuthorization(head);
    const own = forwardedRequestHeaders(asked, request.framing, host, this.#forwarding.via);
    const headers = this.headersFor({ road }, own);
    const outgoing = new OutgoingRequest('CONNECT', target, headers);
    request.whenLost(() => outgoing.abort());
    record.follow(outgoing);
    const answer = await road.send(outgoing);
    const { status } = answer.head;
    record.trace({ kind: 'answer', status });
    if (status === 101 && !request.isGone) throw switchedUnasked(answer);
    return status >= 200 && status < 300 ? answer.connection : answer;
  }

  /** The headers of a request with those that the user has set, which only a company proxy gets. */
  headersFor({ road }: Pick<ForwardDestination, 'road'>, headers: string[]): string[] {
    const set = road instanceof OriginRoad ? [] : this.#forwarding.headers();
    return set.length === 0 ? headers : withHeaders(headers, set);
  }

  /** A client's connection is a tunnel from now on: counts it, and tells when it is over. */
  countTunnel(client: CountedConnection, record: RequestRecord): void {
    record.becomesTunnel();
    this.#openTunnels += 1;
    client.socket.once('close', () => {
      this.#openTunnels -= 1;
      record.tellTunnelEnded(client);
    });
  }
}

/** With the ways that are left. */
function withOthers(found: Destination, others: readonly Passage[] | undefined): Destination {
  return found.kind === 'local' || others === undefined ? found : { ...found, others };
}

function withoutAuthorization(head: RequestHead): RequestHead {
  return { ...head, headers: withoutNames(head.headers, authorization) };
}

/** What a PAC is asked for: of a tunnel nothing is known but its host and port. */
function urlOf({ method, target }: RequestHead, address: HostPort): string {
  return method === 'CONNECT' ? `https://${formatHostPort(address).replace(/:443$/, '')}/` : target;
}
