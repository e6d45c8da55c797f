import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getOver, openTunnel, startTls } from '../servers/clients';
import { requireServers } from '../servers/require-servers';
import { type Latchkey, startLatchkey } from '../servers/start-latchkey';
import { type Nginx, smallFileLength, startNginx } from '../servers/start-nginx';
import { type Squid, startSquid } from '../servers/start-squid';
import { cntlmConf } from './cntlm-conf';

const isPossible = requireServers('squid', 'ntlm_auth', 'nginx', 'nginx echo module', 'openssl');
const tunnelCount = 200;

describe.skipIf(!isPossible)('tunnels through Latchkey, squid and ntlm_auth', () => {
  let nginx: Nginx;
  let squid: Squid;
  let latchkey: Latchkey;

  beforeAll(async () => {
    [nginx, squid] = await Promise.all([startNginx(), startSquid({ helpers: 20 })]);
    latchkey = await startLatchkey({ config: cntlmConf(squid, `Password ${squid.password}`) });
  });
  afterAll(async () => {
    await latchkey?.close();
    await Promise.all([nginx?.close(), squid?.close()]);
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
    // A tunnel is logged when it has been closed, hence the wait; no tunnel costs more than one logon.
    await expect
      .poll(async () => (await squid.requests()).filter(({ status }) => status === 200).length)
      .toBe(tunnelCount);
    expect(await squid.logonCount()).toBeLessThanOrEqual(tunnelCount);
  });
});
