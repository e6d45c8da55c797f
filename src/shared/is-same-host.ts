import type { HostPort } from './settings';

/** Whether two addresses are of one host, whatever their ports: who has agreed to one of them has agreed to the other. */
export function isSameHost(one: HostPort, other: HostPort): boolean {
  return one.host.toLowerCase() === other.host.toLowerCase();
}
