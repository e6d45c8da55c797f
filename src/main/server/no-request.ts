import { assertNever, type Problem } from '../../shared/problem';
import type { Http1Error } from '../http1/http1-error';

/** Why what a client has sent is no request. */
export type NoRequest = Http1Error | 'late';

/** Of the field lines of a request: what http1/ lets pass, as it is told. */
const maxHeaderBytes = 64 * 1024;

/** What a client is told of something that is no request. */
export function problemOfNoRequest(reason: NoRequest): Problem {
  if (reason === 'late')
    return { kind: 'bad-request', status: 408, detail: 'its head did not arrive in time' };
  switch (reason.code) {
    case 'head-too-large':
    case 'too-many-lines':
      return { kind: 'head-too-large', limitBytes: maxHeaderBytes };
    case 'unknown-coding':
      return { kind: 'bad-request', status: 501, detail: reason.message };
    case 'bad-version':
      return { kind: 'bad-request', status: 505, detail: reason.message };
    case 'bad-chunk':
    case 'bad-framing':
    case 'bad-header':
    case 'bad-host':
    case 'bad-start-line':
    case 'incomplete':
      return { kind: 'bad-request', detail: reason.message };
    default:
      return assertNever(reason.code);
  }
}
