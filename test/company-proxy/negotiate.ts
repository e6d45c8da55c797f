import { headerValue } from '../../src/main/http1/headers';
import type { RequestHead } from '../../src/main/http1/message-head';
import { mechanisms } from '../../src/main/spnego/mechanisms';
import { decodeNegToken, encodeNegTokenResp, type NegTokenResp } from '../../src/main/spnego/neg-token';
import { SpnegoError } from '../../src/main/spnego/spnego-error';
import type { Challenge } from './challenge';
import type { NegotiateConduct } from './misbehaviour';

/** An NTLM message that came in a request, as it is or inside SPNEGO (RFC 4178). */
export interface ClientToken {
  readonly message: Buffer;
  /** The first token's list of mechanisms, which mechListMIC covers. */
  readonly mechTypeList?: Buffer | undefined;
  readonly mechListMic?: Buffer | undefined;
}

/** What stands in Proxy-Authorization behind the scheme that the proxy speaks; undefined when there is no such thing. */
export function readToken({ headers }: RequestHead, scheme: 'NTLM' | 'Negotiate'): ClientToken | undefined {
  const [, name, base64 = ''] =
    /^(NTLM|Negotiate) +([A-Za-z0-9+/]+=*)$/i.exec(headerValue(headers, 'proxy-authorization') ?? '') ?? [];
  if (name?.toLowerCase() !== scheme.toLowerCase()) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  return scheme === 'NTLM' ? { message: bytes } : unwrap(bytes);
}

/** Whether Kerberos is all that a first token of Negotiate offers, with something in it. */
export function isTicket({ headers }: RequestHead): boolean {
  const [, base64 = ''] =
    /^Negotiate +([A-Za-z0-9+/]+=*)$/.exec(headerValue(headers, 'proxy-authorization') ?? '') ?? [];
  try {
    const token = decodeNegToken(Buffer.from(base64, 'base64'));
    if (token.kind !== 'init' || token.mechToken === undefined) return false;
    return token.mechTypes.length === 1 && token.mechTypes[0]?.equals(mechanisms.kerberos) === true;
  } catch (error) {
    if (!(error instanceof SpnegoError)) throw error;
    return false;
  }
}

function unwrap(bytes: Buffer): ClientToken | undefined {
  try {
    const token = decodeNegToken(bytes);
    if (token.kind === 'resp')
      return { message: token.responseToken ?? bytes, mechListMic: token.mechListMic };
    const isNtlm = token.mechTypes[0]?.equals(mechanisms.ntlm) === true;
    return isNtlm && token.mechToken !== undefined
      ? { message: token.mechToken, mechTypeList: token.mechTypeList }
      : undefined;
  } catch (error) {
    if (!(error instanceof SpnegoError)) throw error;
    return undefined;
  }
}

/** The value of Proxy-Authenticate that answers a first token. */
export function wrapChallenge({ fieldValue, message }: Challenge, conduct: NegotiateConduct): string {
  const token = conduct === 'bare' ? undefined : answers[conduct](message);
  if (token === undefined) return 'Negotiate';
  if (message.length === 0) return fieldValue.replace('NTLM', 'Negotiate');
  return `Negotiate ${encodeNegTokenResp(token).toString('base64')}`;
}

function goesOn(responseToken: Buffer): NegTokenResp {
  return { negState: 'accept-incomplete', supportedMech: mechanisms.ntlm, responseToken };
}

const answers: Readonly<Record<Exclude<NegotiateConduct, 'bare'>, (message: Buffer) => NegTokenResp>> = {
  ntlm: goesOn,
  unsigned: goesOn,
  'closing-offer': goesOn,
  kerberos: () => ({ negState: 'request-mic', supportedMech: mechanisms.kerberos }),
  reject: () => ({ negState: 'reject' }),
};
