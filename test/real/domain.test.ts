import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireDomain } from '../servers/require-servers';
import { runCommand } from '../servers/run-command';
import { type Domain, type DomainAccountState, startDomain } from '../servers/start-domain';
import { requestVia } from '../servers/clients';
import { startLatchkey } from '../servers/start-latchkey';
import { policyHost, type Squid, startSquid } from '../servers/start-squid';

const isPossible = requireDomain('curl');
const password = 'Passw0rd!';
const domainTimeoutMs = 900_000;

/** What the other tests with a domain build upon: it counts and locks as a directory does, and can be asked. */
describe.skipIf(!isPossible)('a Samba domain with squid in front of it', () => {
  let domain: Domain;
  let squid: Squid;

  beforeAll(async () => {
    domain = await startDomain();
    squid = await startSquid({ directory: domain });
  }, domainTimeoutMs);
  afterAll(async () => {
    await squid?.close();
    await domain?.close();
  }, domainTimeoutMs);

  /** A request with curl's NTLM: its status. Nothing listens at the URL, which squid answers with 503. */
  const ask = async (user: string, text: string, url = 'http://127.0.0.1:1/'): Promise<string> => {
    const args = ['-x', `http://127.0.0.1:${squid.port}`, '--proxy-ntlm', '-K', '-', url];
    const { stdout } = await runCommand('curl', ['-s', '-o', '/dev/null', '-w', '%{http_code}', ...args], {
      env: { no_proxy: '', NO_PROXY: '' },
      input: `proxy-user = "CORP\\\\${user}:${text}"\n`,
    });
    return stdout;
  };
  const statuses = (user: string): string[] => domain.logons(user).map(({ status }) => status);

  it('lets the right password through, and counts a wrong one', async () => {
    await domain.createUser('alice', password);
    expect(await ask('alice', password)).toBe('503');
    expect(await ask('alice', 'wrong')).toBe('407');
    expect(statuses('alice')).toEqual(['NT_STATUS_OK', 'NT_STATUS_WRONG_PASSWORD']);
    expect(await domain.status('alice')).toEqual({ badPasswordCount: 1, isLocked: false });
  });

  it('locks an account after three wrong passwords, for the right one as well', async () => {
    await domain.createUser('bob', password);
    for (let count = 0; count < 3; count += 1) expect(await ask('bob', 'wrong')).toBe('407');
    expect(await domain.status('bob')).toEqual({ badPasswordCount: 3, isLocked: true });
    expect(await ask('bob', password)).toBe('407');
    expect(statuses('bob')).toEqual([
      'NT_STATUS_WRONG_PASSWORD',
      'NT_STATUS_WRONG_PASSWORD',
      'NT_STATUS_WRONG_PASSWORD',
      'NT_STATUS_ACCOUNT_LOCKED_OUT',
    ]);
  });

  it('takes NTLMv2 alone, as a domain does by itself, and counts a method that it does not take', async () => {
    await domain.createUser('uma', password);
    const config = `Username uma\nDomain CORP\nPassword ${password}\nProxy 127.0.0.1:${squid.port}\n`;
    const statusesWith = async (...args: readonly string[]): Promise<number[]> => {
      const latchkey = await startLatchkey({ config, args });
      const all: number[] = [];
      for (let count = 0; count < 2; count += 1)
        all.push((await requestVia(latchkey.port, 'http://127.0.0.1:1/')).status);
      expect(await latchkey.close()).toBe(0);
      return all;
    };
    // Squid's answer for a URL at which nothing listens.
    expect(await statusesWith()).toEqual([503, 503]);
    const before = statuses('uma').length;
    for (const method of ['NT', 'NTLM2SR'])
      expect(await statusesWith('--sign-in', method)).toEqual([502, 502]);
    expect(statuses('uma').slice(before)).toHaveLength(2);
    expect(statuses('uma').slice(before)).not.toContain('NT_STATUS_OK');
  });

  it('forgets no logon after thousands of others', async () => {
    await domain.createUser('frank', password);
    expect(await ask('frank', 'wrong')).toBe('407');
    // About 3 KB of the controller's log for each, more than it keeps in one file by default.
    const stranger = `CORP\\${'x'.repeat(200)} wrong\n`;
    await runCommand('ntlm_auth', [`--configfile=${domain.smbConf}`, '--helper-protocol=squid-2.5-basic'], {
      input: stranger.repeat(2_500),
    });
    expect(statuses('frank')).toEqual(['NT_STATUS_WRONG_PASSWORD']);
  });

  it('refuses the old password after a change', async () => {
    await domain.createUser('carol', password);
    await domain.setPassword('carol', 'N3w-Passw0rd!');
    expect(await ask('carol', password)).toBe('407');
    expect(await ask('carol', 'N3w-Passw0rd!')).toBe('503');
  });

  it.each<[DomainAccountState, string]>([
    ['must-change', 'NT_STATUS_PASSWORD_MUST_CHANGE'],
    ['expired', 'NT_STATUS_PASSWORD_EXPIRED'],
    ['disabled', 'NT_STATUS_ACCOUNT_DISABLED'],
    ['account-expired', 'NT_STATUS_ACCOUNT_EXPIRED'],
  ])('refuses the right password of an account that is %s', async (state, status) => {
    const user = `user-${state}`;
    await domain.createUser(user, password);
    await domain.setState(user, state);
    expect(await ask(user, password)).toBe('407');
    expect(statuses(user)).toEqual([status]);
  });

  it('has a host that is refused by policy, which no directory counts', async () => {
    await domain.createUser('dave', password);
    expect(await ask('dave', password, `http://${policyHost}/`)).toBe('407');
    expect(statuses('dave')).toEqual(['NT_STATUS_OK']);
    expect(await domain.status('dave')).toEqual({ badPasswordCount: 0, isLocked: false });
  });

  it('can go away and come back', async () => {
    await domain.createUser('erin', password);
    await domain.stopController();
    expect(await ask('erin', password)).toBe('407');
    await domain.startController();
    expect(await ask('erin', password)).toBe('503');
    expect(statuses('erin')).toEqual(['NT_STATUS_OK']);
  });
});
