import type { AccessRule, Account, HostPort, ListenAddress } from '../../shared/settings';
import { type ConfLine, type Diagnostic, splitCntlmConf } from './cntlm-lines';

/** A hash as it stands in the file: 32 hexadecimal digits, upper case. */
export interface ConfHash {
  readonly digits: string;
  readonly line: number;
}

/** What a cntlm.conf says. */
export interface CntlmConf {
  readonly account: Account;
  readonly workstation: string | undefined;
  readonly password: string | undefined;
  readonly passNtlmv2: ConfHash | undefined;
  readonly passNt: ConfHash | undefined;
  readonly upstreams: readonly HostPort[];
  readonly noProxy: readonly string[];
  readonly listen: readonly ListenAddress[];
  readonly gateway: boolean;
  readonly access: readonly AccessRule[];
}

export interface CntlmConfResult {
  /** Undefined when a diagnostic is an error. */
  readonly conf: CntlmConf | undefined;
  /** In the order of the lines. */
  readonly diagnostics: readonly Diagnostic[];
}

const defaultPort = 3128;

/** Understood by cntlm, not by this version of Latchkey. */
const notSupported: ReadonlySet<string> = new Set([
  'header',
  'tunnel',
  'socks5proxy',
  'socks5user',
  'socks5users',
  'flags',
  'ntlmtobasic',
  'isascannersize',
  'isascanneragent',
  'pac',
  'pacfile',
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

function parsePort(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
}

/** An IPv6 address, which may stand without brackets, or a name or IPv4 address. */
const hostPort =
  /^(?:\[([\dA-Fa-f:.]+(?:%\w+)?)\]|([\dA-Fa-f.]*(?::[\dA-Fa-f.]*){2,}|[^:\s[\]/@,;*?"'\\]+)):(\d+)$/;

/** `host:port`, split at the last colon. */
function parseHostPort(text: string): HostPort | undefined {
  const match = hostPort.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = parsePort(match?.[3] ?? '');
  return host === undefined || port === undefined ? undefined : { host, port };
}

/** Four decimal numbers up to 255; a leading zero would be octal for some. */
const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/**
 * The options of one file. No message repeats a value or a word that is no keyword: a password may stand in a URL, and a
 * hash in a line of its own.
 */
class Reader {
  readonly diagnostics: Diagnostic[] = [];
  readonly #single = new Map<string, ConfLine>();
  readonly upstreams: HostPort[] = [];
  readonly noProxy: string[] = [];
  readonly listen: ListenAddress[] = [];
  readonly access: AccessRule[] = [];
  hasProxyLine = false;

  warn(line: number, message: string): void {
    this.diagnostics.push({ severity: 'warning', line, message });
  }

  fail(line: number, message: string): void {
    this.diagnostics.push({ severity: 'error', line, message });
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
      case 'workstation':
        this.#takeFirst(option);
        break;
      case 'proxy':
        this.#readProxy(option);
        break;
      case 'noproxy':
        this.#readNoProxy(option);
        break;
      case 'listen':
        this.#readListen(option);
        break;
      case 'allow':
      case 'deny':
        this.#readAccess(option);
        break;
      case 'passlm':
        this.warn(line, 'PassLM is not needed for NTLMv2 and is ignored');
        break;
      default:
        this.warn(
          line,
          notSupported.has(keyword.toLowerCase())
            ? `${keyword} is not supported by this version of Latchkey and is ignored`
            : 'the line does not begin with a keyword of cntlm and is ignored',
        );
    }
  }

  /** Single-valued options: the first one counts, as in cntlm. */
  #takeFirst(option: ConfLine): void {
    const key = option.keyword.toLowerCase();
    const first = this.#single.get(key);
    if (first === undefined) this.#single.set(key, option);
    else this.warn(option.line, `${option.keyword} was given in line ${first.line} already; that one counts`);
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
    if (!/[\u0080-\u00ff]/.test(value)) return value;
    const decoded = asUtf8(value);
    if (decoded === undefined) return value;
    this.warn(line, `${option.keyword} is read as UTF-8; cntlm itself would take it for Latin-1`);
    return decoded;
  }

  hash(keyword: string): ConfHash | undefined {
    const option = this.#single.get(keyword);
    if (option === undefined) return undefined;
    const { line, value } = option;
    const digits = value.toUpperCase();
    if (!/^[0-9A-F]*$/.test(digits)) {
      this.fail(line, `${option.keyword} must be 32 hexadecimal digits, but other characters are in it`);
    } else if (digits.length !== 32) {
      this.fail(
        line,
        `${option.keyword} must be 32 hexadecimal digits, not ${digits.length}; make it with \`latchkey hash\``,
      );
    } else if (sampleHashes.has(digits)) {
      this.fail(
        line,
        `${option.keyword} is the sample that cntlm ships, not your hash; make yours with \`latchkey hash\``,
      );
    } else {
      return { digits, line };
    }
    return undefined;
  }

  #readNoProxy({ line, value }: ConfLine): void {
    const patterns = value.split(/[, \t\v\f\r]+/).filter((pattern) => pattern !== '');
    if (patterns.some((pattern) => pattern.includes('/')))
      this.warn(line, 'NoProxy compares names, not networks: a pattern with `/` never matches');
    if (patterns.some((pattern) => pattern.startsWith('.')))
      this.warn(
        line,
        'NoProxy compares the whole name: write `*.example` for the hosts below, not `.example`',
      );
    this.noProxy.push(...patterns);
  }

  #readProxy({ line, value }: ConfLine): void {
    this.hasProxyLine = true;
    let text = value;
    const scheme = /^http:\/\//i.exec(text)?.[0];
    if (scheme !== undefined) {
      this.warn(line, `Proxy takes host:port; \`${scheme}\` is left out`);
      text = text.slice(scheme.length).replace(/\/$/, '');
    }
    // cntlm 0.92.3 takes a blank in place of the colon.
    const parsed = parseHostPort(text) ?? parseHostPort(text.replace(/\s+/, ':'));
    if (parsed === undefined)
      this.fail(
        line,
        'Proxy must be host:port with a port from 1 to 65535, without https:// and without a password',
      );
    else this.upstreams.push(parsed);
  }

  #readListen({ line, value }: ConfLine): void {
    const port = parsePort(value);
    const parsed = port === undefined ? parseHostPort(value) : { port };
    if (parsed === undefined) this.fail(line, 'Listen must be [address:]port with a port from 1 to 65535');
    else this.listen.push(parsed);
  }

  #readAccess({ keyword, line, value }: ConfLine): void {
    const action = keyword.toLowerCase() === 'allow' ? 'allow' : 'deny';
    const [, host = '', bits] = /^(\*|[\w.-]+)(?:\/(\d{1,2}))?$/.exec(value) ?? [];
    const prefixLength = bits === undefined ? 32 : Number(bits);
    const isDotted = /^[\d.]+$/.test(host);
    const isAddress = ipv4.test(host);
    if ((host === '*' && bits === undefined) || (host === '0' && prefixLength === 0)) {
      this.access.push({ action, host: '*', prefixLength: 0 });
    } else if (host === '' || host === '*' || prefixLength > 32 || (isDotted && !isAddress)) {
      this.fail(
        line,
        `${keyword} must be an IPv4 address or a host name with an optional /0 to /32, or * for everybody`,
      );
    } else {
      this.access.push({ action, host, prefixLength });
      const asNumber = host.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
      if (isAddress && asNumber % 2 ** (32 - prefixLength) !== 0) {
        this.warn(line, `${value} has bits beyond its /${prefixLength}; the whole network is meant`);
      }
    }
  }
}

/** Auth: only NTLMv2, the default, is carried out. */
function checkAuth(reader: Reader): void {
  const auth = reader.option('auth');
  if (auth === undefined || auth.value.toLowerCase() === 'ntlmv2') return;
  const isKnown = ['ntlm2sr', 'nt', 'ntlm', 'lm', 'gss'].includes(auth.value.toLowerCase());
  reader.fail(
    auth.line,
    isKnown
      ? `Auth ${auth.value} is not supported: Latchkey signs in with NTLMv2 only; write Auth NTLMv2, with PassNTLMv2`
      : 'the value of Auth is unknown; write Auth NTLMv2',
  );
}

/**
 * Reads a cntlm.conf with the meaning that cntlm gives it. What is accepted here but not there, and what is ignored, is
 * a warning; what cannot be used is an error.
 *
 * @param text the file's bytes as Latin-1 text
 */
export function readCntlmConf(text: string): CntlmConfResult {
  const reader = new Reader();
  for (const option of splitCntlmConf(text, (diagnostic) => reader.diagnostics.push(diagnostic)))
    reader.read(option);
  checkAuth(reader);
  const user = reader.text('username');
  if (user === undefined) reader.fail(0, 'there is no Username; add the line `Username YOUR-NAME`');
  if (!reader.hasProxyLine)
    reader.fail(0, 'there is no Proxy; add the line `Proxy HOST:PORT` of your company proxy');
  const password = reader.text('password');
  const hashes = ['passntlmv2', 'passnt'];
  if (password !== undefined) {
    for (const keyword of hashes) {
      const option = reader.option(keyword);
      if (option !== undefined)
        reader.warn(option.line, `${option.keyword} is ignored, as Password is given`);
    }
  }
  const [passNtlmv2, passNt] = password === undefined ? hashes.map((keyword) => reader.hash(keyword)) : [];
  const domain = reader.text('domain') ?? '';
  if (passNtlmv2 !== undefined && /[\u0080-\uffff]/.test(domain + (user ?? ''))) {
    reader.warn(
      passNtlmv2.line,
      'cntlm hashes a name with letters beyond ASCII differently; if this is refused, make it anew with `latchkey hash`',
    );
  }
  const gateway = reader.option('gateway');
  if (gateway !== undefined && !/^(?:yes|no)$/i.test(gateway.value))
    reader.warn(gateway.line, 'Gateway is off: only `yes` turns it on');
  const conf: CntlmConf = {
    account: { domain, user: user ?? '' },
    workstation: reader.text('workstation'),
    password,
    passNtlmv2,
    passNt,
    upstreams: reader.upstreams,
    noProxy: reader.noProxy,
    listen: reader.listen.length === 0 ? [{ port: defaultPort }] : reader.listen,
    gateway: gateway?.value.toLowerCase() === 'yes',
    access: reader.access,
  };
  const diagnostics = reader.diagnostics.toSorted((a, b) => a.line - b.line);
  const hasErrors = diagnostics.some(({ severity }) => severity === 'error');
  return { conf: hasErrors ? undefined : conf, diagnostics };
}
