import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Origin, startOrigin } from '../company-proxy/start-origin';
import { openTunnel } from '../servers/clients';
import { requireServers } from '../servers/require-servers';
import { type Latchkey, startLatchkey } from '../servers/start-latchkey';
import { cntlmConf } from './cntlm-conf';
import { realProxies, type RealProxy, realProxyPrograms } from './real-proxies';

const firstPage = 40;
/** No more than are kept ready however slowly the first page came: on a busy machine it is no burst. */
const laterPage = 16;

// A cache: what Apache says of a name that nobody has, and when, is up to the resolver of this machine.
const squid = realProxies.filter(({ isSamba }) => isSamba);

describe.skipIf(!requireServers(...realProxyPrograms)).each(squid)(
  'connections that are kept ready, $server',
  ({ start }) => {
    let origin: Origin;
    let proxy: RealProxy;
    let latchkey: Latchkey;

    beforeAll(async () => {
      [origin, proxy] = await Promise.all([startOrigin(), start()]);
      const config = cntlmConf(proxy, `Password ${proxy.password}`);
      latchkey = await startLatchkey({ config, keepsWarm: true, args: ['--verbose'] });
    });
    afterAll(async () => {
      expect(await latchkey?.close()).toBe(0);
      await Promise.all([origin?.close(), proxy?.close()]);
    });

    const page = async (tunnelCount: number): Promise<void> => {
      const authority = `127.0.0.1:${origin.port}`;
      const tunnels = await Promise.all(
        Array.from({ length: tunnelCount }, () => openTunnel(latchkey.port, authority)),
      );
      for (const tunnel of tunnels) tunnel.destroy();
    };
    /** How many connections were made ready so far, whoever got them. */
    const readyCount = (): number =>
      latchkey.output().match(/keeps a connection to \S+ ready, with a logon/g)?.length ?? 0;
    /** How many tunnels have signed in by themselves so far. */
    const ownLogonCount = async (): Promise<number> =>
      (await proxy.requests()).filter(({ message, method }) => message === 'type 3' && method === 'CONNECT')
        .length;

    it('carry a page of new tunnels without a logon of their own', async () => {
      await page(firstPage);
      const ownLogons = await ownLogonCount();
      // Each of the others has used up one that was made ready.
      const needed = firstPage - ownLogons + laterPage;
      await expect.poll(readyCount, { timeout: 60_000 }).toBeGreaterThanOrEqual(needed);
      await page(laterPage);
      expect(await ownLogonCount()).toBe(ownLogons);
      expect(latchkey.output()).not.toMatch(/refused|not answered/);
    });
  },
);
