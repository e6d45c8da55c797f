import { exportCntlmConf } from '../main/app/export-cntlm-conf';
import { readAppSettings } from './app-settings';
import { CliError, exitCodes } from './cli-error';
import { parseOptions } from './options';
import type { Terminal } from './terminal';

/** `latchkey export`: prints the settings of the app as a cntlm.conf, without a password or a hash. */
export async function exportConf(args: string[], terminal: Terminal): Promise<number> {
  parseOptions('export', args, {});
  const { path, reading } = await readAppSettings(terminal);
  if (reading === undefined) {
    throw new CliError(exitCodes.failure, `there are no settings at ${path}; set the app up first`);
  }
  // A part of them would look like the whole, and be relied upon.
  if (reading.kind === 'damaged') {
    throw new CliError(
      exitCodes.failure,
      `${path} is damaged; open the app, which keeps it under another name, and look at Preferences`,
    );
  }
  if (reading.kind === 'newer') {
    throw new CliError(
      exitCodes.failure,
      `${path} was written by a newer Latchkey; export with the \`latchkey\` of that version`,
    );
  }
  const { account, upstreams } = reading.settings;
  if (account === undefined) terminal.err('latchkey: warning: no account is set: add Username and Domain');
  if (upstreams.length === 0) terminal.err('latchkey: warning: no company proxy is set: add Proxy');
  terminal.out(exportCntlmConf(reading.settings).trimEnd());
  return exitCodes.ok;
}
