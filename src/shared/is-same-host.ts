import type { HostPort } from './settings';

/** Whether two addresses are of one host, whatever their ports: who has agreed to one of them has agreed to the other. */
export function isSameHost(one: HostPort, other: HostPort): boolean {
  return one.host.toLowerCase() === other.host.toLowerCase();
}

/** Whether two addresses are one: the same host, on the same port. */
export function isSameAddress(one: HostPort, other: HostPort): boolean {
  return isSameHost(one, other) && one.port === other.port;
}
