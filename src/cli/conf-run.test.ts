import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppFixture, FakeKeychain } from '../../test/app-fixture';
import { type CompanyProxy, startCompanyProxy } from '../../test/company-proxy/start-company-proxy';
import { type Origin, startOrigin } from '../../test/company-proxy/start-origin';
import { account, password, RawClient, send } from '../../test/engine-fixture';
import { freePorts } from '../../test/servers/ports';
import { ntHash, ntowfv2 } from '../main/ntlm/ntowf';
import type { CorePorts } from '../main/app/core-ports';
import { CredentialMemory } from '../main/platform/files/credential-memory';
import type { CommandResult } from '../shared/command';
import { localDay } from '../shared/calendar-day';
import type { Account, Upstream } from '../shared/settings';
import { ConfCredentialSource } from './conf-credential-source';
import { ConfFile } from './conf-file';
import { ConfSettings, type InPlaceOfLines } from './conf-settings';
import { noShellStart } from './no-shell-start';
import { reloadLines } from './reload-lines';

const name = { domain: 'CORP', user: 'alice' };
const hashOf = (text: string): Buffer => ntowfv2(ntHash(text), account);
const digitsOf = (text: string): string => hashOf(text).toString('hex').toUpperCase();

let origin: Origin;
let proxy: CompanyProxy;
let app: AppFixture;
let memory: CredentialMemory;
let keychain: FakeKeychain;
let printed: string[];
let conf: string;

/** A cntlm.conf for the company proxy of the test. */
async function writeConf(...lines: readonly string[]): Promise<void> {
  const text = ['Username alice', 'Domain CORP', `Proxy 127.0.0.1:${proxy.port}`, ...lines, ''];
  await writeFile(conf, text.join('\n'), { mode: 0o600 });
}

/** A core as `latchkey run --config` has it. */
async function start(...lines: readonly string[]): Promise<void> {
  await startWith({}, ...lines);
}

async function startWith(changes: Partial<CorePorts>, ...lines: readonly string[]): Promise<void> {
  const first = await AppFixture.start();
  await first.core.close();
  const { folder } = first;
  conf = join(folder, 'cntlm.conf');
  await writeConf(...lines);
  await startAsItIs({ changes });
}

/**
 * A core for the cntlm.conf that is there.
 *
 * @param said what the command line says of the account
 * @param inPlace what it says in place of lines
 */
async function startAsItIs({
  said = {},
  inPlace = { port: 0 },
  agreed = [],
  changes = {},
}: {
  readonly said?: Partial<Account>;
  readonly inPlace?: InPlaceOfLines;
  readonly agreed?: readonly Upstream[];
  readonly changes?: Partial<CorePorts>;
}): Promise<void> {
  const folder = dirname(conf);
  const terminal = { err: (line: string) => printed.push(line) };
  const file = await ConfFile.open(conf, terminal, said);
  memory = new CredentialMemory(folder, (message) => printed.push(message));
  const settings = new ConfSettings(file, { offNetwork: 'refuse', maxPasswordAgeDays: 31 }, inPlace, agreed);
  app = await AppFixture.start(
    {
      settings,
      toEngineSettings: settings.toEngineSettings,
      memory,
      credentials: new ConfCredentialSource({ file, hashFormat: 'auto', keychain, memory, terminal }),
      shellStart: noShellStart,
      keychainWaitMs: 200,
      checkUrl: new URL(url()),
      ...changes,
    },
    { folder, keychain },
  );
  await app.core.ready();
}

const url = (): string => `http://127.0.0.1:${origin.port}/`;
const port = (): number => app.state.addresses[0]?.port ?? 0;
const get = async (): Promise<number> => (await send(port(), url())).status;
const change = (text: string, more: { setOn?: string; isAgain?: boolean } = {}): Promise<CommandResult> =>
  app.core.run({ kind: 'change-password', password: text, url: url(), ...more });
const reload = async (): Promise<string> =>
  reloadLines(app.state, await app.core.run({ kind: 'reload-settings' })).join('\n');

beforeEach(async () => {
  origin = await startOrigin();
  proxy = await startCompanyProxy({ accounts: [{ ...account, password }] });
  keychain = new FakeKeychain();
  printed = [];
});

afterEach(async () => {
  vi.useRealTimers();
  expect(await app.written()).not.toContain('internal error');
  await app.remove();
  await proxy.close();
  await origin.close();
});

describe('NTLMToBasic yes', () => {
  it('asks each program, needs no password of its own, and is changed in the file alone', async () => {
    await start('NTLMToBasic yes');
    expect(app.state.connection.kind).not.toBe('password-needed');
    expect(await get()).toBe(407);
    const headers = { 'proxy-authorization': `Basic ${Buffer.from(`alice:${password}`).toString('base64')}` };
    expect((await send(port(), url(), { headers })).status).toBe(200);
    expect(await app.core.run({ kind: 'change-settings', patch: { ntlmToBasic: false } })).toMatchObject({
      kind: 'failed',
      problem: { kind: 'settings-elsewhere', keyword: 'NTLMToBasic', line: 4 },
    });
  });
});

describe('a new password', () => {
  it('that is accepted is stored, and the old one is not tried by the next start', async () => {
    await start(`Password ${password}`);
    proxy.setPassword(name, 'new password');
    expect(await change('new password')).toMatchObject({ kind: 'checked', check: { result: 'accepted' } });
    expect(app.state.account?.isForSessionOnly).toBe(false);
    expect(keychain.secrets).toEqual(new Map([['CORP\\alice', digitsOf('new password')]]));
    expect(await get()).toBe(200);
    expect(proxy.logons.filter(({ accepted }) => !accepted)).toEqual([]);
    expect(await memory.recall(account, hashOf(password))).toMatchObject({ outcome: 'refused' });
    expect(await memory.passwordSetOn(account)).toBe(localDay(Date.now()));
  });

  it('that is refused changes nothing, and the state says how often that happened today', async () => {
    await start(`Password ${password}`);
    expect(await get()).toBe(200);
    expect(await change('mistyped')).toMatchObject({
      kind: 'checked',
      check: { result: 'refused', logons: 1 },
    });
    await expect.poll(() => app.state.account?.today.refused).toBe(1);
    expect(keychain.secrets.size).toBe(0);
    expect(await memory.passwordSetOn(account)).toBeUndefined();
    expect(await get()).toBe(200);
  });

  it('that was refused before is sent again only when the user says so', async () => {
    await start(`Password ${password}`);
    await change('mistyped');
    expect(await change('mistyped')).toMatchObject({ check: { result: 'refused', logons: 0 } });
    expect(proxy.logons).toHaveLength(1);
    proxy.setPassword(name, 'mistyped');
    expect(await change('mistyped', { isAgain: true })).toMatchObject({ check: { result: 'accepted' } });
  });

  it('makes the old one unusable in each reading of it', async () => {
    await start(`PassNTLMv2 ${digitsOf('one reading')}`);
    await change(password);
    expect(await get()).toBe(200);
    const plain = hashOf('one reading');
    const inverted = Buffer.from(plain.map((byte) => byte ^ 0xff));
    for (const hash of [plain, inverted]) {
      expect(await memory.recall(account, hash)).toMatchObject({ outcome: 'refused' });
    }
  });

  it('that nobody waits for any more is not sent', async () => {
    await start(`Password ${password}`);
    const command = { kind: 'change-password', password: 'x', url: url() } as const;
    expect(await app.core.run(command, AbortSignal.abort())).toMatchObject({
      check: { result: 'cancelled' },
    });
    expect(proxy.logons).toHaveLength(0);
  });

  it('is kept for this run when the Keychain is locked, and the state says so', async () => {
    await start(`Password ${password}`);
    keychain.refusal = 'locked';
    expect(await change(password, { setOn: '2026-11-01' })).toMatchObject({ check: { result: 'accepted' } });
    expect(app.state.account?.isForSessionOnly).toBe(true);
    expect(app.state.notices).toEqual([{ kind: 'keychain-locked' }]);
    expect(await memory.passwordSetOn(account)).toBe('2026-11-01');
  });

  it('is in use while macOS still asks whether it may be kept', async () => {
    await start(`Password ${password}`);
    let answer: () => void = () => undefined;
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const write = keychain.write.bind(keychain);
    keychain.write = async (of, secret) => {
      await answered;
      await write(of, secret);
    };
    expect(await change(password)).toMatchObject({ check: { result: 'accepted' } });
    expect(app.state.account?.isForSessionOnly).toBe(true);
    expect(await get()).toBe(200);
    answer();
    await expect.poll(() => app.state.account?.isForSessionOnly).toBe(false);
    expect(keychain.secrets.size).toBe(1);
  });
});

describe('a cntlm.conf without Username', () => {
  const withoutUser = async (...lines: readonly string[]): Promise<void> => {
    const first = await AppFixture.start();
    await first.core.close();
    conf = join(first.folder, 'cntlm.conf');
    await writeFile(conf, [`Proxy 127.0.0.1:${proxy.port}`, ...lines, ''].join('\n'), { mode: 0o600 });
  };

  it('goes direct without an account, and says what is missing when a company proxy asks', async () => {
    await withoutUser(`Password ${password}`, 'NoProxy 127.0.0.1');
    await startAsItIs({});
    expect(printed).toEqual([expect.stringContaining('there is no Username')]);
    expect(await get()).toBe(200);
    // At once, and so with no timer that ends: no password that could still come is waited for.
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const answer = await send(port(), `http://localhost:${origin.port}/`);
    vi.useRealTimers();
    expect(answer.status).toBe(503);
    expect(answer.text).toContain('given no user name');
    expect(await change(password)).toMatchObject({ problem: { matter: { kind: 'no-username' } } });
    expect(proxy.logons).toEqual([]);
  });

  it('takes the account from the command line', async () => {
    await withoutUser(`Password ${password}`);
    await startAsItIs({ said: name });
    expect(printed).toEqual([]);
    expect(await get()).toBe(200);
    expect(app.state.account?.account).toEqual(name);
  });

  it('whose hash belongs to another account is refused before it costs a logon', async () => {
    await withoutUser('Username alice', 'Domain CORP', `PassNTLMv2 ${digitsOf(password)}`);
    await expect(ConfFile.open(conf, { err: () => undefined }, { user: 'bob' })).rejects.toMatchObject({
      lines: [expect.stringMatching(/cntlm\.conf:4: PassNTLMv2 was made for the Username/)],
    });
    await startAsItIs({ said: { user: 'ALICE', domain: 'corp' } });
    expect(proxy.logons).toEqual([]);
  });
});

describe('the ports of a cntlm.conf', () => {
  it('go on with one Listen of several, and name the line of the other', async () => {
    await start(`Password ${password}`, 'Listen 3128', 'Listen 192.0.2.1:3128');
    // The port of the test takes the place of both.
    expect(app.state.notices).toEqual([]);
    await app.core.close();
    const [first, second] = await freePorts(2);
    await writeConf(`Password ${password}`, `Listen 127.0.0.1:${first}`, `Listen 192.0.2.1:${second}`);
    await startAsItIs({ inPlace: {} });
    expect(app.state.addresses).toEqual([{ host: '127.0.0.1', port: first }]);
    expect(app.state.notices).toEqual([
      {
        kind: 'not-listening',
        file: conf,
        line: 6,
        place: `192.0.2.1:${second}`,
        why: 'no-such-address',
      },
    ]);
    expect(app.state.unbound).toEqual([
      { kind: 'http', line: 6, place: `192.0.2.1:${second}`, why: 'no-such-address' },
    ]);
    expect(await get()).toBe(200);
    await app.core.run({ kind: 'dismiss-notice', notice: 'not-listening' });
    expect([app.state.notices, app.state.unbound.length]).toEqual([[], 1]);
    await app.core.run({ kind: 'turn-off' });
    expect(app.state.unbound).toEqual([]);
  });

  it('change by difference when it is read again, without an end to a tunnel', async () => {
    const [socks = 0, entry = 0] = await freePorts(2);
    await start(`Password ${password}`, `SOCKS5Proxy ${socks}`, 'SOCKS5Users dave:secret');
    expect(app.state.services.map(({ kind }) => kind)).toEqual(['socks', 'socks']);
    expect(JSON.stringify(app.state)).not.toContain('secret');
    const greeting = Buffer.concat([
      // A greeting, user name and password (RFC 1929), and a CONNECT to 127.0.0.1.
      Buffer.from('050102 0104 64617665 06 736563726574 05010001 7f000001'.replaceAll(' ', ''), 'hex'),
      Buffer.from([origin.port >> 8, origin.port & 255]),
    ]);
    const tunnel = new RawClient(socks).write(greeting);
    await tunnel.until((text) => text.length >= 14);
    await writeConf(`Password ${password}`, `Tunnel ${entry}:127.0.0.1:${origin.port}`);
    expect(await reload()).toMatch(/^the configuration was read again/);
    expect(app.state.services.map(({ kind }) => kind)).toEqual(['tunnel', 'tunnel']);
    for (const client of [tunnel, new RawClient(entry)]) {
      client.write('GET / HTTP/1.1\r\nHost: o\r\nConnection: close\r\n\r\n');
      expect(await client.untilEnd()).toContain('It works');
      client.destroy();
    }
  });
});

describe('a cntlm.conf with a PAC that names the company proxies', () => {
  let other: CompanyProxy;

  beforeEach(async () => {
    other = await startCompanyProxy({ accounts: [{ ...account, password }] });
  });

  afterEach(() => other.close());

  async function startByPac(answer: string, ...lines: readonly string[]): Promise<void> {
    const first = await AppFixture.start();
    await first.core.close();
    conf = join(first.folder, 'cntlm.conf');
    const pac = join(first.folder, 'proxy.pac');
    await writeFile(pac, `function FindProxyForURL() { return "${answer}"; }`);
    const all = ['Username alice', 'Domain CORP', `Password ${password}`, `Pac ${pac}`, ...lines, ''];
    await writeFile(conf, all.join('\n'), { mode: 0o600 });
    await startAsItIs({ agreed: [{ host: '127.0.0.1', port: proxy.port }] });
  }

  it('signs in to those that were agreed to on the command line, without a Proxy', async () => {
    await startByPac(`PROXY 127.0.0.1:${proxy.port}`);
    expect(app.state.settings.upstreams).toEqual([{ host: '127.0.0.1', port: proxy.port }]);
    expect(await get()).toBe(200);
    expect(proxy.logons.map(({ accepted }) => accepted)).toContain(true);
    expect(printed.join('\n')).toContain(
      'there is no Proxy: of the company proxies of the PAC only those get the sign-in to which you agree; with --agree HOST:PORT',
    );
  });

  it('signs in to another one once that was agreed to as well, while it runs', async () => {
    await startByPac(`PROXY localhost:${other.port}`);
    expect(await get()).toBe(502);
    expect(other.logons).toEqual([]);
    const upstream = { host: 'localhost', port: other.port };
    expect(app.state.askedProxies).toEqual([upstream]);
    expect(await app.core.run({ kind: 'answer-proxy', upstream, isAgreed: true })).toEqual({ kind: 'done' });
    expect(await get()).toBe(200);
    // What was agreed to is no line of the file, and stays when that is read again.
    expect(await reload()).toMatch(/^the configuration was read again/);
    expect(app.state.settings.upstreams).toHaveLength(2);
    expect(await get()).toBe(200);
  });

  it('keeps the Proxy lines as the file has them', async () => {
    await startByPac('DIRECT', `Proxy 127.0.0.1:${other.port}`);
    const change = (upstreams: readonly { host: string; port: number }[]): Promise<CommandResult> =>
      app.core.run({ kind: 'change-settings', patch: { upstreams: [...upstreams] } });
    const [ofFile, agreed] = app.state.settings.upstreams;
    expect([ofFile?.port, agreed?.port]).toEqual([other.port, proxy.port]);
    expect(await change([{ host: '127.0.0.1', port: proxy.port }])).toMatchObject({
      kind: 'failed',
      problem: { kind: 'settings-elsewhere', line: 5, keyword: 'Proxy' },
    });
    expect(await change([{ host: '127.0.0.1', port: other.port }])).toEqual({ kind: 'done' });
    expect(app.state.settings.upstreams).toHaveLength(1);
    // Now the line is the only one.
    await writeFile(conf, (await readFile(conf, 'utf8')).replace(/^Proxy .*$/m, ''));
    expect(await reload()).toMatch(/^nothing was changed: .*there is no Proxy/);
    expect(app.state.settings.upstreams).toHaveLength(1);
  });
});

describe('the configuration, read again', () => {
  it('brings a new password, which is checked before it takes over', async () => {
    await start(`Password ${password}`);
    expect(await get()).toBe(200);
    proxy.setPassword(name, 'new password');
    await writeConf(
      `PassNTLMv2 ${digitsOf('new password')}`,
      `PassNT ${ntHash('new password').toString('hex')}`,
    );
    expect(await reload()).toMatch(/^the configuration was read again/);
    expect(await get()).toBe(200);
    expect(proxy.logons.map(({ accepted }) => accepted)).not.toContain(false);
    expect(proxy.logons.length).toBeGreaterThan(1);
  });

  it('says that its new password was refused, and goes on with the one before', async () => {
    await start(`Password ${password}`);
    expect(await get()).toBe(200);
    await writeConf('Password mistyped');
    expect(await reload()).toMatch(/read again.*\n.*was not accepted, and the one before stays in use/);
    expect(await get()).toBe(200);
    expect(proxy.logons.filter(({ accepted }) => !accepted)).toHaveLength(1);
    // Whoever reads it again and again spends no other logon on it.
    await reload();
    await reload();
    expect(proxy.logons.filter(({ accepted }) => !accepted)).toHaveLength(1);
  });

  it('is nothing to be told of once the core is closed', async () => {
    await start(`Password ${password}`);
    await app.core.close();
    expect(await reload()).toBe('');
  });

  it('costs one logon, however many read it at once', async () => {
    await start(`Password ${password}`);
    expect(await get()).toBe(200);
    await writeConf('Password mistyped');
    await Promise.all([reload(), reload(), reload()]);
    expect(proxy.logons.filter(({ accepted }) => !accepted)).toHaveLength(1);
  });

  it('says what is wrong with it once, however often it is read', async () => {
    await start(`Password ${password}`);
    await writeConf(`Password ${password}`, 'Gateway yes', 'Allow no-such-host.invalid', 'Deny 0/0');
    await reload();
    await reload();
    expect(app.state.notices).toEqual([{ kind: 'unknown-host', host: 'no-such-host.invalid' }]);
  });

  it('keeps nobody waiting for a company proxy that says nothing', async () => {
    await startWith({ timeouts: { connectMs: 60_000, challengeMs: 60_000 } }, `Password ${password}`);
    expect(await get()).toBe(200);
    proxy.misbehave({ silentAt: 'type-3' });
    await writeConf('Password other');
    const reading = reload();
    await expect.poll(() => proxy.challengeCount).toBeGreaterThan(1);
    let isRead = false;
    void reading.then(() => (isRead = true));
    // Nothing is kept waiting by a logon that nobody may ever answer, neither a change nor the end.
    const changed = await app.core.run({ kind: 'change-settings', patch: { offNetwork: 'direct' } });
    expect(changed).toEqual({ kind: 'done' });
    expect(isRead).toBe(false);
    await app.core.close();
    await reading;
  });

  it('costs no logon when the password is the same', async () => {
    await start(`Password ${password}`);
    expect(await reload()).toMatch(/^the configuration was read again/);
    expect(proxy.logons).toHaveLength(0);
  });

  it('costs no logon when its password was refused before', async () => {
    await start(`Password ${password}`);
    await memory.remember(account, hashOf('stale'), 'refused', Date.now());
    await writeConf('Password stale');
    expect(await reload()).toMatch(/^the configuration was read again/);
    expect(printed.join('\n')).toContain('has refused this password');
    expect(proxy.logons).toHaveLength(0);
  });

  it('brings other company proxies and rules, and keeps port and tunnels', async () => {
    await start(`Password ${password}`);
    const before = port();
    await writeConf(`Password ${password}`, 'NoProxy 127.*');
    await reload();
    expect(port()).toBe(before);
    expect(await get()).toBe(200);
    expect(proxy.logons).toHaveLength(0);
  });

  it('changes nothing when there is a mistake in it', async () => {
    await start(`Password ${password}`);
    await writeConf(`Password ${password}`, 'Proxy nowhere');
    expect(await reload()).toMatch(/^nothing was changed: .*cntlm\.conf:5: /);
    await writeConf(`Password ${password}`, `Proxy 127.0.0.1:${port()}`);
    expect(await reload()).toMatch(/^nothing was changed: .*is the address that Latchkey itself listens on/);
    expect(await get()).toBe(200);
  });

  it('starts anew for another account', async () => {
    await start(`Password ${password}`);
    await writeFile(conf, `Username bob\nDomain CORP\nPassword x\nProxy 127.0.0.1:${proxy.port}\n`, {
      mode: 0o600,
    });
    await reload();
    expect(app.state.account?.account).toEqual({ domain: 'CORP', user: 'bob' });
    await get();
    expect(proxy.logons.map(({ user }) => user)).toEqual(['bob']);
  });
});

describe('the settings of a cntlm.conf', () => {
  it('are changed in the file alone, which is named with its line', async () => {
    await start(`Password ${password}`, '', 'NoProxy localhost');
    const run = (patch: object): Promise<CommandResult> => app.core.run({ kind: 'change-settings', patch });
    expect(await run({ noProxy: [] })).toEqual({
      kind: 'failed',
      problem: { kind: 'settings-elsewhere', file: conf, line: 6, keyword: 'NoProxy' },
    });
    expect(await run({ port: 3129 })).toMatchObject({ problem: { keyword: '--port' } });
    expect(await run({ workstation: 'X' })).toMatchObject({ problem: { line: 0, keyword: 'Workstation' } });
    expect(app.state.settings.noProxy).toEqual(['localhost']);
  });

  it('leave what the command line says to be changed while it runs', async () => {
    await start(`Password ${password}`);
    expect(await app.core.run({ kind: 'change-settings', patch: { offNetwork: 'direct' } })).toEqual({
      kind: 'done',
    });
    expect(app.state.settings.offNetwork).toBe('direct');
    await app.core.run({ kind: 'turn-off' });
    expect(app.state.addresses).toEqual([]);
    await app.core.run({ kind: 'turn-on' });
    expect(await get()).toBe(200);
  });
});

describe('other commands', () => {
  it('tell the state, the logons of the day and the age of the password', async () => {
    await start(`Password ${password}`);
    expect(await get()).toBe(200);
    await memory.rememberPasswordSetOn(account, localDay(Date.now()));
    const endWatch = app.core.watch();
    await expect.poll(() => app.state.account?.daysLeft).toBe(31);
    endWatch();
    expect(app.state).toMatchObject({
      reachability: 'reachable',
      account: { account, standing: 'proven', today: { sent: 1, refused: 0, unanswered: 0 } },
    });
  });

  it('pause and resume, and try once more', async () => {
    await start(`Password ${password}`);
    await app.core.run({ kind: 'pause-sign-in', isPaused: true });
    expect(app.state.connection).toEqual({ kind: 'waiting', why: { kind: 'paused' } });
    await app.core.run({ kind: 'pause-sign-in', isPaused: false });
    expect(app.state.connection.kind).not.toBe('waiting');
    expect(await app.core.run({ kind: 'retry-password', url: url() })).toMatchObject({
      check: { result: 'accepted', logons: 1 },
    });
    await pause(0);
    expect(proxy.logons).toHaveLength(1);
  });
});
