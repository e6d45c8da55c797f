import { formatHostPort, type HostPort } from '../../shared/settings';

export interface ProxyPacOptions {
  /** The local proxy, as whoever reads the PAC has reached it. */
  readonly address: HostPort;
  /** The rules of src/main/routing: globs of hosts that go straight to their origins. */
  readonly noProxy: readonly string[];
  /** Whether every host may go there when the company network is away. */
  readonly mayAllGoDirect: boolean;
}

const any = '[\\s\\S]';
const none = '[^\\s\\S]';

/** A character inside a regular expression literal: nothing that could end it or mean anything else stays as it is. */
function literal(character: string): string {
  if (/[a-z0-9]/.test(character)) return character;
  if (/[.-]/.test(character)) return `\\${character}`;
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** The set that begins at `start`, as parseSet of src/main/routing/glob.ts reads it. */
function setExpression(pattern: string, start: number): { source: string; next: number } | undefined {
  let at = start + 1;
  const isNegated = pattern[at] === '!' || pattern[at] === '^';
  if (isNegated) at += 1;
  let members = '';
  for (let isFirst = true; isFirst || pattern[at] !== ']'; isFirst = false) {
    if (pattern[at] === '\\') at += 1;
    const from = pattern[at];
    if (from === undefined) return undefined;
    const last = pattern[at + 2];
    const isRange = pattern[at + 1] === '-' && last !== undefined && last !== ']';
    const to = isRange ? last : from;
    // A range that ends before it begins has no members here, and is a syntax error there.
    if (from <= to) members += `${literal(from)}-${literal(to)}`;
    at += isRange ? 3 : 1;
  }
  const source = members === '' ? (isNegated ? any : none) : `[${isNegated ? '^' : ''}${members}]`;
  return { source, next: at + 1 };
}

/** The source of a regular expression of ES3 that matches the lower-case texts which compileGlob's function matches. */
function globExpression(glob: string): string {
  const pattern = glob.toLowerCase();
  let last = '';
  const beforeStars: string[] = [];
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern.charAt(at);
    const set = character === '[' ? setExpression(pattern, at) : undefined;
    if (set !== undefined) {
      last += set.source;
      at = set.next - 1;
    } else if (character === '*') {
      beforeStars.push(last);
      last = '';
    } else if (character === '?') {
      last += any;
    } else {
      if (character === '\\' && at + 1 < pattern.length) at += 1;
      last += literal(pattern.charAt(at));
    }
  }
  const [first, ...middle] = beforeStars;
  if (first === undefined) return `^${last}$`;
  // Nothing goes back into a lookahead: many stars do not make a hostile host name costly.
  const found = middle
    .filter((part) => part !== '')
    .map((part, index) => `(?=(${any}*?${part}))\\${index + 1}`);
  return `^${first}${found.join('')}${any}*${last}$`;
}

/**
 * A PAC for engines as old as ES3, without look-ups of names. Hosts of the no-proxy rules go through the local proxy as well, so
 * that it can show them, and straight when it does not run.
 */
export function proxyPac({ address, noProxy, mayAllGoDirect }: ProxyPacOptions): string {
  const proxy = `PROXY ${formatHostPort(address)}`;
  const rules = mayAllGoDirect ? [any] : noProxy.map(globExpression);
  return `// This Mac, and names and addresses of the link.
var never = [
  /^(.+\\.)?localhost$/,
  /^127(\\.\\d+){3}$/,
  /^::1$/,
  /.\\.local$/,
  /^169\\.254(\\.\\d+){2}$/,
  /^fe[89ab][0-9a-f]:/
];
var mayGoDirect = [${rules.map((source) => `\n  /${source}/`).join(',')}
];

function matches(rules, name) {
  for (var index = 0; index < rules.length; index += 1) {
    if (rules[index].test(name)) return true;
  }
  return false;
}

function FindProxyForURL(url, host) {
  var name = host.replace(/^\\[(.*)\\]$/, '$1').replace(/\\.$/, '').toLowerCase();
  if (matches(never, name)) return 'DIRECT';
  return matches(mayGoDirect, name) ? '${proxy}; DIRECT' : '${proxy}';
}
`;
}
