import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Accounts, type AccountName, type AccountState, type CompanyAccount } from './accounts';
import { ClientConnection, type Surroundings } from './client-connection';
import { Conduct, type Misbehaviour, type OriginSpoil } from './misbehaviour';
import type { Method } from './older-dialects';
import type { ForwardedRequest, LogonRecord } from './records';
import { dialOrigin } from './tunnel';

const host = '127.0.0.1';

export interface CompanyProxyOptions {
  readonly accounts: readonly CompanyAccount[];
  readonly misbehaviour?: Misbehaviour;
  /** Any free one by default. */
  readonly port?: number;
  /** How it lets accounts sign in, Basic beside NTLM or alone. Default: NTLMv2. */
  readonly methods?: readonly Method[];
  /** Agrees to no session security, as a server that is older than that. */
  readonly withoutSessionSecurity?: boolean;
  /** Refuses logons without a MIC. */
  readonly requireMic?: boolean;
  /** Milliseconds since 1970, for the time in the challenge. */
  readonly nowMs?: () => number;
  /** Requests for these hosts are answered with 403. */
  readonly denyHosts?: readonly string[];
  /** Requests for these hosts are answered with 407 although the logon was good, as some proxies do by policy. */
  readonly policyHosts?: readonly string[];
  /** The connection is closed behind the answer to a request for these hosts, as behind an error page. */
  readonly closingHosts?: readonly string[];
  /** For so many milliseconds requests for these hosts, which must be signed in, are kept waiting. */
  readonly slowHosts?: Readonly<Record<string, number>>;
  /** Origins that spoil the answers to requests which are signed in. */
  readonly spoilingHosts?: Readonly<Record<string, OriginSpoil>>;
  /** Where an origin really is. Default: where it says. */
  readonly whereIs?: (host: string, port: number) => OriginPlace;
  readonly onEvent?: (event: CompanyProxyEvent) => void;
}

/** An address, and the milliseconds that it takes to get there. */
export interface OriginPlace {
  readonly host: string;
  readonly port: number;
  readonly afterMs?: number;
}

export type CompanyProxyEvent =
  | { readonly kind: 'connected' }
  /** The type 2 message; empty when the proxy misbehaves and sends none. */
  | { readonly kind: 'challenge-sent'; readonly challenge: Buffer }
  | { readonly kind: 'logon'; readonly record: LogonRecord }
  | { readonly kind: 'forwarded'; readonly method: string; readonly target: string };

export interface CompanyProxy {
  readonly host: '127.0.0.1';
  readonly port: number;
  readonly logons: readonly LogonRecord[];
  /** Connections of clients so far that a request came over; a probe that only connects is none. */
  readonly connectionCount: number;
  /** Connections of clients now. */
  readonly openConnections: number;
  /** Those that were let pass. */
  readonly requests: readonly ForwardedRequest[];
  readonly challengeCount: number;
  readonly ticketCount: number;
  /** Replaces the misbehaviour, for the connections that are open as well. */
  readonly misbehave: (misbehaviour: Misbehaviour) => void;
  /** The count of wrong passwords begins anew; here as in setState. @throws Error without such an account */
  readonly setPassword: (name: AccountName, password: string) => void;
  readonly setState: (name: AccountName, state: AccountState) => void;
  /** Destroys every connection and stops listening. */
  readonly close: () => Promise<void>;
}

function hostSet(hosts: readonly string[] = []): ReadonlySet<string> {
  return new Set(hosts.map((host) => host.toLowerCase()));
}

function hostMap<Value>(byHost: Readonly<Record<string, Value>> = {}): ReadonlyMap<string, Value> {
  return new Map(Object.entries(byHost).map(([host, value]) => [host.toLowerCase(), value]));
}

/**
 * A proxy on 127.0.0.1 that demands NTLMv2 as squid does it, verifies it for real, and misbehaves on demand. Clients
 * that it authenticated are let through to any address.
 */
export async function startCompanyProxy(options: CompanyProxyOptions): Promise<CompanyProxy> {
  const { onEvent = () => undefined } = options;
  const accounts = new Accounts(options.accounts, options.requireMic, options.methods);
  const conduct = new Conduct(options.misbehaviour);
  const clientSockets = new Set<Socket>();
  const originSockets = new Set<Socket>();
  const logons: LogonRecord[] = [];
  const requests: ForwardedRequest[] = [];
  const serving = new Set<Promise<void>>();
  const closing = new AbortController();
  const { signal } = closing;
  let acceptedCount = 0;
  const usedConnections = new Set<number>();
  let challengeCount = 0;
  let ticketCount = 0;

  const surroundings: Surroundings = {
    accounts,
    methods: options.methods ?? ['NTLMv2'],
    hasSessionSecurity: options.withoutSessionSecurity !== true,
    conduct,
    nowMs: options.nowMs ?? Date.now,
    policyHosts: hostSet(options.policyHosts),
    closingHosts: hostSet(options.closingHosts),
    slowHosts: hostMap(options.slowHosts),
    deniedHosts: hostSet(options.denyHosts),
    spoilingHosts: hostMap(options.spoilingHosts),
    dial: async (host, port) => {
      // No host can have such a name (RFC 6761, 6.4), and no resolver need be asked.
      if (host.toLowerCase().endsWith('.invalid')) return undefined;
      const place: OriginPlace = options.whereIs?.(host, port) ?? { host, port };
      if (place.afterMs !== undefined)
        await delay(place.afterMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return undefined;
      return dialOrigin(place.host, place.port, originSockets);
    },
    onUsed: (connection) => usedConnections.add(connection),
    onChallenge: (challenge) => {
      challengeCount += 1;
      onEvent({ kind: 'challenge-sent', challenge });
    },
    onTicket: () => {
      ticketCount += 1;
    },
    onLogon: (record) => {
      logons.push(record);
      onEvent({ kind: 'logon', record });
    },
    onForwarded: (request) => {
      requests.push(request);
      onEvent({ kind: 'forwarded', method: request.method, target: request.target });
    },
  };

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    acceptedCount += 1;
    clientSockets.add(socket);
    socket.once('close', () => clientSockets.delete(socket));
    socket.on('error', () => socket.destroy());
    onEvent({ kind: 'connected' });
    const served = new ClientConnection(socket, acceptedCount, surroundings).serve();
    serving.add(served);
    void served.finally(() => serving.delete(served));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;

  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    closing.abort();
    for (const socket of [...clientSockets, ...originSockets]) socket.destroy();
    await Promise.all([closed, ...serving]);
    // Those that were dialled meanwhile.
    for (const socket of originSockets) socket.destroy();
  };

  return {
    host,
    port,
    logons,
    get connectionCount() {
      return usedConnections.size;
    },
    get openConnections() {
      return clientSockets.size;
    },
    requests,
    get challengeCount() {
      return challengeCount;
    },
    get ticketCount() {
      return ticketCount;
    },
    misbehave: (misbehaviour) => conduct.misbehave(misbehaviour),
    setPassword: (name, password) => accounts.setPassword(name, password),
    setState: (name, state) => accounts.setState(name, state),
    close,
  };
}
