import { execFile, spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CompanyProxy, startCompanyProxy } from './start-company-proxy';
import { selfSignedCertificate } from './self-signed-certificate';
import { type Origin, startOrigin } from './start-origin';

const curlPath = '/usr/bin/curl';
const hasCurl = /^Features:.* NTLM\b/m.test(spawnSync(curlPath, ['-q', '-V'], { encoding: 'utf8' }).stdout);
if (!hasCurl) process.stderr.write(`SKIPPED, tests with curl: ${curlPath} is missing or knows no NTLM\n`);

function curl(...parameters: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const all = ['-q', '-sS', '-m', '8', '--noproxy', '', ...parameters];
    execFile(curlPath, all, (_error, stdout) => resolve(stdout));
  });
}

// A client with an NTLM of its own: what it can sign in to is not merely what our own functions agree upon.
describe.skipIf(!hasCurl)(`the company proxy and ${hasCurl ? 'curl' : 'NO CURL HERE, HENCE SKIPPED'}`, () => {
  const tls = selfSignedCertificate();
  let proxy: CompanyProxy;
  let http: Origin;
  let https: Origin;

  beforeEach(async () => {
    proxy = await startCompanyProxy({ accounts: [{ domain: 'CORP', user: 'alice', password: 'Pa55-wörd' }] });
    http = await startOrigin();
    https = await startOrigin({ tls });
  });

  afterEach(async () => {
    await proxy.close();
    await http.close();
    await https.close();
  });

  const signIn = (password: string): string[] => [
    '-x',
    `http://127.0.0.1:${proxy.port}`,
    '--proxy-ntlm',
    '-U',
    `CORP\\alice:${password}`,
  ];

  it('signs in and fetches two pages over one connection', async () => {
    proxy.setPassword({ domain: 'CORP', user: 'alice' }, 'secret');
    const url = `http://127.0.0.1:${http.port}/`;
    expect(await curl(...signIn('secret'), '-w', '%{http_code}', url, url)).toMatch(
      /works.*200.*works.*200$/s,
    );
    expect(proxy.logons.map(({ reason, user }) => [reason, user])).toEqual([['ok', 'alice']]);
    expect(proxy.connectionCount).toBe(1);
  });

  it('is refused with a wrong password', async () => {
    const url = `http://127.0.0.1:${http.port}/`;
    expect(await curl(...signIn('wrong'), '-o', '/dev/null', '-w', '%{http_code}', url)).toBe('407');
    expect(proxy.logons.map(({ reason }) => reason)).toEqual(['wrong-password']);
    expect(http.requests).toHaveLength(0);
  });

  it('uploads a body', async () => {
    proxy.setPassword({ domain: 'CORP', user: 'alice' }, 'secret');
    const answer = await curl(...signIn('secret'), '-d', 'abc', `http://127.0.0.1:${http.port}/echo`);
    expect(JSON.parse(answer)).toMatchObject({
      length: 3,
      framing: 'length',
      sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    });
  });

  it('tunnels TLS', async () => {
    proxy.setPassword({ domain: 'CORP', user: 'alice' }, 'secret');
    const url = `https://localhost:${https.port}/bytes/300000`;
    const answer = await curl(...signIn('secret'), '-k', '-o', '/dev/null', '-w', '%{size_download}', url);
    expect(answer).toBe('300000');
    expect(proxy.requests.map(({ method, target }) => [method, target])).toEqual([
      ['CONNECT', `localhost:${https.port}`],
    ]);
  });
});
