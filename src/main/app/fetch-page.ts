import { messageOf } from '../../shared/error-text';
import type { HostPort } from '../../shared/settings';
import { dial } from '../upstream/dial';
import type { HopTimeouts } from '../upstream/hop-timeouts';
import { HttpConnection } from '../upstream/http-connection';
import { UpstreamError } from '../upstream/upstream-error';
import { PageError } from './doctor-errors';
import { ask } from './page-request';
import { readAnswer } from './read-page';

/**
 * A page through the local proxy, for its status.
 *
 * @param ca whose certificates are trusted, in PEM. Default: those that Node trusts
 * @throws PageError when there is none: the company proxy is not to blame
 */
export async function fetchPage(
  address: HostPort,
  url: URL,
  timeouts: HopTimeouts,
  ca?: string,
): Promise<string> {
  const hop = { role: 'upstream', address } as const;
  const { connectMs, challengeMs } = timeouts;
  try {
    const connection = new HttpConnection(await dial(hop, connectMs), hop, timeouts);
    try {
      return await readAnswer(await ask(connection, url, challengeMs), url, challengeMs, ca);
    } finally {
      connection.destroy();
    }
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    throw new PageError(`the local proxy gave no page: ${messageOf(error)}`, { cause: error });
  }
}
