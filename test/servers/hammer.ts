import { setTimeout as delay } from 'node:timers/promises';
import { connectVia, keepAliveAgent, requestVia } from './clients';

export interface HammerOptions {
  readonly proxyPort: number;
  /** How many of them ask at the same time, each again as soon as it has an answer. */
  readonly clients: number;
  /** Fetched by every other client; the others open a tunnel to its host. */
  readonly url: string;
  readonly isOver: () => boolean;
  /** Told of each status; 0 for a connection that ended without an answer. */
  readonly onStatus: (status: number) => void;
}

/** An answer that comes without having asked anybody would otherwise be asked for tens of thousands of times. */
const restMs = 20;

/** Clients that know no rest, as a browser and a few tools with a stale password are: http and CONNECT, mixed. */
export async function hammer(options: HammerOptions): Promise<void> {
  const { proxyPort, clients, url, isOver, onStatus } = options;
  const agent = keepAliveAgent(clients);
  const authority = new URL(url).host;
  const ask = async (isTunnel: boolean): Promise<number> => {
    if (!isTunnel) return (await requestVia(proxyPort, url, { agent })).status;
    const answer = await connectVia(proxyPort, authority);
    if ('status' in answer) return answer.status;
    answer.socket.destroy();
    return 200;
  };
  await Promise.all(
    Array.from({ length: clients }, async (_, index) => {
      while (!isOver()) {
        const status = await ask(index % 2 === 0).catch(() => 0);
        onStatus(status);
        if (status !== 200) await delay(restMs);
      }
    }),
  );
  agent.destroy();
}

/** The same for so many milliseconds: how often each status came. */
export async function hammerFor(
  forMs: number,
  options: Pick<HammerOptions, 'proxyPort' | 'clients' | 'url'>,
): Promise<Map<number, number>> {
  const statuses = new Map<number, number>();
  const endMs = Date.now() + forMs;
  await hammer({
    ...options,
    isOver: () => Date.now() >= endMs,
    onStatus: (status) => statuses.set(status, (statuses.get(status) ?? 0) + 1),
  });
  return statuses;
}
