import { formatListen, isEveryAddress } from '../shared/address-text';
import type { ServiceState, UnboundReason } from '../shared/engine-state';
import type { HostPort, ListenAddress } from '../shared/settings';
import type { AppState } from '../shared/state';

/** What became of a port that the settings name. */
export type PortState =
  | { readonly kind: 'open'; readonly openTunnels: number }
  | { readonly kind: 'not-open'; readonly why: UnboundReason };

/** A port of the settings that speaks no HTTP. */
export interface WantedPort {
  readonly kind: ServiceState['kind'];
  readonly listen: ListenAddress;
  /** Where a tunnel leads. */
  readonly target?: HostPort;
}

function isSame(one: HostPort | undefined, other: HostPort | undefined): boolean {
  return one?.host === other?.host && one?.port === other?.port;
}

/**
 * What became of a port: one setting may be open at several addresses, as at 127.0.0.1 and ::1.
 *
 * @returns undefined while the local proxy is off, or has not heard of the port yet
 */
export function portState(
  { kind, listen, target }: WantedPort,
  { services, unbound }: Pick<AppState, 'services' | 'unbound'>,
): PortState | undefined {
  const isElsewhere = (host: string): boolean =>
    listen.host !== undefined && !isEveryAddress(listen.host) && listen.host !== host;
  const open = services.filter(
    (each) =>
      each.kind === kind &&
      each.address.port === listen.port &&
      !isElsewhere(each.address.host) &&
      isSame(each.target, target),
  );
  if (open.length > 0)
    return { kind: 'open', openTunnels: open.reduce((sum, { openTunnels }) => sum + openTunnels, 0) };
  const closed = unbound.find(
    (each) => each.kind === kind && each.place === formatListen(listen) && isSame(each.target, target),
  );
  return closed === undefined ? undefined : { kind: 'not-open', why: closed.why };
}
