import { formatHostPort, type HostPort } from '../../shared/settings';
import { type GlobSet, parseGlob } from '../routing/glob';

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

/** What a single character must be. */
function setExpression({ ranges, isNegated }: GlobSet): string {
  const [only] = ranges;
  const isLiteral = !isNegated && ranges.length === 1 && only !== undefined && only[0] === only[1];
  if (isLiteral) return literal(only[0]);
  const members = ranges
    // A range that ends before it begins has no members here, and is a syntax error there.
    .filter(([first, last]) => first <= last)
    .map(([first, last]) => `${literal(first)}-${literal(last)}`)
    .join('');
  if (members === '') return isNegated ? any : none;
  return `[${isNegated ? '^' : ''}${members}]`;
}

/** The source of a regular expression of ES3 that matches the lower-case texts which compileGlob's function matches. */
function globExpression(glob: string): string {
  let last = '';
  const beforeStars: string[] = [];
  for (const token of parseGlob(glob)) {
    if (token.kind === 'one') {
      last += setExpression(token);
    } else {
      beforeStars.push(last);
      last = '';
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
