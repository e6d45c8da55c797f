import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { messageOf } from '../../shared/error-text';
import type { IsForbiddenByMac } from '../../shared/failed-connect';
import type { Kerberos } from '../../shared/kerberos';
import type { Hop } from '../../shared/problem';
import {
  type Account,
  formatAccount,
  formatHostPort,
  type HostPort,
  type SignInMethod,
} from '../../shared/settings';
import type { Step, StepName } from '../../shared/state';
import type { HeaderList } from '../http1/message-head';
import { challengeTimestamp } from '../ntlm/challenge-message';
import { filetimeToMs } from '../ntlm/filetime';
import { problemOf } from '../server/failure';
import { dial } from '../upstream/dial';
import type { FirstLeg, HopChallenge, NtlmChallenge } from '../upstream/first-leg';
import { HopHabits } from '../upstream/hop-habits';
import type { HopTimeouts } from '../upstream/hop-timeouts';
import { type Answer, HttpConnection } from '../upstream/http-connection';
import { KerberosSignIn } from '../upstream/kerberos-sign-in';
import type { OutgoingRequest } from '../upstream/outgoing-request';
import { requestChallenge } from '../upstream/sign-in';
import { chooseScheme, offeredSchemes, offersNegotiate } from '../upstream/sign-in-scheme';
import { UpstreamError } from '../upstream/upstream-error';
import { describeChallenge, tolerableSkewMs } from './challenge-report';
import { PageError, StepError } from './doctor-errors';
import { ask, requestFor } from './page-request';
import { readAnswer } from './read-page';

/** A step of the doctor, with the company proxy that it is about. */
export interface DoctorStep extends Step {
  readonly upstream: HostPort;
}

export interface DoctorOptions {
  /** In order of preference; each is looked at, and the first that can be reached is examined. */
  readonly upstreams: readonly HostPort[];
  readonly account: Account;
  /** How it signs in. */
  readonly method: SignInMethod;
  /** The page that is asked for. */
  readonly url: URL;
  readonly timeouts: HopTimeouts;
  /** Milliseconds since 1970, for the difference to the company proxy's clock. */
  readonly nowMs: () => number;
  /** Tells a connection that this Mac forbids from one that failed. Default: none is forbidden. */
  readonly isForbiddenByMac?: IsForbiddenByMac | undefined;
  /** The tickets of whoever runs Latchkey. Default: none are used. */
  readonly kerberos?: Kerberos | undefined;
  /** Told of each step when it begins and when it is over. */
  readonly onStep: (step: DoctorStep) => void;
  /** What is to be mended on this Mac itself, told first: see `lookAtMac`. */
  readonly remarks?: readonly Step[];
  /** The step about the PAC, taken next; undefined, or resolving with undefined: none is in use. */
  readonly lookAtPac?: ((url: URL) => Promise<Step | undefined>) | undefined;
  /** Ends the examination, as long as no logon was sent. */
  readonly signal?: AbortSignal;
  /** Ends its connections, at whatever step. */
  readonly closing?: AbortSignal;
  /**
   * Makes the one logon; undefined, or resolving with undefined: none is made, and the examination ends before the page.
   * It tells of itself when it begins, as it may have to ask first: what somebody thinks until then is no time of the step.
   */
  readonly signIn?: (challenged: Challenged, begins: () => void) => Promise<SignedIn | undefined>;
  /** Milliseconds of a clock that nobody sets, for how long a step takes. Default: that of the process. */
  readonly monotonicMs?: () => number;
}

/** A connection whose challenge has come. */
export interface Challenged {
  readonly connection: HttpConnection;
  readonly request: OutgoingRequest;
  readonly challenge: HopChallenge;
}

export type SignedIn =
  | { readonly kind: 'answer'; readonly answer: Answer }
  /** It was signed in by other means, which fetch the page as well. */
  | { readonly kind: 'elsewhere'; readonly fetchPage: () => Promise<string> };

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
  readonly #habits = new HopHabits();
  readonly #tickets: KerberosSignIn | undefined;

  constructor(options: DoctorOptions) {
    const { kerberos, monotonicMs: nowMs = () => performance.now() } = options;
    this.#options = options;
    this.#tickets = kerberos && new KerberosSignIn({ kerberos, nowMs, onEvent: () => undefined });
  }

  async run(): Promise<void> {
    const { url, timeouts, upstreams, remarks = [], onStep, closing } = this.#options;
    const end = (): void => {
      for (const connection of this.#connections) connection.destroy();
    };
    closing?.addEventListener('abort', end);
    const [upstream] = upstreams;
    if (upstream !== undefined) for (const remark of remarks) onStep({ ...remark, upstream });
    try {
      const pac = await this.#unlessAborted(Promise.resolve(this.#options.lookAtPac?.(url)));
      if (pac !== undefined && upstream !== undefined) onStep({ ...pac, upstream });
      const first = await this.#reach();
      const { hop } = first;
      await this.#take('offer', hop, async () => {
        const schemes = await askForSchemes(first, url, timeouts);
        if (typeof schemes === 'number') return { status: 'warning', value: String(schemes) };
        const { method } = this.#options;
        const scheme = method === 'Basic' ? undefined : chooseScheme(schemes, method);
        if (scheme !== undefined) this.#habits.speaks(hop, scheme);
        this.#tickets?.offered(hop, offersNegotiate(schemes));
        return { value: offeredSchemes(schemes).join(', ') };
      });
      let connection = await this.#unlessAborted(this.#open(hop));
      const request = requestFor(url);
      let leg: FirstLeg | undefined;
      await this.#take('challenge', hop, async () => {
        const { challengeMs } = timeouts;
        const legTimeouts = { answerMs: challengeMs, drainMs: challengeMs };
        leg = await this.#tickets?.leg(connection, request, legTimeouts).catch(async (error: unknown) => {
          // A ticket that is not taken spoils its connection.
          if (this.#tickets?.trouble(hop) !== 'refused') throw error;
          connection = await this.#open(hop);
          return undefined;
        });
        leg ??= await requestChallenge(connection, request, legTimeouts, this.#habits, this.#options.method);
        if (leg.kind !== 'challenge') return leg.isByTicket ? { value: 'Kerberos' } : { status: 'skipped' };
        const said = this.#describe(leg.challenge);
        const trouble = this.#tickets?.trouble(hop);
        if (trouble === undefined) return said;
        const problem = { kind: 'kerberos-unused', upstream: hop.address, trouble } as const;
        return { ...said, status: 'warning', problem };
      });
      if (leg?.kind === 'challenge') this.#compareClocks(hop, leg.challenge);
      if (leg !== undefined) await this.#finish(connection, request, leg);
    } finally {
      closing?.removeEventListener('abort', end);
      end();
    }
  }

  /**
   * Looks up and connects to every company proxy.
   *
   * @throws UpstreamError when none can be reached: of one that macOS forbids, else of the first
   */
  async #reach(): Promise<HttpConnection> {
    let reached: HttpConnection | undefined;
    const errors: UpstreamError[] = [];
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
        errors.push(error);
      }
    }
    if (reached === undefined) {
      const forbidden = errors.find(({ code }) => code === 'local-network-denied');
      throw forbidden ?? errors[0] ?? new Error('there is no company proxy');
    }
    return reached;
  }

  async #open(hop: Hop): Promise<HttpConnection> {
    const { timeouts, signal, closing, isForbiddenByMac } = this.#options;
    const socket = await dial(hop, timeouts.connectMs, { isForbiddenByMac });
    const connection = new HttpConnection(socket, hop, timeouts);
    this.#connections.push(connection);
    if (signal?.aborted === true || closing?.aborted === true) connection.destroy();
    return connection;
  }

  #describe(challenge: HopChallenge): Pick<DoctorStep, 'value' | 'details'> {
    if (challenge.scheme === 'Basic') return { value: 'Basic' };
    const value = `${nameOf(challenge)}, ${challenge.bytes.length} bytes`;
    return { value, details: describeChallenge(challenge, this.#options.nowMs()) };
  }

  #compareClocks(hop: Hop, challenge: HopChallenge): void {
    const timestamp = challenge.scheme === 'Basic' ? undefined : challengeTimestamp(challenge);
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
    const { signIn, account, url, timeouts } = this.#options;
    const { hop } = connection;
    if (signIn === undefined) return;
    let signedIn: SignedIn | undefined =
      leg.kind === 'answer' ? { kind: 'answer', answer: leg.answer } : undefined;
    if (leg.kind === 'challenge') {
      const { challenge } = leg;
      await this.#take('logon', hop, async (begins) => {
        signedIn = await signIn({ connection, request, challenge }, begins);
        return signedIn === undefined ? { status: 'skipped' } : { value: formatAccount(account) };
      });
      if (signedIn === undefined) return;
    }
    await this.#take('page', hop, async () => {
      if (signedIn === undefined) throw new Error('there is no answer to read');
      if (signedIn.kind === 'elsewhere') return { value: await signedIn.fetchPage() };
      const { answer } = signedIn;
      return { value: await readAnswer(answer, url, timeouts.challengeMs) };
    });
  }

  /** Tells of a step before and after. */
  async #take(
    name: StepName,
    hop: Hop,
    action: (begins: () => void) => Promise<Partial<DoctorStep>>,
  ): Promise<void> {
    const { onStep, account, monotonicMs = () => performance.now() } = this.#options;
    const step = { name, upstream: hop.address };
    let startMs = monotonicMs();
    const begins = (): void => {
      startMs = monotonicMs();
    };
    onStep({ ...step, status: 'running' });
    const since = (): number => Math.round(monotonicMs() - startMs);
    try {
      // A logon is seen to its end: its outcome must be known.
      const found = await (name === 'logon' ? action(begins) : this.#unlessAborted(action(begins)));
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

/**
 * Asks without credentials, which no directory counts. Resolves with the headers of the offer, or with the status when it did
 * not ask for a sign-in.
 */
async function askForSchemes(
  connection: HttpConnection,
  url: URL,
  timeouts: HopTimeouts,
): Promise<HeaderList | number> {
  const { status, headers } = (await ask(connection, url, timeouts.challengeMs)).head;
  return status === 407 ? headers : status;
}

function nameOf({ scheme, method }: NtlmChallenge): string {
  const dialect = method === 'NTLMv2' ? '' : ` for ${method}`;
  return scheme === 'NTLM' ? `NTLM${dialect}` : `NTLM in ${scheme}`;
}
