import { stat } from 'node:fs/promises';
import { quoteFor } from '../shared/terminal-commands';
import type { CntlmConf } from '../main/cntlm/read-cntlm-conf';
import type { Terminal } from './terminal';

type Secrets = Pick<CntlmConf, 'password' | 'passNtlmv2' | 'passNt' | 'passLm' | 'socksUsers'>;

/** A word for a shell, with quotes only where it needs them: it is to be read, and copied. */
function quoted(path: string): string {
  return /^[\w./@%+:,-]+$/.test(path) ? path : quoteFor('zsh', path);
}

/** Warns of a cntlm.conf with a password or a hash, which is as good as one, when other users can read it. */
export async function warnOfReaders(
  path: string,
  secrets: Secrets,
  terminal: Pick<Terminal, 'err'>,
): Promise<void> {
  const { passNtlmv2, passNt, passLm } = secrets;
  const hasHash = [passNtlmv2, passNt, passLm].some((each) => each !== undefined);
  const hasPassword = secrets.password !== undefined || secrets.socksUsers.length > 0;
  if (!hasPassword && !hasHash) return;
  const { mode, uid } = await stat(path);
  if ((mode & 0o044) === 0) return;
  const secret = hasPassword ? 'password' : 'hash';
  const word = quoted(path);
  const close = `chmod go-rwx ${word}`;
  const command = uid === process.getuid?.() ? close : `sudo chown "$USER" ${word} && ${close}`;
  terminal.err(
    `${path}: warning: other users of this computer can read the ${secret} in it; close it to them: \`${command}\``,
  );
}
