import type { Hop } from '../../shared/problem';
import type { HopSocket } from './dial';

/** Nobody has come by then: a company proxy need not hold a connection for nothing. */
const keptMs = 5_000;

/**
 * A connection that was opened to see whether a hop is there, kept for a moment for the first who needs one: after a start, on
 * waking and on another network somebody mostly does at once, and is spared a round trip.
 */
export class KeptSocket {
  #kept: { readonly hop: Hop; readonly hopSocket: HopSocket; readonly timer: NodeJS.Timeout } | undefined;

  /** Takes over a connection over which nothing was said. It is ended when the other side says something, or ends it. */
  put(hop: Hop, hopSocket: HopSocket): void {
    this.drop();
    hopSocket.onBytes = this.drop;
    hopSocket.socket.on('end', this.drop).on('error', this.drop).on('close', this.drop);
    this.#kept = { hop, hopSocket, timer: setTimeout(this.drop, keptMs).unref() };
  }

  /** Gives the connection away, if there is one to this hop. */
  take(hop: Hop): HopSocket | undefined {
    if (this.#kept?.hop !== hop) return undefined;
    const { hopSocket, timer } = this.#kept;
    this.#kept = undefined;
    clearTimeout(timer);
    hopSocket.socket.off('end', this.drop).off('error', this.drop).off('close', this.drop);
    return hopSocket;
  }

  /** Ends the connection. */
  readonly drop = (): void => {
    if (this.#kept === undefined) return;
    const { socket } = this.take(this.#kept.hop) ?? {};
    // An error on the way out is nobody's business.
    socket?.on('error', () => undefined).destroy();
  };
}
