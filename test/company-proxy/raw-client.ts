import { connect, type Socket } from 'node:net';
import { BodyDecoder } from '../../src/main/http1/body-decoder';
import { responseFraming } from '../../src/main/http1/body-framing';
import { responseHeadParser } from '../../src/main/http1/head-parser';
import { headerValue, headerValues } from '../../src/main/http1/headers';
import type { ResponseHead } from '../../src/main/http1/message-head';
import { encodeAuthenticateMessage } from '../../src/main/ntlm/authenticate-message';
import { decodeChallengeMessage } from '../../src/main/ntlm/challenge-message';
import { encodeNegotiateMessage } from '../../src/main/ntlm/negotiate-message';
import { ntHash, ntowfv2 } from '../../src/main/ntlm/ntowf';
import { readHead } from './read-message';
import { SocketReader } from './socket-reader';

/** The account that raw clients sign in to. */
export const account = { domain: 'CORP', user: 'alice' };
export const password = 'correct';

export interface Answer {
  readonly head: ResponseHead;
  readonly body: string;
}

/** One connection to the proxy, on which nothing happens but what a test asks for. */
export class RawClient {
  readonly socket: Socket;
  readonly reader: SocketReader;

  constructor(port: number) {
    this.socket = connect({ host: '127.0.0.1', port, noDelay: true, allowHalfOpen: true });
    this.socket.on('error', () => this.socket.destroy());
    this.reader = new SocketReader(this.socket);
  }

  send(start: string, fields: readonly string[] = [], body = ''): void {
    this.socket.write([`${start} HTTP/1.1`, 'Host: origin', ...fields, '', body].join('\r\n'), 'latin1');
  }

  /** The next response; undefined when the connection ends instead of it, or in the middle of its body. */
  async answer(method = 'GET'): Promise<Answer | undefined> {
    const head = await readHead(this.reader, responseHeadParser({ maxHeadBytes: 1_000_000 }));
    if (head === undefined) return undefined;
    let body = '';
    const decoder = new BodyDecoder(responseFraming(head, method), (data) => {
      body += data.toString('latin1');
    });
    while (!decoder.isDone) {
      const piece = await this.reader.read();
      const rest = piece === undefined ? undefined : decoder.push(piece);
      if (rest !== undefined) this.reader.unread(rest);
      if (piece === undefined && headerValue(head.headers, 'content-length') !== undefined) return undefined;
      if (piece === undefined) break;
    }
    return { head, body };
  }

  async ask(start: string, fields: readonly string[] = [], body = ''): Promise<Answer | undefined> {
    this.send(start, fields, body);
    return this.answer(start.split(' ')[0]);
  }

  /** Type 1: the challenge, or undefined when there is none. */
  async negotiate(start: string): Promise<Buffer | undefined> {
    const answer = await this.ask(start, [authorization(encodeNegotiateMessage())]);
    return answer === undefined ? undefined : challengeIn(answer);
  }

  /** Both steps; `spoil` may change the type 3 message on its way. */
  async signIn(
    start: string,
    wanted = password,
    spoil: (message: Buffer) => Buffer = (message) => message,
  ): Promise<Answer | undefined> {
    const challenge = await this.negotiate(start);
    if (challenge === undefined) throw new Error('no challenge');
    return this.ask(start, [authorization(spoil(authenticateMessage(challenge, wanted)))]);
  }
}

/** The field line with a message. */
export function authorization(message: Buffer): string {
  return `Proxy-Authorization: NTLM ${message.toString('base64')}`;
}

function challengeIn({ head }: Answer): Buffer | undefined {
  const offer = headerValues(head.headers, 'proxy-authenticate').find((value) => value.startsWith('NTLM '));
  return offer === undefined ? undefined : Buffer.from(offer.slice(5), 'base64');
}

/** A type 3 message with this password. */
export function authenticateMessage(challenge: Buffer, wanted: string, who = account): Buffer {
  return encodeAuthenticateMessage({
    negotiateMessage: encodeNegotiateMessage(),
    challenge: decodeChallengeMessage(challenge),
    account: who,
    secret: ntowfv2(ntHash(wanted), who),
    workstation: 'desk-7',
    targetName: 'HTTP/proxy.corp.test',
    clientChallenge: Buffer.alloc(8, 7),
    exportedSessionKey: Buffer.alloc(16, 9),
    nowMs: Date.UTC(2026, 0, 1),
  });
}
