import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { type ConfReading, confCredentials } from '../main/app/conf-credentials';
import type { HashFormat } from '../main/cntlm/hash-digits';
import { type CntlmConf, readCntlmConf } from '../main/cntlm/read-cntlm-conf';
import type { CredentialMemory, CredentialOutcome } from '../main/platform/credential-memory';
import { KeychainError } from '../main/platform/keychain-error';
import { keytarKeychain } from '../main/platform/keytar-keychain';
import type { Credential } from '../main/upstream/credential';
import { type Account, type EngineSettings, formatAccount } from '../shared/settings';
import { CliError, exitCodes, messageOf } from './cli-error';
import type { Terminal } from './terminal';
import { warnOfReaders } from './warn-of-readers';

export type HashFormatOption = HashFormat | 'auto';

const hashDigits = /^[0-9A-F]{32}$/i;

export interface LoadedConfig {
  readonly settings: EngineSettings;
  /** The ways to read the credential, likeliest first; each may cost one logon, once. */
  readonly credentials: readonly Credential[];
  /** Whether every one of them has been refused before. */
  readonly areRefused: boolean;
  /** To be told what became of a credential. Resolves when it is remembered, as far as that is possible. */
  rememberOutcome(credential: Credential, outcome: CredentialOutcome): Promise<void>;
}

/** @throws CliError exit 2 */
export function parseHashFormat(text: string | undefined): HashFormatOption {
  if (text === undefined) return 'auto';
  if (text === 'auto' || text === 'plain' || text === 'inverted') return text;
  throw new CliError(exitCodes.badConfiguration, `--hash-format is auto, plain or inverted, not '${text}'`);
}

function readConf(path: string, bytes: Buffer, terminal: Terminal): CntlmConf {
  const { conf, diagnostics } = readCntlmConf(bytes.toString('latin1'));
  const lines = diagnostics.map(({ severity, line, message }) => {
    const place = line === 0 ? path : `${path}:${line}`;
    return { severity, text: `${place}: ${severity === 'warning' ? 'warning: ' : ''}${message}` };
  });
  if (conf === undefined) {
    throw new CliError(
      exitCodes.badConfiguration,
      lines.filter(({ severity }) => severity === 'error').map(({ text }) => text),
    );
  }
  for (const { text } of lines) terminal.err(text);
  return conf;
}

/** @throws CliError exit 2, with what to do */
export async function readConfBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const reason =
      code === 'ENOENT'
        ? 'there is no such file'
        : code === 'EACCES'
          ? 'you may not read it; copy it to a file of your own, or change its rights'
          : code === 'EISDIR'
            ? 'it is a folder'
            : messageOf(error);
    throw new CliError(exitCodes.badConfiguration, [`${path}: ${reason}`], { cause: error });
  }
}

async function fromKeychain(account: Account, path: string): Promise<Credential> {
  const name = formatAccount(account);
  const domain = account.domain === '' ? '' : ` --domain ${account.domain}`;
  const remedy = `store it with \`latchkey hash${domain} --user ${account.user} --save\`, or add PassNTLMv2 to ${path}`;
  let digits: string | undefined;
  try {
    digits = await keytarKeychain().read(name);
  } catch (error) {
    if (!(error instanceof KeychainError)) throw error;
    throw new CliError(
      exitCodes.failure,
      `${path} has no hash, and ${error.message}; or add PassNTLMv2 to ${path}`,
      {
        cause: error,
      },
    );
  }
  if (digits === undefined) {
    throw new CliError(exitCodes.badConfiguration, [
      `${path}: no hash is here, nor for ${name} in the Keychain; ${remedy}`,
    ]);
  }
  if (!hashDigits.test(digits)) {
    throw new CliError(exitCodes.failure, `what the Keychain holds for ${name} is not a hash; ${remedy}`);
  }
  return { account, ntowfv2: Buffer.from(digits, 'hex') };
}

/** Every credential that the file may mean, likeliest first, and the line that it stands on. */
function credentialsOf(
  conf: CntlmConf,
  path: string,
  option: HashFormatOption,
  terminal: Terminal,
): { readonly readings: readonly ConfReading[]; readonly place: string } | undefined {
  const { password, passNtlmv2, passNt } = conf;
  const { readings, isMismatched } = confCredentials(conf, option);
  if (readings.length === 0) return undefined;
  if (isMismatched) {
    terminal.err(
      `${path}:${passNt?.line ?? 0}: warning: PassNT and PassNTLMv2 do not belong together for this Username and Domain; PassNTLMv2 is used`,
    );
  }
  const place = password === undefined ? `${path}:${(passNtlmv2 ?? passNt)?.line ?? 0}` : path;
  return { readings, place };
}

/** The newer hash that `latchkey credential set` has stored; undefined when there is none that could be used. */
async function replacement(account: Account, memory: CredentialMemory): Promise<Credential | undefined> {
  let digits: string | undefined;
  try {
    digits = await keytarKeychain().read(formatAccount(account));
  } catch (error) {
    // Without a Keychain there is none in it; what the file has is reported by the caller.
    if (error instanceof KeychainError) return undefined;
    throw error;
  }
  if (digits === undefined || !hashDigits.test(digits)) return undefined;
  const credential = { account, ntowfv2: Buffer.from(digits, 'hex') };
  return (await memory.recall(account, credential.ntowfv2))?.outcome === 'refused' ? undefined : credential;
}

/** The credentials that are still worth a logon: one that was accepted before, else those that were not refused. */
async function findCredentials(
  conf: CntlmConf,
  path: string,
  option: HashFormatOption,
  terminal: Terminal,
  memory: CredentialMemory,
): Promise<Omit<LoadedConfig, 'settings'>> {
  const { account } = conf;
  const found = credentialsOf(conf, path, option, terminal);
  const all = found?.readings ?? [{ credential: await fromKeychain(account, path) }];
  const known = await Promise.all(
    all.map(async (reading) => ({
      reading,
      outcome: (await memory.recall(account, reading.credential.ntowfv2))?.outcome,
    })),
  );
  const accepted = known.filter(({ outcome }) => outcome === 'accepted');
  const left = accepted.length > 0 ? accepted : known.filter(({ outcome }) => outcome === undefined);
  const rememberOutcome = async (credential: Credential, outcome: CredentialOutcome): Promise<void> => {
    const before = (await memory.recall(account, credential.ntowfv2))?.outcome;
    const reading = all.find((each) => each.credential.ntowfv2.equals(credential.ntowfv2));
    // A hash that was once accepted in one form and is refused now is old, not misread: the other form is not tried.
    const isOld = reading !== undefined && before === 'accepted' && outcome === 'refused';
    const settled = isOld ? all.map((each) => each.credential) : [credential];
    for (const each of settled) await memory.remember(account, each.ntowfv2, outcome, Date.now());
    const isFoundOut = all.length > 1 && outcome === 'accepted' && before !== 'accepted';
    if (isFoundOut && reading?.format !== undefined) {
      terminal.err(`latchkey: the hash in ${path} is written ${reading.format}; this is remembered`);
    }
  };
  if (left.length > 0) {
    return { credentials: left.map(({ reading }) => reading.credential), areRefused: false, rememberOutcome };
  }
  const name = formatAccount(account);
  const newer = found === undefined ? undefined : await replacement(account, memory);
  if (newer !== undefined) {
    terminal.err(
      `${found?.place ?? path}: warning: this hash was refused or replaced; the newer one in the Keychain is used, so the line can go`,
    );
    return { credentials: [newer], areRefused: false, rememberOutcome };
  }
  terminal.err(
    `${found?.place ?? path}: warning: the company proxy has refused this password of ${name}, and it is not sent again: ` +
      'give the new one with `latchkey credential set`, or have this one tried once more with `latchkey credential retry`',
  );
  return { credentials: all.map(({ credential }) => credential), areRefused: true, rememberOutcome };
}

/**
 * Reads a cntlm.conf and finds the credential that belongs to it. Warnings are printed.
 *
 * @param port takes the place of the Listen lines
 * @param memory what became of credentials before
 * @throws CliError exit 2 for a mistake in the file, exit 1 when the Keychain cannot be read
 */
export async function loadConfig(
  path: string | undefined,
  hashFormat: HashFormatOption,
  port: number | undefined,
  terminal: Terminal,
  memory: CredentialMemory,
): Promise<LoadedConfig> {
  if (path === undefined) {
    throw new CliError(
      exitCodes.badConfiguration,
      'which configuration? Give a cntlm.conf with --config FILE',
    );
  }
  const conf = readConf(path, await readConfBytes(path), terminal);
  await warnOfReaders(path, conf, terminal);
  const [firstLabel = ''] = hostname().split('.');
  const settings: EngineSettings = {
    account: conf.account,
    workstation: conf.workstation ?? firstLabel,
    upstreams: conf.upstreams,
    noProxy: conf.noProxy,
    listen: port === undefined ? conf.listen : [{ port }],
    gateway: conf.gateway,
    access: conf.access,
    offNetwork: 'refuse',
  };
  return { settings, ...(await findCredentials(conf, path, hashFormat, terminal, memory)) };
}
