import { type ConfReading, confCredentials } from '../main/app/conf-credentials';
import type { CredentialSource, FoundCredentials } from '../main/app/credential-source';
import { type KnownOutcome, knownOutcomes } from '../main/app/known-outcomes';
import { keychainCredentials } from '../main/app/keychain-credentials';
import type { HashFormat } from '../main/cntlm/hash-digits';
import type { CredentialBook, Keychain } from '../main/platform/ports';
import { type Credential, isSameSecret, markOf } from '../main/upstream/credential';
import { type Account, formatAccount, type SignInMethod } from '../shared/settings';
import type { ConfFile } from './conf-file';
import { confRemarkLine } from './describe-conf-remark';
import type { Terminal } from './terminal';

export type HashFormatOption = HashFormat | 'auto';

export interface ConfCredentialOptions {
  readonly file: ConfFile;
  /** How the digits in it are written. */
  readonly hashFormat: HashFormatOption;
  readonly keychain: Keychain;
  readonly memory: CredentialBook;
  readonly terminal: Pick<Terminal, 'err'>;
}

/** What a cntlm.conf has to sign in with; the Keychain where it has nothing, or where that was refused or replaced. */
export class ConfCredentialSource implements CredentialSource {
  readonly #options: ConfCredentialOptions;
  readonly #inKeychain: CredentialSource;
  /** The readings that were found last. */
  #readings: readonly ConfReading[] = [];

  constructor(options: ConfCredentialOptions) {
    this.#options = options;
    this.#inKeychain = keychainCredentials(options.keychain, options.memory);
  }

  /** Those that are still worth a logon: one that was accepted before, else those that were not refused. */
  async find(account: Account, method: SignInMethod): Promise<FoundCredentials> {
    const { file, hashFormat, memory, terminal } = this.#options;
    const { conf, path } = file;
    // Nobody's password would be sent for nobody.
    if (account.user === '') return { kind: 'missing' };
    const { readings, isMismatched } = confCredentials(conf, hashFormat, account, method);
    this.#readings = readings;
    if (readings.length === 0) return this.#inKeychain.find(account, method);
    if (isMismatched) {
      terminal.err(
        confRemarkLine(path, {
          severity: 'warning',
          line: conf.passNt?.line ?? 0,
          matter: { kind: 'hashes-differ' },
        }),
      );
    }
    const all = await knownOutcomes(
      readings.map(({ credential }) => credential),
      memory,
    );
    const accepted = all.filter(({ known }) => known?.outcome === 'accepted');
    const left = accepted.length > 0 ? accepted : all.filter(({ known }) => known === undefined);
    if (left.length > 0) return found(left, undefined);
    return (await this.#newer(account, method)) ?? found(all, all.at(-1)?.known?.atMs);
  }

  async remember(credential: Credential, outcome: 'accepted' | 'refused'): Promise<void> {
    const { file, memory, terminal } = this.#options;
    const { account } = credential;
    const before = (await memory.recall(account, markOf(credential)))?.outcome;
    const reading = this.#readings.find((each) => isSameSecret(each.credential, credential));
    // A hash that was once accepted in one form and is refused now is old, not misread: the other form is not tried.
    const isOld = reading !== undefined && before === 'accepted' && outcome === 'refused';
    const settled = isOld ? this.#readings.map((each) => each.credential) : [credential];
    for (const each of settled) await memory.remember(account, markOf(each), outcome, Date.now());
    const isFoundOut = this.#readings.length > 1 && outcome === 'accepted' && before !== 'accepted';
    if (isFoundOut && reading?.format !== undefined) {
      terminal.err(`latchkey: the hash in ${file.path} is written ${reading.format}; this is remembered`);
    }
  }

  /** What `latchkey credential set` has stored since the file was written; undefined when there is nothing that could be used. */
  async #newer(account: Account, method: SignInMethod): Promise<FoundCredentials | undefined> {
    const { terminal } = this.#options;
    // Without a Keychain there is nothing in it.
    const newer = await this.#inKeychain.find(account, method);
    const place = this.#place();
    if (newer.kind === 'found' && newer.refusedAtMs === undefined) {
      terminal.err(
        `${place}: warning: this hash was refused or replaced; the newer one in the Keychain is used, so the line can go`,
      );
      return newer;
    }
    terminal.err(
      `${place}: warning: the company proxy has refused this password of ${formatAccount(account)}, and it is not sent again: ` +
        'give the new one with `latchkey credential set`, or have this one tried once more with `latchkey credential retry`',
    );
    return undefined;
  }

  /** The line with the hash; a password has a line as well, which is nobody's business. */
  #place(): string {
    const { path, conf } = this.#options.file;
    const line = (conf.passNtlmv2 ?? conf.passNt ?? conf.passLm)?.line;
    return conf.password !== undefined || line === undefined ? path : `${path}:${line}`;
  }
}

function found(all: readonly KnownOutcome[], refusedAtMs: number | undefined): FoundCredentials {
  return { kind: 'found', credentials: all.map(({ credential }) => credential), refusedAtMs };
}
