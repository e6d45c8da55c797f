import { afterEach, describe, expect, it } from 'vitest';
import { type Origin, startOrigin } from '../company-proxy/start-origin';
import { connectVia, requestVia } from '../servers/clients';
import { requireServers } from '../servers/require-servers';
import { startApache } from '../servers/start-apache';
import { type Latchkey, startLatchkey } from '../servers/start-latchkey';
import { startOfferFilter } from '../servers/start-offer-filter';
import { startSquid } from '../servers/start-squid';
import { cntlmConf } from './cntlm-conf';
import { type RealProxy, realProxyPrograms } from './real-proxies';

const isPossible = requireServers(...realProxyPrograms);

/** SPNEGO as Samba has it, and as MIT's library has it with gss-ntlmssp inside. */
const proxies = [
  {
    server: 'squid and ntlm_auth',
    start: (): Promise<RealProxy> => startSquid({ scheme: 'Negotiate', helpers: 40 }),
  },
  {
    server: 'Apache and gss-ntlmssp',
    start: async (): Promise<RealProxy> => {
      const apache = await startApache();
      const filter = await startOfferFilter(apache.proxy.port);
      const close = async (): Promise<void> => {
        await filter.close();
        await apache.close();
      };
      return { ...apache.proxy, port: filter.port, close };
    },
  },
];

describe.skipIf(!isPossible).each(proxies)('a company proxy with Negotiate alone: $server', ({ start }) => {
  let proxy: RealProxy;
  let origin: Origin;
  let latchkey: Latchkey;

  const setUp = async (password: string): Promise<void> => {
    [proxy, origin] = await Promise.all([start(), startOrigin()]);
    latchkey = await startLatchkey({ config: cntlmConf(proxy, `Password ${password}`) });
  };
  const get = async (): Promise<number> =>
    (await requestVia(latchkey.port, `http://127.0.0.1:${origin.port}/`)).status;
  const tunnel = async (): Promise<number> => {
    const answer = await connectVia(latchkey.port, `127.0.0.1:${origin.port}`);
    if ('status' in answer) return answer.status;
    answer.socket.destroy();
    return 200;
  };

  afterEach(async () => {
    await latchkey?.close();
    await Promise.all([proxy?.close(), origin?.close()]);
  });

  it('signs in once for what comes one after the other', async () => {
    await setUp('Passw0rd!');
    expect([await get(), await get(), await tunnel()]).toEqual([200, 200, 200]);
    expect(await proxy.logonCount()).toBe(1);
    // Before them NTLM by itself, which is not offered.
    const messages = (await proxy.requests()).flatMap(({ message }) => message ?? []);
    expect(messages.slice(-2)).toEqual(['type 1', 'type 3']);
    expect(messages.filter((message) => message === 'type 3')).toHaveLength(1);
  });

  it('signs in 20 tunnels at once', async () => {
    await setUp('Passw0rd!');
    expect(await Promise.all(Array.from({ length: 20 }, tunnel))).toEqual(Array<number>(20).fill(200));
  });

  it('gets a refused password once', async () => {
    await setUp('wrong');
    expect(await Promise.all([get(), get(), tunnel()])).toEqual([502, 502, 502]);
    expect(await get()).toBe(502);
    expect(await proxy.logonCount()).toBe(1);
  });
});
