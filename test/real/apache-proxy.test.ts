import { resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectVia, requestVia } from '../servers/clients';
import { requireServers } from '../servers/require-servers';
import { runCommand } from '../servers/run-command';
import { makeServerFolder, removeServerFolder } from '../servers/server-folder';
import { type Apache, type ApacheAccount, apacheAccounts, startApache } from '../servers/start-apache';
import { type Latchkey, startLatchkey } from '../servers/start-latchkey';
import { cntlmConf } from './cntlm-conf';

const isPossible = requireServers('apache2', 'Apache GSSAPI module', 'gss-ntlmssp');
const [alice] = apacheAccounts;
const newPassword = 'N3w-Passw0rd!';

/** What other company proxies do not show; the rest is in requests.test.ts, tunnels.test.ts, credentials.test.ts. */
describe.skipIf(!isPossible)('Latchkey before Apache as the company proxy', () => {
  let apache: Apache;
  let latchkey: Latchkey;
  let state: string;
  let page: string;

  beforeEach(async () => {
    state = makeServerFolder('state');
    apache = await startApache();
    page = `${apache.origin.urls[0]}/public`;
    latchkey = await startLatchkey({
      config: cntlmConf(apache.proxy, `Password ${apache.proxy.password}`),
      stateDirectory: state,
    });
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') process.stderr.write(`${apache.log()}\n${latchkey?.output()}\n`);
    expect(await latchkey?.close()).toBe(0);
    await apache?.close();
    removeServerFolder(state);
  });

  const get = async (): Promise<number> => (await requestVia(latchkey.port, page)).status;
  /** Each needs a connection of its own to the company proxy, and with it a logon. */
  const tunnel = async (): Promise<number> => {
    const answer = await connectVia(latchkey.port, new URL(page).host);
    if ('status' in answer) return answer.status;
    answer.socket.destroy();
    return 200;
  };
  const setAlice = (password: string): void => {
    const accounts: readonly ApacheAccount[] = [{ ...alice, password }];
    apache.setAccounts(accounts);
  };
  /** As a user types it. */
  const setPassword = (password: string): ReturnType<typeof runCommand> =>
    runCommand(
      process.execPath,
      [resolve('out/cli/latchkey.cjs'), 'credential', 'set', '--port', String(latchkey.port)],
      { input: `${password}\n`, env: { LATCHKEY_STATE_DIR: state } },
    );

  it('signs in once for requests and a tunnel one after the other', async () => {
    expect([await get(), await get(), await get(), await tunnel()]).toEqual([200, 200, 200, 200]);
    expect(await apache.proxy.logonCount()).toBe(1);
    expect(
      (await apache.proxy.requests()).map(({ method, message }) => `${method} ${message ?? '-'}`),
    ).toEqual(['GET type 1', 'GET type 3', 'GET -', 'GET -', 'CONNECT -']);
  });

  it('passes the pages with which Apache says that a host cannot be reached', async () => {
    const unreachable = await requestVia(latchkey.port, 'http://127.0.0.1:1/');
    expect(unreachable.status).toBe(503);
    expect(unreachable.body.toString()).toContain('Service Unavailable');
    const tunnelRefused = await connectVia(latchkey.port, '127.0.0.1:1');
    expect(tunnelRefused).toMatchObject({ status: 503 });
    expect('body' in tunnelRefused && tunnelRefused.body.toString()).toContain('Service Unavailable');
    expect(await get()).toBe(200);
  });

  it('sends a password that has changed twice at most, and takes the new one', async () => {
    expect(await get()).toBe(200);
    setAlice(newPassword);
    const before = await apache.proxy.logonCount();
    const atOnce = await Promise.all(Array.from({ length: 20 }, tunnel));
    // One may have had the connection that was signed in.
    expect(atOnce.filter((status) => status !== 502).length).toBeLessThanOrEqual(1);
    for (let count = 0; count < 5; count += 1) expect(await tunnel()).toBe(502);
    const refused = (await apache.proxy.logonCount()) - before;
    expect(refused).toBeGreaterThanOrEqual(1);
    expect(refused).toBeLessThanOrEqual(2);
    expect(await setPassword(newPassword)).toMatchObject({ exitCode: 0 });
    expect(await Promise.all(Array.from({ length: 20 }, tunnel))).toEqual(Array<number>(20).fill(200));
  });

  it('sends a mistyped new password once, and goes on with the old one', async () => {
    expect(await get()).toBe(200);
    const before = await apache.proxy.logonCount();
    const set = await setPassword('mistyped');
    expect(set.exitCode).toBe(1);
    expect(set.stderr + set.stdout).toContain('refused');
    expect(await apache.proxy.logonCount()).toBe(before + 1);
    expect(await Promise.all([get(), tunnel(), tunnel()])).toEqual([200, 200, 200]);
  });
});
