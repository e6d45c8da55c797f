import { createHmac } from 'node:crypto';
import type { EngineEvent } from '../../shared/event';
import type { Problem } from '../../shared/problem';
import { type Account, formatAccount, type HostPort } from '../../shared/settings';
import { TaskQueue } from '../../shared/task-queue';
import { headerValue } from '../http1/headers';
import type { RequestHead } from '../http1/message-head';
import { type Credential, isSameSecret, makeCredential } from '../upstream/credential';
import type { CredentialGate, CredentialGateOptions } from '../upstream/credential-gate';
import type { Road } from '../upstream/road';
import type { UpstreamRoad } from '../upstream/upstream-road';
import { CredentialChecks } from './credential-checks';
import { problemOf, RefusedRequest } from './failure';

export interface ClientAccountsOptions {
  /** Whether clients have to sign in themselves. */
  readonly isOn: () => boolean;
  /** The domain of a client that names none. */
  readonly domain: () => string;
  readonly newGate: (
    options: Pick<CredentialGateOptions, 'candidates' | 'onEvent' | 'onOutcome'>,
  ) => CredentialGate;
  /** A road with a gate of its own, to the company proxies of another one. */
  readonly newRoad: (
    gate: CredentialGate,
    like: UpstreamRoad,
    onEvent: (event: EngineEvent) => void,
  ) => UpstreamRoad;
  readonly randomBytes: (length: number) => Buffer;
  /** A monotonic clock in milliseconds. */
  readonly monotonicMs: () => number;
  readonly onEvent: (event: EngineEvent) => void;
}

/** The road of a client's account. */
export interface ClientRoad {
  readonly road: Road;
  /** Whose it is: what was opened for one account is never used for another. */
  readonly signedInAs: string;
}

/** So many accounts have connections at once; of those that nobody uses the one that was used least lately goes. */
const mostAccounts = 32;
/** So many accounts are remembered with what was refused. */
const mostRemembered = 1_024;
/** As for the account of the user: never more than this many bad or unknown logons, whatever the passwords. */
const mostBad = 2;
/** What directories usually count over. */
const badPauseMs = 1_800_000;
/** For a client that comes while somebody else's password for its account is being proven. */
const shortWaitMs = 5_000;

/** What is known of an account, also when it has no connections any more. */
interface History {
  /** Passwords that were refused, as digests under a key of this process. */
  readonly refused: Set<string>;
  /** Bad or unknown logons since the last one that was accepted. */
  bad: number;
  lastBadMs: number;
}

/** The events that tell of logons: the others are about the account of the user. */
const toldKinds: ReadonlySet<EngineEvent['kind']> = new Set([
  'logon-sent',
  'logon-accepted',
  'logon-refused',
  'logon-unanswered',
  'target-refused',
]);

/**
 * Clients that sign in themselves, as with cntlm's NTLMToBasic: each brings Basic to the local proxy, which makes NTLMv2 of it for
 * the company proxy. Every account has its own gate and connections. A password that was refused is not sent again.
 */
export class ClientAccounts {
  readonly #options: ClientAccountsOptions;
  readonly #accounts = new Map<string, ClientAccount>();
  readonly #histories = new Map<string, History>();
  readonly #key: Buffer;

  constructor(options: ClientAccountsOptions) {
    this.#options = options;
    this.#key = options.randomBytes(32);
  }

  get isOn(): boolean {
    return this.#options.isOn();
  }

  /** As `problemOf` of failure.ts; a client that has signed in itself is asked again where that was refused. */
  problemOf(
    error: unknown,
    { headers }: Pick<RequestHead, 'headers'>,
    ownAccount: Account,
  ): Problem | undefined {
    const said = this.isOn
      ? readBasic(headerValue(headers, 'proxy-authorization'), this.#options.domain())
      : undefined;
    const problem = problemOf(error, said?.account ?? ownAccount);
    return said !== undefined && problem?.kind === 'credential-refused'
      ? { kind: 'client-sign-in-refused', account: said.account }
      : problem;
  }

  /**
   * The road of the account that a request brings. A password other than the one in use is tried with one logon.
   *
   * @param like the road that it would go by
   * @throws RefusedRequest client-sign-in-needed, client-sign-in-refused or client-account-waits; or why a new password could not
   * be tried
   */
  async roadFor({ headers }: Pick<RequestHead, 'headers'>, like: UpstreamRoad): Promise<ClientRoad> {
    const said = readBasic(headerValue(headers, 'proxy-authorization'), this.#options.domain());
    const credential = said && makeCredential(said.account, 'NTLMv2', said.password);
    if (credential === undefined) throw new RefusedRequest({ kind: 'client-sign-in-needed' });
    const key = formatAccount(credential.account).toUpperCase();
    const history = this.#historyOf(key);
    const digest = this.#digestOf(credential);
    const requireGood = (): void => {
      if (history.refused.has(digest)) throw refused(credential.account);
    };
    requireGood();
    const account = this.#accounts.get(key) ?? this.#open(key, credential, history);
    // The one that was used last is the last.
    this.#accounts.delete(key);
    this.#accounts.set(key, account);
    if (!account.uses(credential)) {
      await account.tasks.run(async () => {
        requireGood();
        if (account.uses(credential)) return;
        this.#requireSpare(history, credential.account, account.gate.standing);
        const result = await account.try(credential, like);
        if (result.kind === 'unclear') throw new RefusedRequest(result.problem);
        if (result.kind === 'refused') {
          history.refused.add(digest);
          throw refused(credential.account);
        }
      });
    }
    return { road: account.road(like), signedInAs: key };
  }

  /** On another network what was proven must be proven again. */
  beginEpoch(isWake: boolean): void {
    for (const account of this.#accounts.values()) account.beginEpoch(isWake);
  }

  suspend(): void {
    for (const account of this.#accounts.values()) account.suspend();
  }

  /** Other company proxies are in use, or clients are not asked any more. */
  reconfigured(): void {
    if (this.isOn) for (const account of this.#accounts.values()) account.followUpstreams();
    else void this.close();
  }

  upstreamDown(upstream: HostPort): void {
    for (const { gate } of this.#accounts.values()) gate.upstreamDown(upstream);
  }

  async close(): Promise<void> {
    const all = [...this.#accounts.values()];
    this.#accounts.clear();
    await Promise.all(all.map((account) => account.close()));
  }

  #open(key: string, credential: Credential, history: History): ClientAccount {
    this.#requireSpare(history, credential.account, 'refused');
    if (this.#accounts.size >= mostAccounts) {
      const idle = [...this.#accounts].find(([, account]) => !account.isInUse);
      if (idle === undefined) throw waits(credential.account, shortWaitMs);
      this.#accounts.delete(idle[0]);
      void idle[1].close();
    }
    const onEvent = (event: EngineEvent): void => {
      if (event.kind === 'logon-accepted') history.bad = 0;
      if (event.kind === 'logon-refused' || event.kind === 'logon-unanswered') {
        history.bad += 1;
        history.lastBadMs = this.#options.monotonicMs();
      }
      if (toldKinds.has(event.kind)) this.#options.onEvent(event);
    };
    const gate = this.#options.newGate({
      candidates: [credential],
      onEvent,
      onOutcome: (each, outcome) => {
        if (outcome === 'refused') history.refused.add(this.#digestOf(each));
      },
    });
    const account = new ClientAccount(gate, (like) => this.#options.newRoad(gate, like, onEvent));
    this.#accounts.set(key, account);
    return account;
  }

  /** @throws RefusedRequest client-account-waits where one more bad logon would be one too many, or nobody knows yet */
  #requireSpare(history: History, account: Account, standing: CredentialGate['standing']): void {
    if (standing === 'unproven' || standing === 'suspect') throw waits(account, shortWaitMs);
    const leftMs = history.lastBadMs + badPauseMs - this.#options.monotonicMs();
    if (history.bad >= mostBad && leftMs > 0) throw waits(account, leftMs);
    if (history.bad >= mostBad) history.bad = 0;
  }

  #historyOf(key: string): History {
    const history = this.#histories.get(key) ?? { refused: new Set<string>(), bad: 0, lastBadMs: 0 };
    this.#histories.delete(key);
    this.#histories.set(key, history);
    const [oldest] = this.#histories.keys();
    if (this.#histories.size > mostRemembered && oldest !== undefined) this.#histories.delete(oldest);
    return history;
  }

  #digestOf({ secret }: Credential): string {
    return createHmac('sha256', this.#key).update(secret).digest('base64');
  }
}

/** One account of clients: its gate, and a road for each that the user's own account has. */
class ClientAccount {
  readonly gate: CredentialGate;
  /** One new password after the other. */
  readonly tasks = new TaskQueue();
  readonly #newRoad: (like: UpstreamRoad) => UpstreamRoad;
  readonly #roads = new Map<UpstreamRoad, UpstreamRoad>();
  /** Requests whose answer has not begun. */
  #underWay = 0;

  constructor(gate: CredentialGate, newRoad: (like: UpstreamRoad) => UpstreamRoad) {
    this.gate = gate;
    this.#newRoad = newRoad;
  }

  get isInUse(): boolean {
    return this.#underWay > 0;
  }

  uses(credential: Credential): boolean {
    return isSameSecret(this.gate.credential, credential);
  }

  /** Tries another password with one logon; when it is accepted, it is the one in use. */
  async try(credential: Credential, like: UpstreamRoad) {
    const checks = new CredentialChecks(this.gate, this.#own(like), credential.account);
    const checked = await this.#counted(checks.check(credential));
    if (checked === undefined) throw new Error('nobody has left');
    return checked;
  }

  /** The road of the account; it counts what is under way. */
  road(like: UpstreamRoad): Road {
    const own = this.#own(like);
    return {
      send: (request) => this.#counted(own.send(request)),
      sendOver: (connection, request) => this.#counted(own.sendOver(connection, request)),
      release: (answer, isReusable) => own.release(answer, isReusable),
    };
  }

  beginEpoch(isWake: boolean): void {
    this.gate.beginEpoch();
    for (const road of this.#roads.values()) road.beginEpoch(isWake);
  }

  suspend(): void {
    for (const road of this.#roads.values()) road.suspend();
  }

  followUpstreams(): void {
    for (const road of this.#roads.values()) road.followUpstreams();
  }

  async close(): Promise<void> {
    this.gate.close();
    await Promise.all([...this.#roads.values()].map((road) => road.close()));
  }

  #own(like: UpstreamRoad): UpstreamRoad {
    const known = this.#roads.get(like);
    if (known !== undefined) return known;
    const road = this.#newRoad(like);
    this.#roads.set(like, road);
    return road;
  }

  async #counted<T>(doing: Promise<T>): Promise<T> {
    this.#underWay += 1;
    try {
      return await doing;
    } finally {
      this.#underWay -= 1;
    }
  }
}

function refused(account: Account): RefusedRequest {
  return new RefusedRequest({ kind: 'client-sign-in-refused', account });
}

function waits(account: Account, retryAfterMs: number): RefusedRequest {
  return new RefusedRequest({ kind: 'client-account-waits', account, retryAfterMs });
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** As UTF-8, which the challenge asks for (RFC 7617, 2.1), else as Latin-1, as older clients write it. */
function textOf(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}

/** `DOMAIN\user:password`, `user@realm:password`, or `user:password` of the domain that is set. */
function readBasic(
  value: string | undefined,
  ownDomain: string,
): { readonly account: Account; readonly password: string } | undefined {
  const [, base64] = /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(value ?? '') ?? [];
  if (base64 === undefined) return undefined;
  const [, domain, user = '', password = ''] =
    /^(?:([^\\:]*)\\)?([^:]+):(.*)$/s.exec(textOf(Buffer.from(base64, 'base64'))) ?? [];
  if (user === '' || password === '') return undefined;
  return { account: { domain: domain ?? (user.includes('@') ? '' : ownDomain), user }, password };
}
