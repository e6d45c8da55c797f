import type { EngineSettings, HostPort, ListenAddress } from '../../shared/settings';
import { listenOn } from './listen-on';
import type { EngineListener, TrafficCount } from './listener';
import { codeOf } from '../../shared/error-code';

/** The settings that say where to listen, and for what. */
export type ListenSettings = Pick<EngineSettings, 'listen' | 'gateway' | 'socks' | 'tunnels'>;

/** What a port is for. */
export type Service =
  | { readonly kind: 'http' }
  | { readonly kind: 'socks' }
  | { readonly kind: 'tunnel'; readonly target: HostPort };

/** What listens, and where. */
export interface ServicePlace {
  readonly service: Service;
  readonly address: HostPort;
  /** Those that were opened at this address and are open now. */
  readonly openTunnels: number;
}

/** A setting that could not be listened on. */
export interface Unbound {
  readonly service: Service;
  readonly setting: ListenAddress;
  readonly error: unknown;
  /** Whether the port is in use by another setting of this engine. */
  readonly isOwn: boolean;
}

interface Plan {
  readonly service: Service;
  readonly setting: ListenAddress;
  /** Whether other machines may connect where no address is said. */
  readonly gateway: boolean;
  /** Tells it from the others. */
  readonly key: string;
}

interface Opened extends Plan {
  readonly listeners: readonly EngineListener[];
}

type Create = (service: Service, address: HostPort) => EngineListener;

function plansFor({ listen, gateway, socks = [], tunnels = [] }: ListenSettings): Plan[] {
  const plan = (service: Service, setting: ListenAddress): Plan => {
    const { host = gateway ? '*' : '', port } = setting;
    return { service, setting, gateway, key: JSON.stringify([service, host, port]) };
  };
  const plans = [
    ...listen.map((setting) => plan({ kind: 'http' }, setting)),
    ...socks.map((setting) => plan({ kind: 'socks' }, setting)),
    ...tunnels.map(({ listen: setting, target }) => plan({ kind: 'tunnel', target }, setting)),
  ];
  // Of two that say the same the second says nothing.
  return plans.filter(({ key }, index) => plans.findIndex((each) => each.key === key) === index);
}

/** The listeners of one engine, which can move to other addresses while what they have accepted goes on. */
export class Listeners {
  readonly #create: Create;
  #settings: ListenSettings;
  #open: Opened[] = [];
  #unbound: Unbound[] = [];
  /** Those that accept no more, until their last connection has ended. */
  readonly #retired = new Map<EngineListener, Promise<void>>();
  #ended: TrafficCount = { down: 0, up: 0, openTunnels: 0 };

  private constructor(create: Create, settings: ListenSettings) {
    this.#create = create;
    this.#settings = settings;
  }

  /**
   * @throws NodeJS.ErrnoException of the first address for HTTP, when none of those can be listened on; nothing is left running
   *   then
   */
  static async start(settings: ListenSettings, create: Create): Promise<Listeners> {
    const listeners = new Listeners(create, settings);
    try {
      await listeners.#openAll(plansFor(settings));
      listeners.#requireHttp();
    } catch (error) {
      await listeners.close();
      throw error;
    }
    return listeners;
  }

  /** Where HTTP is spoken. */
  get addresses(): readonly HostPort[] {
    return this.#open.filter(({ service }) => service.kind === 'http').flatMap(addressesOf);
  }

  get services(): readonly ServicePlace[] {
    return this.#open.flatMap((opened) =>
      opened.listeners.map((listener) => ({
        service: opened.service,
        address: addressOf(listener),
        openTunnels: listener.traffic.openTunnels,
      })),
    );
  }

  /** What of the settings could not be listened on. */
  get unbound(): readonly Unbound[] {
    return this.#unbound;
  }

  /** Since the start; the open tunnels are those of now. */
  get traffic(): TrafficCount {
    return [...this.#current, ...this.#retired.keys()].map(({ traffic }) => traffic).reduce(sum, this.#ended);
  }

  get #current(): EngineListener[] {
    return this.#open.flatMap(({ listeners }) => listeners);
  }

  /** Whether this is where it listens already. */
  isAt(settings: ListenSettings): boolean {
    const keysOf = (each: ListenSettings): string =>
      plansFor(each)
        .map(({ key }) => key)
        .join();
    return this.#unbound.length === 0 && keysOf(settings) === keysOf(this.#settings);
  }

  /**
   * Listens where these settings say from now on. What stays is not touched; connections that were accepted elsewhere stay
   * until they end.
   *
   * @throws NodeJS.ErrnoException as start; it listens where it did before then
   */
  async move(settings: ListenSettings): Promise<void> {
    if (this.isAt(settings)) return;
    const before = { open: this.#open, unbound: this.#unbound };
    const plans = plansFor(settings);
    const kept = before.open.filter(({ key }) => plans.some((plan) => plan.key === key));
    const wanted = plans.filter(({ key }) => !kept.some((each) => each.key === key));
    const gone = before.open.filter((each) => !kept.includes(each));
    // The same port cannot be opened twice: there is a moment without a listener then.
    const inPlace = gone.filter(({ setting, listeners }) =>
      wanted.some(
        ({ setting: { port } }) => port === setting.port || listeners.some((each) => each.port === port),
      ),
    );
    for (const each of inPlace) this.#retire(each);
    this.#open = kept;
    this.#unbound = [];
    try {
      await this.#openAll(wanted);
      this.#requireHttp();
    } catch (error) {
      const opened = this.#open.filter((each) => !kept.includes(each));
      await Promise.all(opened.flatMap(({ listeners }) => listeners.map((each) => each.close(true))));
      this.#open = before.open.filter((each) => !inPlace.includes(each));
      await this.#openAll(inPlace);
      this.#unbound = before.unbound;
      throw error;
    }
    for (const each of gone) if (!inPlace.includes(each)) this.#retire(each);
    this.#settings = settings;
  }

  /** Another network: see LocalProxy. */
  dropPins(): void {
    for (const listener of [...this.#current, ...this.#retired.keys()]) listener.dropPins();
  }

  /** Ends every connection and resolves when all listeners are closed. */
  async close(): Promise<void> {
    for (const listener of this.#retired.keys()) listener.closeConnections();
    await Promise.all([...this.#current.map((listener) => listener.close(true)), ...this.#retired.values()]);
  }

  async #openAll(plans: readonly Plan[]): Promise<void> {
    for (const plan of plans) {
      const { service, setting, gateway } = plan;
      try {
        const listeners = await listenOn(setting, gateway, (address) => this.#create(service, address));
        this.#open = [...this.#open, { ...plan, listeners }];
      } catch (error) {
        const isOwn =
          codeOf(error) === 'EADDRINUSE' && this.#current.some(({ port }) => port === setting.port);
        this.#unbound = [...this.#unbound, { service, setting, error, isOwn }];
      }
    }
  }

  /** One port for HTTP is enough. @throws what has kept the first from being opened */
  #requireHttp(): void {
    if (this.addresses.length > 0) return;
    const first = this.#unbound.find(({ service }) => service.kind === 'http');
    if (first !== undefined) throw first.error;
  }

  #retire({ listeners }: Opened): void {
    for (const listener of listeners) {
      const ended = listener.close().finally(() => {
        this.#ended = sum(this.#ended, { ...listener.traffic, openTunnels: 0 });
        this.#retired.delete(listener);
      });
      this.#retired.set(listener, ended);
    }
  }
}

function addressOf({ host = '', port }: EngineListener): HostPort {
  return { host, port };
}

function addressesOf({ listeners }: Opened): HostPort[] {
  return listeners.map(addressOf);
}

function sum(one: TrafficCount, other: TrafficCount): TrafficCount {
  return {
    down: one.down + other.down,
    up: one.up + other.up,
    openTunnels: one.openTunnels + other.openTunnels,
  };
}
