import { resolve } from 'node:path';
import { type CalendarDay, isCalendarDay, localDay } from '../shared/calendar-day';
import { readUpstream } from '../shared/fields';
import { isIpAddress } from '../shared/ip-address';
import { readPacSource } from '../shared/pac';
import {
  type Account,
  isSocksName,
  longestWaitSeconds,
  type SignInMethod,
  type Upstream,
} from '../shared/settings';
import type { SystemProxyWay } from '../shared/system-proxy';
import { CliError, exitCodes } from './cli-error';

/** A mistake in the options. */
export function usageError(sentence: string): CliError {
  return new CliError(exitCodes.badConfiguration, sentence);
}

/** The words as a sentence has them: a, b or c. */
export function eitherOf(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}

/** @returns what reads a whole number from `least` to `most`. @param what takes it, for the sentence about anything else */
function wholeNumber(what: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const number = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw usageError(`${what} from ${least} to ${most}, not '${text}'`);
  };
}

/** Reads a port number; 0 lets the system pick one. @throws CliError exit 2, as all of these */
export const parsePort = wholeNumber('--port takes a number', 0, 65_535);

/** Reads a port that can be connected to. */
export const parseFixedPort = wholeNumber('--port takes the port of the local proxy,', 1, 65_535);

/** Reads the address of a machine. */
export function parseIpAddress(text: string): string {
  if (isIpAddress(text)) return text;
  throw usageError(`it takes an IPv4 or IPv6 address, as 10.1.9.20, not '${text}'`);
}

/** Reads the port for SOCKS5. */
export const parseSocksPort = wholeNumber('--socks takes a port', 1, 65_535);

/** Reads how many are wanted. */
export const parseCount = wholeNumber('so many are', 0, 10_000);

export const parsePasswordAge = wholeNumber('--max-password-age takes days', 1, 3_650);

export const parseWaitSeconds = wholeNumber('--off-network-wait takes seconds', 1, longestWaitSeconds);

/** Reads the name of a user of SOCKS5. */
export function parseSocksName(text: string): string {
  if (isSocksName(text)) return text;
  throw usageError('the name of a SOCKS5 user has from 1 to 255 bytes, and no colon');
}

/** @returns what reads the value of that option as a name */
export function parseName(option: string): (text: string) => string {
  return (text) => {
    if (text !== '') return text;
    throw usageError(`${option} takes a name`);
  };
}

/** What is said of the account of a cntlm.conf. @throws CliError exit 2 without one */
export function saidAccount(options: {
  readonly config?: string | undefined;
  readonly user?: string | undefined;
  readonly domain?: string | undefined;
}): Partial<Account> {
  const { config, user, domain } = options;
  if (config === undefined && (user !== undefined || domain !== undefined)) {
    throw usageError('--user and --domain go with --config only');
  }
  return { ...(user === undefined ? {} : { user }), ...(domain === undefined ? {} : { domain }) };
}

/** How the account of a cntlm.conf is to sign in. @throws CliError exit 2 without one */
export function saidMethod(options: {
  readonly config?: string | undefined;
  readonly signIn?: SignInMethod | undefined;
}): SignInMethod | undefined {
  if (options.config !== undefined || options.signIn === undefined) return options.signIn;
  throw usageError('--sign-in goes with --config only: what runs signs in as its settings say');
}

/** @returns what reads the value of that option as a day */
export function parseDay(option: string): (text: string) => CalendarDay {
  return (text) => {
    const isDay: boolean = isCalendarDay(text);
    if (isDay) return text;
    throw usageError(`${option} takes a day as YYYY-MM-DD, not '${text}'`);
  };
}

/** @returns what reads the value of that option as a day that has come */
export function parsePastDay(option: string): (text: string) => CalendarDay {
  return (text) => {
    // Of two days the later one is the greater text.
    if (isCalendarDay(text) && text <= localDay(Date.now())) return text;
    throw usageError(`${option} takes a day as YYYY-MM-DD, today or before, not '${text}'`);
  };
}

/** The address of a page; undefined for everything else. */
function webUrl(text: string): URL | undefined {
  try {
    const url = new URL(text);
    return ['http:', 'https:'].includes(url.protocol) && text.length <= 8192 ? url : undefined;
  } catch {
    return undefined;
  }
}

/** @returns what reads the value of that option as the address of a page */
export function parseUrlOf(option: string): (text: string) => string {
  return (text) => {
    if (webUrl(text) !== undefined) return text;
    throw usageError(`${option} takes a URL that begins with http:// or https://, not '${text}'`);
  };
}

/** Reads an argument that is the address of a page. */
export function parseUrl(text: string): URL {
  const url = webUrl(text);
  if (url !== undefined) return url;
  throw usageError(`'${text}' is not a URL that begins with http:// or https://`);
}

const pacSchemes = new Set(['http:', 'https:', 'ws:', 'wss:', 'ftp:']);

/** Reads an address that a PAC can be asked for. It stays as it was typed. */
export function parsePacUrl(text: string): string {
  if (URL.canParse(text) && pacSchemes.has(new URL(text).protocol)) return text;
  throw usageError(`'${text}' is not a URL that a PAC can be asked for, as https://example.com/`);
}

/** Reads one more of what may be given as often as needed. */
export function addText(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** Reads a time of ISO 8601; of this time zone where it names none. @returns ms since 1970 */
export function parseTime(text: string): number {
  const [, day, time = 'T00:00'] =
    /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)?)?$/.exec(text) ?? [];
  // With a time a day without a zone is one of here; without it is one of Greenwich.
  const found = day === undefined || !isCalendarDay(day) ? Number.NaN : Date.parse(day + time);
  if (!Number.isNaN(found)) return found;
  throw usageError(
    `--now takes a time as 2026-12-24T18:00, with seconds and zone if you like, not '${text}'`,
  );
}

/** @returns what reads the value of that option as one of these words */
export function parseOneOf<T extends string>(option: string, words: readonly T[]): (text: string) => T {
  return (text) => {
    const found = words.find((word) => word === text);
    if (found !== undefined) return found;
    throw usageError(`${option} is ${eitherOf(words)}, not '${text}'`);
  };
}

/** What the command line may say of how the Mac's proxy is switched on. */
interface WayOptions {
  readonly failOpen?: boolean | undefined;
  readonly localDirect?: boolean | undefined;
  readonly rulesDirect?: boolean | undefined;
}

/** Whether it says anything of that. */
export function isWaySaid({ failOpen, localDirect, rulesDirect }: WayOptions): boolean {
  return failOpen === true || localDirect === true || rulesDirect === true;
}

/** How the Mac's proxy is switched on. @throws CliError exit 2 for what does not go together */
export function systemProxyWay(options: WayOptions): SystemProxyWay {
  const { failOpen = false, localDirect = false, rulesDirect = false } = options;
  if (failOpen && (localDirect || rulesDirect)) {
    const option = localDirect ? '--local-direct' : '--rules-direct';
    throw usageError(`with --fail-open the Mac looks at no list of networks, so that ${option} does nothing`);
  }
  return { mode: failOpen ? 'pac' : 'manual', isLocalDirect: localDirect, isNoProxyDirect: rulesDirect };
}

/** Reads where a PAC is; a file may be named as from here. */
export function parsePacSource(text: string): string {
  const source = readPacSource(text)?.kind === undefined && !text.includes('://') ? resolve(text) : text;
  if (text !== '' && readPacSource(source) !== undefined) return source;
  throw usageError(`--pac takes a URL without a password, a file, mac or wpad, not '${text}'`);
}

/** Adds the address of a company proxy to those before it. */
export function addUpstream(text: string, before: readonly Upstream[] = []): readonly Upstream[] {
  return [...before, parseUpstream(text)];
}

/** Reads the address of a company proxy, `https://` of one that is spoken to over TLS. */
export function parseUpstream(text: string): Upstream {
  const reading = readUpstream(text);
  if (reading.kind === 'good') return reading.value;
  throw usageError(`a company proxy is host:port, or https://host:port, not '${text}'`);
}
