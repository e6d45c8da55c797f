import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { WireCounts } from './logon-counter';

interface Account {
  readonly domain: string;
  readonly user: string;
  readonly password: string;
}

export interface DistantProxySettings {
  readonly rttMs: number;
  readonly account: Account;
}

/** On 127.0.0.1. */
export interface DistantProxyPorts {
  /** Demands NTLM. */
  readonly port: number;
  /** The same without a sign-in. */
  readonly openPort: number;
  /** The origins behind it, at no distance; see far-origin.ts. */
  readonly originPort: number;
}

export interface DistantProxyCounts extends WireCounts {
  /** Logons that were wrong. */
  readonly refused: number;
}

export interface DistantProxy extends DistantProxySettings, DistantProxyPorts {
  /** What was counted since it was last asked, of the port that demands NTLM. */
  readonly takeCounts: () => Promise<DistantProxyCounts>;
  readonly close: () => Promise<void>;
}

/** Starts a company proxy that is far away, in a process of its own; see distant-proxy.ts. */
export async function startDistantProxy(settings: DistantProxySettings): Promise<DistantProxy> {
  const child = fork(join(import.meta.dirname, 'distant-proxy.mjs'), [JSON.stringify(settings)]);
  const ended = once(child, 'exit');
  const answered = async <T>(): Promise<T> => {
    const [message] = (await Promise.race([once(child, 'message'), ended.then(() => [])])) as [T?];
    if (message === undefined) throw new Error('the distant company proxy has ended');
    return message;
  };
  return {
    ...(await answered<DistantProxyPorts>()),
    ...settings,
    takeCounts: () => {
      const counts = answered<DistantProxyCounts>();
      child.send('counts');
      return counts;
    },
    close: async () => {
      child.disconnect();
      await ended;
    },
  };
}
