import { copyFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Origin, startOrigin } from '../company-proxy/start-origin';
import { connectVia, requestVia } from '../servers/clients';
import { requireDomain } from '../servers/require-servers';
import { runCommand } from '../servers/run-command';
import { type Domain, startDomain } from '../servers/start-domain';
import { type Latchkey, startLatchkey } from '../servers/start-latchkey';
import { type Squid, startSquid } from '../servers/start-squid';
import { cntlmConf } from './cntlm-conf';

const isPossible = requireDomain('kinit', 'nsenter', 'faketime', 'kerberos');
const password = 'Passw0rd!';
const domainTimeoutMs = 900_000;
const service = 'HTTP/localhost';

/** A domain, and a squid before it that offers Kerberos inside Negotiate, and NTLM. */
describe.skipIf(!isPossible)('Kerberos', () => {
  let domain: Domain;
  let keytab: string;
  let origin: Origin;
  let squid: Squid | undefined;
  let latchkey: Latchkey | undefined;

  beforeAll(async () => {
    [domain, origin] = await Promise.all([startDomain(), startOrigin()]);
    keytab = await domain.createService(service);
  }, domainTimeoutMs);
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') process.stderr.write(`${latchkey?.output() ?? ''}\n`);
    await latchkey?.close();
    await squid?.close();
    [latchkey, squid] = [undefined, undefined];
  });
  afterAll(async () => {
    await Promise.all([domain?.close(), origin?.close()]);
  }, domainTimeoutMs);

  /** @param host by which squid is called: the service is named after it */
  const start = async (user: string, tickets: string, host = 'localhost', skewSeconds = 0): Promise<void> => {
    squid = await startSquid({ directory: domain, user, kerberos: { keytab, skewSeconds } });
    latchkey = await startLatchkey({
      config: cntlmConf(squid, `Password ${password}`).replace('127.0.0.1', host),
      env: { KRB5_CONFIG: domain.krb5Conf, KRB5CCNAME: `FILE:${tickets}` },
    });
  };
  const page = (): string => `http://127.0.0.1:${origin.port}/`;
  const get = async (): Promise<number> => (await requestVia(latchkey?.port ?? 0, page())).status;
  const tunnel = async (): Promise<number> => {
    const answer = await connectVia(latchkey?.port ?? 0, `127.0.0.1:${origin.port}`);
    if ('status' in answer) return answer.status;
    answer.socket.destroy();
    return 200;
  };
  const users = async (): Promise<string[]> =>
    ((await squid?.requests()) ?? []).filter(({ status }) => status === 200).map(({ user }) => user);
  const isValid = async (tickets: string): Promise<boolean> =>
    (await runCommand('klist', ['-s', tickets])).exitCode === 0;

  it('signs in with a ticket, and makes no logon', async () => {
    await domain.createUser('alice', password);
    await start('alice', await domain.getTickets('alice', password, service));
    expect([await get(), await tunnel()]).toEqual([200, 200]);
    expect(await Promise.all(Array.from({ length: 10 }, tunnel))).toEqual(Array<number>(10).fill(200));
    const posted = await requestVia(latchkey?.port ?? 0, `${page()}echo`, {
      method: 'POST',
      body: [Buffer.alloc(100_000, 'x')],
    });
    expect(JSON.parse(posted.body.toString())).toMatchObject({ length: 100_000 });
    expect(new Set(await users())).toEqual(new Set(['alice']));
    expect(domain.logons('alice')).toEqual([]);
    expect(latchkey?.output()).toContain('with a Kerberos ticket');
  });

  it('goes on with the password when the ticket expires', async () => {
    await domain.createUser('bob', password);
    const tickets = await domain.getTickets('bob', password, service);
    const expired = await domain.getTickets('bob', password);
    await start('bob', tickets);
    expect(await tunnel()).toBe(200);
    expect(domain.logons('bob')).toEqual([]);
    while (await isValid(expired)) await delay(200);
    // In the very second of its end klist has it expired and the library has not.
    await delay(2_000);
    copyFileSync(expired, tickets);
    // The first may go over the connection that a ticket has signed in.
    expect([await tunnel(), await tunnel()]).toEqual([200, 200]);
    expect(domain.logons('bob').every(({ status }) => status === 'NT_STATUS_OK')).toBe(true);
    expect(domain.logons('bob').length).toBeGreaterThan(0);
    expect(latchkey?.output()).toContain('it has expired');
  });

  it('goes on with the password when the clocks are too far apart', async () => {
    await domain.createUser('carol', password);
    await start('carol', await domain.getTickets('carol', password, service), 'localhost', 900);
    expect([await get(), await tunnel()]).toEqual([200, 200]);
    expect(new Set(domain.logons('carol').map(({ status }) => status))).toEqual(new Set(['NT_STATUS_OK']));
    expect(latchkey?.output()).toContain('the company proxy did not take it');
  });

  it('goes on with the password where no domain controller can be asked for a ticket', async () => {
    await domain.createUser('dave', password);
    await start('dave', await domain.getTickets('dave', password, service), '127.0.0.1');
    expect([await get(), await tunnel()]).toEqual([200, 200]);
    expect(latchkey?.output()).toContain('no domain controller answers');
  });

  it('makes a logon at once where there is no ticket', async () => {
    await domain.createUser('erin', password);
    await start('erin', '/nonexistent');
    expect(await get()).toBe(200);
    expect(domain.logons('erin')).toEqual([{ status: 'NT_STATUS_OK' }]);
    expect((await squid?.requests())?.flatMap(({ message }) => message ?? [])).toEqual(['type 1', 'type 3']);
  });
});
