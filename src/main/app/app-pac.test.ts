import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppFixture } from '../../../test/app-fixture';
import { type CompanyProxy, startCompanyProxy } from '../../../test/company-proxy/start-company-proxy';
import { type Origin, startOrigin } from '../../../test/company-proxy/start-origin';
import { account, password, send } from '../../../test/engine-fixture';
import type { CommandResult } from '../../shared/command';

const patience = { timeout: 60_000 };
let folder: string;
let pac: string;
let proxy: CompanyProxy;
let other: CompanyProxy;
let origin: Origin;
let app: AppFixture;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-pac-'));
  pac = join(folder, 'proxy.pac');
  origin = await startOrigin();
  proxy = await startCompanyProxy({ accounts: [{ ...account, password }] });
  other = await startCompanyProxy({ accounts: [{ ...account, password }] });
  app = await AppFixture.start({ checkUrl: new URL(url()) });
  await app.core.run({ kind: 'change-settings', patch: { noProxy: [], port: await freePort() } });
});

afterEach(async () => {
  expect(await app.written()).not.toContain('internal error');
  await app.remove();
  await Promise.all([proxy.close(), other.close(), origin.close()]);
  await rm(folder, { recursive: true });
});

async function freePort(): Promise<number> {
  const { port, close } = await startOrigin();
  await close();
  return port;
}

const url = (path = '/bytes/5'): string => `http://127.0.0.1:${origin.port}${path}`;
const get = async (path?: string): Promise<number> =>
  (await send(app.state.addresses[0]?.port ?? 0, url(path))).status;
const write = (answer: string): Promise<void> =>
  writeFile(pac, `function FindProxyForURL(url, host) { return ${answer}; }`);
const upstream = (): { host: string; port: number } => ({ host: '127.0.0.1', port: proxy.port });
const setUp = (): Promise<CommandResult> =>
  app.core.run({ kind: 'set-up', upstream: upstream(), pac, account, password });

describe('set-up with a PAC', () => {
  it('is told which company proxies it names, each once, and nothing is put to use', async () => {
    await write(
      `url.indexOf("https") === 0 ? "HTTPS s.corp; SOCKS k.corp; DIRECT" : "PROXY A.corp:8080; PROXY a.corp:8080"`,
    );
    expect(await app.core.run({ kind: 'look-at-pac', pac })).toEqual({
      kind: 'pac',
      proxies: [
        { host: 'A.corp', port: 8080 },
        { host: 's.corp', port: 443, isTls: true },
      ],
      place: pac,
      error: undefined,
    });
    expect(await app.core.run({ kind: 'look-at-pac', pac: `${pac}.none` })).toMatchObject({
      proxies: [],
      error: expect.stringContaining('ENOENT') as string,
    });
    expect(app.state.pac).toBeUndefined();
  });

  it('costs one logon, and from then on the PAC counts', async () => {
    await write(`"PROXY 127.0.0.1:${proxy.port}"`);
    await setUp();
    expect(app.state.settings).toMatchObject({ pac, upstreams: [upstream()] });
    expect(await get()).toBe(200);
    expect(proxy.logons.length).toBeLessThanOrEqual(2);
    await expect.poll(() => app.state.pac?.readMs, patience).toBeDefined();
    await write('"DIRECT"');
    await expect
      .poll(async () => {
        const before = proxy.requests.length;
        await get();
        return proxy.requests.length - before;
      }, patience)
      .toBe(0);
  });
});

describe('a PAC that is in use', () => {
  beforeEach(async () => {
    await write(`"PROXY localhost:${other.port}"`);
    await setUp();
  });

  it('names a company proxy that is asked about once, and gets no logon before the answer', async () => {
    expect(await get()).toBe(502);
    expect(await get('/bytes/6')).toBe(502);
    expect(app.state.askedProxies).toEqual([{ host: 'localhost', port: other.port }]);
    expect(other.logons).toEqual([]);
    const named = { host: 'localhost', port: other.port };
    expect(await app.core.run({ kind: 'answer-proxy', upstream: named, isAgreed: true })).toEqual({
      kind: 'done',
    });
    expect(app.state.askedProxies).toEqual([]);
    expect(app.state.settings.upstreams).toEqual([upstream(), named]);
    expect(await get()).toBe(200);
    expect(other.logons).toHaveLength(1);
  });

  it('is not asked about again once the user has said no', async () => {
    await get();
    const named = { host: 'localhost', port: other.port };
    await app.core.run({ kind: 'answer-proxy', upstream: named, isAgreed: false });
    expect(await get()).toBe(502);
    expect(app.state).toMatchObject({ askedProxies: [], settings: { refusedProxies: [named] } });
    expect(other.logons).toEqual([]);
  });

  it('is there while the local proxy runs, and gone with it', async () => {
    await expect.poll(() => app.state.pac?.place, patience).toBe(pac);
    await app.core.run({ kind: 'turn-off' });
    expect(app.state).toMatchObject({ pac: undefined, askedProxies: [] });
    await app.core.run({ kind: 'turn-on' });
    await expect.poll(() => app.state.pac?.place, patience).toBe(pac);
    await app.core.run({ kind: 'change-settings', patch: { pac: '' } });
    expect(app.state.pac).toBeUndefined();
    expect(await get()).toBe(200);
    expect(proxy.requests.length).toBeGreaterThan(0);
  });

  it('says what becomes of an address, be it in use or not', async () => {
    const answer = `PROXY localhost:${other.port}`;
    const ask = (): Promise<CommandResult> =>
      app.core.run({ kind: 'try-address', address: 'https://example.com/x' });
    const expected = { kind: 'address', route: 'upstream', rule: undefined, pac: { kind: 'ways', answer } };
    expect(await ask()).toMatchObject(expected);
    await app.core.run({ kind: 'turn-off' });
    expect(await ask()).toMatchObject(expected);
  });

  it('that cannot be read is told of, and what the user has chosen is done', async () => {
    await app.core.run({ kind: 'change-settings', patch: { pac: `${pac}.none`, pacFallback: 'refuse' } });
    expect(await get()).toBe(502);
    expect(app.state.pac).toMatchObject({
      readMs: undefined,
      error: expect.stringContaining('ENOENT') as string,
    });
    await app.core.run({ kind: 'change-settings', patch: { pacFallback: 'list' } });
    expect(await get()).toBe(200);
    await app.core.run({ kind: 'change-settings', patch: { pacFallback: 'direct' } });
    expect(await get()).toBe(200);
    expect(proxy.requests.filter(({ method }) => method === 'GET')).toHaveLength(2);
  });
});

describe('the doctor', () => {
  async function examine(): Promise<{ readonly step: unknown; readonly report: string }> {
    await app.core.run({ kind: 'run-doctor', url: url(), signsIn: false });
    const { check } = app.state;
    if (check.kind !== 'finished') throw new Error('the check has not ended');
    return { step: check.steps.find(({ name }) => name === 'pac'), report: check.report ?? '' };
  }

  it('says where the PAC comes from, its answer, and who of those that it names gets the sign-in', async () => {
    await write(`host === "127.0.0.1" ? "PROXY 127.0.0.1:${proxy.port}" : "HTTPS p9.corp; SOCKS k.corp"`);
    await setUp();
    await expect.poll(() => app.state.pac?.readMs, patience).toBeDefined();
    const other = { host: 'p9.corp', port: 443, isTls: true };
    const { step, report } = await examine();
    expect(step).toMatchObject({
      status: 'warning',
      value: pac,
      pac: { place: pac, answer: `PROXY 127.0.0.1:${proxy.port}`, agreed: [upstream()], notAgreed: [other] },
      problem: { kind: 'pac-not-agreed', upstreams: [other] },
    });
    expect(report).toContain(`pac        warning  ${pac}; pac-not-agreed`);
    expect(report).toMatch(/^ {4}read \d+ s ago$/m);
    expect(report).toContain(`    says to the page: PROXY 127.0.0.1:${proxy.port}\n`);
    expect(report).toContain(`    names, and they may get the sign-in: 127.0.0.1:${proxy.port}\n`);
    expect(report).toContain('    names, and they get no sign-in: https://p9.corp:443\n');
    await app.core.run({ kind: 'answer-proxy', upstream: other, isAgreed: true });
    expect((await examine()).step).toMatchObject({ status: 'done', pac: { notAgreed: [] } });
  });

  it('says that it has no answer, or cannot be read', async () => {
    await write(`"PROXY 127.0.0.1:${proxy.port}"`);
    await setUp();
    await expect.poll(() => app.state.pac?.readMs, patience).toBeDefined();
    await writeFile(pac, 'function FindProxyForURL(url, host) { return host.nothing.at.all; }');
    await app.core.run({ kind: 'refresh-pac' });
    expect((await examine()).step).toMatchObject({ status: 'warning', problem: { kind: 'pac-silent' } });
    await rm(pac);
    await app.core.run({ kind: 'refresh-pac' });
    expect((await examine()).step).toMatchObject({ problem: { kind: 'pac-not-read', isOld: true } });
    await app.core.run({ kind: 'change-settings', patch: { pac: '' } });
    expect((await examine()).step).toBeUndefined();
  });
});
