import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { account, type Fixture, password, send, startFixture } from '../../test/engine-fixture';
import { ntHash, ntowfv2 } from '../main/ntlm/ntowf';
import { CredentialMemory } from '../main/platform/credential-memory';
import { KeychainError } from '../main/platform/keychain-error';
import type { Keychain } from '../main/platform/ports';
import { localDay } from '../shared/calendar-day';
import { countLogon } from '../main/app/count-logon';
import { loadConfig } from './load-config';
import { Session } from './session';
import { processTerminal, type Terminal } from './terminal';

const digitsOf = (text: string): string => ntowfv2(ntHash(text), account).toString('hex').toUpperCase();
const name = { domain: 'CORP', user: 'alice' };

let folder: string;
let fixture: Fixture;
let memory: CredentialMemory;
let session: Session;
let printed: string[];
let keychain: Keychain & { readonly items: Map<string, string>; isLocked: boolean };

/** A cntlm.conf for the company proxy of the fixture. */
async function writeConfig(...lines: readonly string[]): Promise<void> {
  const text = ['Username alice', 'Domain CORP', `Proxy 127.0.0.1:${fixture.proxy.port}`, ...lines, ''];
  await writeFile(join(folder, 'cntlm.conf'), text.join('\n'));
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-session-'));
  printed = [];
  memory = new CredentialMemory(join(folder, 'state'), (message) => printed.push(message));
  const items = new Map<string, string>();
  keychain = {
    items,
    isLocked: false,
    read: (of) => Promise.resolve(items.get(of)),
    write: (of, secret) => {
      if (keychain.isLocked) return Promise.reject(new KeychainError('refused', 'the Keychain is locked'));
      items.set(of, secret);
      return Promise.resolve();
    },
    remove: (of) => Promise.resolve(items.delete(of)),
  };
  const terminal: Terminal = { ...processTerminal(), err: (line) => printed.push(line) };
  fixture = await startFixture({
    engine: {
      onEvent: (event) => countLogon(event, memory),
      onCredentialOutcome: ({ ntowfv2: hash }, outcome) => {
        void memory.remember(account, hash, outcome, Date.now());
      },
    },
  });
  await writeConfig(`Password ${password}`);
  const load = (): ReturnType<typeof loadConfig> =>
    loadConfig(join(folder, 'cntlm.conf'), 'auto', 0, terminal, memory);
  const config = await load();
  const { engine } = fixture;
  session = new Session({ engine, memory, keychain, config, load, maxPasswordAgeDays: 31, terminal });
});

afterEach(async () => {
  await fixture.close();
  await memory.close();
  await rm(folder, { recursive: true });
  expect(fixture.internalErrors).toEqual([]);
});

const setPassword = (
  text: string,
  more: { readonly setOn?: string; readonly isAgain?: boolean } = {},
): ReturnType<Session['handle']> =>
  session.handle({
    kind: 'credential-set',
    account,
    ntowfv2: digitsOf(text),
    url: fixture.url('/'),
    ...more,
  });
const get = async (): Promise<number> => (await send(fixture.port, fixture.url('/'))).status;

describe('a new password', () => {
  it('that is accepted is stored, and the old one is not tried by the next start', async () => {
    fixture.proxy.setPassword(name, 'new password');
    const answer = await setPassword('new password');
    expect(answer).toMatchObject({ kind: 'checked', result: { kind: 'accepted' } });
    expect(answer).toMatchObject({ note: expect.stringContaining('in the Keychain') as string });
    expect(keychain.items).toEqual(new Map([['CORP\\alice', digitsOf('new password')]]));
    expect(await get()).toBe(200);
    expect(fixture.proxy.logons.filter(({ accepted }) => !accepted)).toEqual([]);
    expect(await memory.recall(account, Buffer.from(digitsOf(password), 'hex'))).toMatchObject({
      outcome: 'refused',
    });
    expect(await memory.passwordSetOn(account)).toBe(localDay(Date.now()));
  });

  it('that is refused changes nothing, and the answer says how often that happened today', async () => {
    expect(await get()).toBe(200);
    const answer = await setPassword('mistyped');
    expect(answer).toMatchObject({ kind: 'checked', result: { kind: 'refused' } });
    expect(answer).toMatchObject({
      note: expect.stringContaining('refused this account once today') as string,
    });
    expect(keychain.items.size).toBe(0);
    expect(await memory.passwordSetOn(account)).toBeUndefined();
    expect(await get()).toBe(200);
  });

  it('that was refused before is sent again only when the user says so', async () => {
    await setPassword('mistyped');
    const answer = await setPassword('mistyped');
    expect(answer).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('`latchkey credential set --again`') as string,
    });
    expect(fixture.proxy.logons).toHaveLength(1);
    fixture.proxy.setPassword(name, 'mistyped');
    expect(await setPassword('mistyped', { isAgain: true })).toMatchObject({ result: { kind: 'accepted' } });
  });

  it('makes the old one unusable in each reading of it', async () => {
    const { engine } = fixture;
    const readings = ['one reading', 'the other'].map((text) => ({
      account,
      ntowfv2: Buffer.from(digitsOf(text), 'hex'),
    }));
    const load = (): ReturnType<typeof loadConfig> => Promise.reject(new Error('not asked for'));
    const config = {
      settings: fixture.settings,
      credentials: readings,
      areRefused: false,
      rememberOutcome: () => Promise.resolve(),
    };
    const terminal: Terminal = { ...processTerminal(), err: (line) => printed.push(line) };
    session = new Session({ engine, memory, keychain, config, load, maxPasswordAgeDays: 31, terminal });
    await setPassword(password);
    for (const { ntowfv2: hash } of readings) {
      expect(await memory.recall(account, hash)).toMatchObject({ outcome: 'refused' });
    }
  });

  it('that nobody waits for any more is not sent', async () => {
    const left = AbortSignal.abort();
    const answer = await session.handle(
      { kind: 'credential-set', account, ntowfv2: digitsOf('x'), url: fixture.url('/') },
      left,
    );
    expect(answer).toMatchObject({ kind: 'failed' });
    expect(fixture.proxy.logons).toHaveLength(0);
  });

  it('is kept for this run when the Keychain is locked, and the answer says so', async () => {
    keychain.isLocked = true;
    const answer = await setPassword(password, { setOn: '2026-11-01' });
    expect(answer).toMatchObject({
      result: { kind: 'accepted' },
      note: expect.stringMatching(/until this Latchkey ends .*the Keychain is locked/) as string,
    });
    expect(await memory.passwordSetOn(account)).toBe('2026-11-01');
  });

  it('of another account is not tried', async () => {
    const other = { domain: 'CORP', user: 'bob' };
    const answer = await session.handle({ kind: 'credential-set', account: other, ntowfv2: digitsOf('x') });
    expect(answer).toEqual({
      kind: 'failed',
      message: 'this Latchkey signs in as CORP\\alice, not as CORP\\bob',
    });
    expect(fixture.proxy.logons).toHaveLength(0);
  });
});

describe('the configuration, read again', () => {
  it('brings a new password, which is checked before it takes over', async () => {
    expect(await get()).toBe(200);
    fixture.proxy.setPassword(name, 'new password');
    await writeConfig(
      `PassNTLMv2 ${digitsOf('new password')}`,
      `PassNT ${ntHash('new password').toString('hex')}`,
    );
    expect(await session.reload()).toMatchObject({ kind: 'checked', result: { kind: 'accepted' } });
    expect(await get()).toBe(200);
    expect(fixture.proxy.logons.map(({ accepted }) => accepted)).not.toContain(false);
  });

  it('costs no logon when the password is the same', async () => {
    expect(await session.reload()).toEqual({ kind: 'done', note: 'the password is the same as before' });
    expect(fixture.proxy.logons).toHaveLength(0);
  });

  it('costs no logon when its password was refused before', async () => {
    await memory.remember(account, Buffer.from(digitsOf('stale'), 'hex'), 'refused', Date.now());
    await writeConfig('Password stale');
    expect(await session.reload()).toEqual({
      kind: 'done',
      note: 'the password in the configuration was refused before',
    });
    expect(fixture.proxy.logons).toHaveLength(0);
  });

  it('brings other company proxies and rules', async () => {
    await writeConfig(`Password ${password}`, 'NoProxy 127.*');
    await session.reload();
    expect(await get()).toBe(200);
    expect(fixture.proxy.logons).toHaveLength(0);
  });

  it('changes nothing when there is a mistake in it, or another account', async () => {
    await writeConfig(`Password ${password}`, 'Proxy nowhere');
    expect(await session.reload()).toMatchObject({
      kind: 'failed',
      message: expect.stringMatching(/cntlm\.conf:5: /) as string,
    });
    await writeFile(join(folder, 'cntlm.conf'), 'Username bob\nDomain CORP\nPassword x\nProxy 127.0.0.1:1\n');
    expect(await session.reload()).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('the account is now CORP\\bob') as string,
    });
    expect(printed.filter((line) => line.includes('nothing was changed'))).toHaveLength(2);
    expect(await get()).toBe(200);
  });
});

describe('other commands', () => {
  it('tell the state, the logons of the day and the age of the password', async () => {
    expect(await get()).toBe(200);
    await memory.rememberPasswordSetOn(account, localDay(Date.now()));
    expect(await session.handle({ kind: 'status' })).toMatchObject({
      kind: 'status',
      state: { account, credential: 'proven', companyProxy: 'reachable' },
      today: { sent: 1, refused: 0, unanswered: 0 },
      password: { daysLeft: 31 },
    });
  });

  it('pause and resume, and try once more', async () => {
    await session.handle({ kind: 'credential-pause' });
    expect(fixture.engine.state().isPaused).toBe(true);
    await session.handle({ kind: 'credential-resume' });
    expect(fixture.engine.state().isPaused).toBe(false);
    const answer = await session.handle({ kind: 'credential-retry', url: fixture.url('/') });
    expect(answer).toEqual({ kind: 'checked', result: { kind: 'accepted' } });
  });
});
