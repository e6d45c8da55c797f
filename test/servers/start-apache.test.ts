import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OriginClient, type OriginScheme } from '../real/origin-client';
import { connectVia, requestVia } from './clients';
import { requireServers } from './require-servers';
import { runCommand } from './run-command';
import { makeServerFolder, removeServerFolder } from './server-folder';
import { type Apache, apacheAccounts, startApache } from './start-apache';

const isPossible = requireServers('apache2', 'Apache GSSAPI module', 'gss-ntlmssp', 'curl');
const [alice, bob] = apacheAccounts;

describe.skipIf(!isPossible)('the Apache that tests use', () => {
  let apache: Apache;

  beforeAll(async () => {
    apache = await startApache();
  });
  afterAll(() => apache?.close());

  it.each<OriginScheme>(['NTLM', 'Negotiate'])(
    'signs in a connection by %s, and that connection only',
    async (scheme) => {
      const [url] = apache.origin.urls;
      const before = await apache.origin.logonCount();
      const client = new OriginClient(Number(new URL(url).port));
      const other = new OriginClient(Number(new URL(url).port));
      try {
        const page = await client.signIn(`${url}/`, { scheme, account: bob, method: 'POST', body: 'hello' });
        expect(JSON.parse(page?.body ?? apache.log())).toEqual({
          user: 'CORP\\bob',
          method: 'POST',
          length: 5,
          sha1: 'aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d',
        });
        expect((await client.ask('GET', `${url}/`))?.body).toContain('bob');
        expect((await other.ask('GET', `${url}/`))?.head.status).toBe(401);
        expect((await other.ask('GET', `${url}/public`))?.body).toContain('"user":""');
        const wrong = { scheme, account: { ...alice, password: 'wrong' } };
        expect((await other.signIn(`${url}/`, wrong))?.head.status).toBe(401);
        expect((await apache.origin.logonCount()) - before).toBe(2);
        expect((await apache.origin.requests()).slice(-2)).toMatchObject([
          { message: 'type 1', user: undefined },
          { message: 'type 3', user: 'alice' },
        ]);
      } finally {
        client.destroy();
        other.destroy();
      }
    },
  );

  it('asks for a sign-in as a company proxy', async () => {
    const [url] = apache.origin.urls;
    const { status, headers } = await requestVia(apache.proxy.port, `${url}/public`);
    expect(status).toBe(407);
    expect(headers['proxy-authenticate']).toBe('Negotiate, NTLM');
    expect(await connectVia(apache.proxy.port, new URL(url).host)).toMatchObject({ status: 407 });
    expect(await apache.proxy.requests()).toMatchObject([
      { method: 'GET', message: undefined },
      { method: 'CONNECT', message: undefined },
    ]);
  });

  it('signs in curl as a company proxy, by NTLM inside SPNEGO', async () => {
    const folder = makeServerFolder('accounts');
    try {
      writeFileSync(join(folder, 'alice'), `${alice.domain}:${alice.user}:${alice.password}\n`);
      const before = await apache.proxy.logonCount();
      const { stdout } = await runCommand(
        'curl',
        ['-sS', '-w', ' %{http_code}', '--noproxy', '', '-x', `http://127.0.0.1:${apache.proxy.port}`].concat(
          ['--proxy-negotiate', '-U', ':', '--data', 'hello'],
          `${apache.origin.urls[0]}/public`,
        ),
        { env: { NTLM_USER_FILE: join(folder, 'alice') } },
      );
      expect(stdout).toMatch(/"length":5,[^]* 200$/);
      expect(await apache.proxy.logonCount()).toBe(before + 1);
    } finally {
      removeServerFolder(folder);
    }
  });

  it('takes its folder and its processes with it', async () => {
    const other = await startApache();
    const [, , folder = ''] = readFileSync(`/proc/${other.pid}/cmdline`, 'utf8').split('\0');
    expect(existsSync(`${folder}/apache.conf`)).toBe(true);
    await other.close();
    expect(existsSync(folder)).toBe(false);
    expect(() => process.kill(-other.pid, 0)).toThrow('ESRCH');
  });
});
