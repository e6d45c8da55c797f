import { lookup } from 'node:dns/promises';
import { isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Hop, Problem } from '../../shared/problem';
import { type Account, formatAccount, formatHostPort, type HostPort } from '../../shared/settings';
import type { Step, StepName } from '../../shared/state';
import type { CompanyProxyBook } from '../../shared/company-proxy';
import { encodeRequestHead } from '../http1/head-writer';
import { type ChallengeMessage, challengeTimestamp } from '../ntlm/challenge-message';
import { filetimeToMs } from '../ntlm/filetime';
import { problemOf } from '../server/failure';
import type { Credential } from '../upstream/credential';
import { challengeFacts, isPoorer, requireSameDomain } from '../upstream/challenge-facts';
import { CredentialGate, type LogonPermit } from '../upstream/credential-gate';
import { dial } from '../upstream/dial';
import { type Answer, type BodySink, type HopTimeouts, HttpConnection } from '../upstream/http-connection';
import { OutgoingRequest } from '../upstream/outgoing-request';
import {
  type Entropy,
  type FirstLeg,
  authenticate,
  logOn,
  offeredSchemes,
  requestChallenge,
} from '../upstream/sign-in';
import { siteOf, trialOf } from '../upstream/trial';
import { UpstreamError } from '../upstream/upstream-error';
import { describeChallenge, tolerableSkewMs } from './challenge-report';

/** So much of a page is read, and for so long. */
const maxPageBytes = 4 * 1024 * 1024;
const pageMs = 30_000;

/** A step of the doctor, with the company proxy that it is about. */
export interface DoctorStep extends Step {
  readonly upstream: HostPort;
  /** What the challenge says, as lines for a report. */
  readonly details?: readonly string[];
}

export interface DoctorOptions {
  /** In order of preference; each is looked at, and the first that can be reached is examined. */
  readonly upstreams: readonly HostPort[];
  readonly account: Account;
  /** The page that is asked for. */
  readonly url: URL;
  readonly timeouts: HopTimeouts;
  /** Milliseconds since 1970, for the difference to the company proxy's clock. */
  readonly nowMs: () => number;
  /** Told of each step when it begins and when it is over. */
  readonly onStep: (step: DoctorStep) => void;
  /** Ends the examination, as long as no logon was sent. */
  readonly signal?: AbortSignal;
  /**
   * Makes the one logon; undefined, or resolving with undefined: none is made, and the examination ends before the page.
   * It tells of itself when it begins, as it may have to ask first.
   */
  readonly signIn?: (challenged: Challenged) => Promise<SignedIn | undefined>;
}

/** A connection whose challenge has come. */
export interface Challenged {
  readonly connection: HttpConnection;
  readonly request: OutgoingRequest;
  readonly challenge: ChallengeMessage;
}

export type SignedIn =
  | { readonly kind: 'answer'; readonly answer: Answer }
  /** It was signed in by other means, which fetch the page as well. */
  | { readonly kind: 'elsewhere'; readonly fetchPage: () => Promise<string> };

/** A step has failed for a reason that is known already. */
export class StepError extends Error {
  override readonly name = 'StepError';

  constructor(readonly problem: Problem) {
    super(problem.kind);
  }
}

/** The tunnel is open, and the page behind it cannot be had. */
export class PageError extends Error {
  override readonly name = 'PageError';
}

/** The request that the doctor makes: a GET, or a CONNECT for https. */
function requestFor(url: URL): OutgoingRequest {
  if (url.protocol === 'http:') {
    const headers = ['Host', url.host, 'User-Agent', 'latchkey', 'Accept', '*/*'];
    return new OutgoingRequest('GET', url.href, headers);
  }
  const authority = `${url.hostname}:${url.port || '443'}`;
  return new OutgoingRequest('CONNECT', authority, ['Host', authority, 'User-Agent', 'latchkey']);
}

/**
 * Goes through the steps to a page behind the company proxy: name, port, offer, challenge, clock, logon, page. Only the
 * logon can count against the account, and there is at most one.
 *
 * @throws UpstreamError at the step that has failed; PageError; the reason of `signal`
 */
export function examine(options: DoctorOptions): Promise<void> {
  return new Examination(options).run();
}

class Examination {
  readonly #options: DoctorOptions;
  readonly #connections: HttpConnection[] = [];

  constructor(options: DoctorOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    const { url, timeouts } = this.#options;
    try {
      const first = await this.#reach();
      const { hop } = first;
      await this.#take('offer', hop, () => askForSchemes(first, url, timeouts));
      const connection = await this.#unlessAborted(this.#open(hop));
      const request = requestFor(url);
      let leg: FirstLeg | undefined;
      await this.#take('challenge', hop, async () => {
        const { challengeMs } = timeouts;
        leg = await requestChallenge(connection, request, { answerMs: challengeMs, drainMs: challengeMs });
        if (leg.kind !== 'challenge') return { status: 'skipped' };
        const details = describeChallenge(leg.challenge, this.#options.nowMs());
        return { value: `NTLM, ${leg.challenge.bytes.length} bytes`, details };
      });
      if (leg?.kind === 'challenge') this.#compareClocks(hop, leg.challenge);
      if (leg !== undefined) await this.#finish(connection, request, leg);
    } finally {
      for (const connection of this.#connections) connection.destroy();
    }
  }

  /** Looks up and connects to every company proxy. @throws UpstreamError of the first when none can be reached */
  async #reach(): Promise<HttpConnection> {
    let reached: HttpConnection | undefined;
    let firstError: UpstreamError | undefined;
    for (const address of this.#options.upstreams) {
      const hop: Hop = { role: 'upstream', address };
      try {
        if (isIP(address.host) === 0) await this.#take('name', hop, () => resolveName(hop));
        await this.#take('port', hop, async () => {
          const connection = await this.#open(hop);
          reached ??= connection;
          return { value: formatHostPort(address) };
        });
      } catch (error) {
        if (!(error instanceof UpstreamError)) throw error;
        firstError ??= error;
      }
    }
    if (reached === undefined) throw firstError ?? new Error('there is no company proxy');
    return reached;
  }

  async #open(hop: Hop): Promise<HttpConnection> {
    const { timeouts, signal } = this.#options;
    const socket = await dial(hop, timeouts.connectMs);
    const connection = new HttpConnection(socket, hop, timeouts);
    this.#connections.push(connection);
    if (signal?.aborted === true) connection.destroy();
    return connection;
  }

  #compareClocks(hop: Hop, challenge: ChallengeMessage): void {
    const timestamp = challengeTimestamp(challenge);
    const clock = { name: 'clock', upstream: hop.address } as const;
    if (timestamp === undefined) {
      this.#options.onStep({ ...clock, status: 'skipped' });
      return;
    }
    const skewMs = Math.round(this.#options.nowMs() - filetimeToMs(timestamp));
    const status = Math.abs(skewMs) > tolerableSkewMs ? 'warning' : 'done';
    this.#options.onStep({ ...clock, status, skewMs });
  }

  /** The only part that costs a logon. */
  async #finish(connection: HttpConnection, request: OutgoingRequest, leg: FirstLeg): Promise<void> {
    const { signIn, account, url } = this.#options;
    const { hop } = connection;
    if (signIn === undefined) return;
    let signedIn: SignedIn | undefined =
      leg.kind === 'answer' ? { kind: 'answer', answer: leg.answer } : undefined;
    if (leg.kind === 'challenge') {
      const { challenge } = leg;
      await this.#take('logon', hop, async () => {
        signedIn = await signIn({ connection, request, challenge });
        return signedIn === undefined ? { status: 'skipped' } : { value: formatAccount(account) };
      });
      if (signedIn === undefined) return;
    }
    await this.#take('page', hop, async () => {
      if (signedIn === undefined) throw new Error('there is no answer to read');
      if (signedIn.kind === 'elsewhere') return { value: await signedIn.fetchPage() };
      const { answer } = signedIn;
      const isTunnel = request.method === 'CONNECT';
      return { value: await (isTunnel ? fetchThroughTunnel(answer, url, this.#options) : readPage(answer)) };
    });
  }

  /** Tells of a step before and after. */
  async #take(name: StepName, hop: Hop, action: () => Promise<Partial<DoctorStep>>): Promise<void> {
    const { onStep, account } = this.#options;
    const step = { name, upstream: hop.address };
    const startMs = performance.now();
    onStep({ ...step, status: 'running' });
    const since = (): number => Math.round(performance.now() - startMs);
    try {
      // A logon is seen to its end: its outcome must be known.
      const found = await (name === 'logon' ? action() : this.#unlessAborted(action()));
      onStep({ ...step, status: 'done', durationMs: since(), ...found });
    } catch (error) {
      const isAborted = this.#options.signal?.aborted === true && error === this.#options.signal.reason;
      const known = error instanceof StepError ? error.problem : problemOf(error, account);
      const problem = isAborted ? undefined : known;
      onStep({
        ...step,
        status: isAborted ? 'skipped' : 'failed',
        durationMs: since(),
        ...(problem === undefined || problem.kind === 'internal' ? {} : { problem }),
        ...(error instanceof PageError ? { value: error.message } : {}),
      });
      throw error;
    }
  }

  async #unlessAborted<T>(action: Promise<T>): Promise<T> {
    const { signal } = this.#options;
    if (signal === undefined) return action;
    let onAbort: () => void = () => undefined;
    const aborted = new Promise<never>((_resolve, reject) => {
      onAbort = () => reject(signal.reason as Error);
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort);
    });
    try {
      return await Promise.race([action, aborted]);
    } finally {
      signal.removeEventListener('abort', onAbort);
      aborted.catch(() => undefined);
      action.catch(() => undefined);
    }
  }
}

async function resolveName(hop: Hop): Promise<Partial<DoctorStep>> {
  try {
    const addresses = await lookup(hop.address.host, { all: true });
    return { value: addresses.map(({ address }) => address).join(', ') };
  } catch (error) {
    throw new UpstreamError('name-not-found', hop, messageOf(error), { cause: error });
  }
}

/** Asks without credentials, which no directory counts. A warning: it did not ask for a sign-in. */
async function askForSchemes(
  connection: HttpConnection,
  url: URL,
  timeouts: HopTimeouts,
): Promise<Partial<DoctorStep>> {
  const { method, target, headers } = requestFor(url);
  const head = encodeRequestHead({ method, target, headers, minorVersion: 1 });
  const answer = await connection.exchange(method, head, timeouts.challengeMs);
  const { status } = answer.head;
  if (status !== 407) return { status: 'warning', value: String(status) };
  return { value: offeredSchemes(answer.head.headers).join(', ') };
}

export interface LogonOptions {
  /** Likeliest first; the first one is tried. */
  readonly credentials: readonly Credential[];
  /** Whether they have been refused before: none is sent then. */
  readonly areRefused: boolean;
  readonly workstation: string;
  readonly entropy: Entropy;
  readonly timeouts: HopTimeouts;
  /** What is remembered of company proxies; an accepted logon adds to it. */
  readonly companyProxies: CompanyProxyBook;
  /** Whether the company proxy may name another domain than before: the user has given a password for it just now. */
  readonly mayNameOtherDomain: boolean;
  /** Resolves when it is remembered. */
  readonly rememberOutcome: (credential: Credential, outcome: 'accepted' | 'refused') => Promise<void>;
  readonly countLogon: (kind: 'sent' | 'refused' | 'unanswered') => void;
}

/**
 * Makes one logon on a connection whose challenge has come.
 *
 * @throws UpstreamError credential-refused without a logon when it was refused before; and what can go wrong on the way
 */
export async function logOnOnce(
  { connection, request, challenge }: Challenged,
  options: LogonOptions,
): Promise<SignedIn> {
  const { credentials, areRefused, workstation, entropy, timeouts, companyProxies, countLogon } = options;
  const { hop } = connection;
  const facts = challengeFacts(challenge);
  const before = companyProxies.recall(hop.address)?.challenge;
  if (before !== undefined && !options.mayNameOtherDomain) requireSameDomain(hop, facts, before);
  const outcomes: Promise<void>[] = [];
  const gate = new CredentialGate({
    candidates: credentials,
    isRefused: areRefused,
    maxWaitMs: 0,
    nowMs: () => performance.now(),
    onOutcome: (credential, outcome) => {
      outcomes.push(options.rememberOutcome(credential, outcome));
    },
  });
  const trial = trialOf(request);
  const permit = await gate.admit(hop, trial);
  const token = authenticate(challenge, permit.credential, connection, workstation, entropy);
  countLogon('sent');
  const knownUrl = siteOf(trial);
  const told: LogonPermit = {
    ...permit,
    accepted: () => {
      permit.accepted();
      companyProxies.remember(hop.address, {
        challenge: facts,
        ...(knownUrl === undefined ? {} : { knownUrl }),
      });
    },
    refused: (isLasting) => {
      permit.refused(isLasting);
      countLogon('refused');
    },
    unanswered: () => {
      permit.unanswered();
      countLogon('unanswered');
    },
  };
  const isPoor = before !== undefined && isPoorer(facts, before);
  try {
    const timeoutMs = timeouts.challengeMs;
    const answer = await logOn(connection, request, token, told, { isPoor, timeoutMs });
    return { kind: 'answer', answer };
  } finally {
    await Promise.all(outcomes);
  }
}

/** A page that is long, or never ends, is read for a while only: that is proof enough. */
function readPage(answer: Answer): Promise<string> {
  const { status, reason } = answer.head;
  let bytes = 0;
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      resolve(`${status} ${reason}, ${bytes} bytes and more`);
      answer.connection.destroy();
    };
    const timer = setTimeout(stop, pageMs);
    const sink: BodySink = {
      data: (chunk) => {
        bytes += chunk.length;
        if (bytes > maxPageBytes) stop();
      },
      end: () => {
        clearTimeout(timer);
        resolve(`${status} ${reason}, ${bytes} bytes`);
      },
      fail: (error) => {
        clearTimeout(timer);
        reject(error);
      },
    };
    answer.connection.readBody(answer, sink, () => undefined);
  });
}

/** TLS through the tunnel up to the status line of the page. */
async function fetchThroughTunnel(answer: Answer, url: URL, { timeouts }: DoctorOptions): Promise<string> {
  const { status, reason } = answer.head;
  if (status >= 300) return `CONNECT was answered with ${status} ${reason}`;
  const { socket } = answer.connection.detach().hopSocket;
  try {
    return await readStatusLine(socket, url, timeouts.challengeMs);
  } finally {
    socket.destroy();
  }
}

function readStatusLine(socket: Socket, url: URL, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      const message = `the tunnel is open, but TLS failed: ${messageOf(error)}`;
      reject(new PageError(message, { cause: error }));
    };
    const tls = connectTls({ socket, servername: isIP(url.hostname) === 0 ? url.hostname : '' });
    tls.setTimeout(timeoutMs, () => tls.destroy(new Error('no answer in time')));
    tls.on('error', fail).on('end', () => fail(new Error('closed before an answer')));
    tls.once('secureConnect', () => {
      const headers = ['Host', url.host, 'User-Agent', 'latchkey', 'Connection', 'close'];
      const target = `${url.pathname}${url.search}`;
      tls.write(encodeRequestHead({ method: 'GET', target, headers, minorVersion: 1 }));
    });
    tls.once('data', (chunk: Buffer) => {
      const [statusLine = ''] = chunk.toString('latin1').split('\r\n', 1);
      resolve(`${statusLine} over ${tls.getProtocol() ?? 'TLS'}`);
      tls.destroy();
    });
  });
}

/** The message of anything that was thrown, on one line. */
function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ');
}
