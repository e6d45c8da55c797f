import { type ImportResult, importCntlmConf } from '../main/app/import-cntlm-conf';
import type { Diagnostic } from '../main/cntlm/cntlm-lines';
import { readCntlmConf } from '../main/cntlm/read-cntlm-conf';
import { type AppSettings, defaultAppSettings } from '../shared/app-settings';
import { formatAccount, formatHostPort } from '../shared/settings';
import { readAppSettings } from './app-settings';
import { CliError, exitCodes } from './cli-error';
import { readConfBytes } from './load-config';
import { parseOptions } from './options';
import type { Terminal } from './terminal';
import { warnOfReaders } from './warn-of-readers';

type Import = ImportResult & { readonly kind: 'read' };

const titleWidth = 16;

/** `latchkey import`: what is wrong in a cntlm.conf, line by line, and what of it would be taken over. Changes nothing. */
export async function importConf(args: string[], terminal: Terminal): Promise<number> {
  const { positionals } = parseOptions('import', args, {}, 1);
  const [path] = positionals;
  if (path === undefined) {
    throw new CliError(exitCodes.badConfiguration, 'which file? `latchkey import FILE` reads a cntlm.conf');
  }
  const text = (await readConfBytes(path)).toString('latin1');
  const { conf, diagnostics } = readCntlmConf(text);
  if (conf === undefined) {
    for (const { severity, line, message } of diagnostics) terminal.out(place(path, line, severity, message));
    const count = diagnostics.filter(({ severity }) => severity === 'error').length;
    const mistakes = count === 1 ? 'a mistake' : `${count} mistakes`;
    throw new CliError(exitCodes.badConfiguration, `${path} has ${mistakes}: nothing would be taken over`);
  }
  await warnOfReaders(path, conf, terminal);
  const { reading } = await readAppSettings(terminal);
  const result = importCntlmConf(text, reading?.settings ?? defaultAppSettings);
  if (result.kind === 'bad') {
    terminal.out(place(path, result.line, 'error', result.detail));
    throw new CliError(exitCodes.badConfiguration, `${path} has a mistake: nothing would be taken over`);
  }
  for (const line of report(path, result)) terminal.out(line);
  return exitCodes.ok;
}

function place(path: string, line: number, severity: Diagnostic['severity'], message: string): string {
  return `${line === 0 ? path : `${path}:${line}`}: ${severity}: ${message}`;
}

function report(path: string, { settings, conf, readings, leftOut }: Import): string[] {
  const facts: readonly (readonly [title: string, fact: string])[] = [
    ['Account', formatAccount(conf.account)],
    ['Company proxy', settings.upstreams.map(formatHostPort).join(', ')],
    ['Direct', settings.noProxy.length === 0 ? 'nothing' : settings.noProxy.join(', ')],
    ['Port', String(settings.port)],
    ['Who may connect', describeAccess(settings)],
    ['Workstation', settings.workstation === '' ? 'the name of this Mac' : settings.workstation],
    ['Password', describePassword(readings)],
  ];
  return [
    ...leftOut.map(({ line, text }) => place(path, line, 'warning', text)),
    `${path}: nothing is changed by this report; set-up in the app would take over:`,
    ...facts.map(([title, fact]) => `  ${title.padEnd(titleWidth)}${fact}`),
  ];
}

function describeAccess({ access, allowed }: AppSettings): string {
  switch (access) {
    case 'this-mac':
      return 'this Mac alone';
    case 'named':
      return ['this Mac', ...allowed].join(', ');
    case 'everyone':
      return 'everyone who can reach this Mac';
  }
}

/** Neither the password nor a hash. */
function describePassword(readings: Import['readings']): string {
  const [first, second] = readings;
  if (first === undefined) return 'not in the file: it must be typed';
  if (first.format === undefined) return 'in the file as text; only its hash would be kept';
  if (second === undefined) return `a hash, written ${first.format}`;
  return 'a hash, which may be read in two ways; each is tried with one logon at most';
}
