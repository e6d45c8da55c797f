import { hostname, networkInterfaces } from 'node:os';
import type { EngineEvent } from '../../shared/event';
import { type EngineSettings, formatAccount, formatHostPort, type HostPort } from '../../shared/settings';
import { createRouter } from '../routing/router';
import { ConnectionPool } from '../upstream/connection-pool';
import type { Credential } from '../upstream/credential';
import { CredentialGate } from '../upstream/credential-gate';
import { defaultHopTimeouts, type HopTimeouts } from '../upstream/http-connection';
import { OriginRoad } from '../upstream/origin-road';
import type { Entropy } from '../upstream/sign-in';
import { UpstreamRoad } from '../upstream/upstream-road';
import { createAccessList } from './access-list';
import type { Forwarding } from './forwarding';
import { listenAll } from './listen-all';
import { LocalProxy } from './local-proxy';

/** How long a request waits for the outcome of somebody else's logon, in milliseconds. */
const maxLogonWaitMs = 30_000;

export interface EngineOptions {
  readonly settings: EngineSettings;
  /** The credential, likeliest reading first; each is tried at most once until one is accepted. */
  readonly credentials: readonly Credential[];
  readonly entropy: Entropy;
  /** A monotonic clock in milliseconds. */
  readonly monotonicMs: () => number;
  /** The first IPv4 address of a name in the access list. */
  readonly resolve: (name: string) => Promise<string | undefined>;
  readonly timeouts?: HopTimeouts;
  readonly onEvent?: (event: EngineEvent) => void;
  /** Told when a credential is accepted for the first time, or refused. */
  readonly onCredentialOutcome?: (index: number, outcome: 'accepted' | 'refused') => void;
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

/** The running local proxy. */
export interface Engine {
  /** Where it listens; at least one address. */
  readonly addresses: readonly HostPort[];
  /** Stops listening, ends every connection and resolves when all listeners are closed. */
  readonly close: () => Promise<void>;
}

/** Whether a target leads back to one of these listeners. */
function ownAddressCheck(addresses: readonly HostPort[]): (target: HostPort) => boolean {
  const ports = new Set(addresses.map(({ port }) => port));
  const hosts = new Set(['localhost', '::1', '::', '0.0.0.0', ...addresses.map(({ host }) => host)]);
  const isWildcard = addresses.some(({ host }) => host === '0.0.0.0' || host === '::');
  if (isWildcard) {
    hosts.add(hostname().toLowerCase());
    for (const list of Object.values(networkInterfaces()))
      for (const { address } of list ?? []) hosts.add(address);
  }
  return ({ host, port }) => {
    if (!ports.has(port)) return false;
    const name = host.toLowerCase().replace(/\.$/, '');
    return hosts.has(name) || name.endsWith('.localhost') || /^(::ffff:)?127\.\d+\.\d+\.\d+$/.test(name);
  };
}

/**
 * Composes and starts the local proxy.
 *
 * @throws NodeJS.ErrnoException when an address cannot be listened on; nothing is left running then
 * @throws UnknownHostError when a name in the access list has no address
 * @throws OwnAddressError when a company proxy is one of the addresses that are listened on
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { settings, credentials, entropy, monotonicMs, timeouts = defaultHopTimeouts } = options;
  const onEvent = options.onEvent ?? (() => undefined);
  const isAllowed = await createAccessList(settings.access, options.resolve);
  const gate = new CredentialGate(credentials, maxLogonWaitMs, monotonicMs, options.onCredentialOutcome);
  const upstreamRoad = new UpstreamRoad({
    upstreams: settings.upstreams,
    gate,
    workstation: settings.workstation,
    timeouts,
    entropy,
    monotonicMs,
    onEvent,
  });
  const originPool = new ConnectionPool(monotonicMs);
  let isOwnAddress: (target: HostPort) => boolean = () => false;
  const forwarding: Forwarding = {
    account: settings.account,
    via: `latchkey-${entropy.randomBytes(3).toString('hex')}`,
    route: createRouter(settings),
    upstreamRoad,
    originRoad: (origin) => new OriginRoad(origin, originPool, timeouts),
    isOwnAddress: (target) => isOwnAddress(target),
    statusFacts: () => [
      ['Company proxy', settings.upstreams.map(formatHostPort).join(', ')],
      ['Account', formatAccount(settings.account)],
      ['Password', { unproven: 'not tried yet', proven: 'accepted', refused: 'refused' }[gate.state]],
    ],
    monotonicMs,
    onEvent,
  };
  const listeners = await listenAll(settings.listen, settings.gateway, (address) => {
    const listener = new LocalProxy(address, forwarding, isAllowed);
    const report = options.onInternalError ?? (() => undefined);
    return listener.on('requestFailed', ({ error }) => report(error)).on('serverError', report);
  });
  const addresses = listeners.map(({ host = '', port }) => ({ host, port }));
  isOwnAddress = ownAddressCheck(addresses);
  const close = async (): Promise<void> => {
    await Promise.all(listeners.map((listener) => listener.close(true)));
    upstreamRoad.close();
    originPool.close();
  };
  const ownUpstream = settings.upstreams.find(isOwnAddress);
  if (ownUpstream !== undefined) {
    await close();
    throw new OwnAddressError(ownUpstream);
  }
  return { addresses, close };
}
