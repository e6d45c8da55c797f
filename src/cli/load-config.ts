import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { type HashFormat, invertDigits } from '../main/cntlm/hash-digits';
import { type CntlmConf, readCntlmConf } from '../main/cntlm/read-cntlm-conf';
import { ntHash, ntowfv2 } from '../main/ntlm/ntowf';
import { KeychainError } from '../main/platform/keychain-error';
import { keytarKeychain } from '../main/platform/keytar-keychain';
import type { Credential } from '../main/upstream/credential';
import { type Account, type EngineSettings, formatAccount } from '../shared/settings';
import { CliError, exitCodes, messageOf } from './cli-error';
import { HashMemory } from './hash-memory';
import { stateDirectory } from './state-directory';
import type { Terminal } from './terminal';

export type HashFormatOption = HashFormat | 'auto';

export interface LoadedConfig {
  readonly settings: EngineSettings;
  /** The ways to read the credential, likeliest first; each may cost one logon, once. */
  readonly credentials: readonly Credential[];
  /** To be told what became of a credential, by its index. Never rejects: what goes wrong is a line. */
  rememberOutcome(index: number, outcome: 'accepted' | 'refused'): Promise<void>;
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

async function readBytes(path: string): Promise<Buffer> {
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

/** A reading of the hash, and the credential that follows from it. */
interface Reading {
  readonly format: HashFormat;
  readonly credential: Credential;
}

/** Both readings of what the file holds; the likelier one, that of cntlm 0.92.3, first. */
function readings({ account, passNtlmv2, passNt }: CntlmConf): Reading[] {
  return (['inverted', 'plain'] as const).map((format) => {
    const read = (digits: string): Buffer =>
      Buffer.from(format === 'plain' ? digits : invertDigits(digits), 'hex');
    const hash =
      passNtlmv2 === undefined ? ntowfv2(read(passNt?.digits ?? ''), account) : read(passNtlmv2.digits);
    return { format, credential: { account, ntowfv2: hash } };
  });
}

/** PassNT beside PassNTLMv2: in exactly one reading the one follows from the other. Costs no logon. */
function matchingFormat({ account, passNtlmv2, passNt }: CntlmConf): HashFormat | undefined {
  if (passNtlmv2 === undefined || passNt === undefined) return undefined;
  const plain = ntowfv2(Buffer.from(passNt.digits, 'hex'), account).toString('hex').toUpperCase();
  if (plain === passNtlmv2.digits) return 'plain';
  const inverted = ntowfv2(Buffer.from(invertDigits(passNt.digits), 'hex'), account)
    .toString('hex')
    .toUpperCase();
  return invertDigits(inverted) === passNtlmv2.digits ? 'inverted' : undefined;
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
  if (!/^[0-9A-F]{32}$/i.test(digits)) {
    throw new CliError(exitCodes.failure, `what the Keychain holds for ${name} is not a hash; ${remedy}`);
  }
  return { account, ntowfv2: Buffer.from(digits, 'hex') };
}

/** The readings that are still worth a logon, and how to remember what became of them. */
async function untriedReadings(
  conf: CntlmConf,
  path: string,
  terminal: Terminal,
): Promise<Pick<LoadedConfig, 'credentials' | 'rememberOutcome'>> {
  const hash = conf.passNtlmv2 ?? conf.passNt;
  const memory = new HashMemory(stateDirectory(terminal.env, process.platform));
  const identity = `${formatAccount(conf.account)} ${hash?.digits ?? ''}`;
  const warn = (error: unknown): void =>
    terminal.err(
      `${memory.path}: warning: what is known of this hash cannot be kept here: ${messageOf(error)}`,
    );
  let outcomes: Awaited<ReturnType<HashMemory['recall']>> = {};
  try {
    outcomes = await memory.recall(identity);
  } catch (error) {
    warn(error);
  }
  const accepted = readings(conf).filter(({ format }) => outcomes[format] === 'accepted');
  const left =
    accepted.length > 0 ? accepted : readings(conf).filter(({ format }) => outcomes[format] === undefined);
  if (left.length === 0) {
    throw new CliError(exitCodes.badConfiguration, [
      `${path}:${hash?.line ?? 0}: the company proxy has refused this hash in both ways of reading it, and it is not sent again ` +
        'until it changes: make a new one with `latchkey hash`, or try this one once more with --hash-format plain or inverted',
    ]);
  }
  let isFormatKnown = accepted.length > 0;
  return {
    credentials: left.map(({ credential }) => credential),
    rememberOutcome: async (index, outcome) => {
      const format = left[index]?.format;
      if (format === undefined) return;
      if (!isFormatKnown && outcome === 'accepted') {
        terminal.err(`latchkey: the hash in ${path} is written ${format}; this is remembered`);
      }
      // A hash that was once accepted in this form and is refused now is old, not misread: the other form is not tried.
      const formats: HashFormat[] = isFormatKnown && outcome === 'refused' ? ['inverted', 'plain'] : [format];
      if (outcome === 'accepted') isFormatKnown = true;
      try {
        for (const each of formats) await memory.remember(identity, each, outcome);
      } catch (error) {
        warn(error);
      }
    },
  };
}

async function findCredentials(
  conf: CntlmConf,
  path: string,
  option: HashFormatOption,
  terminal: Terminal,
): Promise<Pick<LoadedConfig, 'credentials' | 'rememberOutcome'>> {
  const { account, password, passNtlmv2, passNt } = conf;
  const certain = (credential: Credential): Pick<LoadedConfig, 'credentials' | 'rememberOutcome'> => ({
    credentials: [credential],
    rememberOutcome: () => Promise.resolve(),
  });
  if (password !== undefined) return certain({ account, ntowfv2: ntowfv2(ntHash(password), account) });
  if (passNtlmv2 === undefined && passNt === undefined) return certain(await fromKeychain(account, path));
  const matching = matchingFormat(conf);
  if (passNtlmv2 !== undefined && passNt !== undefined && matching === undefined) {
    terminal.err(
      `${path}:${passNt.line}: warning: PassNT and PassNTLMv2 do not belong together for this Username and Domain; PassNTLMv2 is used`,
    );
  }
  const format = option === 'auto' ? matching : option;
  const reading = readings(conf).find((candidate) => candidate.format === format);
  return reading === undefined ? untriedReadings(conf, path, terminal) : certain(reading.credential);
}

/**
 * Reads a cntlm.conf and finds the credential that belongs to it. Warnings are printed.
 *
 * @param port takes the place of the Listen lines
 * @throws CliError exit 2 for a mistake in the file, exit 1 when the Keychain cannot be read
 */
export async function loadConfig(
  path: string | undefined,
  hashFormat: HashFormatOption,
  port: number | undefined,
  terminal: Terminal,
): Promise<LoadedConfig> {
  if (path === undefined) {
    throw new CliError(
      exitCodes.badConfiguration,
      'which configuration? Give a cntlm.conf with --config FILE',
    );
  }
  const conf = readConf(path, await readBytes(path), terminal);
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
  return { settings, ...(await findCredentials(conf, path, hashFormat, terminal)) };
}
