import { networksOf } from '../../shared/ip-address';
import { type NoProxyRule, type Translation, translateRules } from '../../shared/no-proxy-rule';

/** A network whose length is no whole number of bytes is as many patterns, within reason. */
const mostPatterns = 32;

/** cntlm compares patterns with names and addresses as they are written: it knows no ports, and addresses as text alone. */
function say(rule: NoProxyRule): readonly string[] | undefined {
  if (rule.port !== undefined) return undefined;
  switch (rule.kind) {
    case 'simple-names':
      return undefined;
    case 'domain':
      return [rule.name, `*.${rule.name}`];
    case 'addresses': {
      const patterns = networksOf(rule).map(patternsOfNetwork);
      if (!patterns.every((each) => each !== undefined)) return undefined;
      return patterns.flat().length > mostPatterns ? undefined : patterns.flat();
    }
    case 'glob':
      return /[\s,"]/.test(rule.text) ? undefined : [rule.text];
  }
}

function patternsOfNetwork(network: string): readonly string[] | undefined {
  const [address = '', length] = network.split('/');
  if (length === undefined) return [address];
  const bits = Number(length);
  if (address.includes(':') || bits === 0) return undefined;
  // `172.16.0.0/12` is 172.16.* to 172.31.*: what is left of the byte that is not whole is counted up.
  const byteCount = Math.ceil(bits / 8);
  const bytes = address.split('.').slice(0, byteCount).map(Number);
  const last = bytes.pop() ?? 0;
  return Array.from({ length: 2 ** (byteCount * 8 - bits) }, (_, index) => {
    const start = [...bytes, last + index].join('.');
    return byteCount === 4 ? start : `${start}.*`;
  });
}

/** The no-proxy rules for a NoProxy line, each pattern once, and those that cannot be in it. */
export function cntlmNoProxy(rules: readonly string[]): Translation {
  const { entries, gaps } = translateRules(rules, say);
  return { entries: [...new Set(entries)], gaps };
}
