import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';
import type { AccessRule } from '../../shared/settings';

/** A name in the access list has no IPv4 address, so that its rule could not be kept. */
export class UnknownHostError extends Error {
  override readonly name = 'UnknownHostError';
  readonly code = 'unknown-host';

  constructor(
    readonly host: string,
    options?: ErrorOptions,
  ) {
    super(
      `the host '${host}' of an Allow or Deny rule has no IPv4 address; correct the name or write an address`,
      options,
    );
  }
}

interface Check {
  readonly rule: AccessRule;
  readonly family: 'ipv4' | 'ipv6';
  /** Whether it covers every IPv4 address; then it covers every IPv6 address too. */
  readonly isCatchAll: boolean;
  readonly block: BlockList;
}

/** An address as it counts: IPv4 inside IPv6 is IPv4, the IPv6 loopback is 127.0.0.1, and a zone is none of its bits. */
function normalise(text: string): string {
  const address = text.replace(/%.*$/, '');
  if (address === '::1') return '127.0.0.1';
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
}

async function findAddress(
  host: string,
  resolve: (name: string) => Promise<string | undefined>,
): Promise<string> {
  let address: string | undefined;
  try {
    address = await resolve(host);
  } catch (cause) {
    throw new UnknownHostError(host, { cause });
  }
  if (address === undefined || !isIPv4(address)) throw new UnknownHostError(host);
  return address;
}

/**
 * Who may connect, as `createRuleFinder` has it; no match allows.
 *
 * @returns whether a client with this address may connect
 * @throws UnknownHostError
 */
export async function createAccessList(
  rules: readonly AccessRule[],
  resolve: (name: string) => Promise<string | undefined>,
): Promise<(remoteAddress: string) => boolean> {
  const findRule = await createRuleFinder(rules, resolve);
  return (remoteAddress) => findRule(remoteAddress)?.action !== 'deny';
}

/**
 * The rule that decides whether a client may connect: the first that matches. A client with an IPv6 address (apart from `::1` and
 * IPv4 inside IPv6) is matched by rules for IPv6 as one of IPv4 by those for IPv4; and by rules for every address (`*`, `0/0`)
 * and any Deny rule for IPv4, as nobody can tell that it is not the machine that was meant, but by no Allow rule for IPv4. The
 * same goes for a client without an address.
 *
 * @param resolve the first IPv4 address of a name; asked once for each rule with a name, before this resolves
 * @returns the rule for a client with this address; undefined where none matches
 * @throws UnknownHostError
 */
export async function createRuleFinder(
  rules: readonly AccessRule[],
  resolve: (name: string) => Promise<string | undefined>,
): Promise<(remoteAddress: string) => AccessRule | undefined> {
  const checks: Check[] = [];
  for (const rule of rules) {
    const { host, prefixLength } = rule;
    const plain = normalise(host);
    if (isIPv6(plain)) {
      const block = new BlockList();
      block.addSubnet(plain, prefixLength, 'ipv6');
      checks.push({ rule, family: 'ipv6', isCatchAll: false, block });
      continue;
    }
    const bits = host === '*' ? 0 : plain === host ? prefixLength : 32;
    const address = bits === 0 ? '0.0.0.0' : isIPv4(plain) ? plain : await findAddress(plain, resolve);
    const block = new BlockList();
    block.addSubnet(address, bits, 'ipv4');
    checks.push({ rule, family: 'ipv4', isCatchAll: bits === 0, block });
  }
  return (remoteAddress) => {
    const address = normalise(remoteAddress);
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    for (const { rule, family: of, isCatchAll, block } of checks) {
      const isAllow = rule.action === 'allow';
      const isElse = of === 'ipv4' && family === 'ipv6' && (isCatchAll || !isAllow);
      const isSame = of === family && isIP(address) !== 0;
      const matches = isSame ? block.check(address, family) : isElse || (of === family && !isAllow);
      if (matches) return rule;
    }
    return undefined;
  };
}
