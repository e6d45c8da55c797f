import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestVia } from '../servers/clients';
import { requireServers } from '../servers/require-servers';
import { makeServerFolder, removeServerFolder } from '../servers/server-folder';
import { cntlmHashes, startCntlm } from '../servers/start-cntlm';
import { startLatchkey } from '../servers/start-latchkey';
import { type Nginx, startNginx } from '../servers/start-nginx';
import { cntlmConf } from './cntlm-conf';
import { realProxies, type RealProxy, realProxyPrograms } from './real-proxies';

const isPossible = requireServers(...realProxyPrograms, 'nginx', 'nginx echo module', 'cntlm', 'openssl');

/** The digits with every bit inverted: what tells cntlm 0.92.3's form from the specification's. */
function inverted(digits: string): string {
  return digits.replaceAll(/[0-9A-F]/g, (digit) =>
    (15 - Number.parseInt(digit, 16)).toString(16).toUpperCase(),
  );
}

describe.skipIf(!isPossible).each(realProxies)('a cntlm.conf, before $server', ({ start, isSamba }) => {
  let nginx: Nginx;
  let proxy: RealProxy;
  let page: string;

  beforeAll(async () => {
    [nginx, proxy] = await Promise.all([startNginx(), start({ logonsAtOnce: 4 })]);
    page = `${nginx.url}/small.txt`;
  });
  afterAll(async () => {
    await Promise.all([nginx?.close(), proxy?.close()]);
  });

  /** Starts Latchkey, sends requests one after the other, ends it: their statuses, and what they cost. */
  const runOnce = async (options: {
    readonly before: RealProxy;
    readonly lines: readonly string[];
    readonly requests?: number;
    readonly stateDirectory?: string;
    readonly args?: readonly string[];
  }): Promise<{ readonly statuses: readonly number[]; readonly logons: number }> => {
    const { before, lines, requests = 2, stateDirectory, args = [] } = options;
    const already = await before.logonCount();
    const latchkey = await startLatchkey({
      config: cntlmConf(before, ...lines),
      args,
      ...(stateDirectory === undefined ? {} : { stateDirectory }),
    });
    const statuses: number[] = [];
    try {
      for (let count = 0; count < requests; count += 1) {
        statuses.push((await requestVia(latchkey.port, page)).status);
      }
    } finally {
      expect(await latchkey.close()).toBe(0);
    }
    return { statuses, logons: (await before.logonCount()) - already };
  };

  describe('hashes that the installed cntlm printed', () => {
    it.each([
      { form: 'as cntlm 0.92.3 prints it', digitsOf: (digits: string) => digits },
      { form: 'as the specification has it', digitsOf: inverted },
    ])('finds out how a lone PassNTLMv2 is written, $form, and remembers it', async ({ digitsOf }) => {
      const lines = [`PassNTLMv2 ${digitsOf(cntlmHashes(proxy).passNtlmV2)}`];
      const stateDirectory = makeServerFolder('state');
      try {
        const first = await runOnce({ before: proxy, lines, stateDirectory });
        expect(first.statuses).toEqual([200, 200]);
        expect(first.logons).toBeGreaterThanOrEqual(1);
        expect(first.logons).toBeLessThanOrEqual(2);
        const second = await runOnce({ before: proxy, lines, stateDirectory });
        expect(second).toEqual({ statuses: [200, 200], logons: 1 });
      } finally {
        removeServerFolder(stateDirectory);
      }
    });

    it.each([
      { form: 'as cntlm 0.92.3 prints them', digitsOf: (digits: string) => digits },
      { form: 'as the specification has them', digitsOf: inverted },
    ])('needs no second logon with PassNT beside it, $form', async ({ digitsOf }) => {
      const { passNt, passNtlmV2 } = cntlmHashes(proxy);
      const lines = [`PassNT ${digitsOf(passNt)}`, `PassNTLMv2 ${digitsOf(passNtlmV2)}`];
      expect(await runOnce({ before: proxy, lines })).toEqual({ statuses: [200, 200], logons: 1 });
    });

    it.each([
      { format: 'inverted', digitsOf: (digits: string) => digits },
      { format: 'plain', digitsOf: inverted },
    ])('does as --hash-format $format says', async ({ format, digitsOf }) => {
      const lines = [`PassNTLMv2 ${digitsOf(cntlmHashes(proxy).passNtlmV2)}`];
      const outcome = await runOnce({ before: proxy, lines, args: ['--hash-format', format] });
      expect(outcome).toEqual({ statuses: [200, 200], logons: 1 });
    });

    it('tries a hash that is wrong in either form once in each, and not again after a restart', async () => {
      const lines = [`PassNTLMv2 ${'0123456789ABCDEF'.repeat(2)}`];
      const stateDirectory = makeServerFolder('state');
      try {
        const first = await runOnce({ before: proxy, lines, stateDirectory, requests: 5 });
        expect(first).toEqual({ statuses: [502, 502, 502, 502, 502], logons: 2 });
        const again = await runOnce({ before: proxy, lines, stateDirectory });
        expect(again).toEqual({ statuses: [502, 502], logons: 0 });
      } finally {
        removeServerFolder(stateDirectory);
      }
    });
  });

  const unusual = [
    { label: 'a password that is not ASCII', account: { password: 'Pässwörd-ключ-🔑' } },
    { label: 'a name with a realm', account: { user: 'alice@corp.test' } },
    // gss-ntlmssp compares names in the C locale, in which Apache runs.
    { label: 'a name that is not ASCII', account: { user: 'jürgen' }, needsSamba: true },
  ];
  it.each(unusual.filter(({ needsSamba = false }) => isSamba || !needsSamba))(
    'signs in with $label',
    async ({ account }) => {
      const other = await start({ ...account, logonsAtOnce: 2 });
      try {
        const outcome = await runOnce({ before: other, lines: [`Password "${other.password}"`] });
        expect(outcome).toEqual({ statuses: [200, 200], logons: 1 });
      } finally {
        await other.close();
      }
    },
  );

  it('sends a wrong password once, whatever is asked afterwards', async () => {
    const already = await proxy.logonCount();
    const latchkey = await startLatchkey({ config: cntlmConf(proxy, 'Password wrong') });
    try {
      // As a browser starts: many at the same time, then one after the other.
      const atOnce = await Promise.all(Array.from({ length: 12 }, () => requestVia(latchkey.port, page)));
      expect(atOnce.map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 502));
      for (let count = 0; count < 8; count += 1) {
        const { status, headers } = await requestVia(latchkey.port, page);
        expect(status).toBe(502);
        expect(headers['proxy-authenticate']).toBeUndefined();
        expect(headers['proxy-status']).toMatch(
          /^latchkey; error=proxy_configuration_error; .*received-status=407/,
        );
      }
      expect(await proxy.logonCount()).toBe(already + 1);
    } finally {
      await latchkey.close();
    }
  });

  // gss-ntlmssp refuses cntlm's type 3, which has no room for a version.
  it.runIf(isSamba)('signs in once where cntlm signs in with each request', async () => {
    const requests = 5;
    const { passNt, passNtlmV2 } = cntlmHashes(proxy);
    const lines = [`PassNT ${passNt}`, `PassNTLMv2 ${passNtlmV2}`];
    const ours = await runOnce({ before: proxy, lines, requests });
    expect(ours).toEqual({ statuses: [200, 200, 200, 200, 200], logons: 1 });
    const already = await proxy.logonCount();
    const cntlm = await startCntlm(proxy, proxy.port);
    try {
      for (let count = 0; count < requests; count += 1) {
        expect((await requestVia(cntlm.port, page)).status).toBe(200);
      }
      expect(await proxy.logonCount()).toBe(already + requests);
    } finally {
      await cntlm.close();
    }
  });
});
