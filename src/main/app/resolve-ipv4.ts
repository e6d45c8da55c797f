import { lookup } from 'node:dns/promises';

/** The first IPv4 address of a name; undefined when it has none. */
export async function resolveIpv4(name: string): Promise<string | undefined> {
  try {
    return (await lookup(name, { family: 4 })).address;
  } catch {
    // Whatever the resolver says: the name has no address, which is what the caller reports.
    return undefined;
  }
}
