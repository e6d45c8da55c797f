import { fchmodSync, fstatSync } from 'node:fs';
import { problemLine } from '../describe-app-problem';
import { exportCntlmConf } from '../../main/app/export-cntlm-conf';
import type { ConfTarget } from '../../shared/conf-export';
import type { Credential } from '../../main/upstream/credential';
import type { AppSettings } from '../../shared/app-settings';
import type { SocksUser } from '../../shared/settings';
import { confGapInEnglish } from '../../shared/words/conf-export/en';
import { readAppSettings } from '../app-settings';
import { CliError, exitCodes } from '../cli-error';
import type { Terminal } from '../terminal';

export interface ExportOptions {
  /** The cntlm that is to read it. */
  readonly for: ConfTarget;
  /** Whether the hash is to be in it. */
  readonly withHash?: boolean | undefined;
}

/** `latchkey export`: prints the settings of the app as a cntlm.conf, without a password, and with the hash only on request. */
export async function exportConf(
  { for: target, withHash }: ExportOptions,
  terminal: Terminal,
): Promise<number> {
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
  const credential = withHash === true ? await readCredential(reading.settings, terminal) : undefined;
  const socksUsers = withHash === true ? await readSocksUsers(reading.settings.socksUsers, terminal) : [];
  const { text, gaps } = exportCntlmConf(reading.settings, { target, credential, socksUsers });
  if (account === undefined) terminal.err('latchkey: warning: no account is set: add Username and Domain');
  if (upstreams.length === 0) terminal.err('latchkey: warning: no company proxy is set: add Proxy');
  for (const gap of gaps) terminal.err(`latchkey: warning: ${confGapInEnglish(gap)}`);
  if (credential !== undefined) closeToOthers(terminal);
  terminal.out(text.trimEnd());
  return exitCodes.ok;
}

/** @throws CliError exit 1 when the Keychain does not give one */
async function readCredential(
  { account, signInMethod: method }: AppSettings,
  terminal: Terminal,
): Promise<Credential> {
  if (account === undefined)
    throw new CliError(exitCodes.failure, 'no account is set, and so there is no hash');
  const [{ keytarKeychain }, { keychainCredentials }, { awaitKeychain }, { openMemory }] = await Promise.all([
    import('../../main/platform/keychain/keytar-keychain'),
    import('../../main/app/keychain-credentials'),
    import('../await-keychain'),
    import('../open-memory'),
  ]);
  const memory = openMemory(terminal);
  try {
    const found = await awaitKeychain(
      keychainCredentials(keytarKeychain(), memory).find(account, method),
      terminal,
    );
    if (found.kind === 'trouble') throw new CliError(exitCodes.failure, problemLine(found.problem));
    const credential = found.kind === 'found' ? found.credentials[0] : undefined;
    if (credential !== undefined) return credential;
    throw new CliError(exitCodes.failure, 'the Keychain holds no hash of this account: set a password first');
  } finally {
    await memory.close();
  }
}

/** @throws CliError exit 1 when the Keychain does not answer */
async function readSocksUsers(names: readonly string[], terminal: Terminal): Promise<readonly SocksUser[]> {
  if (names.length === 0) return [];
  const [{ keytarKeychain }, { SocksPasswords }, { awaitKeychain }] = await Promise.all([
    import('../../main/platform/keychain/keytar-keychain'),
    import('../../main/app/socks-passwords'),
    import('../await-keychain'),
  ]);
  const found = await awaitKeychain(new SocksPasswords(keytarKeychain()).find(names), terminal);
  if (!('kind' in found)) return found;
  throw new CliError(exitCodes.failure, problemLine(found));
}

/** A file that the shell has opened for this is for its owner alone before anything is in it. */
function closeToOthers({ outFile }: Terminal): void {
  if (outFile !== undefined && fstatSync(outFile).isFile()) fchmodSync(outFile, 0o600);
}
