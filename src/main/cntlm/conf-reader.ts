import { ipDigits, isIPv4 } from '../../shared/ip-address';
import { readNoProxyRule } from '../../shared/no-proxy-rule';
import type { ConfMatter, ConfRemark } from '../../shared/conf-remark';
import {
  parseClients,
  parseHeader,
  parseHostPort,
  parseListen,
  parseTunnel,
} from '../../shared/address-text';
import type {
  AccessRule,
  HeaderSetting,
  HostPort,
  ListenAddress,
  SignInMethod,
  SocksUser,
  StaticTunnel,
} from '../../shared/settings';
import type { ConfLine } from './cntlm-lines';
import { isPlaceholder } from './is-placeholder';

/** A hash as it stands in the file: 32 hexadecimal digits, upper case. */
export interface ConfHash {
  readonly digits: string;
  readonly line: number;
}

export interface ConfHashes {
  readonly passNtlmv2: ConfHash | undefined;
  readonly passNt: ConfHash | undefined;
  readonly passLm: ConfHash | undefined;
}

/** Understood by cntlm, not by this version of Latchkey. */
const notSupported: ReadonlySet<string> = new Set([
  'flags',
  'isascannersize',
  'isascanneragent',
  'sspi',
  'pidfile',
  'uid',
]);

/** The hashes in the configuration file that cntlm ships: samples that belong to nobody. */
const sampleHashes: ReadonlySet<string> = new Set([
  '1AD35398BE6565DDB5C4EF70C0593492',
  '77B9081511704EE852F94227CF48A793',
  'D5826E9C665C37C80B53397D5C07BBCB',
]);

/** Text whose bytes were read as Latin-1, as UTF-8; undefined when it is not UTF-8. */
function asUtf8(latin1: string): string | undefined {
  try {
    return decodeURIComponent(
      Array.from(latin1, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`).join(''),
    );
  } catch {
    return undefined;
  }
}

/**
 * Whether a pattern is a rule of Latchkey's own that cntlm compares with whole names: `.corp`, `10.0.0.0/8`, `host:80`. It fits
 * no host there, and so it does not here.
 */
function isMoreThanCntlm(pattern: string): boolean {
  const reading = readNoProxyRule(pattern);
  if (reading.kind === 'bad') return false;
  const { kind, port, text } = reading.value;
  return port !== undefined || (kind === 'addresses' ? ipDigits(text) === undefined : kind !== 'glob');
}

/** The options of one file. */
export class ConfReader {
  readonly remarks: ConfRemark[] = [];
  readonly #single = new Map<string, ConfLine>();
  readonly upstreams: HostPort[] = [];
  readonly noProxy: string[] = [];
  readonly listen: ListenAddress[] = [];
  readonly access: AccessRule[] = [];
  readonly socks: ListenAddress[] = [];
  readonly socksUsers: SocksUser[] = [];
  readonly tunnels: StaticTunnel[] = [];
  readonly headers: HeaderSetting[] = [];
  readonly #headerLines = new Map<string, number>();
  hasProxyLine = false;
  #hasCapitals = false;
  readonly #needsLm: boolean;

  /** @param method that the user has chosen */
  constructor(readonly method: SignInMethod) {
    this.#needsLm = method === 'LM' || method === 'NTLM';
  }

  warn(line: number, matter: ConfMatter): void {
    this.remarks.push({ severity: 'warning', line, matter });
  }

  fail(line: number, matter: ConfMatter): void {
    this.remarks.push({ severity: 'error', line, matter });
  }

  read(option: ConfLine): void {
    const { keyword, line } = option;
    switch (keyword.toLowerCase()) {
      case 'username':
      case 'domain':
      case 'password':
      case 'passntlmv2':
      case 'passnt':
      case 'auth':
      case 'gateway':
      case 'ntlmtobasic':
      case 'workstation':
      case 'pac':
      case 'pacfile':
        this.#takeFirst(option);
        break;
      case 'proxy':
        this.#readProxy(option);
        break;
      case 'noproxy':
        this.#readNoProxy(option);
        break;
      case 'listen':
        this.#readListen(option, this.listen);
        break;
      case 'socks5proxy':
        this.#readListen(option, this.socks);
        break;
      case 'socks5user':
      case 'socks5users':
        this.#readSocksUser(option);
        break;
      case 'tunnel':
        this.#readTunnel(option);
        break;
      case 'header':
        this.#readHeader(option);
        break;
      case 'allow':
      case 'deny':
        this.#readAccess(option);
        break;
      case 'passlm':
        if (!this.#needsLm) this.warn(line, { kind: 'not-needed', keyword });
        this.#takeFirst(option);
        break;
      default:
        this.warn(
          line,
          notSupported.has(keyword.toLowerCase())
            ? { kind: 'not-supported', keyword }
            : { kind: 'no-keyword' },
        );
    }
  }

  /** Single-valued options: the first one counts, as in cntlm. */
  #takeFirst(option: ConfLine): void {
    const { keyword, line } = option;
    const key = keyword.toLowerCase();
    const first = this.#single.get(key);
    if (first !== undefined) {
      this.warn(line, { kind: 'given-before', keyword, firstLine: first.line });
      return;
    }
    if (hasSemicolon(option)) this.warn(line, { kind: 'semicolon-kept' });
    this.#single.set(key, option);
  }

  /** A value that is no text, without what somebody took for a comment. */
  #bare(option: ConfLine): string {
    const { keyword, line, value } = option;
    if (!hasSemicolon(option)) return value;
    this.warn(line, { kind: 'semicolon-left-out', keyword });
    return value.replace(/[ \t]+;.*$/, '');
  }

  /** The first option of this name. */
  option(keyword: string): ConfLine | undefined {
    return this.#single.get(keyword);
  }

  /** A name or password: Latin-1 for cntlm, but UTF-8 is what people's editors write. */
  text(keyword: string): string | undefined {
    const option = this.#single.get(keyword);
    if (option === undefined) return undefined;
    const { value, line } = option;
    if (isPlaceholder(value)) this.fail(line, { kind: 'not-filled-in', keyword: option.keyword });
    if (!/[\u0080-\u00ff]/.test(value)) return value;
    const decoded = asUtf8(value);
    if (decoded === undefined) return value;
    this.warn(line, { kind: 'read-as-utf8', keyword: option.keyword });
    return decoded;
  }

  /** PassNTLMv2 and PassNT: what is wrong with one is no mistake beside the other, as one is enough. */
  hashes(): ConfHashes {
    const passNtlmv2 = this.#hash('passntlmv2');
    const passNt = this.#hash('passnt');
    for (const [bad, good] of [
      [passNtlmv2, passNt],
      [passNt, passNtlmv2],
    ]) {
      if (bad?.matter === undefined) continue;
      const { line, keyword } = bad.option;
      if (good === undefined || good.matter !== undefined) this.fail(line, bad.matter);
      else this.warn(line, { kind: 'other-hash-counts', keyword, used: good.option.keyword });
    }
    const passLm = this.#hash('passlm');
    if (this.#needsLm && passLm?.matter !== undefined) this.fail(passLm.option.line, passLm.matter);
    return { passNtlmv2: passNtlmv2?.hash, passNt: passNt?.hash, passLm: passLm?.hash };
  }

  #hash(keyword: string): HashReading | undefined {
    const option = this.#single.get(keyword);
    if (option === undefined) return undefined;
    const matter = hashProblem(option);
    return matter === undefined
      ? { option, hash: { digits: option.value.toUpperCase(), line: option.line } }
      : { option, matter };
  }

  #readNoProxy({ line, value }: ConfLine): void {
    const patterns = value.split(/[, \t\v\f\r]+/).filter((pattern) => pattern !== '');
    if (patterns.some((pattern) => pattern.includes(';'))) this.warn(line, { kind: 'semicolon-in-no-proxy' });
    if (patterns.some((pattern) => pattern.includes('/'))) this.warn(line, { kind: 'network-in-no-proxy' });
    if (patterns.some((pattern) => pattern.startsWith('.'))) this.warn(line, { kind: 'dot-in-no-proxy' });
    if (patterns.some((pattern) => !/^\.|[/;]/.test(pattern) && isMoreThanCntlm(pattern)))
      this.warn(line, { kind: 'rule-in-no-proxy' });
    if (!this.#hasCapitals && /[A-Z]/.test(value)) {
      this.#hasCapitals = true;
      this.warn(line, { kind: 'case-in-no-proxy' });
    }
    this.noProxy.push(...patterns.filter((pattern) => !isMoreThanCntlm(pattern)));
  }

  #readProxy(option: ConfLine): void {
    this.hasProxyLine = true;
    const { line, keyword } = option;
    const value = this.#bare(option);
    const scheme = /^http:\/\//i.exec(value)?.[0];
    if (scheme !== undefined) this.warn(line, { kind: 'proxy-scheme' });
    const text = scheme === undefined ? value : value.slice(scheme.length).replace(/\/$/, '');
    // cntlm 0.92.3 takes a blank in place of the colon.
    const parsed = parseHostPort(text) ?? parseHostPort(text.replace(/\s+/, ':'));
    if (isPlaceholder(text) || isPlaceholder(text.replace(/:[^:]*$/, '').trim()))
      this.fail(line, { kind: 'not-filled-in', keyword });
    else if (parsed === undefined) this.fail(line, { kind: 'bad-proxy' });
    else this.upstreams.push(parsed);
  }

  #readListen(option: ConfLine, places: ListenAddress[]): void {
    const { line, keyword } = option;
    const value = this.#bare(option);
    // Of the settings of the app, not of cntlm.
    const parsed = value.startsWith('*') ? undefined : parseListen(value);
    if (parsed !== undefined) places.push({ ...parsed, line });
    else if (parseHostPort(value.replace(/\s+/, ':')) === undefined)
      this.fail(line, { kind: 'bad-listen', keyword });
    else this.fail(line, { kind: 'blank-for-colon', keyword });
  }

  #readAccess(option: ConfLine): void {
    const { keyword, line } = option;
    const clients = parseClients(this.#bare(option));
    if (clients === undefined) {
      this.fail(line, { kind: 'bad-access', keyword });
      return;
    }
    const { host, prefixLength } = clients;
    this.access.push({ action: keyword.toLowerCase() === 'allow' ? 'allow' : 'deny', ...clients, line });
    if (host.includes(':')) this.warn(line, { kind: 'access-ipv6', keyword });
    const asNumber = host.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
    if (isIPv4(host) && asNumber % 2 ** (32 - prefixLength) !== 0)
      this.warn(line, { kind: 'bits-beyond', keyword, prefixLength });
  }

  #readSocksUser({ keyword, line, value }: ConfLine): void {
    if (keyword.toLowerCase() === 'socks5user') this.warn(line, { kind: 'socks-user-singular' });
    const [, user = '', password = ''] = /^([^:]+):(.+)$/.exec(value) ?? [];
    if (user === '' || value.length > 255) this.fail(line, { kind: 'bad-socks-user', keyword });
    else if (isPlaceholder(user) || isPlaceholder(password))
      this.fail(line, { kind: 'not-filled-in', keyword });
    else this.socksUsers.push({ user: asUtf8(user) ?? user, password: asUtf8(password) ?? password });
  }

  #readTunnel(option: ConfLine): void {
    const { line } = option;
    const parsed = parseTunnel(this.#bare(option));
    if (parsed === undefined || parsed.listen.host === '*') this.fail(line, { kind: 'bad-tunnel' });
    else this.tunnels.push({ listen: { ...parsed.listen, line }, target: parsed.target });
  }

  #readHeader({ keyword, line, value }: ConfLine): void {
    const reading = parseHeader(value);
    if (reading.kind === 'bad') this.fail(line, { kind: 'bad-header' });
    else if (reading.kind === 'reserved') this.warn(line, { kind: 'header-reserved' });
    else {
      const name = reading.header.name.toLowerCase();
      const firstLine = this.#headerLines.get(name);
      if (firstLine === undefined) {
        this.#headerLines.set(name, line);
        this.headers.push(reading.header);
      } else this.warn(line, { kind: 'given-before', keyword, firstLine });
    }
  }
}

/** What looks like a comment to whoever knows other files of this kind. */
function hasSemicolon({ value, isQuoted }: ConfLine): boolean {
  return !isQuoted && /[ \t];/.test(value);
}

interface HashReading {
  readonly option: ConfLine;
  readonly hash?: ConfHash;
  /** Why it cannot be used. */
  readonly matter?: ConfMatter;
}

function hashProblem({ keyword, value }: ConfLine): ConfMatter | undefined {
  if (isPlaceholder(value)) return { kind: 'not-filled-in', keyword };
  if (!/^[0-9A-Fa-f]*$/.test(value)) return { kind: 'hash-characters', keyword };
  if (value.length !== 32) return { kind: 'hash-length', keyword, length: value.length };
  return sampleHashes.has(value.toUpperCase()) ? { kind: 'hash-sample', keyword } : undefined;
}
