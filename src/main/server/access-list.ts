import { BlockList, isIPv4, isIPv6 } from 'node:net';
import type { AccessRule } from '../../shared/settings';

/** A name in the access list has no IPv4 address, so that its rule could not be kept. */
export class UnknownHostError extends Error {
  override readonly name = 'UnknownHostError';

  constructor(readonly host: string) {
    super(
      `the host '${host}' of an Allow or Deny rule has no IPv4 address; correct the name or write an address`,
    );
  }
}

interface Check {
  readonly isAllow: boolean;
  /** Whether it covers every IPv4 address; then it covers every IPv6 address too. */
  readonly isCatchAll: boolean;
  readonly block: BlockList;
}

/** An address as it counts: IPv4 inside IPv6 is IPv4, and the IPv6 loopback is 127.0.0.1. */
function normalise(address: string): string {
  if (address === '::1') return '127.0.0.1';
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
}

/**
 * Who may connect: the first rule that matches decides, and no match allows. The rules know IPv4 only. A client
 * with an IPv6 address (apart from the loopback) is matched by rules for every address (`*`, `0/0`), and by any Deny rule:
 * nobody can tell that it is not the machine that was meant.
 *
 * @param resolve the first IPv4 address of a name; asked once for each name
 * @returns whether a client with this address may connect
 * @throws UnknownHostError
 */
export async function createAccessList(
  rules: readonly AccessRule[],
  resolve: (name: string) => Promise<string | undefined>,
): Promise<(remoteAddress: string) => boolean> {
  const checks: Check[] = [];
  for (const { action, host, prefixLength } of rules) {
    const address = host === '*' ? '0.0.0.0' : isIPv4(host) ? host : await resolve(host);
    if (address === undefined) throw new UnknownHostError(host);
    const block = new BlockList();
    const bits = host === '*' ? 0 : prefixLength;
    block.addSubnet(address, bits, 'ipv4');
    checks.push({ isAllow: action === 'allow', isCatchAll: bits === 0, block });
  }
  return (remoteAddress) => {
    const address = normalise(remoteAddress);
    for (const { isAllow, isCatchAll, block } of checks) {
      const matches = isIPv4(address)
        ? block.check(address, 'ipv4')
        : isIPv6(address) && (isCatchAll || !isAllow);
      if (matches) return isAllow;
    }
    return true;
  };
}
