import type { EngineEvent } from '../../shared/event';
import { describePasswordAge } from '../../shared/password-age';
import { assertNever, type Problem } from '../../shared/problem';
import { formatAccount, formatHostPort } from '../../shared/settings';
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

/**
 * Turns events into lines for standard error or a log: what is worth one, and with `verbose` every request and every logon. A
 * problem that goes on is told once.
 */
export function eventPrinter(say: (line: string) => void, isVerbose: boolean): (event: EngineEvent) => void {
  const signedInTo = new Set<string>();
  let lastProblem = '';
  const sayText = ({ sentence, remedy }: ProblemText): void => say(`${sentence} ${remedy}`);
  const sayProblem = (problem: Problem): void => {
    const text = describeProblem(problem);
    if (text.sentence !== lastProblem) sayText(text);
    lastProblem = text.sentence;
  };
  return (event) => {
    switch (event.kind) {
      case 'logon-accepted': {
        const line = `signed in to ${formatHostPort(event.upstream)} as ${formatAccount(event.account)}`;
        if (!signedInTo.has(line)) say(line);
        signedInTo.add(line);
        lastProblem = '';
        break;
      }
      case 'logon-sent':
        if (isVerbose)
          say(`logon sent to ${formatHostPort(event.upstream)} (${event.reason.replace('-', ' ')})`);
        break;
      case 'logon-refused':
      case 'logon-unanswered':
        if (isVerbose) say(`${event.kind.replace('-', ' ')}, ${formatHostPort(event.upstream)}`);
        break;
      case 'credential-standing':
        if (event.standing === 'suspect') {
          say(
            `a sign-in as ${formatAccount(event.account)} was refused; one more will tell whether it was the address`,
          );
        } else if (event.standing === 'refused') {
          say(
            `the password of ${formatAccount(event.account)} is refused: no more sign-ins with it until it changes`,
          );
        }
        break;
      case 'credential-changed':
        signedInTo.clear();
        say(`a checked password of ${formatAccount(event.account)} is in use from now on`);
        break;
      case 'sign-in-paused':
        say(event.isPaused ? 'signing in is paused' : 'signing in goes on');
        break;
      case 'target-refused':
        say(`the company proxy does not allow an address of ${event.host}; the password is good`);
        break;
      case 'password-expiring':
        say(describePasswordAge(event.account, event.maxAgeDays, event));
        break;
      case 'out-of-descriptors':
        sayText(describeProblem({ kind: 'out-of-descriptors' }));
        break;
      case 'upstream-down':
        sayProblem(event.problem);
        break;
      case 'upstream-up':
        lastProblem = '';
        say(`the company proxy ${formatHostPort(event.upstream)} can be reached again`);
        break;
      case 'upstream-changed':
        say(`now using the company proxy ${formatHostPort(event.upstream)}`);
        break;
      case 'reachability':
        if (event.reachability === 'unreachable')
          say('off the company network: no company proxy can be reached');
        break;
      case 'network-epoch':
        say(event.reason === 'woke' ? 'the machine has woken' : 'the network has changed');
        break;
      case 'request-finished':
        if (isVerbose) say(requestLine(event));
        if (event.problem !== undefined && !quietProblems.has(event.problem.kind)) sayProblem(event.problem);
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
