import { describeKerberosTrouble } from '../shared/kerberos-text';
import type { UnboundReason } from '../shared/engine-state';
import { methodName } from '../shared/method-name';
import { formatHostPort, formatUpstream } from '../shared/settings';
import type { AppProblem } from '../shared/app-problem';
import { describeProblem, type ProblemText } from '../shared/text';
import { updateProblem } from '../shared/words/updates/en';
import { confPlace, describeConfMatter } from './describe-conf-remark';

/** Why a port could not be opened. */
export const unboundReasons: Readonly<Record<UnboundReason, string>> = {
  own: 'another setting of this Latchkey has opened it already',
  'in-use': 'another program has it',
  'no-such-address': 'it is not an address of this computer',
  'not-allowed': 'it needs rights that you do not have',
  other: 'the system has refused it',
};

/** Where the hash goes when the Keychain does not take it. */
const withoutKeychain = 'for the next start put the line that `latchkey hash` prints into a configuration';

/** Both in one line. */
export function problemLine(problem: AppProblem): string {
  const { sentence, remedy } = describeAppProblem(problem);
  return `${sentence} ${remedy}`;
}

/** The words for a problem on the command line, where other things can be done about it than in the panel. */
export function describeAppProblem(problem: AppProblem): Omit<ProblemText, 'title'> {
  // `describeProblem` takes what is left, or does not compile.
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check
  switch (problem.kind) {
    case 'port-in-use': {
      const { port, holder, freePort } = problem;
      return {
        sentence: `Port ${port} is in use by ${holder ?? 'another program'}.`,
        remedy: `Stop it${holder === undefined ? ' (is cntlm still running?)' : ''}, or choose another port${freePort === undefined ? '' : `, such as ${freePort}`}.`,
      };
    }
    case 'port-not-allowed':
      return {
        sentence: `Port ${problem.port} needs rights that you do not have.`,
        remedy: 'Use a port above 1023.',
      };
    case 'no-such-address':
      return { sentence: `${problem.host} is not an address of this computer.`, remedy: 'Correct Listen.' };
    case 'upstream-is-latchkey':
      return {
        sentence: `The company proxy ${formatHostPort(problem.upstream)} is the address that Latchkey itself listens on.`,
        remedy: 'Put the address of the company proxy into Proxy, or listen on another --port.',
      };
    case 'unknown-host':
      return { sentence: `There is no address for ${problem.host}.`, remedy: 'Correct Allow or Deny.' };
    case 'keychain-locked':
      return { sentence: 'The Keychain is locked.', remedy: `Unlock it; or ${withoutKeychain}.` };
    case 'keychain-denied':
      return {
        sentence: 'The Keychain did not give Latchkey access.',
        remedy: `Choose Always Allow when macOS asks; or ${withoutKeychain}.`,
      };
    case 'keychain-absent':
      return {
        sentence: 'There is no Keychain here.',
        remedy: `${withoutKeychain[0]?.toUpperCase()}${withoutKeychain.slice(1)}.`,
      };
    case 'keychain-not-built':
      return {
        sentence: 'keytar, which asks the Keychain, was not built or cannot be loaded.',
        remedy: `Run \`npm ci\` in the folder of Latchkey (on Linux it needs libsecret-1-dev); or ${withoutKeychain}.`,
      };
    case 'keychain-failed':
      return {
        sentence: `The Keychain gave an error: ${problem.detail}.`,
        remedy: `Try it again; or ${withoutKeychain}.`,
      };
    case 'settings-damaged':
      return {
        sentence: `The settings file was damaged. It was kept as ${problem.keptAs}, and the usual settings are in use.`,
        remedy: 'Look at `latchkey settings get`.',
      };
    case 'settings-not-saved':
      return {
        sentence: `The settings file cannot be written: ${problem.detail}.`,
        remedy: 'Check the free space and the permissions of the disk.',
      };
    case 'settings-elsewhere': {
      const { file, line, keyword } = problem;
      return {
        sentence: `${keyword} is said by ${line === 0 ? '' : `line ${line} of `}${file}, which Latchkey only reads.`,
        remedy: 'Change it there; `latchkey reload` has a file read again.',
      };
    }
    case 'setting-managed':
      return {
        sentence: `${problem.name} is managed: ${problem.by ?? 'your company'} has set it for this computer.`,
        remedy: problem.contact === undefined ? 'Ask those who look after it.' : `Ask ${problem.contact}.`,
      };
    case 'managed-wrong':
      return {
        sentence: `${problem.file}: warning: ${problem.key} cannot be what it says, and is not used.`,
        remedy: 'docs/administrators.md tells what it takes.',
      };
    case 'not-listening': {
      const { place, file, line, why } = problem;
      return {
        sentence: `${confPlace(file, line)}: warning: ${place} is not listened on, as ${unboundReasons[why]}.`,
        remedy: 'The others are.',
      };
    }
    case 'socks-users-unknown':
      return {
        sentence: `The Keychain has given no password of SOCKS5 for ${problem.users.join(', ')}: nobody is let in by that name.`,
        remedy: 'Give it anew with `latchkey socks-user set NAME`.',
      };
    case 'file-unreadable':
      return {
        sentence: `${problem.file} cannot be read: ${problem.detail}.`,
        remedy: 'Check that it is there and that you may read it.',
      };
    case 'cntlm-conf':
      return {
        sentence: `${confPlace(problem.file, problem.line)}: ${describeConfMatter(problem.matter)}.`,
        remedy: 'Correct the line.',
      };
    case 'login-item-refused':
      return {
        sentence: 'macOS did not let Latchkey open at login.',
        remedy: 'Allow Latchkey in System Settings, General, Login Items.',
      };
    case 'kerberos-unused':
      return describeKerberosTrouble(formatHostPort(problem.upstream), problem.trouble);
    case 'pac-not-read':
      return {
        sentence: `The PAC could not be read the last time: ${problem.error}.`,
        remedy: problem.isOld ? 'The one of before is in use.' : 'Look at `latchkey settings get pac`.',
      };
    case 'pac-silent':
      return {
        sentence: `The PAC has no answer for this page: ${problem.detail}.`,
        remedy: 'Run it with `latchkey pac`; `pacFallback` says what becomes of such requests.',
      };
    case 'pac-not-agreed':
      return {
        sentence: `The PAC names ${problem.upstreams.map(formatUpstream).join(', ')}, where no sign-in is made.`,
        remedy: 'Agree with `latchkey agree ADDRESS` if it is your company’s.',
      };
    case 'notifications-off':
      return {
        sentence: 'macOS does not show the notifications of Latchkey.',
        remedy: 'Allow them in System Settings, Notifications.',
      };
    case 'icon-hidden':
      return {
        sentence: 'macOS does not show the icon of Latchkey.',
        remedy: 'Switch Latchkey on in System Settings, Menu Bar, or make room in the menu bar.',
      };
    case 'shell-block-edited':
      return {
        sentence: `The block of Latchkey in ${problem.file}, line ${problem.line}, is not as Latchkey wrote it, and is left alone.`,
        remedy: 'Take it out of the file yourself.',
      };
    case 'shell-file-refused':
      return {
        sentence: `${problem.file} was left as it is: ${problem.detail}.`,
        remedy: 'Check the file, or put what `latchkey env` prints into it yourself.',
      };
    case 'command-taken':
    case 'command-has-no-folder':
    case 'command-app-not-installed':
    case 'command-not-linked':
      return {
        sentence: 'The command `latchkey` was not linked.',
        remedy: 'Preferences, Terminal in the app says why.',
      };
    case 'no-lm-hash':
      return {
        sentence: `${methodName(problem.method)} takes a password of at most 14 characters, all of them ASCII: this one has no LM hash, and nothing was sent.`,
        remedy: 'Choose another --sign-in.',
      };
    case 'update-failed': {
      const { sentence, remedy } = updateProblem(problem);
      return { sentence: `${sentence}.`, remedy };
    }
    case 'updates-unsupported':
      return {
        sentence: 'This Latchkey does not update itself.',
        remedy: 'It comes with what it was installed with: npm, Homebrew, git, or whoever built the app.',
      };
    case 'not-a-latchkey-task':
      return {
        sentence: `Latchkey cannot do that now: ${problem.detail}.`,
        remedy: 'Try it again in a moment.',
      };
    default:
      return describeProblem(problem);
  }
}
