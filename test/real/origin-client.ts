import { randomBytes } from 'node:crypto';
import { headerValues } from '../../src/main/http1/headers';
import { encodeAuthenticateMessage } from '../../src/main/ntlm/authenticate-message';
import { decodeChallengeMessage } from '../../src/main/ntlm/challenge-message';
import { encodeNegotiateMessage } from '../../src/main/ntlm/negotiate-message';
import { ntHash, ntowfv2 } from '../../src/main/ntlm/ntowf';
import { type Answer, RawClient } from '../company-proxy/raw-client';
import type { ApacheAccount } from '../servers/start-apache';

/** Both carry the same messages: Windows sends NTLM inside Negotiate as it is, without SPNEGO. */
export type OriginScheme = 'NTLM' | 'Negotiate';

interface SignIn {
  readonly scheme: OriginScheme;
  readonly account: ApacheAccount;
  readonly method?: string;
  /** Sent with type 3 only, as browsers do. */
  readonly body?: string;
}

/**
 * One connection to a proxy on 127.0.0.1, from which a browser signs in to origins: it is known which connection each
 * leg is sent on. (curl's own NTLM cannot be used for this: gss-ntlmssp refuses its type 1, which is 32 bytes long.)
 */
export class OriginClient {
  readonly #client: RawClient;

  constructor(proxyPort: number) {
    this.#client = new RawClient(proxyPort);
  }

  /** The answer to a request; undefined when the connection ends instead of it. */
  ask(
    method: string,
    url: string,
    { authorization, body = '' }: { readonly authorization?: string; readonly body?: string } = {},
  ): Promise<Answer | undefined> {
    const fields = [
      `Host: ${new URL(url).host}`,
      ...(authorization === undefined ? [] : [`Authorization: ${authorization}`]),
      ...(body !== '' || method === 'POST' || method === 'PUT' ? [`Content-Length: ${body.length}`] : []),
    ];
    this.#client.socket.write([`${method} ${url} HTTP/1.1`, ...fields, '', body].join('\r\n'), 'latin1');
    return this.#client.answer(method);
  }

  /** Sends type 1. @throws Error when the answer has no challenge */
  async negotiate(url: string, scheme: OriginScheme, method = 'GET'): Promise<Buffer> {
    const answer = await this.ask(method, url, {
      authorization: `${scheme} ${encodeNegotiateMessage().toString('base64')}`,
    });
    const challenge = headerValues(answer?.head.headers ?? [], 'www-authenticate').find((value) =>
      value.startsWith(`${scheme} `),
    );
    if (challenge === undefined) throw new Error(`no challenge but ${answer?.head.status ?? 'the end'}`);
    return Buffer.from(challenge.slice(scheme.length + 1), 'base64');
  }

  /** Answers a challenge with type 3, and the request that it is about. */
  authenticate(url: string, challenge: Buffer, signIn: SignIn): Promise<Answer | undefined> {
    const { scheme, account, method = 'GET', body = '' } = signIn;
    const message = encodeAuthenticateMessage({
      negotiateMessage: encodeNegotiateMessage(),
      challenge: decodeChallengeMessage(challenge),
      account,
      secret: ntowfv2(ntHash(account.password), account),
      workstation: 'BROWSER',
      targetName: `HTTP/${new URL(url).hostname}`,
      clientChallenge: randomBytes(8),
      exportedSessionKey: randomBytes(16),
      nowMs: Date.now(),
    });
    return this.ask(method, url, { authorization: `${scheme} ${message.toString('base64')}`, body });
  }

  /** Both legs on this connection. */
  async signIn(url: string, signIn: SignIn): Promise<Answer | undefined> {
    return this.authenticate(url, await this.negotiate(url, signIn.scheme, signIn.method), signIn);
  }

  /** Resolves once the proxy has ended the connection; what comes before is not looked at. */
  async untilEnd(): Promise<void> {
    while ((await this.#client.reader.read()) !== undefined);
  }

  destroy(): void {
    this.#client.socket.destroy();
  }
}
