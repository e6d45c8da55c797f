import { type Nginx, startNginx } from '../test/servers/start-nginx';
import { type Squid, startSquid } from '../test/servers/start-squid';
import type { Contender, Running, Upstream } from './contenders';
import { forSomeTime } from './loads/connections';
import { KeepingClient } from './loads/requests';
import { fetchThroughTunnel } from './loads/transfers';
import { type DistantProxy, startDistantProxy } from './distance/start-distant-proxy';

const account = { domain: 'CORP', user: 'alice', password: 'Passw0rd!' };
const rttMs = 50;
/** More than there are connections at a time: squid holds one for each handshake. */
const helpers = 80;
/**
 * What runs all day is measured as it is then. V8 compiles what it finds worth it until some ten thousand requests and two thousand
 * tunnels have been served, which takes as much processor time again as they do. What a start costs is in the rows about first pages.
 */
const warmUpMs = { requests: 4_000, tunnels: 6_000 };
const warmUpLanes = 16;

/** squid on this machine, asking ntlm_auth, and the contenders in front of it. */
export interface Near {
  readonly upstream: Upstream;
  readonly squid: Squid;
  readonly nginx: Nginx;
  readonly runningOf: (contender: Contender) => Promise<Running>;
}

/** What the rows measure on; each part is started when it is first asked for. */
export class Setting {
  #distant: Promise<DistantProxy> | undefined;
  #near: Promise<Near> | undefined;
  readonly #running = new Map<string, Promise<Running>>();

  /** A company proxy 50 ms away. */
  distant(): Promise<DistantProxy> {
    this.#distant ??= startDistantProxy({ rttMs, account });
    return this.#distant;
  }

  near(): Promise<Near> {
    this.#near ??= this.#startNear();
    return this.#near;
  }

  async close(): Promise<void> {
    // One that did not come up has failed in its rows.
    for (const started of await Promise.allSettled(this.#running.values())) {
      if (started.status === 'fulfilled') await started.value.close();
    }
    const near = await this.#near;
    await near?.squid.close();
    await near?.nginx.close();
    await (await this.#distant)?.close();
  }

  async #startNear(): Promise<Near> {
    const nginx = await startNginx();
    const squid = await startSquid({ helpers, ...account });
    const upstream = { port: squid.port, openPort: squid.openPort, account };
    const startWarm = async (contender: Contender): Promise<Running> => {
      const running = await contender.start(upstream);
      // Without a process there is nothing to warm up.
      if (running.pid === undefined) return running;
      const url = `${nginx.url}/small.txt`;
      const client = new KeepingClient(running.port);
      await forSomeTime(warmUpMs.requests, warmUpLanes, () => client.fetch(url));
      client.close();
      await forSomeTime(warmUpMs.tunnels, warmUpLanes, async () => {
        await fetchThroughTunnel(running.port, url);
      });
      return running;
    };
    const runningOf = (contender: Contender): Promise<Running> => {
      const running = this.#running.get(contender.id) ?? startWarm(contender);
      this.#running.set(contender.id, running);
      return running;
    };
    return { upstream, squid, nginx, runningOf };
  }
}
