import { ntHash, ntowfv2 } from '../main/ntlm/ntowf';
import { type CalendarDay, isCalendarDay, localDay } from '../shared/calendar-day';
import type { CredentialCheck } from '../shared/engine-state';
import { formatAccount } from '../shared/settings';
import { describeProblem } from '../shared/text';
import { CliError, exitCodes } from './cli-error';
import { sendControlCommand } from './control-client';
import { type ControlCommand, isWebUrl } from './control-command';
import { findControlSocket } from './control-socket';
import { parseOptions, parsePort } from './options';
import { readPassword } from './read-password';
import { stateDirectory } from './state-directory';
import { askForStatus } from './status';
import type { Terminal } from './terminal';

/** A check is one logon, which may have to look for a company proxy first. */
const checkMs = 120_000;
const timeoutMs = 10_000;

const portOption = { port: { type: 'string', short: 'p' } } as const;
const checkOptions = { ...portOption, url: { type: 'string' } } as const;

/** `latchkey credential`: gives the running `latchkey run` a new password, or tells it when to sign in. */
export async function credential(args: string[], terminal: Terminal): Promise<number> {
  const [action, ...rest] = args;
  switch (action) {
    case 'set':
      return setCredential(rest, terminal);
    case 'retry':
      return retryCredential(rest, terminal);
    case 'pause':
      return pauseOrResume('pause', rest, terminal);
    case 'resume':
      return pauseOrResume('resume', rest, terminal);
    case undefined:
    default:
      throw new CliError(
        exitCodes.badConfiguration,
        `\`credential\` is followed by set, retry, pause or resume${action === undefined ? '' : `, not '${action}'`}`,
      );
  }
}

async function setCredential(args: string[], terminal: Terminal): Promise<number> {
  const { values } = parseOptions('credential set', args, {
    ...checkOptions,
    'set-on': { type: 'string' },
    again: { type: 'boolean' },
  });
  const url = parseUrl(values.url);
  const setOn = parseSetOn(values['set-on']);
  const path = await findSocket(values.port, terminal);
  const { account } = (await askForStatus(path)).state;
  terminal.err(`latchkey: the account is ${formatAccount(account)}`);
  const password = await readPassword(terminal, 'New password: ');
  terminal.err('latchkey: trying it with one logon');
  // The password ends here: what is sent is its hash, and only over the user's own socket.
  const command: ControlCommand = {
    kind: 'credential-set',
    account,
    ntowfv2: ntowfv2(ntHash(password), account).toString('hex'),
    ...(url === undefined ? {} : { url }),
    ...(setOn === undefined ? {} : { setOn }),
    ...(values.again === undefined ? {} : { isAgain: values.again }),
  };
  const name = formatAccount(account);
  return check(path, command, terminal, {
    accepted: `The new password of ${name} was accepted and is in use from now on.`,
    // What is to be done about the credential in use is another matter: it may be good.
    refused: ({ sentence }) => `${sentence} It is not sent again; what was in use before stays in use.`,
    unclear: ({ sentence, remedy }) =>
      `The new password could not be checked, and nothing has changed. ${sentence} ${remedy}`,
  });
}

async function retryCredential(args: string[], terminal: Terminal): Promise<number> {
  const { values } = parseOptions('credential retry', args, checkOptions);
  const url = parseUrl(values.url);
  const path = await findSocket(values.port, terminal);
  const command: ControlCommand = { kind: 'credential-retry', ...(url === undefined ? {} : { url }) };
  return check(path, command, terminal, {
    accepted: 'The password was accepted.',
    refused: ({ sentence, remedy }) => `${sentence} ${remedy}`,
    unclear: ({ sentence, remedy }) => `${sentence} ${remedy}`,
  });
}

type ProblemText = ReturnType<typeof describeProblem>;

/** What is said of each outcome of a check. */
interface CheckWords {
  readonly accepted: string;
  readonly refused: (text: ProblemText) => string;
  readonly unclear: (text: ProblemText) => string;
}

async function check(
  path: string,
  command: ControlCommand,
  terminal: Terminal,
  words: CheckWords,
): Promise<number> {
  const answer = await sendControlCommand(path, command, checkMs);
  if (answer.kind !== 'checked') throw unexpected(answer);
  const sentences = [
    describeCheck(answer.result, words),
    ...(answer.note === undefined ? [] : [answer.note]),
  ];
  if (answer.result.kind !== 'accepted') throw new CliError(exitCodes.failure, sentences.join(' '));
  terminal.out(sentences.join(' '));
  return exitCodes.ok;
}

function describeCheck(result: CredentialCheck, words: CheckWords): string {
  return result.kind === 'accepted' ? words.accepted : words[result.kind](describeProblem(result.problem));
}

async function pauseOrResume(
  action: 'pause' | 'resume',
  args: string[],
  terminal: Terminal,
): Promise<number> {
  const { values } = parseOptions(`credential ${action}`, args, portOption);
  const path = await findSocket(values.port, terminal);
  const answer = await sendControlCommand(path, { kind: `credential-${action}` }, timeoutMs);
  if (answer.kind !== 'done') throw unexpected(answer);
  const done = action === 'pause' ? 'The sign-in is paused; open tunnels stay' : 'The sign-in goes on';
  terminal.out(`${done}${answer.note === undefined ? '' : `: ${answer.note}`}.`);
  return exitCodes.ok;
}

function unexpected(answer: { readonly kind: string; readonly message?: string }): CliError {
  return new CliError(
    exitCodes.failure,
    answer.message ?? 'the running `latchkey` gave another answer; is it of another version?',
  );
}

function findSocket(port: string | undefined, terminal: Terminal): Promise<string> {
  const directory = stateDirectory(terminal.env, process.platform);
  return findControlSocket(directory, port === undefined ? undefined : parsePort(port));
}

function parseUrl(text: string | undefined): string | undefined {
  const isUrl: boolean = text === undefined || isWebUrl(text);
  if (isUrl) return text;
  throw new CliError(
    exitCodes.badConfiguration,
    `--url takes a URL that begins with http:// or https://, not '${text ?? ''}'`,
  );
}

function parseSetOn(text: string | undefined): CalendarDay | undefined {
  // Of two days the later one is the greater text.
  if (text === undefined || (isCalendarDay(text) && text <= localDay(Date.now()))) return text;
  throw new CliError(
    exitCodes.badConfiguration,
    `--set-on takes a day as YYYY-MM-DD, today or before, not '${text}'`,
  );
}
