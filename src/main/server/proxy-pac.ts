import { formatHostPort, type HostPort } from '../../shared/settings';
import { noProxyRule } from '../../shared/no-proxy-rule';
import { type GlobSet, parseGlob } from '../routing/glob';

export interface ProxyPacOptions {
  /** The local proxy, as whoever reads the PAC has reached it. */
  readonly address: HostPort;
  /** What goes straight to its origin, as docs/no-proxy.md has it. */
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

/** A rule as an object of the script: a `name`, or the `first` and `last` address, and the `port` if it names one. */
function ruleObject(text: string): string {
  const rule = noProxyRule(text);
  const port = rule.port === undefined ? '' : `, port: ${rule.port}`;
  switch (rule.kind) {
    case 'glob':
      return `{name: /${globExpression(rule.pattern)}/${port}}`;
    case 'domain':
      return `{name: /${globExpression(rule.name).replace('^', `^(${any}*\\.)?`)}/${port}}`;
    case 'simple-names':
      return `{name: /^[^.:]*$/${port}}`;
    case 'addresses':
      return `{first: '${rule.first}', last: '${rule.last}'${port}}`;
  }
}

/** What src/shared/ip-address.ts does, for an engine of ES3: only in a PAC with networks. */
const digitsFunction = `
function padded(text, length) {
  while (text.length < length) text = '0' + text;
  return text;
}

// An address as hexadecimal digits, which are compared as texts; '' for what is none.
function digitsOf(name) {
  var index, digits = '', bytes, groups, halves, missing;
  if (name.indexOf(':') < 0) {
    bytes = name.split('.');
    if (bytes.length !== 4) return '';
    for (index = 0; index < 4; index += 1) {
      if (!/^(0|[1-9]\\d{0,2})$/.test(bytes[index]) || Number(bytes[index]) > 255) return '';
      digits += padded(Number(bytes[index]).toString(16), 2);
    }
    return digits;
  }
  bytes = /^(.*:)([\\d.]+\\.[\\d.]+)$/.exec(name.replace(/%.*$/, ''));
  if (bytes) {
    digits = digitsOf(bytes[2]);
    if (digits === '') return '';
    name = bytes[1] + digits.substring(0, 4) + ':' + digits.substring(4);
    digits = '';
  }
  halves = name.replace(/%.*$/, '').split('::');
  if (halves.length > 2) return '';
  groups = halves[0] === '' ? [] : halves[0].split(':');
  if (halves.length === 2) {
    bytes = halves[1] === '' ? [] : halves[1].split(':');
    missing = Math.max(1, 8 - groups.length - bytes.length);
    for (index = 0; index < missing; index += 1) groups.push('0');
    groups = groups.concat(bytes);
  }
  if (groups.length !== 8) return '';
  for (index = 0; index < 8; index += 1) {
    if (!/^[\\da-f]{1,4}$/.test(groups[index])) return '';
    digits += padded(groups[index], 4);
  }
  return digits.replace(/^0{20}ffff/, '');
}
`;

/**
 * A PAC for engines as old as ES3, without look-ups of names. Hosts of the no-proxy rules go through the local proxy as well, so
 * that it can show them, and straight when it does not run.
 */
export function proxyPac({ address, noProxy, mayAllGoDirect }: ProxyPacOptions): string {
  const proxy = `PROXY ${formatHostPort(address)}`;
  const rules = mayAllGoDirect ? [`{name: /${any}/}`] : noProxy.map(ruleObject);
  const hasAddresses = rules.some((rule) => rule.startsWith('{first'));
  return `// This Mac, and names and addresses of the link.
var never = [
  {name: /^(.+\\.)?localhost$/},
  {name: /^127(\\.\\d+){3}$/},
  {name: /^::1$/},
  {name: /.\\.local$/},
  {name: /^169\\.254(\\.\\d+){2}$/},
  {name: /^fe[89ab][0-9a-f]:/}
];
var mayGoDirect = [${rules.map((rule) => `\n  ${rule}`).join(',')}
];
var usualPorts = {http: 80, ws: 80, https: 443, wss: 443, ftp: 21};
${hasAddresses ? digitsFunction : ''}
function portOf(url) {
  var parts = /^([a-z]+):\\/\\/([^\\/?#@]*@)?(\\[[^\\]]*\\]|[^:\\/?#]*)(:(\\d+))?/i.exec(url);
  if (!parts) return 0;
  return parts[5] ? Number(parts[5]) : usualPorts[parts[1].toLowerCase()];
}

function fits(rule, name, digits) {
  if (rule.name) return rule.name.test(name);
  return digits.length === rule.first.length && rule.first <= digits && digits <= rule.last;
}

function matches(rules, url, name) {
  var digits = ${hasAddresses ? 'digitsOf(name)' : "''"};
  for (var index = 0; index < rules.length; index += 1) {
    if (rules[index].port && rules[index].port !== portOf(url)) continue;
    if (fits(rules[index], name, digits)) return true;
  }
  return false;
}

function FindProxyForURL(url, host) {
  var name = host.replace(/^\\[(.*)\\]$/, '$1').replace(/\\.$/, '').toLowerCase();
  if (matches(never, url, name)) return 'DIRECT';
  return matches(mayGoDirect, url, name) ? '${proxy}; DIRECT' : '${proxy}';
}
`;
}
