import type { Hop } from '../../shared/problem';
import { formatAccount } from '../../shared/settings';
import type { Credential } from './credential';
import { drainShortBody } from './drain';
import type { BasicOffer, FirstLeg, FirstLegTimeouts, SchemeMemory } from './first-leg';
import type { HttpConnection } from './http-connection';
import type { OutgoingRequest } from './outgoing-request';
import { exchangeFirst } from './sign-in-request';
import { offeredSchemes } from './sign-in-scheme';
import { UpstreamError } from './upstream-error';

const offer: BasicOffer = { scheme: 'Basic', method: 'Basic' };

/**
 * Finds out whether the company proxy offers Basic, once for each network, by asking without credentials: a password is sent to
 * none that has not asked for it.
 *
 * @throws UpstreamError method-not-offered; closed-early when another connection is needed; and as `HttpConnection.exchange`
 */
export async function requestBasicOffer(
  connection: HttpConnection,
  request: OutgoingRequest,
  { answerMs, drainMs }: FirstLegTimeouts,
  schemes: SchemeMemory,
): Promise<FirstLeg> {
  const { hop } = connection;
  if (schemes.offersBasic(hop)) return { kind: 'challenge', challenge: offer };
  const answer = await exchangeFirst(connection, request, undefined, answerMs);
  if (answer.head.status !== 407) {
    if (request.body === undefined) return { kind: 'answer', answer };
    if (await drainShortBody(answer, drainMs)) return { kind: 'open' };
    throw new UpstreamError('closed-early', hop, 'the connection was closed after the first answer');
  }
  request.mayBeCarriedOut = false;
  const offered = offeredSchemes(answer.head.headers);
  if (!offered.some((scheme) => scheme.toLowerCase() === 'basic')) {
    throw new UpstreamError('method-not-offered', hop, 'the 407 does not offer Basic', {
      offered,
      method: 'Basic',
    });
  }
  schemes.takesBasic(hop);
  if (await drainShortBody(answer, drainMs)) return { kind: 'challenge', challenge: offer };
  throw new UpstreamError('closed-early', hop, 'it closes the connection behind its offer of Basic');
}

/**
 * The value of Proxy-Authorization (RFC 7617, 2), in UTF-8: `DOMAIN\user:password`, without a domain `user:password`.
 *
 * @throws UpstreamError bad-challenge for a user with a colon, behind which the password would begin
 */
export function basicCredentials({ account, secret }: Credential, hop: Hop): string {
  const user = formatAccount(account);
  if (user.includes(':')) {
    throw new UpstreamError('bad-challenge', hop, 'Basic has no way to say a user name with a colon in it');
  }
  return `Basic ${Buffer.concat([Buffer.from(`${user}:`), secret]).toString('base64')}`;
}
