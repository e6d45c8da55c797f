import { formatHostPort } from '../../shared/settings';
import { keepsAlive } from '../http1/headers';
import type { Answer } from '../upstream/http-connection';
import { OriginRoad } from '../upstream/origin-road';
import type { OutgoingRequest } from '../upstream/outgoing-request';
import { isConnectFailure } from '../upstream/upstream-error';
import type { ClientExchange } from './client-exchange';
import { RefusedRequest } from './failure';
import type { ForwardDestination } from './forwarding';
import { offersConnectionSignIn, originSignInStep } from './origin-sign-in';

/** An answer, and what becomes of its connection once it is over. */
export interface Sent {
  readonly answer: Answer;
  /** Whether the connection belongs to the client's. */
  readonly isBound: boolean;
  readonly release: (isReusable: boolean) => void;
}

/** Sends the requests of clients along the roads, and over what an origin has signed in for them. */
export class ExchangeSender {
  /** Counts the networks: a connection over an old one is not pinned any more. */
  #epoch = 0;

  /** The network has changed: what is under way over the old one is pinned no more. */
  beginEpoch(): void {
    this.#epoch += 1;
  }

  /**
   * Sends a request. Where an origin signs in the connection (RFC 4559, 6), client and hop belong to each other until either
   * ends: it goes over the connection of before, is never sent elsewhere, and its connection is nobody else's afterwards.
   *
   * @returns the answer, and what becomes of its connection
   */
  async send(
    exchange: ClientExchange,
    outgoing: OutgoingRequest,
    destination: ForwardDestination,
  ): Promise<Sent> {
    const { road, address } = destination;
    const pin = pinKey(destination);
    const { connection, head } = exchange;
    const epoch = this.#epoch;
    const step = originSignInStep(head.headers);
    const pinned = connection.hasPins ? connection.pins.take(pin) : undefined;
    let answer: Answer;
    try {
      if (pinned !== undefined) answer = await road.sendOver(pinned, outgoing);
      else if (step === 'next') throw new RefusedRequest({ kind: 'origin-sign-in-lost', target: address });
      else {
        outgoing.isBound = step !== undefined;
        answer = await road.send(outgoing);
      }
    } catch (error) {
      if (pinned !== undefined) connection.pins.drop(pin);
      // The client's connection was signed in, and is so no more; what was never sent may still go by another road.
      if (pinned !== undefined || (step !== undefined && !isConnectFailure(error))) exchange.closeAfter();
      throw error;
    }
    if (pinned === undefined && step === undefined && !offersConnectionSignIn(answer.head.headers)) {
      return { answer, isBound: false, release: (isReusable) => road.release(answer, isReusable) };
    }
    if (!keepsAlive(answer.head) || epoch !== this.#epoch) exchange.closeAfter();
    return {
      answer,
      isBound: true,
      release: (isReusable) => {
        if (isReusable && !exchange.isGone && epoch === this.#epoch) {
          connection.pins.put(pin, answer.connection);
          return;
        }
        connection.pins.drop(pin);
        answer.connection.destroy();
        connection.endWhenIdle();
      },
    };
  }
}

/** What a connection that an origin has signed in may be used for: the road with its account, and the origin. */
function pinKey({ road, route, address, signedInAs = '' }: ForwardDestination): string {
  const way = road instanceof OriginRoad ? road.key : `${route.kind} ${signedInAs}`;
  return `${way} ${formatHostPort(address)}`.toLowerCase();
}
