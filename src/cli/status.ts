import type { EngineState, LogonCount } from '../shared/engine-state';
import { describeExpiry } from '../shared/password-age';
import { formatAccount, formatHostPort } from '../shared/settings';
import { CliError, exitCodes } from './cli-error';
import { sendControlCommand } from './control-client';
import type { ControlAnswer } from './control-command';
import { findControlSocket } from './control-socket';
import { parseOptions, parsePort } from './options';
import { stateDirectory } from './state-directory';
import type { Terminal } from './terminal';

export type StatusAnswer = ControlAnswer & { readonly kind: 'status' };

const timeoutMs = 10_000;
const titleWidth = 16;

/** `latchkey status`: what the running `latchkey run` is doing. */
export async function status(args: string[], terminal: Terminal): Promise<number> {
  const { values } = parseOptions('status', args, { port: { type: 'string', short: 'p' } });
  const port = values.port === undefined ? undefined : parsePort(values.port);
  const path = await findControlSocket(stateDirectory(terminal.env, process.platform), port);
  for (const line of statusLines(await askForStatus(path))) terminal.out(line);
  return exitCodes.ok;
}

/** @param path see `findControlSocket` @throws CliError */
export async function askForStatus(path: string): Promise<StatusAnswer> {
  const answer = await sendControlCommand(path, { kind: 'status' }, timeoutMs);
  if (answer.kind === 'status') return answer;
  throw new CliError(
    exitCodes.failure,
    answer.kind === 'failed' ? answer.message : 'the running `latchkey` does not say how it is',
  );
}

function statusLines({ state, today, password }: StatusAnswer): string[] {
  const facts: [string, string][] = [
    ['Listening on', state.addresses.map(formatHostPort).join(', ')],
    ['Company proxy', describeCompanyProxy(state)],
    ['Account', formatAccount(state.account)],
    ['Password', describePassword(state)],
    ['Today', describeLogons(today)],
  ];
  if (password !== undefined) {
    facts.push([
      'Password age',
      `set on ${password.setOn}; by the maximum age that you set it ${describeExpiry(password)}`,
    ]);
  }
  return facts.map(([title, fact]) => `${title.padEnd(titleWidth)}${fact}`);
}

function describeCompanyProxy({ companyProxy, upstream, offNetwork }: EngineState): string {
  if (companyProxy === 'unknown') return 'being looked for';
  if (companyProxy === 'reachable' && upstream !== undefined) return `${formatHostPort(upstream)}, in use`;
  return `none can be reached: ${offNetwork === 'direct' ? 'going direct' : 'requests are refused'}`;
}

function describePassword({ credential, isPaused }: EngineState): string {
  if (isPaused)
    return 'the sign-in is paused until `latchkey credential set` or `latchkey credential resume`';
  switch (credential) {
    case 'proven':
      return 'accepted';
    case 'unproven':
      return 'not tried yet on this network';
    case 'suspect':
      return 'accepted before, refused for one address: being judged';
    case 'refused':
      return 'refused: it is not sent again until `latchkey credential set` or `latchkey credential retry`';
  }
}

function describeLogons({ sent, refused, unanswered }: LogonCount): string {
  return `${sent} ${sent === 1 ? 'logon' : 'logons'}, ${refused} refused, ${unanswered} without an answer`;
}
