import { readFile } from 'node:fs/promises';
import { splitCntlmConf } from '../main/cntlm/cntlm-lines';
import { type CntlmConf, readCntlmConf } from '../main/cntlm/read-cntlm-conf';
import type { ConfMatter, ConfRemark } from '../shared/conf-remark';
import { messageOf } from '../shared/error-text';
import type { Account, SignInMethod } from '../shared/settings';
import type { AppProblem } from '../shared/app-problem';
import { CliError, exitCodes } from './cli-error';
import { confPlace, confRemarkLine, describeConfMatter } from './describe-conf-remark';
import type { Terminal } from './terminal';
import { warnOfReaders } from './warn-of-readers';
import { codeOf } from '../shared/error-code';

/** A cntlm.conf that was given with --config. It is only ever read. */
export class ConfFile {
  readonly path: string;
  readonly #terminal: Pick<Terminal, 'err'>;
  readonly #said: Partial<Account>;
  readonly #method: SignInMethod | undefined;
  #text = '';
  #conf: CntlmConf;

  private constructor(
    path: string,
    terminal: Pick<Terminal, 'err'>,
    said: Partial<Account>,
    method: SignInMethod | undefined,
    { text, conf }: { readonly text: string; readonly conf: CntlmConf },
  ) {
    this.path = path;
    this.#terminal = terminal;
    this.#said = said;
    this.#method = method;
    this.#text = text;
    this.#conf = conf;
  }

  /**
   * Reads it; its warnings go to the terminal.
   *
   * @param said what the command line says of the account, which counts before what the file says
   * @param method how the user wants to sign in; default: NTLMv2
   * @throws CliError exit 2 with its mistakes
   */
  static async open(
    path: string,
    terminal: Pick<Terminal, 'err'>,
    said: Partial<Account> = {},
    method?: SignInMethod,
  ): Promise<ConfFile> {
    let read: ReadConf;
    try {
      read = await readConfFile(path, terminal, said, method);
    } catch (error) {
      throw new CliError(exitCodes.badConfiguration, [`${path}: ${reasonOf(error)}`], { cause: error });
    }
    const { text, conf, errors } = read;
    if (conf !== undefined) return new ConfFile(path, terminal, said, method, { text, conf });
    throw new CliError(
      exitCodes.badConfiguration,
      errors.map(({ line, matter }) => `${confPlace(path, line)}: ${describeConfMatter(matter)}`),
    );
  }

  /** What it said when it was last read without a mistake. */
  get conf(): CntlmConf {
    return this.#conf;
  }

  /** Whose account it is; without a user when nobody has said it: then there is nothing to sign in with. */
  get account(): Account {
    return accountOf(this.#conf, this.#said);
  }

  /**
   * Reads it again.
   *
   * @param whyNot what keeps a file without a mistake from being used
   * @returns what is wrong with it; nothing has changed then
   */
  async reload(whyNot: (conf: CntlmConf) => ConfMatter | undefined): Promise<AppProblem | undefined> {
    let read: ReadConf;
    try {
      read = await readConfFile(this.path, this.#terminal, this.#said, this.#method);
    } catch (error) {
      return { kind: 'file-unreadable', file: this.path, detail: reasonOf(error) };
    }
    const { text, conf, errors } = read;
    if (conf === undefined) {
      const { line = 0, matter = { kind: 'value-unusable' } } = errors[0] ?? {};
      return { kind: 'cntlm-conf', file: this.path, line, matter };
    }
    const reason = whyNot(conf);
    if (reason !== undefined) return { kind: 'cntlm-conf', file: this.path, line: 0, matter: reason };
    this.#text = text;
    this.#conf = conf;
    return undefined;
  }

  /** The first line that has one of these keywords, and the keyword as it stands there; line 0 where there is none. */
  lineOf(...keywords: readonly string[]): { readonly line: number; readonly keyword: string } {
    const found = splitCntlmConf(this.#text, () => undefined).find(({ keyword }) =>
      keywords.some((each) => each.toLowerCase() === keyword.toLowerCase()),
    );
    return { line: found?.line ?? 0, keyword: found?.keyword ?? keywords[0] ?? '' };
  }
}

interface ReadConf {
  readonly text: string;
  readonly conf: CntlmConf | undefined;
  readonly errors: readonly ConfRemark[];
}

function accountOf({ account, domain }: CntlmConf, said: Partial<Account>): Account {
  return { domain: said.domain ?? domain, user: said.user ?? account?.user ?? '' };
}

/** PassNTLMv2 is made of the names as well: for another account it would only cost a logon. */
function hashOfAnother(conf: CntlmConf, said: Partial<Account>): ConfRemark | undefined {
  const { account: own, passNtlmv2, passNt } = conf;
  if (own === undefined || passNtlmv2 === undefined || passNt !== undefined) return undefined;
  const { domain, user } = accountOf(conf, said);
  const isSame =
    domain.toUpperCase() === own.domain.toUpperCase() && user.toUpperCase() === own.user.toUpperCase();
  if (isSame) return undefined;
  const matter = { kind: 'hash-of-another', keyword: 'PassNTLMv2' } as const;
  return { severity: 'error', line: passNtlmv2.line, matter };
}

/** @throws NodeJS.ErrnoException */
async function readConfFile(
  path: string,
  terminal: Pick<Terminal, 'err'>,
  said: Partial<Account>,
  method: SignInMethod | undefined,
): Promise<ReadConf> {
  const text = (await readFile(path)).toString('latin1');
  const { conf, remarks } = readCntlmConf(text, method);
  const errors = remarks.filter(({ severity }) => severity === 'error');
  if (conf === undefined) return { text, conf, errors };
  const wrong = hashOfAnother(conf, said);
  if (wrong !== undefined) return { text, conf: undefined, errors: [wrong] };
  for (const remark of remarks) {
    if (remark.matter.kind === 'no-username' && said.user !== undefined) continue;
    terminal.err(confRemarkLine(path, remark));
  }
  await warnOfReaders(path, conf, terminal);
  return { text, conf, errors };
}

function reasonOf(error: unknown): string {
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file',
    EACCES: 'you may not read it; copy it to a file of your own, or change its rights',
    EISDIR: 'it is a folder',
  };
  return reasons[codeOf(error) ?? ''] ?? messageOf(error);
}

/** @throws CliError exit 2, with what to do */
export async function readConfBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new CliError(exitCodes.badConfiguration, [`${path}: ${reasonOf(error)}`], { cause: error });
  }
}
