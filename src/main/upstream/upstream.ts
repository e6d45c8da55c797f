import type { Hop } from '../../shared/problem';
import type { HostPort } from '../../shared/settings';
import type { UpstreamError } from './upstream-error';

/** What is known of one company proxy, as far as it can be reached. */
export interface Upstream {
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

export function newUpstream(address: HostPort): Upstream {
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

/** Whether it is macOS that keeps us from it. */
export function isForbidden({ status, error }: Upstream): boolean {
  return status === 'down' && error?.code === 'local-network-denied';
}
