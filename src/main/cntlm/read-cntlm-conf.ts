import type { ConfRemark } from '../../shared/conf-remark';
import { isLoopbackHost } from '../../shared/address-text';
import { isIPv4 } from '../../shared/ip-address';
import { readPacSource } from '../../shared/pac';
import type {
  AccessRule,
  Account,
  HeaderSetting,
  HostPort,
  ListenAddress,
  SignInMethod,
  SocksUser,
  StaticTunnel,
} from '../../shared/settings';
import { splitCntlmConf } from './cntlm-lines';

import { type ConfHash, ConfReader } from './conf-reader';

/** What a cntlm.conf says. */
export interface CntlmConf {
  /** Undefined when there is no Username: the domain is in `domain` all the same. */
  readonly account: Account | undefined;
  readonly domain: string;
  readonly workstation: string | undefined;
  readonly password: string | undefined;
  readonly passNtlmv2: ConfHash | undefined;
  readonly passNt: ConfHash | undefined;
  readonly passLm: ConfHash | undefined;
  /** Whether each client signs in itself, with Basic. */
  readonly ntlmToBasic: boolean;
  /** At least one, or `pac`. */
  readonly upstreams: readonly HostPort[];
  /** Where a PAC is that says which of them a request goes by: the whole path of a file, or a URL. */
  readonly pac: string | undefined;
  readonly noProxy: readonly string[];
  readonly listen: readonly ListenAddress[];
  readonly gateway: boolean;
  readonly access: readonly AccessRule[];
  readonly socks: readonly ListenAddress[];
  readonly socksUsers: readonly SocksUser[];
  readonly tunnels: readonly StaticTunnel[];
  /** Of one name the first counts. */
  readonly headers: readonly HeaderSetting[];
}

export interface CntlmConfResult {
  /** Undefined when a remark is an error. */
  readonly conf: CntlmConf | undefined;
  /** In the order of the lines. */
  readonly remarks: readonly ConfRemark[];
}

const defaultPort = 3128;

/** What Windows allows (MS-NBTE 2.2.1), and where cntlm cuts. */
const longestWorkstation = 15;
const cutWorkstation = 63;

/** `Pac /path`; for two years it was `Pac yes` with `PacFile /path`. What cntlm does not take is a URL. */
function readPac(reader: ConfReader): string | undefined {
  const pac = reader.option('pac');
  const isWord = pac !== undefined && /^(?:yes|no)$/i.test(pac.value);
  const option = isWord || pac === undefined ? reader.option('pacfile') : pac;
  if (option === undefined || (isWord && pac.value.toLowerCase() === 'no')) return undefined;
  const source = readPacSource(option.value);
  if (source?.kind === 'file' || source?.kind === 'url') return option.value;
  reader.fail(option.line, { kind: 'bad-pac', keyword: option.keyword });
  return undefined;
}

/** Any word but yes is off in cntlm. */
function isYes(reader: ConfReader, keyword: string): boolean {
  const option = reader.option(keyword);
  if (option !== undefined && !/^(?:yes|no)$/i.test(option.value))
    reader.warn(option.line, { kind: 'gateway-off', keyword: option.keyword });
  return option?.value.toLowerCase() === 'yes';
}

/** Auth is no choice of the user's, who may never have seen the file: what he has chosen, NTLMv2 by default, is carried out. */
function checkAuth(reader: ConfReader): void {
  const auth = reader.option('auth');
  if (auth === undefined || auth.value.toLowerCase() === reader.method.toLowerCase()) return;
  const isKnown = ['ntlmv2', 'ntlm2sr', 'nt', 'ntlm', 'lm', 'gss'].includes(auth.value.toLowerCase());
  if (isKnown)
    reader.warn(auth.line, { kind: 'auth-other', auth: auth.value.toUpperCase(), used: reader.method });
  else reader.fail(auth.line, { kind: 'auth-unknown' });
}

/** Whether a rule is about the programs of this machine. */
function isAboutThisMachine({ host, prefixLength }: AccessRule): boolean {
  if (host === '*' || prefixLength === 0 || host === '::1' || host.toLowerCase() === 'localhost') return true;
  if (!isIPv4(host)) return false;
  const number = (address: string): number =>
    address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const size = 2 ** (32 - prefixLength);
  return Math.floor(number(host) / size) === Math.floor(number('127.0.0.1') / size);
}

/** Rules that mean something else than their writer may have thought. */
function checkAccess(reader: ConfReader, gateway: boolean): void {
  const [first] = reader.access;
  const own = reader.access.find(isAboutThisMachine);
  const places = [...reader.listen, ...reader.socks, ...reader.tunnels.map(({ listen }) => listen)];
  if (first !== undefined && !gateway && places.every(({ host }) => isLoopbackHost(host)))
    reader.warn(first.line ?? 0, { kind: 'rules-for-this-machine' });
  if (own?.action === 'deny') reader.warn(own.line ?? 0, { kind: 'denies-this-machine' });
}

/** The name of the workstation as it is sent. */
function readWorkstation(reader: ConfReader): string | undefined {
  const name = reader.text('workstation');
  const line = reader.option('workstation')?.line ?? 0;
  if (name === undefined || name.length <= longestWorkstation) return name;
  const isCut = name.length > cutWorkstation;
  reader.warn(
    line,
    isCut
      ? { kind: 'workstation-cut', limit: cutWorkstation }
      : { kind: 'workstation-long', limit: longestWorkstation },
  );
  return name.slice(0, cutWorkstation);
}

/**
 * Reads a cntlm.conf with the meaning that cntlm gives it. What is accepted here but not there, and what is ignored, is
 * a warning; what cannot be used is an error.
 *
 * @param text the file's bytes as Latin-1 text
 * @param method how the user wants to sign in, whatever the file says
 */
export function readCntlmConf(text: string, method: SignInMethod = 'NTLMv2'): CntlmConfResult {
  const reader = new ConfReader(method);
  for (const option of splitCntlmConf(text, (remark) => reader.remarks.push(remark))) reader.read(option);
  checkAuth(reader);
  const pac = readPac(reader);
  const user = reader.text('username');
  if (user === undefined) reader.warn(0, { kind: 'no-username' });
  if (!reader.hasProxyLine) {
    if (pac === undefined) reader.fail(0, { kind: 'no-proxy' });
    // As in cntlm: the PAC says it. Who of those that it names may get the sign-in is asked elsewhere.
    else reader.warn(0, { kind: 'no-proxy-beside-pac' });
  }
  const password = reader.text('password');
  if (password !== undefined) {
    for (const name of ['passntlmv2', 'passnt']) {
      const option = reader.option(name);
      if (option !== undefined)
        reader.warn(option.line, { kind: 'hash-beside-password', keyword: option.keyword });
    }
  }
  const none = { passNtlmv2: undefined, passNt: undefined, passLm: undefined };
  const { passNtlmv2, passNt, passLm } = password === undefined ? reader.hashes() : none;
  const domain = reader.text('domain') ?? '';
  if (passNtlmv2 !== undefined && /[\u0080-\uffff]/.test(domain + (user ?? '')))
    reader.warn(passNtlmv2.line, { kind: 'hash-beyond-ascii' });
  const isGateway = isYes(reader, 'gateway');
  checkAccess(reader, isGateway);
  const conf: CntlmConf = {
    account: user === undefined ? undefined : { domain, user },
    domain,
    workstation: readWorkstation(reader),
    password,
    passNtlmv2,
    passNt,
    passLm,
    ntlmToBasic: isYes(reader, 'ntlmtobasic'),
    upstreams: reader.upstreams,
    pac,
    noProxy: reader.noProxy,
    listen: reader.listen.length === 0 ? [{ port: defaultPort }] : reader.listen,
    gateway: isGateway,
    access: reader.access,
    socks: reader.socks,
    socksUsers: reader.socksUsers,
    tunnels: reader.tunnels,
    headers: reader.headers,
  };
  const remarks = reader.remarks.toSorted((a, b) => a.line - b.line);
  const hasErrors = remarks.some(({ severity }) => severity === 'error');
  return { conf: hasErrors ? undefined : conf, remarks };
}
