import type { EngineState } from '../../shared/engine-state';
import type { Problem } from '../../shared/problem';
import { formatHostPort, type HostPort } from '../../shared/settings';
import type { UpstreamState } from '../../shared/state';
import type { AppEvent } from './transition';

/** The company proxies that cannot be reached, as the engine has told. */
export class DownUpstreams {
  readonly #down = new Map<string, { readonly problem: Problem; readonly sinceMs: number }>();

  /** One cannot be reached. @param sinceMs milliseconds since 1970 */
  add(upstream: HostPort, problem: Problem, sinceMs: number): void {
    this.#down.set(formatHostPort(upstream), { problem, sinceMs });
  }

  /** One can be reached again. */
  delete(upstream: HostPort): void {
    this.#down.delete(formatHostPort(upstream));
  }

  /** Forgets those that are not among these. */
  keepOnly(upstreams: readonly HostPort[]): void {
    const names = new Set(upstreams.map(formatHostPort));
    for (const name of this.#down.keys()) if (!names.has(name)) this.#down.delete(name);
  }

  clear(): void {
    this.#down.clear();
  }

  /** How each of these is. @param state of the engine, if it runs */
  states(upstreams: readonly HostPort[], state: EngineState | undefined): UpstreamState[] {
    return upstreams.map((address): UpstreamState => {
      const name = formatHostPort(address);
      const down = this.#down.get(name);
      if (state === undefined) return { address, status: 'unknown' };
      if (down !== undefined) {
        return { address, status: 'down', problem: down.problem, downSinceMs: down.sinceMs };
      }
      if (state.companyProxy !== 'reachable') return { address, status: 'unknown' };
      const isInUse = state.upstream !== undefined && formatHostPort(state.upstream) === name;
      if (!isInUse) return { address, status: 'standing-by' };
      const { upstreamAnswer: answer } = state;
      return { address, status: 'in-use', ...(answer === undefined ? {} : { answer }) };
    });
  }
}

/** What the way to the company proxy is like. @param signedInTo the one to which a check has signed in on this network */
export function reachabilityEvent(
  { companyProxy: reachability, upstream, offNetwork }: EngineState,
  signedInTo: string | undefined,
): AppEvent {
  const hasSignedIn = upstream !== undefined && signedInTo === formatHostPort(upstream);
  return { kind: 'reachability', reachability, upstream, offNetwork, hasSignedIn };
}
