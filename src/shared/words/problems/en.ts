import { assertNever, type Problem } from '../../problem';
import { formatAccount, formatHostPort } from '../../settings';
import { describeProblem, type ProblemText } from '../../text';
import { formats } from '../numbers/en';

export const allowLocalNetwork =
  'Choose Allow when macOS asks, or switch Latchkey on in System Settings, Privacy & Security, Local Network.';

/** What is said about a problem of a request. */
export function problem(value: Problem): ProblemText {
  switch (value.kind) {
    case 'out-of-descriptors':
      return {
        ...describeProblem(value),
        sentence: 'This Mac lets Latchkey have no more open connections.',
        remedy: 'Close programs that open many connections, then try again.',
      };
    case 'local-network-denied':
      return { ...describeProblem(value), remedy: allowLocalNetwork };
    case 'client-denied':
      return {
        title: 'Not allowed',
        sentence: 'The program’s address is not among those who may connect.',
        remedy: 'Add it in Preferences, Port and access.',
      };
    case 'bad-challenge':
      return { ...describeProblem(value), remedy: 'Give the report of the Doctor to your IT department.' };
    case 'credential-refused':
      return {
        title: 'The company proxy no longer accepts this password',
        sentence: `${formatHostPort(value.hop.address)} refused ${formatAccount(value.account)}. It does not say whether the password is wrong or expired, or the account locked.`,
        remedy: 'Latchkey sends nothing more until you enter the password again.',
      };
    case 'logon-unclear':
      return {
        ...describeProblem(value),
        remedy: `Latchkey waits ${formats.duration(value.retryAfterMs)} before the next one. You can also sign in at once.`,
      };
    case 'sign-in-paused':
      return { ...describeProblem(value), remedy: 'Enter the new password, or go on with the old one.' };
    case 'account-missing':
      return { ...describeProblem(value), remedy: 'Set Latchkey up with your account.' };
    case 'other-domain':
      return {
        ...describeProblem(value),
        remedy:
          'Check that this Mac is on the company network or its VPN. If it is right, sign in once: the new domain is remembered then.',
      };
    case 'untrusted-certificate':
      return {
        ...describeProblem(value),
        sentence: `The company proxy ${formatHostPort(value.hop.address)} shows a certificate that this Mac does not trust (${value.detail}).`,
        remedy:
          'Check that this Mac is on the company network. If it is, ask your IT department for the certificate of its authority.',
      };
    case 'not-agreed':
      return {
        ...describeProblem(value),
        remedy: 'If it is your company’s, agree to it in Latchkey’s panel.',
      };
    case 'no-pac-answer':
      return {
        ...describeProblem(value),
        remedy: 'Tell your IT department, or choose in Preferences, PAC, what is done then.',
      };
    case 'bad-request':
    case 'broken-answer':
    case 'closed-early':
    case 'connect-timed-out':
    case 'connection-refused':
    case 'head-too-large':
    case 'internal':
    case 'logon-lost':
    case 'logon-pending':
    case 'loop':
    case 'name-not-found':
    case 'server-error':
    case 'ntlm-not-offered':
    case 'method-not-offered':
    case 'origin-asked':
    case 'sign-in-not-asked':
    case 'silent':
    case 'socks-sign-in-refused':
    case 'needless-sign-in':
    case 'client-sign-in-needed':
    case 'client-sign-in-refused':
    case 'client-account-waits':
    case 'origin-sign-in-lost':
    case 'target-denied':
    case 'target-refused':
    case 'unreachable':
      return describeProblem(value);
    default:
      return assertNever(value);
  }
}
