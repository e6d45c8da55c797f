import { isLoopbackHost, parseListen, parseTunnel } from '../../shared/address-text';
import type { AppSettings } from '../../shared/app-settings';
import type { ConfGap, ConfTarget } from '../../shared/conf-export';
import { formatHostPort, type SocksUser } from '../../shared/settings';
import { confGapInEnglish } from '../../shared/words/conf-export/en';
import { cntlmNoProxy } from '../cntlm/cntlm-no-proxy';
import type { Credential } from '../upstream/credential';
import { confValue, inLines, isSaid, withinLimits } from './conf-limits';
import { passKeywords, passLines } from './pass-lines';

/** In bytes; cntlm would take lines of 4095. */
const longestList = 200;
/** cntlm cuts names at 63 bytes. */
const longestName = 63;

export interface ExportOptions {
  /** The cntlm that is to read the file. */
  readonly target: ConfTarget;
  /** That of the account for the method of the settings, where the user wants its hash in the file; Basic has none. */
  readonly credential?: Credential | undefined;
  /** Who may connect by SOCKS5, with their passwords, where the user wants them in the file. */
  readonly socksUsers?: readonly SocksUser[] | undefined;
}

/** A cntlm.conf, and what of the settings this cntlm has no words for. */
export interface ExportedConf {
  readonly text: string;
  readonly gaps: readonly ConfGap[];
}

/** cntlm has no word for every address. */
function confListen(text: string): string {
  return text.replace(/^\*:/, '0.0.0.0:');
}

const ipv6 = /\[|^(?:Allow|Deny) .*:/;
const ipv6BeyondListen = /^(?:Tunnel .*\[|(?:Allow|Deny) .*:)/;

/** Where it listens, and for what. */
function listenLines({ port, alsoListen, socks, tunnels }: AppSettings): string[] {
  // `Listen` of every address is that of 127.0.0.1 as well. The first is the one that programs of this Mac are told.
  const every = `*:${port}`;
  const [first, others] = alsoListen.includes(every)
    ? [every, alsoListen.filter((each) => each !== every)]
    : [String(port), alsoListen];
  return [
    ...[first, ...others].map((each) => `Listen ${confListen(each)}`),
    ...socks.map((each) => `SOCKS5Proxy ${confListen(each)}`),
    ...tunnels.map((each) => `Tunnel ${confListen(each)}`),
  ];
}

/** Who may connect. */
function accessLines({ access, allowed, rules, alsoListen, socks, tunnels }: AppSettings): string[] {
  const lines = [`Gateway ${access === 'named' || access === 'everyone' ? 'yes' : 'no'}`];
  if (access === 'named') {
    lines.push('Allow 127.0.0.1', ...allowed.map((entry) => `Allow ${entry}`), 'Deny 0/0');
  }
  const places = [...alsoListen, ...socks].map(parseListen);
  const hosts = [...places, ...tunnels.map((each) => parseTunnel(each)?.listen)].map((each) => each?.host);
  if (access === 'this-mac' && !hosts.every(isLoopbackHost)) lines.push('Allow 127.0.0.1', 'Deny 0/0');
  if (access === 'rules') {
    lines.push(...rules.map((rule) => rule.replace(/^allow/i, 'Allow').replace(/^deny/i, 'Deny')));
  }
  return lines;
}

/**
 * The settings as a cntlm.conf for one version of cntlm. It holds no password, and a hash only where that is given.
 *
 * @throws nothing; without an account or a company proxy the file lacks those lines
 */
export function exportCntlmConf(
  said: AppSettings,
  { target, credential, socksUsers = [] }: ExportOptions,
): ExportedConf {
  const users = socksUsers
    .flatMap(({ user, password }) => (password === undefined ? [] : [`${user}:${password}`]))
    .map((each) => `SOCKS5Users ${confValue(each)}`)
    .filter(isSaid);
  const hasOpenSocks = said.socks.length > 0 && said.socksUsers.length > users.length;
  const settings: AppSettings = hasOpenSocks ? { ...said, socks: [] } : said;
  const { account, pac, noProxy, workstation, signInMethod: method } = settings;
  const gaps: ConfGap[] = hasOpenSocks ? [{ kind: 'socks-users' }] : [];
  const direct = cntlmNoProxy(noProxy);
  if (direct.gaps.length > 0) gaps.push({ kind: 'no-proxy', rules: direct.gaps });
  const upstreams = settings.upstreams.filter((upstream) => {
    const isLong = upstream.host.length > longestName;
    // Up to 0.92.3 the port begins behind the first colon.
    const isHere =
      upstream.isTls !== true && !isLong && (target !== '0.92.3' || !upstream.host.includes(':'));
    if (!isHere) gaps.push({ kind: 'upstream', upstream });
    return isHere;
  });
  // From a file alone, and not before 0.94.
  const hasPac = target !== '0.92.3' && pac.startsWith('/');
  if (pac !== '' && !hasPac) gaps.push({ kind: 'pac', place: pac });
  // No cntlm knows IPv6 in Tunnel, Allow and Deny; up to 0.92.3 the port of Listen begins behind the first colon.
  const isUnsaid = (line: string): boolean => (target === '0.92.3' ? ipv6 : ipv6BeyondListen).test(line);
  const listening = listenLines(settings);
  const admitting = accessLines(settings);
  const unsaid = [...listening, ...admitting].filter(isUnsaid);
  if (unsaid.length > 0) gaps.push({ kind: 'lines', lines: unsaid });
  if (account !== undefined && /[^\p{ASCII}]/u.test(account.domain + account.user))
    gaps.push({ kind: 'account' });
  // cntlm signs in with NTLM alone.
  if (method === 'Basic') gaps.push({ kind: 'basic' });
  const passes = credential === undefined ? [] : passLines(credential, target === '0.92.3');
  const keywords = passKeywords[method === 'Basic' ? 'NTLMv2' : method].join(' and ');
  const lines = [
    `# Written by Latchkey for cntlm ${target}.`,
    ...(passes.length === 0
      ? [
          `# The password is not in it: add what \`cntlm -H -d DOMAIN -u USER\` prints for ${keywords},`,
          '# with the cntlm that will read this file.',
        ]
      : [
          `# ${keywords} ${passes.length === 1 ? 'is' : 'are'} ${target === '0.92.3' ? 'inverted, as cntlm up to 0.92.3 reads it' : 'plain, as cntlm reads it from 0.94 on'}.`,
          '# Whoever reads it can sign in as you: keep the file to yourself.',
        ]),
    ...gaps.map((gap) => `# ${confGapInEnglish(gap)}`),
    '',
  ];
  if (account !== undefined) {
    lines.push(`Username ${confValue(account.user)}`);
    if (account.domain !== '') lines.push(`Domain ${confValue(account.domain)}`);
    lines.push(...passes.map(([keyword, digits]) => `${keyword} ${digits}`));
  }
  lines.push(`Auth ${method === 'Basic' ? 'NTLMv2' : method}`);
  if (settings.ntlmToBasic) lines.push('NTLMToBasic yes');
  if (workstation !== '') lines.push(`Workstation ${confValue(workstation)}`);
  lines.push('');
  lines.push(...upstreams.map((upstream) => `Proxy ${formatHostPort(upstream)}`));
  if (hasPac) lines.push(`Pac ${confValue(pac)}`);
  lines.push(...inLines(direct.entries, longestList).map((list) => `NoProxy ${confValue(list)}`));
  const headers = settings.headers.map((each) => `Header ${confValue(each)}`);
  const others = [...listening, ...headers, ...admitting].filter((line) => !unsaid.includes(line));
  const all = withinLimits([...lines, '', ...others, ...users]);
  const beyond = [...unsaid, ...all.left];
  const more: ConfGap[] = beyond.length > 0 ? [{ kind: 'lines', lines: beyond }] : [];
  return {
    text: `${all.lines.join('\n')}\n`,
    gaps: [...gaps.filter(({ kind }) => kind !== 'lines'), ...more],
  };
}
