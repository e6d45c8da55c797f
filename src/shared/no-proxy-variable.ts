import { networksOf } from './ip-address';
import { addressesOfGlob, isLiteralGlob, type NoProxyRule, noProxyRule } from './no-proxy-rule';

/** Programs that read `no_proxy`, each in a way of its own. */
export const noProxyReaders = ['curl', 'Go', 'Python'] as const;

export type NoProxyReader = (typeof noProxyReaders)[number];

/** A rule that some programs do not learn of: all of them when it cannot be said. */
export interface NoProxyGap {
  readonly rule: string;
  readonly readers: readonly NoProxyReader[];
}

interface Said {
  readonly entries: readonly string[];
  /** Who does not understand them. */
  readonly lost: readonly NoProxyReader[];
}

const unsaid: Said = { entries: [], lost: noProxyReaders };
/** A range that takes more networks than this makes a variable that nobody can read. */
const mostNetworks = 16;

/** The rules as `no_proxy` says them to programs, and what cannot be said to whom. */
export interface NoProxyVariable {
  readonly value: string;
  readonly gaps: readonly NoProxyGap[];
}

function sayName(name: string, port: number | undefined): Said {
  // curl compares the entry with the name alone, so that one with a port fits nothing.
  return port === undefined
    ? { entries: [name], lost: [] }
    : { entries: [`${name}:${port}`], lost: ['curl'] };
}

function sayAddresses(
  range: { readonly first: string; readonly last: string },
  port: number | undefined,
): Said {
  const networks = networksOf(range);
  const [only = ''] = networks;
  const isSingle = networks.length === 1 && !only.includes('/');
  const isIPv6 = range.first.length === 32;
  if (port !== undefined) return isSingle ? sayName(isIPv6 ? `[${only}]` : only, port) : unsaid;
  if (networks.length > mostNetworks) return unsaid;
  // Python knows no networks, and compares an IPv6 address with its brackets. This Mac itself is in the list anyway.
  const isThisMac = range.first.startsWith('7f') && range.last.startsWith('7f') && !isIPv6;
  const isLost = !isThisMac && (!isSingle || isIPv6);
  return { entries: networks, lost: isLost ? ['Python'] : [] };
}

function say(rule: NoProxyRule): Said {
  switch (rule.kind) {
    case 'simple-names':
      return unsaid;
    case 'domain':
      // Without a dot in front Go takes it for the domain and what is below, as the others do either way.
      return sayName(rule.name, rule.port);
    case 'addresses':
      return sayAddresses(rule, rule.port);
    case 'glob': {
      const { pattern, port } = rule;
      const network = addressesOfGlob(pattern);
      if (network !== undefined) return sayAddresses(network, port);
      const name = pattern.startsWith('*.') ? pattern.slice(1) : pattern;
      return isLiteralGlob(name) && /^[^\s,]+$/.test(name) ? sayName(name, port) : unsaid;
    }
  }
}

/**
 * The rules as curl, Go, Python and git understand them: names with the hosts below them, addresses, and networks by their
 * length. What cannot be said that way is left out, and told.
 */
export function noProxyVariable(rules: readonly string[]): NoProxyVariable {
  // A lone star is the one pattern that all of them know.
  if (rules.includes('*')) return { value: '*', gaps: [] };
  const said = rules.map((text) => ({ rule: text, ...say(noProxyRule(text)) }));
  const entries = said.flatMap(({ entries: own }) => own);
  return {
    value: [...new Set(['localhost', '127.0.0.1', '::1', ...entries])].join(','),
    gaps: said.filter(({ lost }) => lost.length > 0).map(({ rule, lost }) => ({ rule, readers: lost })),
  };
}
