import type { FieldProblem } from '../../fields';
import { assertNever } from '../../problem';

/** What is said under a field. */
export function field(value: FieldProblem): string {
  switch (value.kind) {
    case 'empty':
      return 'This is needed.';
    case 'port-missing':
      return 'The port is missing.';
    case 'port-range':
      return 'A port is a number from 1 to 65535.';
    case 'not-a-host':
      return 'That is not the name of a host.';
    case 'not-an-address':
      return 'That is not an address.';
    case 'is-pac':
      return 'This is a PAC: give it in Preferences, PAC.';
    case 'is-https':
      return 'Give name and port, without https://.';
    case 'not-a-pac':
      return 'Give a URL without a password, or the whole path of a file.';
    case 'not-an-account':
      return 'Write DOMAIN\\user or user@domain.';
    case 'is-url':
      return 'Only the host, without https:// and path.';
    case 'has-port':
      return 'Only the host, without a port.';
    case 'not-a-network':
      return 'A network looks like 10.1.7.0/24.';
    case 'not-a-range':
      return 'A range looks like 10.1.7.10-10.1.7.99.';
    case 'number-range':
      return `A number from ${value.min} to ${value.max}.`;
    case 'too-long':
      return `At most ${value.limit} characters.`;
    case 'bad-character':
      return /\s/.test(value.character) ? 'No spaces, please.' : `“${value.character}” is not possible here.`;
    case 'not-a-place':
      return 'Write a port, or address and port as in 10.1.2.3:3128.';
    case 'not-a-tunnel':
      return 'Write port, host and port, as in 5432:db.corp:5432.';
    case 'not-a-header':
      return 'Write name and value, as in X-Department: 42.';
    case 'header-reserved':
      return 'Latchkey writes this one itself, so it cannot be set.';
    case 'not-a-rule':
      return 'Write allow or deny and whom, as in allow 10.1.0.0/16.';
    case 'duplicate':
      return 'That is in the list already.';
    default:
      return assertNever(value);
  }
}
