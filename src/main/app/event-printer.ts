import type { EngineEvent, LogonReason } from '../../shared/event';
import { describeKerberosTrouble } from '../../shared/kerberos-text';
import type { LogLevel } from '../../shared/log-line';
import { describePasswordAge } from '../../shared/password-age';
import { assertNever, type Problem } from '../../shared/problem';
import { formatAccount, formatHostPort, formatUpstream } from '../../shared/settings';
import { describeProblem, type ProblemText } from '../../shared/text';

/** Problems of one client or one origin: no line of their own, as they say nothing about the local proxy. */
const quietProblems: ReadonlySet<Problem['kind']> = new Set([
  'bad-request',
  'out-of-descriptors',
  'target-denied',
  'target-refused',
  'origin-asked',
  'logon-lost',
]);

/** What each logon is made for. */
const logonReasons: Readonly<Record<LogonReason, string>> = {
  request: 'for a request',
  proof: 'to prove the password with an address that is known to work',
  'second-opinion': 'to tell a forbidden address from a refused password',
  'slow-answer': 'as the answer to another one is slow',
  'lost-answer': 'as the answer to another one was lost',
  check: 'to check a password',
  spare: 'to have a connection ready',
};

/**
 * Turns events into lines for standard error or a log: what is worth one, and while it is verbose every request and every logon.
 * A problem that goes on is told once.
 */
export function eventPrinter(
  say: (level: LogLevel, line: string) => void,
  isVerbose: () => boolean,
): (event: EngineEvent) => void {
  const signedInTo = new Set<string>();
  let lastProblem = '';
  const sayText = (level: LogLevel, { sentence, remedy }: Omit<ProblemText, 'title'>): void =>
    say(level, `${sentence} ${remedy}`);
  const sayProblem = (problem: Problem): void => {
    const text = describeProblem(problem);
    if (text.sentence !== lastProblem) sayText('warning', text);
    lastProblem = text.sentence;
  };
  return (event) => {
    switch (event.kind) {
      case 'logon-accepted': {
        const line = `signed in to ${formatHostPort(event.upstream)} as ${formatAccount(event.account)}`;
        if (!signedInTo.has(line)) say('info', line);
        signedInTo.add(line);
        lastProblem = '';
        break;
      }
      case 'kerberos': {
        const name = formatHostPort(event.upstream);
        if (event.trouble === undefined) say('info', `signed in to ${name} with a Kerberos ticket`);
        else sayText('warning', describeKerberosTrouble(name, event.trouble));
        break;
      }
      case 'logon-sent':
        if (isVerbose())
          say('debug', `logon sent to ${formatHostPort(event.upstream)}, ${logonReasons[event.reason]}`);
        break;
      case 'logon-refused':
      case 'logon-unanswered':
        if (isVerbose()) say('debug', `${event.kind.replace('-', ' ')}, ${formatHostPort(event.upstream)}`);
        break;
      case 'credential-standing':
        if (event.standing === 'suspect') {
          say(
            'warning',
            `a sign-in as ${formatAccount(event.account)} was refused; one more will tell whether it was the address`,
          );
        } else if (event.standing === 'refused') {
          say(
            'error',
            `the password of ${formatAccount(event.account)} is refused: no more sign-ins with it until it changes`,
          );
        }
        break;
      case 'credential-changed':
        signedInTo.clear();
        say('info', `a checked password of ${formatAccount(event.account)} is in use from now on`);
        break;
      case 'sign-in-paused':
        say('info', event.isPaused ? 'signing in is paused' : 'signing in goes on');
        break;
      case 'target-refused':
        say('warning', `the company proxy does not allow an address of ${event.host}; the password is good`);
        break;
      case 'password-expiring':
        say('warning', describePasswordAge(event.account, event.maxAgeDays, event));
        break;
      case 'out-of-descriptors':
        sayText('error', describeProblem({ kind: 'out-of-descriptors' }));
        break;
      case 'proxy-not-agreed':
        say(
          'warning',
          `the PAC names the company proxy ${formatUpstream(event.upstream)}: it gets no sign-in until you agree to it`,
        );
        break;
      case 'upstream-down':
        sayProblem(event.problem);
        break;
      case 'upstream-up':
        lastProblem = '';
        say('info', `the company proxy ${formatHostPort(event.upstream)} can be reached again`);
        break;
      case 'upstream-changed':
        say('info', `now using the company proxy ${formatHostPort(event.upstream)}`);
        break;
      case 'reachability':
        if (event.reachability === 'unreachable')
          say('warning', 'off the company network: no company proxy can be reached');
        break;
      case 'network-epoch':
        say('info', event.reason === 'woke' ? 'the machine has woken' : 'the network has changed');
        break;
      case 'request-finished':
        if (isVerbose()) say('debug', requestLine(event));
        if (event.problem !== undefined && !quietProblems.has(event.problem.kind)) sayProblem(event.problem);
        break;
      case 'own-request':
        if (isVerbose()) say('debug', ownRequestLine(event));
        break;
      case 'tunnel-ended':
        break;
      default:
        assertNever(event);
    }
  };
}

function requestLine(event: EngineEvent & { readonly kind: 'request-finished' }): string {
  const { method, target, route, status, durationMs } = event;
  const where = target === undefined ? '-' : formatHostPort(target);
  const way = route === undefined ? '-' : route.kind === 'direct' ? `direct (${route.rule})` : route.kind;
  return `${method} ${where} ${way} ${status ?? 'no answer'} ${Math.round(durationMs)} ms`;
}

function ownRequestLine(event: EngineEvent & { readonly kind: 'own-request' }): string {
  const { upstream, method, target, hasLogon, status, durationMs } = event;
  const what = `${method} ${target === undefined ? '-' : formatHostPort(target)}`;
  const how = `${hasLogon ? 'with' : 'without'} a logon`;
  return `own request, keeps a connection to ${formatHostPort(upstream)} ready, ${how}: ${what} ${status ?? 'no answer'} ${Math.round(durationMs)} ms`;
}
