import { methodName } from './method-name';
import { assertNever, type Hop, type Problem } from './problem';
import { formatAccount, formatHostPort } from './settings';

/** What is said about a problem: one sentence, and one thing to do. */
export interface ProblemText {
  readonly title: string;
  readonly sentence: string;
  readonly remedy: string;
}

function nameOf({ role, address }: Hop): string {
  return role === 'upstream' ? `the company proxy ${formatHostPort(address)}` : formatHostPort(address);
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function formatSeconds(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} minutes`;
}

const askForNetwork = 'Check that this computer is on the company network or its VPN.';
const askForAddress = 'Check the address, then try again.';

function remedyFor(hop: Hop): string {
  return hop.role === 'upstream' ? askForNetwork : askForAddress;
}

/** The words for a problem on the command line. A problem without a sentence does not compile. */
export function describeProblem(problem: Problem): ProblemText {
  switch (problem.kind) {
    case 'bad-request':
      return {
        title: 'This request cannot be forwarded',
        sentence: `The request is not one that a proxy can forward: ${problem.detail}.`,
        remedy: 'Check the program that sent it, or its proxy setting.',
      };
    case 'head-too-large':
      return {
        title: 'This request is too large',
        sentence: `The head of the request is larger than ${problem.limitBytes} bytes.`,
        remedy: 'Clear the cookies of the site, or shorten the address.',
      };
    case 'client-denied':
      return {
        title: 'Not allowed',
        sentence: 'The access list of this proxy does not allow connections from your address.',
        remedy: 'Ask the owner of this proxy to add your address to its Allow rules.',
      };
    case 'client-sign-in-needed':
      return {
        title: 'Sign in to Latchkey',
        sentence: 'This proxy signs each program in with its own account, and yours has not said which.',
        remedy: 'Give your program the company account for this proxy: DOMAIN\\user and its password.',
      };
    case 'client-sign-in-refused':
      return {
        title: 'The company proxy refused this account',
        sentence: `The password that your program has given for ${formatAccount(problem.account)} was refused by the company proxy. It is not sent again.`,
        remedy: 'Give it the right one. Should it be right after all, turn Latchkey off and on.',
      };
    case 'client-account-waits':
      return {
        title: 'No sign-in for now',
        sentence: `Latchkey does not sign ${formatAccount(problem.account)} in for now: another password for it is being tried, two were bad, or too many accounts are in use.`,
        remedy: `Try again in ${formatSeconds(problem.retryAfterMs)}.`,
      };
    case 'socks-sign-in-refused':
      return {
        title: 'Not signed in to the SOCKS port',
        sentence:
          'The SOCKS port asks for a user name and a password, and the program has not given the right ones.',
        remedy: 'Put them into the proxy setting of that program.',
      };
    case 'loop':
      return {
        title: 'The request would go round in a circle',
        sentence: `The request for ${formatHostPort(problem.target)} leads back to this proxy.`,
        remedy: 'Check that neither the company proxy nor a PAC file points at Latchkey itself.',
      };
    case 'needless-sign-in':
      return {
        title: 'No sign-in needed',
        sentence:
          'The program wants to sign in to this proxy, which asks for no sign-in, and has left out the body of its request.',
        remedy: 'Take the user name, the password and options as --proxy-ntlm out of its proxy setting.',
      };
    case 'origin-sign-in-lost':
      return {
        title: 'The sign-in was interrupted',
        sentence: `The connection on which ${formatHostPort(problem.target)} was signing you in has ended.`,
        remedy: 'Load the page again.',
      };
    case 'target-denied':
      return {
        title: 'Not allowed',
        sentence: `The proxy does not connect other machines to ${formatHostPort(problem.target)}, which is for its own machine alone.`,
        remedy: 'Ask for it on that machine itself.',
      };
    case 'name-not-found':
      return {
        title: 'Name not found',
        sentence: `No address was found for the name of ${nameOf(problem.hop)}.`,
        remedy: remedyFor(problem.hop),
      };
    case 'connection-refused':
      return {
        title: 'Connection refused',
        sentence: `${capitalised(nameOf(problem.hop))} refuses the connection.`,
        remedy: remedyFor(problem.hop),
      };
    case 'connect-timed-out':
      return {
        title: 'No connection',
        sentence: `${capitalised(nameOf(problem.hop))} did not accept the connection in time.`,
        remedy: remedyFor(problem.hop),
      };
    case 'unreachable':
      return {
        title: 'No connection',
        sentence: `${capitalised(nameOf(problem.hop))} cannot be reached (${problem.detail}).`,
        remedy: remedyFor(problem.hop),
      };
    case 'local-network-denied':
      return {
        title: 'macOS blocks the local network',
        sentence: `macOS does not let Latchkey connect to ${nameOf(problem.hop)}, which is on this Mac’s own network.`,
        remedy:
          'Allow it in System Settings, Privacy & Security, Local Network: the terminal program from which Latchkey was started, or Latchkey itself.',
      };
    case 'untrusted-certificate':
      return {
        title: 'Certificate not trusted',
        sentence: `${capitalised(nameOf(problem.hop))} shows a certificate that this computer does not trust (${problem.detail}).`,
        remedy:
          'Check that this computer is on the company network. If it is, ask your IT department for the certificate of its authority.',
      };
    case 'not-agreed':
      return {
        title: 'Company proxy not agreed to',
        sentence: `The PAC names ${nameOf(problem.hop)}, which asks for the sign-in and gets none, as you have not agreed to it.`,
        remedy: `If it is your company’s, agree with \`latchkey agree ${formatHostPort(problem.hop.address)}\`, then try again.`,
      };
    case 'no-pac-answer':
      return {
        title: 'The PAC has no answer',
        sentence: `The PAC names no way to ${problem.target.host} (${problem.detail}).`,
        remedy: 'Tell your IT department, or choose with the setting `pacFallback` what is done then.',
      };
    case 'out-of-descriptors':
      return {
        title: 'Too many connections',
        sentence: 'This computer lets Latchkey have no more open connections.',
        remedy: 'Close programs that open many, or start `latchkey run` with a higher `ulimit -n`.',
      };
    case 'closed-early':
      return {
        title: 'Connection lost',
        sentence: `${capitalised(nameOf(problem.hop))} closed the connection before its answer was complete.`,
        remedy: 'Try again.',
      };
    case 'silent':
      return {
        title: 'No answer',
        sentence: `${capitalised(nameOf(problem.hop))} did not answer in time.`,
        remedy: 'Try again. If it goes on, tell whoever runs that server.',
      };
    case 'broken-answer':
      return {
        title: 'Answer not understood',
        sentence: `${capitalised(nameOf(problem.hop))} sent an answer that breaks the rules of HTTP: ${problem.detail}.`,
        remedy: 'Report this to whoever runs that server.',
      };
    case 'ntlm-not-offered':
      return {
        title: 'The company proxy does not offer NTLM',
        sentence: `${capitalised(nameOf(problem.hop))} asks for a sign-in but does not offer NTLM (it offers: ${problem.offered.join(', ') || 'nothing'}).`,
        remedy: problem.offered.includes('Negotiate')
          ? 'It takes Kerberos: get a ticket, on a Mac in Ticket Viewer, or ask your IT department which sign-in it takes.'
          : 'Check the address of the company proxy, or ask your IT department which sign-in it takes.',
      };
    case 'method-not-offered':
      return {
        title: `The company proxy does not take ${methodName(problem.method)}`,
        sentence: `${capitalised(nameOf(problem.hop))} asks for a sign-in but does not offer what ${methodName(problem.method)}, which you have chosen, takes (it offers: ${problem.offered.join(', ') || 'nothing'}).`,
        remedy:
          'No other method is tried by itself. Choose another one under Sign-in, or ask your IT department.',
      };
    case 'bad-challenge':
      return {
        title: 'The sign-in could not be carried out',
        sentence: `${capitalised(nameOf(problem.hop))} sent an NTLM challenge that cannot be used: ${problem.detail}.`,
        remedy: 'Run `latchkey check` and give its report to your IT department.',
      };
    case 'server-error':
      return {
        title: 'The company proxy is in trouble',
        sentence: `${capitalised(nameOf(problem.hop))} did not say whether it accepts the password: ${problem.detail}.`,
        remedy: 'If it goes on, tell your IT department.',
      };
    case 'credential-refused':
      return {
        title: 'The company proxy has refused this password',
        sentence: `${capitalised(nameOf(problem.hop))} refused ${formatAccount(problem.account)}: the password may be wrong or expired, the account locked or disabled, or the proxy cannot reach its domain controller.`,
        remedy:
          'Latchkey has stopped signing in so that the account is not locked. Give it the new password with `latchkey credential set`, or have it try this one once more with `latchkey credential retry`.',
      };
    case 'target-refused':
      return {
        title: 'The company proxy does not allow this address',
        sentence: `${capitalised(nameOf(problem.hop))} accepts ${formatAccount(problem.account)}, but refuses this address.`,
        remedy: 'If you need it, ask your IT department to allow it for your account.',
      };
    case 'logon-pending':
      return {
        title: 'Still signing in',
        sentence: `A sign-in to ${nameOf(problem.hop)} has not been answered yet.`,
        remedy: 'Try again in a moment.',
      };
    case 'logon-unclear':
      return {
        title: 'The sign-in was not answered',
        sentence: `${capitalised(nameOf(problem.hop))} did not say what became of the last sign-ins, so nobody knows whether they count against the account.`,
        remedy: `Latchkey waits ${formatSeconds(problem.retryAfterMs)} before the next one; \`latchkey credential retry\` tries at once.`,
      };
    case 'logon-lost':
      return {
        title: 'A sign-in for this address was not answered',
        sentence: `A sign-in to ${nameOf(problem.hop)} that was made for this address was left without an answer, so no other is made for it.`,
        remedy: `Try again in ${formatSeconds(problem.retryAfterMs)}; other addresses are not affected.`,
      };
    case 'origin-asked':
      return {
        title: 'The site asks for a proxy’s sign-in',
        sentence: `The site behind ${nameOf(problem.hop)} answered with status 407 and asks for nothing: only a proxy may ask in that way, so the answer was not passed on.`,
        remedy: 'Report this to whoever runs that site; the password is not in doubt.',
      };
    case 'other-domain':
      return {
        title: 'The company proxy is not the one it was',
        sentence: `${capitalised(nameOf(problem.hop))} names the domain ${problem.named}, and has always named ${problem.known}: it may be somebody else’s, so Latchkey does not sign in to it.`,
        remedy: `${askForNetwork} If it is right, sign in once with \`latchkey credential retry\`: the new domain is remembered then.`,
      };
    case 'sign-in-not-asked':
      return {
        title: 'No sign-in was asked for',
        sentence: `${capitalised(nameOf(problem.hop))} asks for no sign-in at the moment, so the password could not be checked.`,
        remedy: 'Try again when it asks; until then no password is needed.',
      };
    case 'sign-in-paused':
      return {
        title: 'The sign-in is paused',
        sentence: `Latchkey does not sign in as ${formatAccount(problem.account)} while the password is being changed.`,
        remedy:
          'Give it the new password with `latchkey credential set`, or go on with the old one: `latchkey credential resume`.',
      };
    case 'account-missing':
      return {
        title: 'Nobody has said whose account it is',
        sentence: `${capitalised(nameOf(problem.hop))} asks for a sign-in, and Latchkey has been given no user name.`,
        remedy:
          'Add Username and Domain to the cntlm.conf, or start `latchkey run` with --user and --domain.',
      };
    case 'internal':
      return {
        title: 'Latchkey made a mistake',
        sentence: 'Something went wrong inside Latchkey, and it is not your fault.',
        remedy: 'Try again; if it happens again, please report it.',
      };
    default:
      return assertNever(problem);
  }
}
