import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requireServers } from '../servers/require-servers';
import { type Cntlm, startCntlm } from '../servers/start-cntlm';
import { account, password, RawClient } from './raw-client';
import { type CompanyProxy, startCompanyProxy } from './start-company-proxy';
import { type Origin, startOrigin } from './start-origin';

const isPossible = requireServers('cntlm');

// A second client with an NTLM of its own, and one that sends LMv2 and no MIC.
describe.skipIf(!isPossible)(
  `the company proxy and ${isPossible ? 'cntlm' : 'NO CNTLM, HENCE SKIPPED'}`,
  () => {
    let proxy: CompanyProxy;
    let origin: Origin;
    let cntlm: Cntlm | undefined;
    const clients: RawClient[] = [];

    const openBehind = async (typed: string): Promise<RawClient> => {
      cntlm = await startCntlm({ ...account, password: typed }, proxy.port);
      const client = new RawClient(cntlm.port);
      clients.push(client);
      return client;
    };

    beforeEach(async () => {
      origin = await startOrigin();
      proxy = await startCompanyProxy({ accounts: [{ ...account, password }] });
    });

    afterEach(async () => {
      for (const client of clients.splice(0)) client.socket.destroy();
      await cntlm?.close();
      cntlm = undefined;
      await proxy.close();
      await origin.close();
    });

    it('signs in and fetches a page', async () => {
      const client = await openBehind(password);
      const answer = await client.ask(`GET http://127.0.0.1:${origin.port}/`);
      expect(answer?.head.status).toBe(200);
      expect(answer?.body).toContain('It works');
      expect(proxy.logons).toMatchObject([{ reason: 'ok', user: 'alice', hasMic: false, isLmZero: false }]);
    });

    it('signs in and opens a tunnel', async () => {
      const client = await openBehind(password);
      expect((await client.ask(`CONNECT 127.0.0.1:${origin.port}`))?.head.status).toBe(200);
      client.socket.write('GET / HTTP/1.1\r\nHost: origin\r\n\r\n');
      expect((await client.answer())?.body).toContain('It works');
      expect(proxy.requests.map(({ method }) => method)).toEqual(['CONNECT']);
    });

    it('is refused with a wrong password', async () => {
      const client = await openBehind('wrong');
      expect((await client.ask(`GET http://127.0.0.1:${origin.port}/`))?.head.status).toBe(407);
      expect(proxy.logons.map(({ reason }) => reason)).toEqual(['wrong-password']);
      expect(origin.requests).toHaveLength(0);
    });
  },
);
