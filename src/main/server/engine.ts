import type { CompanyProxyBook } from '../../shared/company-proxy';
import type { CredentialCheck, CredentialStanding, EngineState } from '../../shared/engine-state';
import type { EngineEvent, EpochReason } from '../../shared/event';
import { type EngineSettings, formatAccount, formatHostPort, type HostPort } from '../../shared/settings';
import { describeProblem } from '../../shared/text';
import { createRouter } from '../routing/router';
import { ConnectionPool } from '../upstream/connection-pool';
import type { Credential } from '../upstream/credential';
import { CredentialGate } from '../upstream/credential-gate';
import { defaultHopTimeouts, type HopTimeouts } from '../upstream/http-connection';
import type { ResolveName } from '../upstream/name-cache';
import { NameLookups, type Resolver, systemResolver } from '../upstream/name-lookups';
import { OriginRoad } from '../upstream/origin-road';
import { OwnMachine } from '../upstream/own-machine';
import type { Entropy } from '../upstream/sign-in';
import { trialForUrl } from '../upstream/trial';
import { UpstreamError } from '../upstream/upstream-error';
import { UpstreamRoad } from '../upstream/upstream-road';
import { createAccessList } from './access-list';
import { type DescribeProblem, problemOf } from './failure';
import { DescriptorWatch, isOutOfDescriptors } from './descriptor-watch';
import type { Forwarding } from './forwarding';
import { httpDate } from './http-date';
import { Listeners } from './listeners';
import { LocalProxy, type TrafficCount } from './local-proxy';

/** How long a request waits for the outcome of somebody else's logon, in milliseconds. */
const maxLogonWaitMs = 30_000;
/** What a logon is made with while no URL is known to work. */
const defaultCheckUrl = new URL('http://example.com/');

export interface EngineOptions {
  readonly settings: EngineSettings;
  /** The credential, likeliest reading first; each is tried at most once until one is accepted. */
  readonly credentials: readonly Credential[];
  /** Whether they have been refused before: no logon is made with them then until the user changes that. */
  readonly areCredentialsRefused?: boolean;
  readonly entropy: Entropy;
  /** A monotonic clock in milliseconds. */
  readonly monotonicMs: () => number;
  /** The first IPv4 address of a name in the access list. */
  readonly resolve: (name: string) => Promise<string | undefined>;
  /** What resolves names. Default: the system, in this process. */
  readonly resolver?: Resolver;
  /** All addresses of a company proxy. Default: what the resolver says. */
  readonly resolveUpstream?: ResolveName;
  readonly timeouts?: HopTimeouts;
  /** What a logon is made with where no URL is known to work, and the request's own will not do. */
  readonly checkUrl?: URL;
  /** What is remembered of company proxies. Default: nothing. */
  readonly companyProxies?: CompanyProxyBook;
  readonly onEvent?: (event: EngineEvent) => void;
  /** Told when a credential is accepted for the first time, or refused for good. */
  readonly onCredentialOutcome?: (credential: Credential, outcome: 'accepted' | 'refused') => void;
  /** How long a request waits for its turn to sign in, in milliseconds. */
  readonly maxLogonWaitMs?: number;
  /** The words of the answers that Latchkey makes itself. Default: those of the command line. */
  readonly describe?: DescribeProblem;
  /** Told of what should not happen: a bug, or a listener that could not accept a connection. */
  readonly onInternalError?: (error: unknown) => void;
}

/** A company proxy of the settings is the local proxy itself: every request would come back. */
export class OwnAddressError extends Error {
  override readonly name = 'OwnAddressError';

  constructor(readonly address: HostPort) {
    super(`the company proxy ${formatHostPort(address)} is the address that Latchkey itself listens on`);
  }
}

export interface CheckOptions {
  /** What the logon is made with; default: a URL that is known to work. */
  readonly url?: URL | undefined;
  /** Aborted when nobody waits for the outcome any more. */
  readonly signal?: AbortSignal | undefined;
}

/** The running local proxy. */
export interface Engine {
  /** Where it listens; at least one address. */
  readonly addresses: readonly HostPort[];
  readonly state: () => EngineState;
  /** What was carried since the start, and the tunnels that are open now. Counted when asked for. */
  readonly traffic: () => TrafficCount;
  /**
   * Tries a new credential of the same account with one logon. When it is accepted it takes over: open tunnels stay, and
   * the requests that wait are answered with it. Otherwise nothing changes. Calls are served one after the other.
   *
   * @returns undefined when whoever asked left before its turn came: no logon was made then
   */
  readonly setCredential: (
    credential: Credential,
    options?: CheckOptions,
  ) => Promise<CredentialCheck | undefined>;
  /**
   * Tries the credential that is in use when its turn comes, although it may have been refused: the user has asked for
   * it. Whoever asks while one waits for its turn or is under way shares its logon.
   */
  readonly retryCredential: (options?: CheckOptions) => Promise<CredentialCheck | undefined>;
  /** Signs in no more until `resume` or a new credential. Tunnels and signed-in connections stay. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** The network has changed or the machine has woken: what was known of the network is found out anew. */
  readonly beginEpoch: (reason: EpochReason) => void;
  /** The machine is about to sleep: idle connections would not survive it. */
  readonly suspend: () => void;
  /**
   * Applies other company proxies, no-proxy rules, access rules and off-network behaviour without touching the listeners
   * or what is under way, and another workstation name. The account and where to listen stay as they are.
   *
   * @throws UnknownHostError, OwnAddressError; nothing has changed then
   */
  readonly reconfigure: (settings: EngineSettings) => Promise<void>;
  /**
   * Listens where these settings say from now on. What the old listeners have accepted goes on.
   *
   * @throws OwnAddressError, NodeJS.ErrnoException as startEngine; nothing has changed then
   */
  readonly listen: (settings: Pick<EngineSettings, 'listen' | 'gateway'>) => Promise<void>;
  /** Stops listening, ends every connection and resolves when all listeners are closed. */
  readonly close: () => Promise<void>;
}

/** Where these settings would have it listen; of a port that the system is to pick nothing is known. */
function wantedAddresses({ listen, gateway }: Pick<EngineSettings, 'listen' | 'gateway'>): HostPort[] {
  return listen.map(({ host = gateway ? '::' : '127.0.0.1', port }) => ({ host, port }));
}

const standingWords: Readonly<Record<CredentialStanding, string>> = {
  unproven: 'not tried yet on this network',
  proven: 'accepted',
  suspect: 'refused for one address; being looked into',
  refused: 'refused; it is not sent again',
};

/**
 * Composes and starts the local proxy.
 *
 * @throws NodeJS.ErrnoException when an address cannot be listened on; nothing is left running then
 * @throws UnknownHostError when a name in the access list has no address
 * @throws OwnAddressError when a company proxy is one of the addresses that are listened on
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { credentials, entropy, monotonicMs, timeouts = defaultHopTimeouts } = options;
  const tell = options.onEvent ?? (() => undefined);
  const descriptors = new DescriptorWatch({
    nowMs: monotonicMs,
    onExhausted: () => tell({ kind: 'out-of-descriptors' }),
  });
  const onEvent = (event: EngineEvent): void => {
    if ('problem' in event && event.problem?.kind === 'out-of-descriptors') descriptors.seen();
    tell(event);
  };
  const { account } = options.settings;
  let { settings } = options;
  let isAllowed = await createAccessList(settings.access, options.resolve);
  let route = createRouter(settings);
  const gate = new CredentialGate({
    candidates: credentials,
    isRefused: options.areCredentialsRefused ?? false,
    maxWaitMs: options.maxLogonWaitMs ?? maxLogonWaitMs,
    checkTrial: trialForUrl(options.checkUrl ?? defaultCheckUrl),
    companyProxies: options.companyProxies,
    nowMs: monotonicMs,
    onEvent,
    ...(options.onCredentialOutcome === undefined ? {} : { onOutcome: options.onCredentialOutcome }),
  });
  const names = new NameLookups(options.resolver ?? systemResolver(process.env), monotonicMs);
  const upstreamRoad = new UpstreamRoad({
    upstreams: settings.upstreams,
    gate,
    get workstation() {
      return settings.workstation;
    },
    timeouts,
    entropy,
    companyProxies: options.companyProxies,
    monotonicMs,
    resolve: options.resolveUpstream ?? names.resolveUpstream,
    onEvent,
    problemOf: (error) => problemOf(error, account) ?? { kind: 'internal' },
  });
  const originPool = new ConnectionPool(monotonicMs);
  let lastId = 0;
  let ownMachine = new OwnMachine([]);
  const forwarding: Forwarding = {
    account,
    via: `latchkey-${entropy.randomBytes(3).toString('hex')}`,
    route: (target) => route(target),
    noProxy: () => settings.noProxy,
    upstreamRoad,
    goesDirectWhenAway: () => settings.offNetwork === 'direct',
    originRoad: (origin, { isLocal }) =>
      new OriginRoad(origin, {
        pool: originPool,
        timeouts,
        names,
        judge: (address, port) =>
          isLocal ? ownMachine.judgeForLocal(address, port) : ownMachine.judgeForRemote(address, port),
        reach: isLocal ? 'local' : 'remote',
      }),
    isOwnAddress: (target) => ownMachine.isOwnTarget(target),
    isOwnHost: (authority) => ownMachine.isOwnHost(authority),
    statusFacts: () => [
      ['Company proxy', companyProxyWords(engine.state(), settings.upstreams)],
      ['Account', formatAccount(account)],
      ['Password', gate.isPaused ? 'being changed; signing in is paused' : standingWords[gate.standing]],
    ],
    describe: options.describe ?? describeProblem,
    monotonicMs,
    date: httpDate(entropy.nowMs),
    onEvent,
    nextId: () => {
      lastId += 1;
      return lastId;
    },
  };
  const listeners = await Listeners.start(settings, (address) => {
    const listener = new LocalProxy(address, forwarding, (remoteAddress) => isAllowed(remoteAddress));
    listener.server.on('connection', () => descriptors.lookSoon());
    const report = options.onInternalError ?? (() => undefined);
    return listener
      .on('requestFailed', ({ error }) => report(error))
      .on('serverError', (error) => {
        if (isOutOfDescriptors(error)) descriptors.seen();
        else report(error);
      });
  });
  ownMachine = new OwnMachine(listeners.addresses);

  /** One check after the other, so that there is never more than one new credential in flight. */
  let lastCheck: Promise<unknown> = Promise.resolve();
  const check = (
    choose: () => Credential,
    url: URL | undefined,
    askers: readonly (AbortSignal | undefined)[],
  ): Promise<CredentialCheck | undefined> => {
    const checked = lastCheck.then(() => {
      const isWanted = askers.some((signal) => signal?.aborted !== true);
      return isWanted ? tryCredential(choose(), url) : undefined;
    });
    lastCheck = checked.catch(() => undefined);
    return checked;
  };
  /** The retry that waits or is under way, and who has asked for it. */
  let retry:
    | { readonly askers: (AbortSignal | undefined)[]; readonly outcome: ReturnType<typeof check> }
    | undefined;
  const retryCredential = ({ url, signal }: CheckOptions = {}): ReturnType<typeof check> => {
    if (retry !== undefined) {
      retry.askers.push(signal);
      return retry.outcome;
    }
    const askers = [signal];
    // The credential of then: another one may have taken over while this waited.
    const outcome = check(() => gate.credential, url, askers).finally(() => (retry = undefined));
    retry = { askers, outcome };
    return outcome;
  };
  const tryCredential = async (credential: Credential, url?: URL): Promise<CredentialCheck> => {
    try {
      await upstreamRoad.tryCredential(credential, url && trialForUrl(url));
      return { kind: 'accepted' };
    } catch (error) {
      const problem = problemOf(error, account);
      if (problem?.kind === 'internal' || !(error instanceof UpstreamError)) throw error;
      // The network has changed in the middle of it.
      if (problem === undefined)
        return { kind: 'unclear', problem: { kind: 'closed-early', hop: error.hop } };
      return { kind: problem.kind === 'credential-refused' ? 'refused' : 'unclear', problem };
    }
  };
  const refuseOwnAddress = (upstreams: readonly HostPort[], machine = ownMachine): void => {
    const own = upstreams.find((upstream) => machine.isOwnTarget(upstream));
    if (own !== undefined) throw new OwnAddressError(own);
  };

  const engine: Engine = {
    get addresses() {
      return listeners.addresses;
    },
    state: () => ({
      account,
      credential: gate.standing,
      isPaused: gate.isPaused,
      companyProxy: upstreamRoad.reachability,
      upstream: upstreamRoad.currentUpstream,
      offNetwork: settings.offNetwork,
      addresses: listeners.addresses,
    }),
    traffic: () => listeners.traffic,
    setCredential: (credential, { url, signal } = {}) => check(() => credential, url, [signal]),
    retryCredential,
    pause: () => gate.pause(),
    resume: () => gate.resume(),
    beginEpoch: (reason) => {
      onEvent({ kind: 'network-epoch', reason });
      gate.beginEpoch();
      names.clear();
      upstreamRoad.beginEpoch(reason === 'woke');
      originPool.clear();
      listeners.dropPins();
    },
    suspend: () => {
      upstreamRoad.dropIdle();
      originPool.clear();
    },
    reconfigure: async (changed) => {
      refuseOwnAddress(changed.upstreams);
      isAllowed = await createAccessList(changed.access, options.resolve);
      settings = changed;
      route = createRouter(changed);
      upstreamRoad.setUpstreams(changed.upstreams);
    },
    listen: async (wanted) => {
      if (listeners.isAt(wanted)) return;
      refuseOwnAddress(settings.upstreams, new OwnMachine(wantedAddresses(wanted)));
      await listeners.move(wanted);
      ownMachine = new OwnMachine(listeners.addresses);
    },
    close: async () => {
      descriptors.close();
      await Promise.all([listeners.close(), upstreamRoad.close()]);
      originPool.close();
    },
  };
  try {
    refuseOwnAddress(settings.upstreams);
  } catch (error) {
    await engine.close();
    throw error;
  }
  upstreamRoad.beginEpoch(false);
  return engine;
}

function companyProxyWords(state: EngineState, upstreams: readonly HostPort[]): string {
  const names = upstreams.map(formatHostPort).join(', ');
  if (state.companyProxy !== 'unreachable') return names;
  return `${names}; none can be reached, ${state.offNetwork === 'direct' ? 'so requests go direct' : 'so requests are refused'}`;
}
