import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppFixture } from '../../../test/app-fixture';
import { type CompanyProxy, startCompanyProxy } from '../../../test/company-proxy/start-company-proxy';
import { type Origin, startOrigin } from '../../../test/company-proxy/start-origin';
import { account, password, RawClient, send } from '../../../test/engine-fixture';
import { freePorts } from '../../../test/servers/ports';
import type { CommandResult } from '../../shared/command';
import type { SettingsPatch } from '../../shared/app-settings';
import type { SignInMethod } from '../../shared/settings';

let origin: Origin;
let proxy: CompanyProxy;
let app: AppFixture;
let port: number;

const url = (): string => `http://127.0.0.1:${origin.port}/`;
const change = (patch: SettingsPatch): Promise<CommandResult> =>
  app.core.run({ kind: 'change-settings', patch });
const give = (method: SignInMethod | undefined, text = password): Promise<CommandResult> =>
  app.core.run({ kind: 'change-password', password: text, url: url(), ...(method && { method }) });
const secret = (): string | undefined => app.keychain.secrets.get('CORP\\alice');
const get = async (): Promise<number> => (await send(port, url())).status;
const made = (): (string | undefined)[] =>
  proxy.logons.map(({ method, accepted }) => `${method} ${accepted}`);

beforeEach(async () => {
  origin = await startOrigin();
  proxy = await startCompanyProxy({
    accounts: [{ ...account, password }],
    methods: ['NTLMv2', 'NTLM2SR', 'NT', 'NTLM', 'Basic'],
  });
  [port = 0] = await freePorts(1);
  app = await AppFixture.start({ checkUrl: new URL(url()) });
  await change({ port, noProxy: [], offNetwork: 'refuse' });
  const upstream = { host: proxy.host, port: proxy.port };
  await app.core.run({ kind: 'set-up', upstream, account, password });
  await app.until('on');
});

afterEach(async () => {
  const written = await app.written();
  expect(written).not.toContain('internal error');
  expect(written).not.toContain(password);
  expect(written.toLowerCase()).not.toContain(Buffer.from(password).toString('hex'));
  expect(written).not.toContain(Buffer.from(password).toString('base64').slice(0, 10));
  await app.core.close();
  await app.remove();
  await proxy.close();
  await origin.close();
});

describe('another method', () => {
  it('comes with the password, is tried with one logon, and is kept in the place of the old secret', async () => {
    expect(await get()).toBe(200);
    const before = proxy.logons.length;
    expect(await give('NT')).toMatchObject({ kind: 'checked', check: { result: 'accepted', logons: 1 } });
    expect(made().slice(before)).toEqual(['NT true']);
    expect(app.state.settings.signInMethod).toBe('NT');
    expect(secret()).toMatch(/^NT:[0-9A-F]{32}$/);
    expect(await get()).toBe(200);
    expect(app.state.connection.kind).toBe('on');
    expect(new Set(made().slice(before))).toEqual(new Set(['NT true']));
  });

  it('is what the state says it has signed in with, from its first logon on', async () => {
    const signedInWith = async (): Promise<string | undefined> =>
      (await app.core.freshState()).account?.signedInWith;
    await get();
    expect(await signedInWith()).toBe('NTLMv2');
    await give('Basic');
    expect(await signedInWith()).toBe('Basic');
  });

  it('that is refused changes nothing', async () => {
    const kept = secret();
    expect(await give('Basic', 'wrong')).toMatchObject({ check: { result: 'refused' } });
    expect(app.state.settings.signInMethod).toBe('NTLMv2');
    expect(secret()).toBe(kept);
    expect(await get()).toBe(200);
    expect(made().filter((each) => each?.endsWith('false'))).toEqual(['Basic false']);
    // What was refused for one method says nothing of another.
    expect(await give('NT', 'wrong')).toMatchObject({ check: { result: 'refused', logons: 1 } });
    expect(await give('NT', 'wrong')).toMatchObject({ check: { result: 'refused', logons: 0 } });
    // Not even where both have the same hash.
    expect(await give('NTLM2SR', 'wrong')).toMatchObject({ check: { result: 'refused', logons: 1 } });
  });

  it('takes no password that has no LM hash, and sends nothing for it', async () => {
    const before = proxy.logons.length;
    expect(await give('NTLM', 'fifteen chars..')).toMatchObject({
      kind: 'failed',
      problem: { kind: 'no-lm-hash', method: 'NTLM' },
    });
    expect(proxy.logons).toHaveLength(before);
  });

  it('that is set needs its password: the secret of the old one is not used for it, and tunnels stay', async () => {
    const tunnel = new RawClient(port).write(
      `CONNECT 127.0.0.1:${origin.port} HTTP/1.1\r\nHost: 127.0.0.1:${origin.port}\r\n\r\n`,
    );
    await tunnel.until((text) => text.includes('\r\n\r\n'));
    const before = proxy.logons.length;
    expect(await change({ signInMethod: 'NT' })).toEqual({ kind: 'done' });
    expect(app.state.connection).toEqual({ kind: 'password-needed', why: { kind: 'missing' } });
    expect(proxy.logons).toHaveLength(before);
    const waiting = get();
    expect(await give(undefined)).toMatchObject({ check: { result: 'accepted' } });
    expect(await waiting).toBe(200);
    expect(new Set(made().slice(before))).toEqual(new Set(['NT true']));
    tunnel.write('GET / HTTP/1.1\r\nHost: origin.test\r\nConnection: close\r\n\r\n');
    expect(await tunnel.untilEnd()).toContain('It works');
    tunnel.destroy();
  });

  it('that is set back finds the secret that is still kept, without a logon', async () => {
    await change({ signInMethod: 'NT' });
    const before = proxy.logons.length;
    await change({ signInMethod: 'NTLMv2' });
    expect(proxy.logons).toHaveLength(before);
    await app.until('on');
    expect(await get()).toBe(200);
    expect(new Set(made().slice(before))).toEqual(new Set(['NTLMv2 true']));
  });

  it('is there after a restart, and keeps the password itself for Basic alone', async () => {
    await give('Basic');
    expect(secret()).toBe(`Basic:${Buffer.from(password).toString('hex').toUpperCase()}`);
    await app.core.run({ kind: 'turn-off' });
    await app.core.run({ kind: 'turn-on' });
    await app.until('on');
    const before = proxy.logons.length;
    expect(await get()).toBe(200);
    expect(made().slice(before)).toEqual(['Basic true']);
  });

  it('is forgotten with the account', async () => {
    await give('NT');
    await change({ ntlmToBasic: true });
    await app.core.run({ kind: 'forget-account' });
    expect(app.state.settings).toMatchObject({ signInMethod: 'NTLMv2', ntlmToBasic: false });
  });
});

it('asks for the password of the user’s as long as programs do not sign in themselves', async () => {
  await change({ signInMethod: 'NT' });
  expect(app.state.connection.kind).toBe('password-needed');
  await change({ ntlmToBasic: true });
  expect(app.state.connection.kind).not.toBe('password-needed');
  await change({ ntlmToBasic: false });
  expect(app.state.connection.kind).toBe('password-needed');
});

it('needs no password of the user’s while programs sign in themselves', async () => {
  await change({ signInMethod: 'NT', ntlmToBasic: true });
  await change({ signInMethod: 'NTLM' });
  expect(app.state.connection.kind).not.toBe('password-needed');
  const headers = { 'proxy-authorization': `Basic ${Buffer.from(`alice:${password}`).toString('base64')}` };
  expect((await send(port, url(), { headers })).status).toBe(200);
  expect(await get()).toBe(407);
});
