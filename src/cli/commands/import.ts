import { type ImportResult, importCntlmConf } from '../../main/app/import-cntlm-conf';
import { type AppSettings, defaultAppSettings } from '../../shared/app-settings';
import type { ConfRemark } from '../../shared/conf-remark';
import { formatAccount, formatHostPort } from '../../shared/settings';
import { readAppSettings } from '../app-settings';
import { CliError, exitCodes } from '../cli-error';
import { readConfBytes } from '../conf-file';
import { confRemarkLine, describeConfMatter } from '../describe-conf-remark';
import { factLine, type Style } from '../style';
import type { Terminal } from '../terminal';
import { warnOfReaders } from '../warn-of-readers';

type Import = ImportResult & { readonly kind: 'read' };

export interface ImportOptions {
  readonly json?: boolean | undefined;
}

/** `latchkey import`: what is wrong in a cntlm.conf, line by line, and what of it would be taken over. Changes nothing. */
export async function importConf(
  path: string,
  { json = false }: ImportOptions,
  terminal: Terminal,
): Promise<number> {
  const text = (await readConfBytes(path)).toString('latin1');
  const { reading } = await readAppSettings(terminal);
  const result = importCntlmConf(text, reading?.settings ?? defaultAppSettings);
  const { remarks } = result;
  const read = result.kind === 'read' ? result : undefined;
  if (read !== undefined) await warnOfReaders(path, read.conf, terminal);
  const lines = json ? [jsonOf(path, remarks, read)] : report(path, remarks, read, terminal.outStyle);
  for (const line of lines) terminal.out(line);
  if (read !== undefined) return exitCodes.ok;
  const count = remarks.filter(({ severity }) => severity === 'error').length;
  const mistakes = count === 1 ? 'a mistake' : `${count} mistakes`;
  throw new CliError(exitCodes.badConfiguration, `${path} has ${mistakes}: nothing would be taken over`);
}

/** The stable shape of docs/command-line.md. */
function jsonOf(path: string, remarks: readonly ConfRemark[], result: Import | undefined): string {
  const wouldTakeOver =
    result === undefined
      ? null
      : {
          account: result.conf.account === undefined ? null : { ...result.conf.account },
          companyProxies: result.settings.upstreams.map(({ host, port }) => ({ host, port })),
          pac: result.settings.pac === '' ? null : result.settings.pac,
          direct: result.settings.noProxy,
          port: result.settings.port,
          alsoListen: result.settings.alsoListen,
          access: result.settings.access,
          allowed: result.settings.allowed,
          rules: result.settings.rules,
          socks: result.settings.socks,
          socksUsers: result.settings.socksUsers,
          tunnels: result.settings.tunnels,
          headers: result.settings.headers.map((header) => header.replace(/:.*$/, '')),
          workstation: result.settings.workstation === '' ? null : result.settings.workstation,
          password: passwordKind(result.readings),
        };
  const diagnostics = remarks.map(({ severity, line, matter }) => ({
    line: line === 0 ? null : line,
    severity,
    message: describeConfMatter(matter),
  }));
  return JSON.stringify({ file: path, diagnostics, wouldTakeOver }, undefined, 2);
}

function report(
  path: string,
  remarks: readonly ConfRemark[],
  result: Import | undefined,
  { bold }: Style,
): string[] {
  const places = remarks.map((remark) => confRemarkLine(path, remark));
  if (result === undefined) return places;
  const { settings, conf, readings } = result;
  const facts: readonly (readonly [title: string, fact: string])[] = [
    [
      'Account',
      conf.account === undefined ? 'not in the file: it is asked for' : formatAccount(conf.account),
    ],
    ['Company proxy', settings.upstreams.map(formatHostPort).join(', ')],
    ...(settings.pac === '' ? [] : [['PAC', settings.pac] as const]),
    ['Direct', settings.noProxy.length === 0 ? 'nothing' : settings.noProxy.join(', ')],
    ['Port', String(settings.port)],
    ...listOf('Also listens', settings.alsoListen),
    ...listOf('SOCKS5', settings.socks),
    ...listOf('SOCKS5 users', settings.socksUsers),
    ...listOf('Tunnels', settings.tunnels),
    ...listOf(
      'Headers',
      settings.headers.map((header) => header.replace(/:.*$/, '')),
    ),
    ['Who may connect', describeAccess(settings)],
    ['Workstation', settings.workstation === '' ? 'the name of this Mac' : settings.workstation],
    ['Password', passwordWords[passwordKind(readings)]],
  ];
  return [
    ...places,
    `${path}: nothing is changed by this report; set-up in the app would take over:`,
    ...facts.map(([title, fact]) => `  ${factLine(title, fact, bold)}`),
  ];
}

/** A line for what not every file has. */
function listOf(title: string, entries: readonly string[]): readonly (readonly [string, string])[] {
  return entries.length === 0 ? [] : [[title, entries.join(', ')]];
}

function describeAccess({ access, allowed, rules }: AppSettings): string {
  switch (access) {
    case 'this-mac':
      return 'this Mac alone';
    case 'named':
      return ['this Mac', ...allowed].join(', ');
    case 'everyone':
      return 'everyone who can reach this Mac';
    case 'rules':
      return rules.length === 0 ? 'everyone who can reach these addresses' : rules.join(', ');
  }
}

/** What a file has of the password: neither that nor a hash is told. */
type PasswordKind = 'none' | 'text' | 'hash-plain' | 'hash-inverted' | 'hash-plain-or-inverted';

function passwordKind(readings: Import['readings']): PasswordKind {
  const [first, second] = readings;
  if (first === undefined) return 'none';
  if (first.format === undefined) return 'text';
  return second === undefined ? `hash-${first.format}` : 'hash-plain-or-inverted';
}

const passwordWords: Readonly<Record<PasswordKind, string>> = {
  none: 'not in the file: it must be typed',
  text: 'in the file as text; only its hash would be kept',
  'hash-plain': 'a hash, written plain',
  'hash-inverted': 'a hash, written inverted',
  'hash-plain-or-inverted': 'a hash, which may be read in two ways; each is tried with one logon at most',
};
