import type { EngineSettings, HostPort } from '../../shared/settings';
import { listenAll } from './listen-all';
import type { LocalProxy, TrafficCount } from './local-proxy';

type ListenSettings = Pick<EngineSettings, 'listen' | 'gateway'>;

function isSame(one: ListenSettings, other: ListenSettings): boolean {
  return one.gateway === other.gateway && JSON.stringify(one.listen) === JSON.stringify(other.listen);
}

function sharesPort(one: ListenSettings, other: ListenSettings): boolean {
  return one.listen.some(({ port }) => other.listen.some((each) => each.port === port));
}

/** The listeners of one engine, which can move to other addresses while what they have accepted goes on. */
export class Listeners {
  readonly #create: (address: HostPort) => LocalProxy;
  #settings: ListenSettings;
  #current: LocalProxy[];
  /** Those that accept no more, until their last connection has ended. */
  readonly #retired = new Map<LocalProxy, Promise<void>>();
  #ended: TrafficCount = { down: 0, up: 0, openTunnels: 0 };

  private constructor(
    create: (address: HostPort) => LocalProxy,
    settings: ListenSettings,
    started: LocalProxy[],
  ) {
    this.#create = create;
    this.#settings = settings;
    this.#current = started;
  }

  /** @throws NodeJS.ErrnoException as listenAll; nothing is left running then */
  static async start(
    settings: ListenSettings,
    create: (address: HostPort) => LocalProxy,
  ): Promise<Listeners> {
    return new Listeners(create, settings, await listenAll(settings.listen, settings.gateway, create));
  }

  get addresses(): readonly HostPort[] {
    return this.#current.map(({ host = '', port }) => ({ host, port }));
  }

  /** Since the start; the open tunnels are those of now. */
  get traffic(): TrafficCount {
    return [...this.#current, ...this.#retired.keys()].map(({ traffic }) => traffic).reduce(sum, this.#ended);
  }

  /** Whether this is where it listens already. */
  isAt(settings: ListenSettings): boolean {
    return isSame(settings, this.#settings);
  }

  /**
   * Listens where these settings say from now on. Connections that were accepted elsewhere stay until they end.
   *
   * @throws NodeJS.ErrnoException as listenAll; it listens where it did before then
   */
  async move(settings: ListenSettings): Promise<void> {
    if (this.isAt(settings)) return;
    const old = this.#current;
    // The same port cannot be opened twice: there is a moment without a listener then.
    const isInPlace = sharesPort(settings, this.#settings);
    if (isInPlace) for (const listener of old) this.#retire(listener);
    try {
      this.#current = await listenAll(settings.listen, settings.gateway, this.#create);
    } catch (error) {
      if (isInPlace) {
        this.#current = await listenAll(this.#settings.listen, this.#settings.gateway, this.#create);
      }
      throw error;
    }
    if (!isInPlace) for (const listener of old) this.#retire(listener);
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

  #retire(listener: LocalProxy): void {
    const ended = listener.close().finally(() => {
      this.#ended = sum(this.#ended, { ...listener.traffic, openTunnels: 0 });
      this.#retired.delete(listener);
    });
    this.#retired.set(listener, ended);
  }
}

function sum(one: TrafficCount, other: TrafficCount): TrafficCount {
  return {
    down: one.down + other.down,
    up: one.up + other.up,
    openTunnels: one.openTunnels + other.openTunnels,
  };
}
