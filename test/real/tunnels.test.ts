import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getOver, openTunnel, startTls } from '../servers/clients';
import { requireServers } from '../servers/require-servers';
import { type Latchkey, startLatchkey } from '../servers/start-latchkey';
import { type Nginx, smallFileLength, startNginx } from '../servers/start-nginx';
import { cntlmConf } from './cntlm-conf';
import { realProxies, type RealProxy, realProxyPrograms } from './real-proxies';

const isPossible = requireServers(...realProxyPrograms, 'nginx', 'nginx echo module', 'openssl');
const tunnelCount = 200;

describe.skipIf(!isPossible).each(realProxies)('tunnels through Latchkey, $server', ({ start }) => {
  let nginx: Nginx;
  let proxy: RealProxy;
  let latchkey: Latchkey;

  beforeAll(async () => {
    [nginx, proxy] = await Promise.all([startNginx(), start()]);
    latchkey = await startLatchkey({ config: cntlmConf(proxy, `Password ${proxy.password}`) });
  });
  afterAll(async () => {
    await latchkey?.close();
    await Promise.all([nginx?.close(), proxy?.close()]);
  });

  it(`opens ${tunnelCount} at once, and each carries TLS`, async () => {
    const authority = `127.0.0.1:${nginx.tlsPort}`;
    const tunnels = await Promise.all(
      Array.from({ length: tunnelCount }, () => openTunnel(latchkey.port, authority)),
    );
    const answers = await Promise.all(
      tunnels.map(async (tunnel) =>
        getOver(await startTls(tunnel, nginx.cert), '/small.txt', `localhost:${nginx.tlsPort}`),
      ),
    );
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.length}`))).toEqual(
      new Set([`200 ${smallFileLength}`]),
    );
    // Squid logs a tunnel when it has been closed, hence the wait; no tunnel costs more than one logon.
    await expect
      .poll(async () => {
        const requests = await proxy.requests();
        return requests.filter(({ method, message }) => method === 'CONNECT' && message !== 'type 1').length;
      })
      .toBe(tunnelCount);
    expect(await proxy.logonCount()).toBeLessThanOrEqual(tunnelCount);
  });
});
