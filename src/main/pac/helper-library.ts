/**
 * What a PAC finds beside the language: evaluated inside the engine, before the script, as a source of its own. It has nothing of
 * Node there. The semantics are those of Mozilla's and Chromium's helpers, which real files were written against, and those of
 * MDN where both sources fall short of it (`timeRange` over midnight, `dateRange` of one day).
 *
 * Whoever changes a prototype changes what these functions do, as in a browser: it is the script's own world. What must hold
 * against the script is in the worker, not here.
 */

/** What the worker lends to the library, under a name that is gone before the script is read. */
interface Lent {
  /** Addresses of a name as JSON, `[]` where there are none; of this machine without a name. */
  readonly addresses: (name?: string) => string;
  /** What the script wants to tell whoever debugs it. */
  readonly say: (text: string) => void;
  /** That the answer may be another the next time. */
  readonly lookedAtRandom: () => void;
  /** Takes what the worker calls for each address. */
  readonly ready: (functions: {
    readonly find: (url: string, host: string) => string;
    readonly look: () => string;
  }) => void;
}

type Script = (url: string, host: string) => unknown;

declare const FindProxyForURL: unknown;

const world = globalThis as unknown as Record<string, unknown>;
const lent = world['latchkeyLent'] as Lent;
delete world['latchkeyLent'];

const { stringify, parse } = JSON;
const { apply } = Reflect;
const sourceOf = Reflect.get(Function.prototype, 'toString') as () => string;

/** Both forms of an answer that the worker takes; an engine's answer is text, so that nothing of the script's own is run for it. */
function find(url: string, host: string): string {
  if (typeof FindProxyForURL !== 'function') throw new ReferenceError('there is no function FindProxyForURL');
  const answer: unknown = (FindProxyForURL as Script)(url, host);
  return typeof answer === 'string' ? stringify(answer) : 'null';
}

/**
 * The source of the function, where the script may get at the whole address by no other way than its first parameter; else an
 * empty text. The worker finds out whether it does.
 */
function look(): string {
  return typeof FindProxyForURL === 'function' ? apply(sourceOf, FindProxyForURL, []) : '';
}

const octets = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

function isValidIpAddress(text: unknown): boolean {
  const found = octets.exec(String(text));
  return found !== null && found.slice(1).every((octet) => Number(octet) <= 255);
}

function convert_addr(text: string): number {
  const bytes = text.split('.').map((octet) => Number(octet) & 0xff);
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  return (a << 24) | (b << 16) | (c << 8) | d;
}

/** No name has a blank, and none is longer; what is no text is no name either: `dnsResolve(null)` asks nobody. */
const possibleName = /^[^\s\p{Cc}]{1,255}$/u;

function addressesOf(host: unknown): string[] {
  if (typeof host !== 'string' || !possibleName.test(host)) return [];
  if (isValidIpAddress(host) || bytesOf(host) !== undefined) return [host];
  return parse(lent.addresses(host)) as string[];
}

function dnsResolve(host: unknown): string | null {
  return addressesOf(host).find(isValidIpAddress) ?? null;
}

function dnsResolveEx(host: unknown): string {
  return addressesOf(host).join(';');
}

function isInNet(host: unknown, pattern: unknown, mask: unknown): boolean {
  if (!isValidIpAddress(pattern) || !isValidIpAddress(mask)) return false;
  const address = isValidIpAddress(host) ? (host as string) : dnsResolve(host);
  if (address === null) return false;
  const bits = convert_addr(String(mask));
  return (convert_addr(address) & bits) === (convert_addr(String(pattern)) & bits);
}

/** The bytes of an IPv4 or IPv6 literal; undefined for everything else. */
function bytesOf(text: string): number[] | undefined {
  if (isValidIpAddress(text)) return text.split('.').map(Number);
  if (!/^[\da-f:.]+$/i.test(text) || !text.includes(':')) return undefined;
  // The last two groups may be written as IPv4.
  const tail = text.slice(text.lastIndexOf(':') + 1);
  if (tail.includes('.') && !isValidIpAddress(tail)) return undefined;
  const whole = tail.includes('.')
    ? `${text.slice(0, -tail.length)}${tail
        .split('.')
        .map((octet) => Number(octet).toString(16).padStart(2, '0'))
        .join('')
        .replace(/(?=.{4}$)/, ':')}`
    : text;
  const halves = whole.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], end = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - end.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...end];
  if (!groups.every((group) => /^[\da-f]{1,4}$/i.test(group))) return undefined;
  return groups.flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 0xff]);
}

/** An IPv4 address as IPv6 has it. */
function mapped(bytes: readonly number[]): readonly number[] {
  return bytes.length === 4 ? [...Array.from({ length: 10 }, () => 0), 0xff, 0xff, ...bytes] : bytes;
}

/** As in Chromium an IPv4 address is in `::/0` as well, as the IPv6 address that it is mapped to. */
function isInNetEx(address: unknown, prefix: unknown): boolean | null {
  if (typeof address !== 'string' || typeof prefix !== 'string') return null;
  const [net = '', length, ...rest] = prefix.split('/');
  const bytes = bytesOf(address);
  const wanted = bytesOf(net);
  if (bytes === undefined || wanted === undefined || rest.length > 0) return false;
  if (length !== undefined && !/^\d{1,3}$/.test(length)) return false;
  const all = wanted.length * 8;
  const count = length === undefined ? all : Number(length);
  if (count > all) return false;
  const own = mapped(bytes);
  return mapped(wanted).every((byte, index) => {
    const bits = Math.min(8, Math.max(0, count + (128 - all) - index * 8));
    const mask = (0xff << (8 - bits)) & 0xff;
    return (byte & mask) === ((own[index] ?? 0) & mask);
  });
}

/** IPv6 first, each by number; false for an entry that is no address. */
function sortIpAddressList(list: unknown): string | false | null {
  if (typeof list !== 'string') return null;
  const entries = list
    .replace(/\s/g, '')
    .split(';')
    .map((text) => ({ text, bytes: bytesOf(text) ?? [] }));
  if (entries.some(({ bytes }) => bytes.length === 0)) return false;
  return entries
    .sort((one, other) => {
      const lengths = other.bytes.length - one.bytes.length;
      if (lengths !== 0) return lengths;
      const at = one.bytes.findIndex((byte, index) => byte !== other.bytes[index]);
      return at === -1 ? 0 : (one.bytes[at] ?? 0) - (other.bytes[at] ?? 0);
    })
    .map(({ text }) => text)
    .join(';');
}

/** A file with thousands of patterns asks for each of them with every address. */
const patterns = new Map<string, RegExp>();
const mostPatterns = 20_000;

/** A regular expression in which `.` is itself, `*` any text and `?` any character; the rest is as it stands. */
function shExpMatch(text: unknown, pattern: string): boolean {
  let found = patterns.get(pattern);
  if (found === undefined) {
    const source = pattern.replace(/\./g, '\\.').replace(/\*/g, '.*').replace(/\?/g, '.');
    found = new RegExp(`^${source}$`);
    if (patterns.size >= mostPatterns) patterns.clear();
    patterns.set(pattern, found);
  }
  return found.test(text as string);
}

const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** What was asked for, without "GMT" at its end, and the time, as that says. */
function atTime(given: readonly unknown[]): { readonly asked: readonly unknown[]; readonly now: Moment } {
  const isUtc = given.at(-1) === 'GMT';
  const date = new Date();
  return {
    asked: isUtc ? given.slice(0, -1) : given,
    now: isUtc
      ? {
          year: date.getUTCFullYear(),
          month: date.getUTCMonth(),
          day: date.getUTCDate(),
          weekday: date.getUTCDay(),
          hour: date.getUTCHours(),
          second: (date.getUTCHours() * 60 + date.getUTCMinutes()) * 60 + date.getUTCSeconds(),
        }
      : {
          year: date.getFullYear(),
          month: date.getMonth(),
          day: date.getDate(),
          weekday: date.getDay(),
          hour: date.getHours(),
          second: (date.getHours() * 60 + date.getMinutes()) * 60 + date.getSeconds(),
        },
  };
}

interface Moment {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  readonly hour: number;
  /** Of the day. */
  readonly second: number;
}

/** Both ends belong to it; what ends before it begins goes round. */
function isBetween(value: number, from: number, to: number): boolean {
  return from <= to ? from <= value && value <= to : from <= value || value <= to;
}

function weekdayRange(...given: unknown[]): boolean {
  const { asked, now } = atTime(given);
  const from = weekdays.indexOf(asked[0] as string);
  const to = asked.length === 2 ? weekdays.indexOf(asked[1] as string) : from;
  return from !== -1 && to !== -1 && isBetween(now.weekday, from, to);
}

type DatePart = 'year' | 'month' | 'day';

function datePart(given: unknown): { readonly part: DatePart; readonly value: number } | undefined {
  const number = parseInt(given as string, 10);
  if (Number.isNaN(number)) {
    const month = months.indexOf(given as string);
    return month === -1 ? undefined : { part: 'month', value: month };
  }
  return { part: number < 32 ? 'day' : 'year', value: number };
}

/** A day, a month, a year, or some of them, or from one such to another. */
function dateRange(...given: unknown[]): boolean {
  const { asked, now } = atTime(given);
  const parts = asked.map(datePart);
  // "1, 15" are two days, "24, DEC" is one: a part that comes twice begins the end.
  const isOne = new Set(parts.map((each) => each?.part)).size === parts.length;
  const half = isOne ? parts.length : parts.length / 2;
  const from = parts.slice(0, half);
  const to = isOne ? from : parts.slice(half);
  if (from.length === 0 || from.length !== to.length) return false;
  if (from.some((each, index) => each === undefined || each.part !== to[index]?.part)) return false;
  const asNumber = (of: (part: DatePart) => number): number =>
    (['year', 'month', 'day'] as const).reduce(
      (sum, part) => sum * 100 + (from.some((each) => each?.part === part) ? of(part) : 0),
      0,
    );
  const valueIn = (end: typeof parts) => (part: DatePart) =>
    end.find((each) => each?.part === part)?.value ?? 0;
  return isBetween(
    asNumber((part) => now[part]),
    asNumber(valueIn(from)),
    asNumber(valueIn(to)),
  );
}

/** An hour, or from one to the end of another, or with minutes, or with seconds. */
function timeRange(...given: unknown[]): boolean {
  if (given.length === 0) return false;
  const { asked, now } = atTime(given);
  const numbers = asked.map(Number);
  if (numbers.length === 1) return now.hour === numbers[0];
  const half = numbers.length / 2;
  if (![1, 2, 3].includes(half)) throw new TypeError('timeRange takes one, two, four or six numbers');
  const [fromHour = 0, fromMinute = 0, fromSecond = 0] = numbers.slice(0, half);
  const [toHour = 0, toMinute = 59, toSecond = 59] = numbers.slice(half);
  return isBetween(
    now.second,
    (fromHour * 60 + fromMinute) * 60 + fromSecond,
    (toHour * 60 + toMinute) * 60 + toSecond,
  );
}

const say = (...values: unknown[]): void => lent.say(values.map(String).join(' '));

/** A fault of the engine: `BigInt.asUintN` is negative where all bits fit and the highest is set. */
function asUintN(bits: number, value: bigint): bigint {
  const count = Number(bits);
  if (!(count >= 0) || count > Number.MAX_SAFE_INTEGER) throw new RangeError('invalid array index');
  const size = 1n << BigInt(Math.trunc(count));
  const rest = BigInt(value) % size;
  return rest < 0n ? rest + size : rest;
}

const { random } = Math;

Object.assign(world, {
  alert: say,
  convert_addr,
  dateRange,
  dnsDomainIs: (host: string, domain: string) =>
    host.length >= domain.length && host.substring(host.length - domain.length) === domain,
  dnsDomainLevels: (host: string) => host.split('.').length - 1,
  dnsResolve,
  dnsResolveEx,
  getClientVersion: () => '1.0',
  isInNet,
  isInNetEx,
  isPlainHostName: (host: string) => !/[.:]/.test(host),
  isResolvable: (host: unknown) => dnsResolve(host) !== null,
  isResolvableEx: (host: unknown) => addressesOf(host).length > 0,
  isValidIpAddress,
  localHostOrDomainIs: (host: string, name: string) => host === name || name.startsWith(`${host}.`),
  myIpAddress: () => (parse(lent.addresses()) as string[])[0] ?? '127.0.0.1',
  myIpAddressEx: () => (parse(lent.addresses()) as string[]).join(';'),
  shExpMatch,
  sortIpAddressList,
  timeRange,
  weekdayRange,
});
for (const [owner, name, value] of [
  [world, 'console', { log: say, debug: say, info: say, warn: say, error: say }],
  [BigInt, 'asUintN', asUintN],
  [
    Math,
    'random',
    () => {
      lent.lookedAtRandom();
      return random();
    },
  ],
] as const) {
  Object.defineProperty(owner, name, { value, writable: true, enumerable: false, configurable: true });
}
lent.ready({ find, look });
