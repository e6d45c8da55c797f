import type { UnboundReason } from '../../engine-state';
import { methodName } from '../../method-name';
import { formatHostPort, formatUpstream } from '../../settings';
import type { AppProblem } from '../../app-problem';
import type { ProblemText } from '../../text';
import { confRemark } from '../conf-remarks/en';
import { commandLinkProblemInEnglish } from '../command-link/en';
import { kerberosProblem } from '../kerberos/en';
import { problem } from '../problems/en';
import { updateProblem } from '../updates/en';

/** Why a port is not open. */
export const unboundReasons: Readonly<Record<UnboundReason, string>> = {
  own: 'another setting of Latchkey has opened it already',
  'in-use': 'another program has it',
  'no-such-address': 'this is not an address of this Mac',
  'not-allowed': 'the system does not allow it',
  other: 'the system has refused it',
};

/** What is said about a problem of the app itself, or of a request. */
export function appProblem(value: AppProblem): ProblemText {
  // `problem` takes what is left, or does not compile.
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check
  switch (value.kind) {
    case 'port-in-use':
      return {
        title: 'The port is in use',
        sentence: `Port ${value.port} is in use by ${value.holder === undefined ? 'another program' : `another program, ${value.holder}`}`,
        remedy:
          value.freePort === undefined
            ? 'Quit that program, or choose another port in Preferences.'
            : `Port ${value.freePort} is free.`,
      };
    case 'port-not-allowed':
      return {
        title: 'The port is not allowed',
        sentence: `macOS does not let Latchkey listen on port ${value.port}`,
        remedy: 'Choose a port from 1024 on in Preferences.',
      };
    case 'upstream-is-latchkey':
      return {
        title: 'The company proxy is Latchkey itself',
        sentence: `${formatHostPort(value.upstream)} is the address of Latchkey on this Mac`,
        remedy: 'Give the address of the company proxy instead.',
      };
    case 'unknown-host':
      return {
        title: 'Name not found',
        sentence: `${value.host} in the list of who may connect has no address`,
        remedy: 'Correct the name, or write an address instead.',
      };
    case 'keychain-locked':
      return {
        title: 'The Keychain is locked',
        sentence: 'Latchkey cannot read or keep the sign-in until it is unlocked',
        remedy: 'Unlock it in Keychain Access, or enter the password and keep it until Latchkey quits.',
      };
    case 'keychain-denied':
      return {
        title: 'The Keychain said no',
        sentence: 'Latchkey was not given access to read or keep the sign-in',
        remedy:
          'Choose Always Allow when macOS asks: it then hands Latchkey the entry without a question, also one that was made by the command line, to macOS another program. Or enter the password and keep it until Latchkey quits.',
      };
    case 'keychain-not-built':
      return {
        title: 'A part of Latchkey is missing',
        sentence: 'keytar, which asks the Keychain, was not built or cannot be loaded',
        remedy:
          'Run “npm ci” in the folder of Latchkey (on Linux it needs libsecret-1-dev) and start again, or enter the password and keep it until Latchkey quits.',
      };
    case 'keychain-absent':
      return {
        title: 'There is no Keychain',
        sentence: 'Latchkey has no place to keep the sign-in',
        remedy: 'Enter the password and keep it until Latchkey quits.',
      };
    case 'keychain-failed':
      return {
        title: 'The Keychain does not answer',
        sentence: `The Keychain gave an error: ${value.detail}`,
        remedy: 'Log out of this Mac and in again, or enter the password and keep it until Latchkey quits.',
      };
    case 'settings-damaged':
      return {
        title: 'The settings could not be read',
        sentence: `The settings file was damaged. It was kept as ${value.keptAs}, and the usual settings are in use.`,
        remedy: 'Check Preferences; set Latchkey up again where something is missing.',
      };
    case 'settings-not-saved':
      return {
        title: 'The settings could not be saved',
        sentence: `The settings file cannot be written: ${value.detail}`,
        remedy: 'Check the free space and the permissions of the disk, then change the setting again.',
      };
    case 'settings-elsewhere':
      return {
        title: 'This setting stands in a file',
        sentence:
          value.line === 0
            ? `${value.keyword} is said by ${value.file}, which Latchkey only reads`
            : `${value.keyword} is said by line ${value.line} of ${value.file}, which Latchkey only reads`,
        remedy: 'Change it there, then start Latchkey again.',
      };
    case 'setting-managed':
      return {
        title: 'This setting is managed',
        sentence: `${value.by ?? 'Your company'} has set it for this Mac`,
        remedy: value.contact === undefined ? 'Ask those who look after this Mac.' : `Ask ${value.contact}.`,
      };
    case 'managed-wrong':
      return {
        title: 'A managed setting is not used',
        sentence: `${value.key} in ${value.file} cannot be what it says`,
        remedy: 'Tell those who look after this Mac.',
      };
    case 'no-such-address':
      return {
        title: 'Latchkey cannot listen there',
        sentence: `${value.host} is not an address of this Mac`,
        remedy: 'Correct the address to listen on.',
      };
    case 'not-listening': {
      const why = unboundReasons[value.why];
      const said = value.line === 0 ? '' : `${value.file}, line ${value.line}: `;
      return {
        title: 'One port is not open',
        sentence: `${said}Latchkey does not listen on ${value.place}: ${why}. The others are open.`,
        remedy: 'Correct it, or take it out.',
      };
    }
    case 'socks-users-unknown':
      return {
        title: 'A SOCKS5 user has no password',
        sentence: `The Keychain has given Latchkey no password of SOCKS5 for ${value.users.join(', ')}. Nobody is let in by that name`,
        remedy: 'Give the password anew in Preferences, SOCKS and tunnels.',
      };
    case 'file-unreadable':
      return {
        title: 'The file cannot be read',
        sentence: `${value.file} cannot be read: ${value.detail}`,
        remedy: 'Check that the file is there and that you may read it.',
      };
    case 'cntlm-conf':
      return {
        title: 'Something in the file is not as it should be',
        sentence: `${value.file}${value.line === 0 ? '' : `, line ${value.line}`}: ${confRemark(value.matter)}`,
        remedy: 'Correct the line, or type the settings in.',
      };
    case 'no-lm-hash':
      return {
        title: 'This password has no LM hash',
        sentence: `${methodName(value.method)} takes a password of at most 14 characters, all of them ASCII`,
        remedy: 'Nothing was sent. Choose another method under Sign-in.',
      };
    case 'login-item-refused':
      return {
        title: 'macOS did not accept the login item',
        sentence: 'macOS did not let Latchkey open at login',
        remedy: 'Allow Latchkey in System Settings, General, Login Items.',
      };
    case 'kerberos-unused':
      return kerberosProblem(formatHostPort(value.upstream), value.trouble);
    case 'pac-not-read':
      return {
        title: 'The PAC cannot be read',
        sentence: `The last try to read the PAC has failed: ${value.error}`,
        remedy: value.isOld
          ? 'The one that was read before stays in use. Check its address in Preferences, PAC.'
          : 'Check its address in Preferences, PAC.',
      };
    case 'pac-silent':
      return {
        title: 'The PAC has no answer',
        sentence: `The PAC says nothing to this page: ${value.detail}`,
        remedy: 'Tell your IT department. Preferences, PAC says what becomes of such requests.',
      };
    case 'pac-not-agreed':
      return {
        title: 'The PAC names others',
        sentence: `The PAC names ${value.upstreams.map(formatUpstream).join(', ')}, where Latchkey does not sign in`,
        remedy: 'If they are your company’s, add them in Preferences, Company proxies.',
      };
    case 'notifications-off':
      return {
        title: 'Notifications are off',
        sentence: 'macOS does not show the notifications of Latchkey',
        remedy: 'Allow them in System Settings, Notifications. Until then the icon and its menu tell you.',
      };
    case 'icon-hidden':
      return {
        title: 'The icon is not in the menu bar',
        sentence: 'macOS does not show the icon of Latchkey',
        remedy:
          'Switch Latchkey on in System Settings, Menu Bar, or make room in the menu bar. Opening Latchkey once more shows this panel.',
      };
    case 'shell-block-edited':
      return {
        title: 'The block for terminals was edited',
        sentence: `The block of Latchkey in ${value.file}, line ${value.line}, is not as Latchkey wrote it, and is left alone`,
        remedy: 'Take it out of the file yourself, then turn the switch on again.',
      };
    case 'shell-file-refused':
      return {
        title: 'The start file was left as it is',
        sentence: {
          'not-a-file': `${value.file} is not a file`,
          'not-yours': `${value.file} belongs to another user`,
          'read-only': `${value.file} is read-only`,
          'link-loop': `${value.file} is a link that leads to itself`,
          busy: `${value.file} is being changed by another program`,
          other: `${value.file} cannot be read or written: ${value.detail}`,
        }[value.why],
        remedy: {
          'not-a-file': 'Move it away, then try again.',
          'not-yours': 'Make it yours, or copy the terminal commands into it yourself.',
          'read-only': 'Allow writing, or copy the terminal commands into it yourself.',
          'link-loop': 'Repair the link, then try again.',
          busy: 'Try again in a moment.',
          other: 'Check the free space and the permissions of the disk, then try again.',
        }[value.why],
      };
    case 'command-taken':
    case 'command-has-no-folder':
    case 'command-app-not-installed':
    case 'command-not-linked':
      return commandLinkProblemInEnglish(value);
    case 'update-failed':
    case 'updates-unsupported':
      return updateProblem(value);
    case 'not-a-latchkey-task':
      return {
        title: 'That cannot be done now',
        sentence: `Latchkey cannot do that now: ${value.detail}`,
        remedy: 'Try again in a moment.',
      };
    default:
      return problem(value);
  }
}
