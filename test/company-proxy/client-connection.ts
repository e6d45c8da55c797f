import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Socket } from 'node:net';
import { requestFraming } from '../../src/main/http1/body-framing';
import { requestHeadParser } from '../../src/main/http1/head-parser';
import { headerValue, keepsAlive } from '../../src/main/http1/headers';
import { Http1Error } from '../../src/main/http1/http1-error';
import type { RequestHead } from '../../src/main/http1/message-head';
import { type Accounts, unreadableLogon } from './accounts';
import { makeChallenge } from './challenge';
import { sendDemand } from './demand';
import { type Dial, forward, splitAbsoluteForm, splitAuthority } from './forward';
import type { Conduct, OriginSpoil } from './misbehaviour';
import { type ClientToken, isTicket, readToken, wrapChallenge } from './negotiate';
import type { Method } from './older-dialects';
import { type Manner, ownHead, writeErrorPage } from './own-answer';
import { discardBody, readHead } from './read-message';
import type { ForwardedRequest, LogonRecord } from './records';
import { SocketReader } from './socket-reader';
import { sendBeginning, sendSpoiltAnswer, sendSpoiltResponse } from './spoilt-response';
import { tunnel } from './tunnel';

/** How long a connection that the proxy has ended waits for the client to end it as well. */
const lingerMs = 1_000;

/** What the connections of one proxy share. */
export interface Surroundings {
  readonly accounts: Accounts;
  /** How accounts may sign in. */
  readonly methods: readonly Method[];
  /** Whether session security is agreed to. */
  readonly hasSessionSecurity: boolean;
  readonly conduct: Conduct;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** In lower case. */
  readonly deniedHosts: ReadonlySet<string>;
  /** In lower case. */
  readonly policyHosts: ReadonlySet<string>;
  /** In lower case. */
  readonly closingHosts: ReadonlySet<string>;
  /** In lower case, with milliseconds. */
  readonly slowHosts: ReadonlyMap<string, number>;
  /** In lower case, with what becomes of the answer. */
  readonly spoilingHosts: ReadonlyMap<string, OriginSpoil>;
  /** Opens a connection to an origin; undefined when nobody answers there. */
  readonly dial: Dial;
  /** A request came over this connection. */
  readonly onUsed: (connection: number) => void;
  readonly onChallenge: (challenge: Buffer) => void;
  /** A Kerberos ticket came. */
  readonly onTicket: () => void;
  readonly onLogon: (record: LogonRecord) => void;
  readonly onForwarded: (request: ForwardedRequest) => void;
}

type AuthenticationState =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'challenged';
      readonly negotiate: Buffer;
      readonly challenge: Buffer;
      /** What was offered inside SPNEGO. */
      readonly mechTypeList: Buffer | undefined;
    }
  | { readonly kind: 'authenticated' }
  /** A type 3 message was refused: no challenge any more on this connection. */
  | { readonly kind: 'spent' };

/** What becomes of the connection after a request. */
type Next = 'next-request' | 'end' | 'silence';

/** One connection of a client: NTLM authenticates it, not the request. */
export class ClientConnection {
  readonly #socket: Socket;
  readonly #reader: SocketReader;
  readonly #parser = requestHeadParser();
  readonly #number: number;
  readonly #surroundings: Surroundings;
  #state: AuthenticationState = { kind: 'none' };
  #servedCount = 0;

  constructor(socket: Socket, number: number, surroundings: Surroundings) {
    this.#socket = socket;
    this.#reader = new SocketReader(socket);
    this.#number = number;
    this.#surroundings = surroundings;
  }

  /** Serves request after request until the connection has ended. */
  async serve(): Promise<void> {
    const { resetAt, silentAt } = this.#surroundings.conduct.current;
    if (resetAt === 'accept') this.#socket.resetAndDestroy();
    let next: Next = silentAt === 'accept' ? 'silence' : 'next-request';
    try {
      while (next === 'next-request') next = await this.#serveNext();
    } catch (error) {
      if (!(error instanceof Http1Error)) throw error;
      next = 'end';
      const manner = { method: '', isHttp10: false, closes: true };
      if (this.#socket.writable) writeErrorPage(this.#socket, 400, 'Bad Request', manner);
    }
    if (next === 'end') this.#end();
    while ((await this.#reader.read()) !== undefined);
    this.#end();
  }

  #end(): void {
    if (this.#socket.destroyed || this.#socket.writableEnded) return;
    this.#socket.end();
    setTimeout(() => this.#socket.destroy(), lingerMs).unref();
  }

  async #serveNext(): Promise<Next> {
    const { closesIdleAfterMs } = this.#surroundings.conduct.current;
    const idleTimer =
      closesIdleAfterMs === undefined
        ? undefined
        : setTimeout(() => this.#socket.destroy(), closesIdleAfterMs);
    const request = await readHead(this.#reader, this.#parser).finally(() => clearTimeout(idleTimer));
    if (request === undefined) return 'end';
    this.#surroundings.onUsed(this.#number);
    return this.#authenticate(request);
  }

  async #authenticate(request: RequestHead): Promise<Next> {
    const { noAuthentication = false } = this.#surroundings.conduct.current;
    if (noAuthentication || this.#state.kind === 'authenticated') return this.#serveRequest(request);
    const { tickets, negotiateOnly, closesOffers } = this.#surroundings.conduct.current;
    if (tickets !== undefined && isTicket(request)) {
      this.#surroundings.onTicket();
      if (tickets === 'taken') {
        this.#state = { kind: 'authenticated' };
        return this.#serveRequest(request);
      }
    }
    const plain = this.#takesBasic ? readBasic(request) : undefined;
    if (plain !== undefined) return this.#logOnPlainly(request, plain);
    const token = this.#state.kind === 'spent' ? undefined : readToken(request, this.#scheme);
    if (token !== undefined && messageType(token.message) === 1) return this.#challenge(request, token);
    if (token !== undefined && messageType(token.message) === 3) return this.#logOn(request, token);
    const isClosing =
      closesOffers === true || negotiateOnly === 'closing-offer' || tickets === 'refused-closing';
    const closes = this.#state.kind === 'challenged' || !keepsAlive(request) || isClosing;
    return this.#demand(request, this.#scheme, { closes });
  }

  get #takesBasic(): boolean {
    return this.#surroundings.methods.includes('Basic');
  }

  /** Of this request alone: the next one has to bring its own. */
  async #logOnPlainly(request: RequestHead, userPass: string): Promise<Next> {
    const { accounts, conduct, onLogon } = this.#surroundings;
    if (conduct.current.resetAt === 'type-3') return this.#reset();
    if (conduct.current.silentAt === 'type-3') return 'silence';
    const logon = accounts.logOnPlainly(userPass);
    onLogon({ ...logon, connection: this.#number, scheme: 'Basic' });
    if (logon.accepted) return this.#serveRequest(request);
    return this.#demand(request, this.#scheme, { closes: !keepsAlive(request) });
  }

  get #scheme(): 'NTLM' | 'Negotiate' {
    return this.#surroundings.conduct.current.negotiateOnly === undefined ? 'NTLM' : 'Negotiate';
  }

  async #challenge(request: RequestHead, { message: negotiate, mechTypeList }: ClientToken): Promise<Next> {
    const { conduct, nowMs, onChallenge } = this.#surroundings;
    const {
      resetAt,
      silentAt,
      answersTypeOne,
      challenge: variant,
      challengeBody,
      truncatedBytes,
      domain,
      negotiateOnly,
    } = conduct.current;
    if (resetAt === 'type-1') return this.#reset();
    if (silentAt === 'type-1') return 'silence';
    if (answersTypeOne === true) {
      this.#state = { kind: 'authenticated' };
      return this.#serveRequest(request);
    }
    // A handshake cannot go on elsewhere, so a connection that is to be closed is offered none.
    if (!keepsAlive(request)) return this.#demand(request, undefined, { closes: true });
    const challenge = makeChallenge({
      variant,
      negotiate,
      serverChallenge: randomBytes(8),
      hasSessionSecurity: this.#surroundings.hasSessionSecurity,
      nowMs: nowMs(),
      truncatedBytes,
      domain,
      signs: negotiateOnly !== undefined && negotiateOnly !== 'unsigned',
    });
    this.#state = { kind: 'challenged', negotiate, challenge: challenge.message, mechTypeList };
    onChallenge(challenge.message);
    const offer =
      negotiateOnly === undefined ? challenge.fieldValue : wrapChallenge(challenge, negotiateOnly);
    const next = await this.#demand(request, offer, { closes: false, isChallenge: true });
    if (silentAt === 'mid-challenge') return 'silence';
    const closes = conduct.takeCloseAfterChallenge() || challengeBody === 'unframed-closed';
    return closes ? 'end' : next;
  }

  async #logOn(request: RequestHead, { message: authenticate, mechListMic }: ClientToken): Promise<Next> {
    const { accounts, conduct, onLogon } = this.#surroundings;
    const { resetAt, silentAt } = conduct.current;
    if (resetAt === 'type-3') return this.#reset();
    if (silentAt === 'type-3') return 'silence';
    if (conduct.takeCloseOnAuthenticate()) return 'end';
    const { slowLogonMs } = conduct.current;
    if (slowLogonMs !== undefined) await delay(slowLogonMs, undefined, { ref: false });
    const state = this.#state;
    const { mechTypeList }: { mechTypeList?: Buffer | undefined } = state.kind === 'challenged' ? state : {};
    const spnego = mechTypeList && { mechTypeList, mechListMic };
    const logon =
      state.kind === 'challenged' ? accounts.logOn({ ...state, authenticate, spnego }) : unreadableLogon;
    onLogon({ ...logon, connection: this.#number, scheme: this.#scheme });
    this.#state = logon.accepted ? { kind: 'authenticated' } : { kind: 'spent' };
    if (logon.accepted) return this.#serveRequest(request);
    return this.#demand(request, this.#scheme, { closes: !keepsAlive(request) });
  }

  async #demand(
    request: RequestHead,
    offer: string | undefined,
    { closes, isChallenge = false }: { readonly closes: boolean; readonly isChallenge?: boolean },
  ): Promise<Next> {
    const manner = { ...this.#mannerFor(request), closes };
    const framing = requestFraming(request);
    const { methods } = this.#surroundings;
    const ntlm = methods.some((method) => method !== 'Basic') ? offer : undefined;
    const offers = [ntlm, this.#takesBasic ? 'Basic realm="company proxy"' : undefined];
    const demand = { offers: offers.filter((each) => each !== undefined), isChallenge, manner };
    await sendDemand(this.#socket, demand, this.#surroundings.conduct.current);
    if (closes) return 'end';
    await discardBody(this.#reader, framing);
    return 'next-request';
  }

  async #serveRequest(request: RequestHead): Promise<Next> {
    const { conduct, onForwarded } = this.#surroundings;
    const { forgetsAfterRequests, resetAt, silentAt, response, answersBeforeBody } = conduct.current;
    const manner = this.#mannerFor(request);
    const framing = requestFraming(request);
    const host = hostOf(request);
    const slowMs = this.#surroundings.slowHosts.get(host);
    if (slowMs !== undefined) await delay(slowMs, undefined, { ref: false });
    const spoil = this.#surroundings.spoilingHosts.get(host);
    if (spoil !== undefined) return this.#spoil(spoil, manner, framing);
    if (this.#surroundings.policyHosts.has(host)) {
      this.#state = { kind: 'spent' };
      return this.#demand(request, this.#scheme, { closes: !keepsAlive(request) });
    }
    if (this.#surroundings.deniedHosts.has(host)) {
      writeErrorPage(this.#socket, 403, 'Forbidden', manner);
      await discardBody(this.#reader, framing);
      return manner.closes ? 'end' : 'next-request';
    }
    const { method, target, headers } = request;
    const authenticated = this.#state.kind === 'authenticated';
    onForwarded({ method, target, headers, connection: this.#number, authenticated });
    this.#servedCount += 1;
    if (forgetsAfterRequests !== undefined && this.#servedCount >= forgetsAfterRequests) {
      this.#servedCount = 0;
      this.#state = { kind: 'none' };
    }
    if (response !== undefined) {
      await sendSpoiltResponse(this.#socket, response);
      return 'end';
    }
    const cutAt = resetAt ?? silentAt;
    if (cutAt === 'mid-head' || cutAt === 'mid-body') {
      await sendBeginning(this.#socket, cutAt);
      return resetAt === undefined ? 'silence' : this.#reset();
    }
    if (answersBeforeBody === true && framing.kind !== 'none') {
      writeErrorPage(this.#socket, 413, 'Content Too Large', { ...manner, closes: true });
      return 'end';
    }
    if (method === 'CONNECT') return this.#openTunnel(request, manner);
    const exchange = {
      client: { socket: this.#socket, reader: this.#reader },
      request,
      manner,
      closesSilently: conduct.current.closeAfterResponse === 'silent',
    };
    return (await forward(exchange, this.#surroundings.dial)) ? 'next-request' : 'end';
  }

  /** The connection stays signed in, whatever the origin says. */
  async #spoil(
    spoil: OriginSpoil,
    manner: Manner,
    framing: ReturnType<typeof requestFraming>,
  ): Promise<Next> {
    if (spoil === 'silent') return 'silence';
    if (spoil === 'reset') return this.#reset();
    if (spoil === 'close') return 'end';
    if (spoil === 'bare-407' || spoil === 'full-407') {
      const asked = spoil === 'bare-407' ? [] : ['Proxy-Authenticate', 'NTLM'];
      const fields = [...asked, 'Content-Length', '0'];
      this.#socket.write(ownHead(407, 'Proxy Authentication Required', fields, manner), 'latin1');
      await discardBody(this.#reader, framing);
      return manner.closes ? 'end' : 'next-request';
    }
    await sendSpoiltAnswer(this.#socket, spoil);
    return spoil.startsWith('reset') ? this.#reset() : 'end';
  }

  async #openTunnel(request: RequestHead, manner: Manner): Promise<Next> {
    const { dial, conduct } = this.#surroundings;
    const address = splitAuthority(request.target);
    const socket = address === undefined ? undefined : await dial(address.host, address.port);
    if (socket === undefined) {
      const [status, reason] =
        address === undefined ? ([400, 'Bad Request'] as const) : ([503, 'Service Unavailable'] as const);
      writeErrorPage(this.#socket, status, reason, manner);
      return manner.closes ? 'end' : 'next-request';
    }
    this.#socket.write(`HTTP/1.${manner.isHttp10 ? 0 : 1} 200 Connection established\r\n\r\n`, 'latin1');
    if (conduct.current.resetAt === 'tunnel') {
      await this.#reader.read();
      socket.destroy();
      return this.#reset();
    }
    if (conduct.current.silentAt === 'tunnel') {
      socket.destroy();
      return 'silence';
    }
    await tunnel(
      { socket: this.#socket, reader: this.#reader },
      { socket, reader: new SocketReader(socket) },
    );
    return 'end';
  }

  #reset(): Next {
    this.#socket.resetAndDestroy();
    return 'end';
  }

  #mannerFor(request: RequestHead): Manner {
    const { http10 = false, closeAfterResponse } = this.#surroundings.conduct.current;
    const isClosing = this.#surroundings.closingHosts.has(hostOf(request));
    const closes = isClosing || closeAfterResponse === 'announced' || !keepsAlive(request);
    return { method: request.method, isHttp10: http10, closes };
  }
}

/** The host that a request is for, in lower case; empty when it cannot be told. */
function hostOf({ method, target }: RequestHead): string {
  const authority = method === 'CONNECT' ? target : splitAbsoluteForm(target)?.authority;
  return splitAuthority(authority ?? '', 0)?.host.toLowerCase() ?? '';
}

/** The MessageType field, without a look at anything else (MS-NLMP 2.2.1). */
function messageType(message: Buffer): number | undefined {
  return message.length >= 12 ? message.readUInt32LE(8) : undefined;
}

/** The user and password that a request brings. */
function readBasic({ headers }: RequestHead): string | undefined {
  const [, base64] =
    /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(headerValue(headers, 'proxy-authorization') ?? '') ?? [];
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64').toString('utf8');
}
