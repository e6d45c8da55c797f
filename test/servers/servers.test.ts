import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startOrigin } from '../company-proxy/start-origin';
import { connectVia, getOver, keepAliveAgent, openTunnel, requestVia, startTls } from './clients';
import { pseudoRandomBytes, pseudoRandomSha256 } from './pseudo-random';
import { requireServers } from './require-servers';
import { runCommand } from './run-command';
import { type Cntlm, cntlmHashes, startCntlm } from './start-cntlm';
import { type Nginx, smallFileLength, startNginx } from './start-nginx';
import { forbiddenHost, type Squid, startSquid } from './start-squid';
import { runWithSecretService } from './with-secret-service';

const hasProxies = requireServers(
  'squid',
  'ntlm_auth',
  'nginx',
  'nginx echo module',
  'cntlm',
  'curl',
  'openssl',
);
const hasSecretService = requireServers('keytar', 'dbus-run-session', 'dbus-send', 'gnome-keyring-daemon');

describe.skipIf(!hasProxies)('the servers that tests use', () => {
  let nginx: Nginx;
  let squid: Squid;

  beforeAll(async () => {
    [nginx, squid] = await Promise.all([startNginx(), startSquid()]);
  });
  afterAll(async () => {
    await Promise.all([nginx?.close(), squid?.close()]);
  });

  const curlStatus = async (user: string, port: number, url: string): Promise<string> => {
    const { stdout } = await runCommand('curl', [
      '-s',
      '-o',
      '/dev/null',
      '-w',
      '%{http_code}',
      '--cacert',
      nginx.certFile,
      '--noproxy',
      '',
      '-x',
      `http://127.0.0.1:${port}`,
      '--proxy-ntlm',
      '-U',
      user,
      url,
    ]);
    return stdout;
  };

  it('has an origin for HTTP and HTTPS', async () => {
    const direct = await runCommand('curl', [
      '-s',
      '--noproxy',
      '*',
      '--cacert',
      nginx.certFile,
      `${nginx.tlsUrl}/small.txt`,
    ]);
    expect(direct.stdout).toHaveLength(smallFileLength);
    const headers = await requestVia(squid.openPort, `${nginx.url}/headers`, { headers: { 'X-Test': 'a' } });
    expect(headers.body.toString()).toMatch(/^GET \/headers HTTP\/1\.1\r\n[^]*X-Test: a\r\n/);
    const post = await requestVia(squid.openPort, `${nginx.url}/post`, {
      method: 'POST',
      body: [Buffer.from('what was sent')],
      headers: { 'Content-Length': '13' },
    });
    expect(post.body.toString()).toBe('what was sent');
  });

  it('has a squid that takes the right password of the right account only, and counts logons', async () => {
    const before = await squid.logonCount();
    expect(await curlStatus('CORP\\alice:Passw0rd!', squid.port, `${nginx.url}/small.txt`)).toBe('200');
    expect(await curlStatus('CORP\\alice:Passw0rd!', squid.port, `${nginx.tlsUrl}/small.txt`)).toBe('200');
    expect(await squid.logonCount()).toBe(before + 2);
    expect(await curlStatus('CORP\\alice:wrong', squid.port, `${nginx.url}/small.txt`)).toBe('407');
    expect(await curlStatus('CORP\\mallory:Passw0rd!', squid.port, `${nginx.url}/small.txt`)).toBe('407');
    expect(await squid.logonCount()).toBe(before + 4);
    expect((await requestVia(squid.port, `${nginx.url}/small.txt`)).status).toBe(407);
    expect(await squid.logonCount()).toBe(before + 4);
    const accepted = (await squid.requests()).filter(({ status }) => status === 200);
    expect(accepted.map(({ method, user, message }) => ({ method, user, message }))).toEqual([
      { method: 'GET', user: 'CORP\\alice', message: 'type 3' },
      { method: 'CONNECT', user: 'CORP\\alice', message: 'type 3' },
    ]);
  });

  it('has a squid with pages of its own for 403 and 503', async () => {
    const curl = (url: string): ReturnType<typeof runCommand> =>
      runCommand('curl', [
        '-s',
        '-w',
        '%{http_code}',
        '--noproxy',
        '',
        '-x',
        `http://127.0.0.1:${squid.port}`,
        '--proxy-ntlm',
        '-U',
        'CORP\\alice:Passw0rd!',
        url,
      ]);
    expect((await curl(`http://${forbiddenHost}/`)).stdout).toMatch(/ERR_ACCESS_DENIED[^]*403$/);
    expect((await curl('http://127.0.0.1:1/')).stdout).toMatch(/ERR_CONNECT_FAIL[^]*503$/);
  });

  it('has clients that go through a proxy by request and by tunnel', async () => {
    const agent = keepAliveAgent(1);
    const small = `${nginx.url}/small.txt`;
    const answers = [
      await requestVia(squid.openPort, small, { agent }),
      await requestVia(squid.openPort, small, { agent }),
    ];
    agent.destroy();
    expect(answers.map(({ status, body }) => [status, body.length])).toEqual([
      [200, smallFileLength],
      [200, smallFileLength],
    ]);
    const secure = await startTls(await openTunnel(squid.openPort, `127.0.0.1:${nginx.tlsPort}`), nginx.cert);
    expect((await getOver(secure, '/small.txt', 'localhost')).body).toHaveLength(smallFileLength);
    const refused = await connectVia(squid.port, `127.0.0.1:${nginx.tlsPort}`);
    expect('status' in refused && refused.status).toBe(407);
    expect('body' in refused && refused.body.toString()).toContain('ERR_CACHE_ACCESS_DENIED');
  });

  it('has a cntlm that signs in for each request', async () => {
    const account = { domain: squid.domain, user: squid.user, password: squid.password };
    let cntlm: Cntlm | undefined;
    try {
      cntlm = await startCntlm(account, squid.port);
      const before = await squid.logonCount();
      for (let count = 0; count < 3; count += 1) {
        expect((await requestVia(cntlm.port, `${nginx.url}/small.txt`)).status).toBe(200);
      }
      expect(await squid.logonCount()).toBe(before + 3);
    } finally {
      await cntlm?.close();
    }
  });

  it('prints the hashes of the installed cntlm', () => {
    expect(cntlmHashes({ domain: 'corp-uk', user: 'testuser', password: 'password' })).toEqual({
      passLm: '1AD35398BE6565DDB5C4EF70C0593492',
      passNt: '77B9081511704EE852F94227CF48A793',
      passNtlmV2: '1F6839EE15E639893286CF65C5D0A65C',
    });
  });

  it('has a squid for a user@realm name', async () => {
    const other = await startSquid({ user: 'alice@corp.test', helpers: 1 });
    try {
      const url = `${nginx.url}/small.txt`;
      expect(await curlStatus('alice@corp.test:Passw0rd!', other.port, url)).toBe('200');
      expect(await curlStatus('alice@corp.test:wrong', other.port, url)).toBe('407');
    } finally {
      await other.close();
    }
  });
});

describe('the upload client', () => {
  it.each([
    { framing: 'chunked', headers: {} },
    { framing: 'length', headers: { 'Content-Length': '3000000' } },
  ])('sends a body with $framing as its framing', async ({ framing, headers }) => {
    const origin = await startOrigin();
    try {
      const { body } = await requestVia(origin.port, `http://127.0.0.1:${origin.port}/echo`, {
        method: 'PUT',
        body: pseudoRandomBytes(3_000_000),
        headers,
      });
      expect(JSON.parse(body.toString())).toMatchObject({
        sha256: pseudoRandomSha256(3_000_000),
        length: 3_000_000,
        framing,
      });
    } finally {
      await origin.close();
    }
  });
});

describe.skipIf(!hasSecretService)('the secret service', () => {
  // The body of a skipped group runs all the same: what may be missing is looked up inside the test.
  const script = (keytar: string): string => `
    const keytar = require(${JSON.stringify(keytar)});
    (async () => {
      const before = await keytar.getPassword('latchkey-test', 'CORP\\\\alice');
      await keytar.setPassword('latchkey-test', 'CORP\\\\alice', 'gehört ключ');
      const stored = await keytar.getPassword('latchkey-test', 'CORP\\\\alice');
      const deleted = await keytar.deletePassword('latchkey-test', 'CORP\\\\alice');
      console.log(JSON.stringify({ before, stored, deleted }));
    })();`;

  it('stores and forgets a secret', async () => {
    const keytar = createRequire(import.meta.url).resolve('keytar');
    const result = await runWithSecretService(process.execPath, ['-e', script(keytar)]);
    expect(result).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(result.stdout)).toEqual({ before: null, stored: 'gehört ключ', deleted: true });
  });
});
