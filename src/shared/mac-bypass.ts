import { networksOf } from './ip-address';
import {
  addressesOfGlob,
  isLiteralGlob,
  type NoProxyRule,
  type Translation,
  translateRules,
} from './no-proxy-rule';

/** macOS is said to ignore lists that are very long. */
const mostNetworks = 16;

/**
 * What CFNetwork, by the source that Apple has published, makes of an entry: a whole name, in which `*` may stand for the first
 * labels, or an IPv4 network. It has no ports, no networks of IPv6, and `*` inside a label is a mere character to it.
 *
 * @returns undefined where that is not enough
 */
function say(rule: NoProxyRule): readonly string[] | undefined {
  if (rule.port !== undefined) return undefined;
  switch (rule.kind) {
    case 'simple-names':
      return undefined;
    case 'domain':
      return [rule.name, `*.${rule.name}`];
    case 'addresses':
      return sayNetworks(rule);
    case 'glob': {
      const network = addressesOfGlob(rule.pattern);
      if (network !== undefined) return sayNetworks(network);
      const name = rule.pattern.replace(/^\*\./, '');
      return isLiteralGlob(name) && /^[^\s,]+$/.test(name) ? [rule.pattern] : undefined;
    }
  }
}

function sayNetworks(range: {
  readonly first: string;
  readonly last: string;
}): readonly string[] | undefined {
  const networks = networksOf(range);
  const isIPv6Network = range.first.length === 32 && range.first !== range.last;
  return isIPv6Network || networks.length > mostNetworks ? undefined : networks;
}

/** The no-proxy rules for macOS's own list of hosts without a proxy, and those that cannot be in it. */
export function macBypass(rules: readonly string[]): Translation {
  return translateRules(rules, say);
}
