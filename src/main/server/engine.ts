import type { CredentialCheck, EngineState } from '../../shared/engine-state';
import type { EngineEvent, EpochReason } from '../../shared/event';
import { type EngineSettings, formatHostPort, type HostPort, type Upstream } from '../../shared/settings';
import { describeProblem } from '../../shared/text';
import { createRouter } from '../routing/router';
import { ConnectionPool } from '../upstream/connection-pool';
import type { Credential } from '../upstream/credential';
import { CredentialGate } from '../upstream/credential-gate';
import { defaultHopTimeouts } from '../upstream/hop-timeouts';
import { NameLookups, systemResolver } from '../upstream/name-lookups';
import { dialSocks } from '../upstream/dial-socks';
import { OriginRoad } from '../upstream/origin-road';
import { OwnMachine } from '../upstream/own-machine';
import { trialForUrl } from '../upstream/trial';
import { UpstreamRoad, type UpstreamRoadOptions } from '../upstream/upstream-road';
import { createAccessList } from './access-list';
import { ClientAccounts } from './client-accounts';
import type { EngineOptions } from './engine-options';
import { type CheckOptions, CredentialChecks } from './credential-checks';
import { problemOf } from './failure';
import { DescriptorWatch, isOutOfDescriptors } from './descriptor-watch';
import type { Forwarding } from './forwarding';
import { httpDate } from './http-date';
import type { TrafficCount } from './listener';
import { Listeners, type ListenSettings, type ServicePlace, type Unbound } from './listeners';
import { LocalProxy } from './local-proxy';
import { PacRoads } from './pac-roads';
import { statusFacts } from './status-facts';
import { TunnelListener } from './tunnel-listener';

/** How long a request waits for the outcome of somebody else's logon, in milliseconds. */
const maxLogonWaitMs = 30_000;
/** What a logon is made with while no URL is known to work. */
const defaultCheckUrl = new URL('http://example.com/');

/** A company proxy of the settings is the local proxy itself: every request would come back. */
export class OwnAddressError extends Error {
  override readonly name = 'OwnAddressError';

  constructor(readonly address: HostPort) {
    super(`the company proxy ${formatHostPort(address)} is the address that Latchkey itself listens on`);
  }
}

/** The running local proxy. */
export interface Engine {
  /** Where it listens for HTTP; at least one address. */
  readonly addresses: readonly HostPort[];
  /** Everything that it listens for. */
  readonly services: readonly ServicePlace[];
  /** What of the settings could not be listened on; one address for HTTP is enough to run. */
  readonly unbound: readonly Unbound[];
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
  /**
   * Has other credentials, likeliest reading first, in place of those in use, without a logon: the user has chosen another method.
   *
   * @param areRefused as for `startEngine`
   */
  readonly replaceCredentials: (credentials: readonly Credential[], areRefused: boolean) => void;
  /** Signs in no more until `resume` or a new credential. Tunnels and signed-in connections stay. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** The network has changed or the machine has woken: what was known of the network is found out anew. */
  readonly beginEpoch: (reason: EpochReason) => void;
  /** The machine is about to sleep: idle connections would not survive it. */
  readonly suspend: () => void;
  /**
   * Applies other settings, all but the account, which stays as it is, without touching what is under way. Where it has to
   * listen elsewhere, what the old listeners have accepted goes on.
   *
   * @throws UnknownHostError, OwnAddressError, NodeJS.ErrnoException as startEngine; nothing has changed then
   */
  readonly reconfigure: (settings: EngineSettings) => Promise<void>;
  /** Stops listening, ends every connection and resolves when all listeners are closed. */
  readonly close: () => Promise<void>;
}

/** Where these settings would have it listen; of a port that the system is to pick nothing is known. */
function wantedAddresses({ listen, gateway, socks = [], tunnels = [] }: ListenSettings): HostPort[] {
  const settings = [...listen, ...socks, ...tunnels.map((tunnel) => tunnel.listen)];
  return settings.map(({ host = gateway ? '*' : '127.0.0.1', port }) => ({
    host: host === '*' ? '::' : host,
    port,
  }));
}

/**
 * Composes and starts the local proxy.
 *
 * @throws NodeJS.ErrnoException when an address cannot be listened on; nothing is left running then
 * @throws UnknownHostError when a name in the access list has no address
 * @throws OwnAddressError when a company proxy is one of the addresses that are listened on
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { credentials, entropy, monotonicMs, timeouts = defaultHopTimeouts, isForbiddenByMac } = options;
  const tell = options.onEvent ?? (() => undefined);
  const descriptors = new DescriptorWatch({
    nowMs: monotonicMs,
    onExhausted: () => tell({ kind: 'out-of-descriptors' }),
  });
  const onEvent = (event: EngineEvent): void => {
    if ('problem' in event && event.problem?.kind === 'out-of-descriptors') descriptors.seen();
    if (event.kind === 'upstream-down') clientAccounts.upstreamDown(event.upstream);
    tell(event);
  };
  const { account } = options.settings;
  let { settings } = options;
  let isAllowed = await createAccessList(settings.access, options.resolve);
  const gateParts = {
    maxWaitMs: options.maxLogonWaitMs ?? maxLogonWaitMs,
    checkTrial: trialForUrl(options.checkUrl ?? defaultCheckUrl),
    isCheckChosen: options.checkUrl !== undefined,
    companyProxies: options.companyProxies,
    nowMs: monotonicMs,
  };
  const gate = new CredentialGate({
    ...gateParts,
    candidates: credentials,
    isRefused: options.areCredentialsRefused ?? false,
    onEvent,
    ...(options.onCredentialOutcome === undefined ? {} : { onOutcome: options.onCredentialOutcome }),
  });
  const names = new NameLookups(options.resolver ?? systemResolver(process.env), monotonicMs);
  let route = createRouter(settings, names.resolveOrigin);
  const newRoad = (
    upstreams: readonly Upstream[],
    more: Pick<UpstreamRoadOptions, 'onEvent'> & Partial<UpstreamRoadOptions>,
  ): UpstreamRoad =>
    new UpstreamRoad({
      upstreams,
      gate,
      get workstation() {
        return settings.workstation;
      },
      kerberos: options.kerberos,
      timeouts,
      entropy,
      companyProxies: options.companyProxies,
      monotonicMs,
      resolve: options.resolveUpstream ?? names.resolveUpstream,
      isForbiddenByMac,
      problemOf: (error) => problemOf(error, account) ?? { kind: 'internal' },
      ...more,
    });
  const upstreamRoad = newRoad(settings.upstreams, { keepsWarm: options.keepsWarm, onEvent });
  const clientAccounts = new ClientAccounts({
    isOn: () => settings.ntlmToBasic ?? false,
    domain: () => account.domain,
    newGate: (more) => new CredentialGate({ ...gateParts, ...more }),
    newRoad: (ownGate, like, onOwnEvent) =>
      // No ticket of the user's for anybody else.
      newRoad(settings.upstreams, { gate: ownGate, like, kerberos: undefined, onEvent: onOwnEvent }),
    randomBytes: entropy.randomBytes,
    monotonicMs,
    onEvent,
  });
  const originPool = new ConnectionPool(monotonicMs);
  let lastId = 0;
  /** Everything that listens, which nothing may be led back to; and where somebody may look at the local proxy. */
  let ownMachine = new OwnMachine(wantedAddresses(settings));
  let ownPages = ownMachine;
  const isOwnAddress = (target: HostPort): boolean => ownMachine.isOwnTarget(target);
  const pac = new PacRoads({
    guide: () => options.pac?.(),
    agreed: () => settings.upstreams,
    mainRoad: upstreamRoad,
    newRoad: (upstreams) => {
      // What is told of all company proxies together is told of those that the user has agreed to.
      const road = newRoad(upstreams, {
        onEvent: (event) => {
          if (event.kind !== 'reachability' && event.kind !== 'upstream-changed') onEvent(event);
        },
      });
      road.beginEpoch(false);
      return road;
    },
    fallback: () => settings.pacFallback ?? 'direct',
    isOwnAddress,
    pool: originPool,
    timeouts,
    names,
    isForbiddenByMac,
    monotonicMs,
    onEvent,
  });
  const forwarding: Forwarding = {
    account,
    via: `latchkey-${entropy.randomBytes(3).toString('hex')}`,
    route: (target) => route(target),
    headers: () => settings.headers ?? [],
    noProxy: () => settings.noProxy,
    upstreamRoad,
    clientAccounts,
    goesDirectWhenAway: () => settings.offNetwork === 'direct',
    awayWaitMs: () => (settings.offNetwork === 'wait' ? settings.offNetworkWaitSeconds * 1_000 : 0),
    originRoad: (origin, { isLocal }) =>
      new OriginRoad(origin, {
        pool: originPool,
        timeouts,
        names,
        judge: isLocal ? ownMachine.judgeForLocal : ownMachine.judgeForRemote,
        isForbiddenByMac,
        reach: isLocal ? 'local' : 'remote',
      }),
    pac,
    socksRoad: (origin, proxy) => {
      const { version, address } = proxy;
      // What goes through SOCKS carries no Via by which a loop could be told.
      const judge = ownMachine.judgeForLocal;
      const how = { timeoutMs: timeouts.connectMs, lookup: names.lookup, judge, isForbiddenByMac };
      const reach = `socks${version} ${formatHostPort(address)}`;
      const connectBy = (): ReturnType<typeof dialSocks> => dialSocks(proxy, origin, how);
      return new OriginRoad(origin, { pool: originPool, timeouts, names, judge, reach, connectBy });
    },
    isOwnAddress,
    isOwnHost: (authority) => ownPages.isOwnHost(authority),
    statusFacts: () => statusFacts(engine.state(), settings.upstreams),
    describe: options.describe ?? describeProblem,
    monotonicMs,
    date: httpDate(entropy.nowMs),
    onEvent,
    get isTraced() {
      return options.isTraced?.() ?? true;
    },
    nextId: () => {
      lastId += 1;
      return lastId;
    },
  };
  const report = options.onInternalError ?? (() => undefined);
  const onServerError = (error: unknown): void => {
    if (isOutOfDescriptors(error)) descriptors.seen();
    else report(error);
  };
  const listeners = await Listeners.start(settings, (service, address) => {
    const isLetIn = (remoteAddress: string): boolean => isAllowed(remoteAddress);
    const inherited = options.inherited?.find(address);
    if (service.kind === 'http') {
      const listener = new LocalProxy(address, forwarding, isLetIn, inherited);
      listener.server.on('connection', () => descriptors.lookSoon());
      return listener
        .on('requestFailed', ({ error }) => report(error))
        .on('serverError', (error) => onServerError(error));
    }
    return new TunnelListener({
      address,
      inherited,
      way: service.kind === 'tunnel' ? service : { kind: 'socks', users: () => settings.socksUsers ?? [] },
      forwarding,
      isAllowed: isLetIn,
      onConnection: () => descriptors.lookSoon(),
      onBug: report,
      onServerError,
    });
  });
  const lookAround = (): void => {
    ownMachine = new OwnMachine(listeners.services.map(({ address }) => address));
    ownPages = new OwnMachine(listeners.addresses);
  };
  lookAround();

  const checks = new CredentialChecks(gate, upstreamRoad, account);
  const refuseOwnAddress = (upstreams: readonly HostPort[], machine: OwnMachine): void => {
    const own = upstreams.find((upstream) => machine.isOwnTarget(upstream));
    if (own !== undefined) throw new OwnAddressError(own);
  };

  const engine: Engine = {
    get addresses() {
      return listeners.addresses;
    },
    get services() {
      return listeners.services;
    },
    get unbound() {
      return listeners.unbound;
    },
    state: () => ({
      account,
      credential: gate.standing,
      isPaused: gate.isPaused,
      companyProxy: upstreamRoad.reachability,
      upstream: upstreamRoad.currentUpstream,
      upstreamAnswer: upstreamRoad.currentAnswer,
      offNetwork: settings.offNetwork,
      addresses: listeners.addresses,
    }),
    traffic: () => listeners.traffic,
    setCredential: (credential, asked) => checks.check(credential, asked),
    retryCredential: (asked) => checks.retry(asked),
    replaceCredentials: (others, areRefused) => gate.replace(others, areRefused),
    pause: () => gate.pause(),
    resume: () => gate.resume(),
    beginEpoch: (reason) => {
      onEvent({ kind: 'network-epoch', reason });
      gate.beginEpoch();
      names.clear();
      upstreamRoad.beginEpoch(reason === 'woke');
      pac.beginEpoch(reason === 'woke');
      clientAccounts.beginEpoch(reason === 'woke');
      originPool.clear();
      listeners.dropPins();
    },
    suspend: () => {
      upstreamRoad.suspend();
      pac.suspend();
      clientAccounts.suspend();
      originPool.clear();
    },
    reconfigure: async (changed) => {
      const isMoving = !listeners.isAt(changed);
      refuseOwnAddress(changed.upstreams, isMoving ? new OwnMachine(wantedAddresses(changed)) : ownMachine);
      const isAllowedThen = await createAccessList(changed.access, options.resolve);
      // The last that can go wrong.
      if (isMoving) await listeners.move(changed);
      lookAround();
      isAllowed = isAllowedThen;
      settings = changed;
      route = createRouter(changed, names.resolveOrigin);
      upstreamRoad.setUpstreams(changed.upstreams);
      pac.forgetTold();
      clientAccounts.reconfigured();
    },
    close: async () => {
      descriptors.close();
      await Promise.all([listeners.close(), clientAccounts.close(), upstreamRoad.close(), pac.close()]);
      originPool.close();
    },
  };
  try {
    refuseOwnAddress(settings.upstreams, ownMachine);
  } catch (error) {
    await engine.close();
    throw error;
  }
  upstreamRoad.beginEpoch(false);
  options.inherited?.letIn();
  return engine;
}
