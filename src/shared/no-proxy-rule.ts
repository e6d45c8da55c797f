import type { FieldProblem, Reading } from './fields';
import { ipDigits, type IpRange, networkRange } from './ip-address';

/** Which hosts a rule means. */
type Meaning =
  | { readonly kind: 'glob'; readonly pattern: string }
  /** A domain and every name below it. */
  | { readonly kind: 'domain'; readonly name: string }
  /** A network, a range or a single address. */
  | ({ readonly kind: 'addresses' } & IpRange)
  /** `<local>`: names without a dot. */
  | { readonly kind: 'simple-names' };

/** What a rule of the no-proxy list says of a host, and of which port; docs/no-proxy.md is the language. */
export type NoProxyRule = {
  /** The rule as it is written, in lower case. */
  readonly text: string;
  /** Undefined: every port. */
  readonly port: number | undefined;
} & Meaning;

function bad(problem: FieldProblem): { readonly kind: 'bad'; readonly problem: FieldProblem } {
  return { kind: 'bad', problem };
}

/** Takes `:8080` off, and the brackets of IPv6. The colons of an IPv6 address are at least two. */
function splitPort(text: string): { readonly body: string; readonly port: string | undefined } {
  const [, inner, afterBrackets] = /^\[([^[\]]*:[^[\]]*)\](?::(.*))?$/.exec(text) ?? [];
  if (inner !== undefined) return { body: inner, port: afterBrackets };
  const [, body, port] = /^([^:]*):([^:]*)$/.exec(text) ?? [];
  return body === undefined ? { body: text, port: undefined } : { body, port };
}

function readNetwork(text: string): Meaning | ReturnType<typeof bad> {
  const [, address = '', length = ''] = /^([^/]*)\/(\d{1,3})$/.exec(text) ?? [];
  if (!/^[\d.]+\/|:/.test(text)) return bad({ kind: 'is-url' });
  // `10/8` is how some write `10.0.0.0/8`.
  const isShort = /^\d+(?:\.\d+){0,2}\.?$/.test(address);
  const whole = isShort
    ? [...address.split('.').filter(Boolean), '0', '0', '0'].slice(0, 4).join('.')
    : address;
  const digits = ipDigits(whole);
  // Of an IPv4 network that is mapped into IPv6 the length would count from the wrong end.
  const isMapped = whole.includes(':') && digits?.length === 8;
  const range = digits === undefined || isMapped ? undefined : networkRange(digits, Number(length || '999'));
  return range === undefined ? bad({ kind: 'not-a-network' }) : { kind: 'addresses', ...range };
}

/** `10.0.0.1-10.0.0.99`; undefined for a name with a hyphen in it. */
function readRange(text: string): Meaning | ReturnType<typeof bad> | undefined {
  const [from = '', to, ...more] = text.split('-');
  const isMeant = to !== undefined && /^\d+\.\d+\.\d+\.\d+$|:/.test(from) && /^[\da-f.:]+$/.test(to);
  if (!isMeant || more.length > 0) return undefined;
  const first = ipDigits(from);
  const last = ipDigits(to);
  const isRange = first !== undefined && last !== undefined && first.length === last.length && first <= last;
  return isRange ? { kind: 'addresses', first, last } : bad({ kind: 'not-a-range' });
}

function readMeaning(body: string): Meaning | ReturnType<typeof bad> {
  if (body === '<local>') return { kind: 'simple-names' };
  if (body.includes('/')) return readNetwork(body);
  const range = readRange(body);
  if (range !== undefined) return range;
  const digits = ipDigits(body);
  if (digits !== undefined) return { kind: 'addresses', first: digits, last: digits };
  if (body.includes(':') || /^[\d.]+$/.test(body)) return bad({ kind: 'not-an-address' });
  if (body.length > 253) return bad({ kind: 'too-long', limit: 253 });
  const isDomain = body.startsWith('.');
  const allowed = isDomain ? /[^\p{L}\p{N}._-]/u : /[^\p{L}\p{N}._*?[\]!^-]/u;
  const wrong = allowed.exec(body)?.[0];
  if (wrong !== undefined) return bad({ kind: 'bad-character', character: wrong });
  const name = body.replace(/\.$/, '');
  return isDomain ? { kind: 'domain', name: name.slice(1) } : { kind: 'glob', pattern: name };
}

/** Reads a rule of the no-proxy list. */
export function readNoProxyRule(text: string): Reading<NoProxyRule> {
  const trimmed = text.trim().toLowerCase();
  if (trimmed === '') return bad({ kind: 'empty' });
  if (trimmed.includes('://')) return bad({ kind: 'is-url' });
  const { body, port: portText } = splitPort(trimmed);
  const port = portText === undefined ? undefined : Number(/^\d{1,5}$/.exec(portText)?.[0] ?? '0');
  if (port !== undefined && (port < 1 || port > 65_535)) return bad({ kind: 'port-range' });
  const meaning = readMeaning(body);
  return meaning.kind === 'bad' ? meaning : { kind: 'good', value: { ...meaning, text: trimmed, port } };
}

/** An entry of the no-proxy list as it is kept. */
export function readNoProxyEntry(text: string): Reading<string> {
  const reading = readNoProxyRule(text);
  return reading.kind === 'good' ? { kind: 'good', value: reading.value.text } : reading;
}

/** The rule that a text of the settings is. One that cannot be read is what it is to cntlm, a pattern of whole names. */
export function noProxyRule(text: string): NoProxyRule {
  const reading = readNoProxyRule(text);
  return reading.kind === 'good' ? reading.value : { kind: 'glob', pattern: text, text, port: undefined };
}

/** Rules in another language. */
export interface Translation {
  readonly entries: readonly string[];
  /** Rules that it has no words for. */
  readonly gaps: readonly string[];
}

/** Translates rules. @param say what the other language says for one of them; undefined where it has no words for it */
export function translateRules(
  rules: readonly string[],
  say: (rule: NoProxyRule) => readonly string[] | undefined,
): Translation {
  const said = rules.map((rule) => ({ rule, entries: say(noProxyRule(rule)) }));
  return {
    entries: said.flatMap(({ entries = [] }) => entries),
    gaps: said.filter(({ entries }) => entries === undefined).map(({ rule }) => rule),
  };
}

/** Whether a pattern is a single name. */
export function isLiteralGlob(pattern: string): boolean {
  return !/[*?[\]\\]/.test(pattern);
}

/** The network that `10.1.*` stands for, although it is a pattern of names as well. */
export function addressesOfGlob(pattern: string): IpRange | undefined {
  const [, start] = /^((?:\d{1,3}\.){1,3})\*$/.exec(pattern) ?? [];
  if (start === undefined) return undefined;
  const bytes = start.split('.').filter(Boolean);
  const digits = ipDigits([...bytes, '0', '0', '0'].slice(0, 4).join('.'));
  return digits === undefined ? undefined : networkRange(digits, bytes.length * 8);
}
