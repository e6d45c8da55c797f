import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCompanyProxy } from '../company-proxy/start-company-proxy';
import { requestVia } from '../servers/clients';
import { freePorts } from '../servers/ports';
import { requireServers } from '../servers/require-servers';
import { cntlmHashes, startCntlmWith } from '../servers/start-cntlm';
import { startLatchkey } from '../servers/start-latchkey';
import { type Nginx, startNginx } from '../servers/start-nginx';
import { type Squid, type SquidOptions, startSquid } from '../servers/start-squid';
import { cntlmConf } from './cntlm-conf';

const isPossible = requireServers('squid', 'ntlm_auth', 'nginx', 'nginx echo module', 'cntlm', 'openssl');

const account = { domain: 'CORP', user: 'alice', password: 'Passw0rd!' };
const dialects = ['NTLM2SR', 'NT', 'NTLM', 'LM'] as const;

let nginx: Nginx;
let page: string;

beforeAll(async () => {
  if (!isPossible) return;
  nginx = await startNginx();
  page = `${nginx.url}/small.txt`;
});
afterAll(() => nginx?.close());

/** The statuses of three requests through `latchkey run`, and what it printed. */
async function run(
  config: string,
  args: readonly string[],
): Promise<{ readonly statuses: readonly number[]; readonly output: string }> {
  const latchkey = await startLatchkey({ config, args });
  const statuses: number[] = [];
  try {
    for (let count = 0; count < 3; count += 1) statuses.push((await requestVia(latchkey.port, page)).status);
  } finally {
    expect(await latchkey.close()).toBe(0);
  }
  return { statuses, output: latchkey.output() };
}

describe.skipIf(!isPossible)('an older dialect beside cntlm', () => {
  it.each(dialects)(
    'Auth %s: one verification takes both, with the hashes that cntlm has printed',
    async (auth) => {
      const proxy = await startCompanyProxy({
        accounts: [account],
        methods: [auth],
        // cntlm offers no Unicode with LM, and writes none.
        misbehaviour: auth === 'LM' ? { challenge: 'oem-only' } : {},
      });
      const { passLm, passNt } = cntlmHashes(account);
      const lines = [`PassLM ${passLm}`, `PassNT ${passNt}`, `Auth ${auth}`];
      const [port = 0] = await freePorts(1);
      const cntlm = await startCntlmWith(
        cntlmConf({ ...account, port: proxy.port }, ...lines, `Listen 127.0.0.1:${port}`),
        port,
      );
      try {
        // With NT cntlm 0.92.3 sends 24 zero bytes and no LM response, which is an answer to nothing.
        const isBroken = auth === 'NT';
        expect((await requestVia(port, page)).status).toBe(isBroken ? 407 : 200);
        expect(proxy.logons.map(({ accepted }) => accepted)).toEqual([!isBroken]);
        const args = ['--sign-in', auth, '--hash-format', 'inverted'];
        const { statuses, output } = await run(cntlmConf({ ...account, port: proxy.port }, ...lines), args);
        expect(statuses).toEqual([200, 200, 200]);
        expect(output).toContain('warning: ');
        expect(output).not.toContain('is used instead');
        expect(new Set(proxy.logons.slice(1).map(({ method, reason }) => `${method} ${reason}`))).toEqual(
          new Set([`${auth} ok`]),
        );
      } finally {
        await cntlm.close();
        await proxy.close();
      }
    },
  );
});

const squids: Squid[] = [];
async function squidWith(options: SquidOptions): Promise<Squid> {
  const squid = await startSquid({ ...account, ...options });
  squids.push(squid);
  return squid;
}
afterAll(async () => {
  await Promise.all(squids.map((squid) => squid.close()));
});

describe.skipIf(!isPossible)('squid and ntlm_auth', () => {
  const conf = (squid: Squid, password = account.password): string =>
    cntlmConf(squid, `Password ${password}`);

  // ntlm_auth --password takes whatever is right; domain.test.ts asks a domain that does not.
  it.each(dialects)('take %s', async (method) => {
    const squid = await squidWith({});
    const { statuses } = await run(conf(squid), ['--sign-in', method]);
    expect(statuses).toEqual([200, 200, 200]);
  });

  it.each(dialects)('refuse %s with a wrong password, at one logon', async (method) => {
    const squid = await squidWith({});
    expect((await run(conf(squid, 'wrong'), ['--sign-in', method])).statuses).toEqual([502, 502, 502]);
    expect(await squid.logonCount()).toBe(1);
  });

  it('are signed in to by clients themselves, with --ntlm-to-basic', async () => {
    const squid = await squidWith({});
    const latchkey = await startLatchkey({
      config: `Proxy 127.0.0.1:${squid.port}\nDomain CORP\n`,
      args: ['--ntlm-to-basic'],
    });
    try {
      const asked = await requestVia(latchkey.port, page);
      expect(asked.status).toBe(407);
      const authorization = (text: string) => ({
        'Proxy-Authorization': `Basic ${Buffer.from(text).toString('base64')}`,
      });
      const good = { headers: authorization(`alice:${account.password}`) };
      expect((await requestVia(latchkey.port, page, good)).status).toBe(200);
      const bad = { headers: authorization('CORP\\bob:wrong') };
      expect((await requestVia(latchkey.port, page, bad)).status).toBe(407);
      expect((await requestVia(latchkey.port, page, bad)).status).toBe(407);
      expect(await squid.logonCount()).toBe(2);
    } finally {
      expect(await latchkey.close()).toBe(0);
    }
  });
});

describe.skipIf(!isPossible)('squid with Basic', () => {
  it('takes the password, and gets it no second time when it was wrong', async () => {
    const squid = await squidWith({ scheme: 'Basic', domain: '' });
    expect((await run(cntlmConf(squid, 'Password Passw0rd!'), ['--sign-in', 'Basic'])).statuses).toEqual([
      200, 200, 200,
    ]);
    const before = (await squid.requests()).filter(({ status }) => status === 407).length;
    expect((await run(cntlmConf(squid, 'Password wrong'), ['--sign-in', 'Basic'])).statuses).toEqual([
      502, 502, 502,
    ]);
    // The question what is offered, and the one with the wrong password.
    const after = (await squid.requests()).filter(({ status }) => status === 407).length;
    expect(after - before).toBe(2);
  });

  it('gets no password where the user has not chosen it', async () => {
    const squid = await squidWith({ scheme: 'Basic', domain: '' });
    const { statuses } = await run(cntlmConf(squid, 'Password Passw0rd!'), []);
    expect(statuses).toEqual([502, 502, 502]);
  });
});
