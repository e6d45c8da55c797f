import type { CntlmConf } from '../main/cntlm/read-cntlm-conf';
import { formatUpstream, type Upstream } from '../shared/settings';
import { CliError, exitCodes } from './cli-error';
import { askFor, canAsk } from './read-password';
import type { Terminal } from './terminal';

export interface PacAgreement {
  /** The cntlm.conf, as it was given. */
  readonly config: string;
  readonly conf: Pick<CntlmConf, 'upstreams' | 'pac'>;
  /** The PAC of the command line, in place of that of the file. */
  readonly pac?: string | undefined;
  /** To whom the user has agreed on the command line. */
  readonly said: readonly Upstream[];
  readonly terminal: Terminal;
}

/**
 * The company proxies of a PAC that may get the sign-in, besides those of Proxy. Of a file with a Pac and without a Proxy at least one
 * is needed: whoever sits at the terminal is asked.
 *
 * @throws CliError exit 2 where there is none, which names those of the PAC; exit 130 when it is interrupted
 */
export async function agreedProxies({
  config,
  conf,
  pac = conf.pac,
  said,
  terminal,
}: PacAgreement): Promise<readonly Upstream[]> {
  if (conf.upstreams.length > 0 || said.length > 0 || pac === undefined) return said;
  const { lookAtPac } = await import('./look-at-pac');
  const { proxies, place = pac, error } = await lookAtPac(pac, terminal);
  if (proxies.length === 0) {
    throw refusal(
      `${config}: there is no Proxy, and ${
        error === undefined
          ? `the PAC ${place} names none for usual addresses`
          : `the PAC ${place} cannot be read (${error})`
      }; say with --agree HOST:PORT which company proxy may get the sign-in`,
    );
  }
  const agreed: Upstream[] = [];
  if (canAsk(terminal)) {
    terminal.err(`latchkey: ${config} has no Proxy: the PAC ${place} says which company proxy there is`);
    for (const proxy of proxies) {
      const answer = await askFor(terminal, `May ${formatUpstream(proxy)} get the sign-in? [y/N] `);
      if (/^y(?:es)?$/i.test(answer.trim())) agreed.push(proxy);
    }
  }
  if (agreed.length > 0) return agreed;
  const names = proxies.map(formatUpstream);
  throw refusal(
    `${config}: there is no Proxy; the PAC ${place} names ${names.join(', ')}: say with ` +
      `${names.map((name) => `--agree ${name}`).join(' ')} that the sign-in may go there`,
  );
}

function refusal(sentence: string): CliError {
  return new CliError(exitCodes.badConfiguration, [sentence]);
}
