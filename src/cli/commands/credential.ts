import type { CalendarDay } from '../../shared/calendar-day';
import type { Command, FinishedCheck } from '../../shared/command';
import { formatAccount, type SignInMethod } from '../../shared/settings';
import type { AppState } from '../../shared/state';
import { CliError, exitCodes } from '../cli-error';
import type { ControlClient } from '../control-client';
import { describeAppProblem, problemLine } from '../describe-app-problem';
import { withProgress } from '../progress';
import { readPassword } from '../read-password';
import { resultError } from '../result-error';
import { type WhichOptions, withRunning } from '../running';
import type { Terminal } from '../terminal';
import { warnOfMethod } from '../warn-of-method';

/** A check is one logon, which may have to look for a company proxy first. */
const checkMs = 120_000;

export interface RetryOptions extends WhichOptions {
  /** The page that the logon is made for; without one Latchkey chooses. */
  readonly url?: string | undefined;
}

export interface SetOptions extends RetryOptions {
  /** How it signs in from now on; without one: as before. */
  readonly signIn?: SignInMethod | undefined;
  /** When the password was changed; without one: today. */
  readonly setOn?: CalendarDay | undefined;
  /** Also if it has been refused before. */
  readonly again?: boolean | undefined;
}

/** `latchkey credential set`: has the Latchkey that runs try a new password, and use it. */
export function setCredential(options: SetOptions, terminal: Terminal): Promise<number> {
  const { url, setOn, again, port, signIn } = options;
  if (signIn !== undefined) warnOfMethod(signIn, terminal);
  return withRunning(terminal, port, async (client) => {
    const { account } = (await client.state()).settings;
    if (account === undefined) {
      throw new CliError(exitCodes.failure, 'nothing is set up yet: open Latchkey in the menu bar');
    }
    const name = formatAccount(account);
    terminal.err(`latchkey: the account is ${name}`);
    const password = await readPassword(terminal, 'New password: ');
    terminal.err('latchkey: trying it with one logon');
    const command: Command = {
      kind: 'change-password',
      password,
      ...(url === undefined ? {} : { url }),
      ...(setOn === undefined ? {} : { setOn }),
      ...(signIn === undefined ? {} : { method: signIn }),
      ...(again === undefined ? {} : { isAgain: again }),
    };
    return check(client, command, terminal, {
      accepted: `The new password of ${name} was accepted and is in use from now on.`,
      // What is to be done about the credential in use is another matter: it may be good.
      refused: ({ sentence }, { logons }) =>
        logons === 0
          ? 'This password was refused before, or replaced by a newer one, so it was not sent; should it be valid again, ' +
            'give it with `latchkey credential set --again`.'
          : `${sentence} It is not sent again; what was in use before stays in use.`,
      unclear: ({ sentence, remedy }) =>
        `The new password could not be checked, and nothing has changed. ${sentence} ${remedy}`,
      note: whereItIs,
    });
  });
}

/** `latchkey credential retry`: one more logon with the password in use. */
export function retryCredential({ port, url }: RetryOptions, terminal: Terminal): Promise<number> {
  return withRunning(terminal, port, (client) =>
    check(client, { kind: 'retry-password', ...(url === undefined ? {} : { url }) }, terminal, {
      accepted: 'The password was accepted.',
      refused: ({ sentence, remedy }) => `${sentence} ${remedy}`,
      unclear: ({ sentence, remedy }) => `${sentence} ${remedy}`,
      note: () => undefined,
    }),
  );
}

type ProblemText = ReturnType<typeof describeAppProblem>;

/** What is said of each outcome of a check. */
interface CheckWords {
  readonly accepted: string;
  readonly refused: (text: ProblemText, check: FinishedCheck) => string;
  readonly unclear: (text: ProblemText) => string;
  /** One more sentence after it was accepted. */
  readonly note: (state: AppState) => string | undefined;
}

async function check(
  client: ControlClient,
  command: Command,
  terminal: Terminal,
  words: CheckWords,
): Promise<number> {
  const waiting = client.run(command, checkMs);
  const result = await withProgress(terminal, 'waiting for the company proxy', waiting);
  if (result.kind !== 'checked')
    throw resultError(result, 'another check is under way, or there is no password yet');
  const { check: finished } = result;
  const state = await client.state();
  switch (finished.result) {
    case 'accepted':
      terminal.out([words.accepted, words.note(state)].filter((each) => each !== undefined).join(' '));
      return exitCodes.ok;
    case 'refused':
      throw new CliError(
        exitCodes.failure,
        [words.refused(textOf(finished), finished), costOf(finished, state)]
          .filter((each) => each !== undefined)
          .join(' '),
      );
    case 'unclear':
      throw new CliError(exitCodes.failure, words.unclear(textOf(finished)));
    case 'cancelled':
      throw new CliError(exitCodes.failure, 'it was called off; nothing has changed');
  }
}

function textOf({ problem }: FinishedCheck): ProblemText {
  return describeAppProblem(problem ?? { kind: 'internal' });
}

/** A refusal is worth a word about what it may cost. */
function costOf({ logons }: FinishedCheck, { account }: AppState): string | undefined {
  if (logons === 0 || account === undefined) return undefined;
  const { refused } = account.today;
  const times = refused === 1 ? 'once' : `${refused} times`;
  return `The company proxy has refused this account ${times} today; many directories lock an account after three.`;
}

function whereItIs({ account, notices }: AppState): string {
  if (account?.isForSessionOnly !== true)
    return 'It is in the Keychain, where Latchkey finds it the next time.';
  const why = notices.find(({ kind }) => kind.startsWith('keychain-'));
  if (why === undefined) {
    return 'The Keychain has not answered yet: macOS may be asking you. Until it has, it is kept until this Latchkey ends.';
  }
  return `It is kept until this Latchkey ends. ${problemLine(why)}`;
}

/** `latchkey credential pause` and `resume`: no logon while the password is being changed. */
export function pauseOrResume(
  action: 'pause' | 'resume',
  { port }: WhichOptions,
  terminal: Terminal,
): Promise<number> {
  return withRunning(terminal, port, async (client) => {
    const isPaused = action === 'pause';
    const result = await client.run({ kind: 'pause-sign-in', isPaused });
    if (result.kind !== 'done') {
      throw resultError(
        result,
        'there is no sign-in to be paused: Latchkey is turned off, or has no password yet',
      );
    }
    terminal.out(
      isPaused
        ? 'The sign-in is paused; open tunnels stay: no sign-in is made until there is a new password, or `latchkey credential resume`.'
        : 'The sign-in goes on.',
    );
    return exitCodes.ok;
  });
}
