import type { UpstreamState } from '../../shared/state';
import type { Words } from '../../shared/words/en';

/**
 * How a company proxy is, in a few words.
 *
 * @param nowMs milliseconds since 1970
 */
export function upstreamStatus(
  { status, downSinceMs, problem }: UpstreamState,
  isSignedIn: boolean,
  words: Words,
  nowMs: number,
): string {
  if (status === 'in-use' && isSignedIn) return words.upstreams.signedIn;
  if (status === 'down' && problem?.kind === 'local-network-denied') return words.upstreams.forbidden;
  if (status === 'down' && downSinceMs !== undefined && nowMs - downSinceMs >= 1000) {
    return words.upstreams.downFor(words.formats.duration(Math.floor((nowMs - downSinceMs) / 1000) * 1000));
  }
  return words.upstreams.status[status];
}
