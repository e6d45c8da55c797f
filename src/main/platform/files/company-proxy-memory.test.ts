import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CompanyProxyFacts } from '../../../shared/company-proxy';
import { CompanyProxyMemory } from './company-proxy-memory';

let folder = '';
let problems: string[] = [];
let nowMs = Date.parse('2026-07-01T12:00:00Z');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-proxies-'));
  problems = [];
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const proxy = { host: 'proxy.corp', port: 8080 };
const challenge = { domain: 'CORP', dnsDomain: 'corp.test', hasTargetInfo: true, hasTimestamp: true };
const facts: CompanyProxyFacts = { knownUrl: 'http://wiki.corp/', challenge };
const open = (directory = folder): Promise<CompanyProxyMemory> =>
  CompanyProxyMemory.open(
    directory,
    (message) => problems.push(message),
    () => nowMs,
  );
const path = (): string => join(folder, 'company-proxies.json');

describe('CompanyProxyMemory', () => {
  it('knows at once what it is told, and still after a restart', async () => {
    const memory = await open();
    expect(memory.recall(proxy)).toBeUndefined();
    memory.remember(proxy, { challenge });
    memory.remember(proxy, { knownUrl: 'http://wiki.corp/' });
    expect(memory.recall(proxy)).toMatchObject(facts);
    await memory.close();
    const later = await open();
    expect(later.recall({ ...proxy, host: 'Proxy.Corp' })).toMatchObject(facts);
    expect(later.recall({ ...proxy, port: 3128 })).toBeUndefined();
    expect((await stat(path())).mode & 0o777).toBe(0o600);
    expect(problems).toEqual([]);
  });

  it('writes nothing that it knows already', async () => {
    const memory = await open();
    memory.remember(proxy, facts);
    await memory.close();
    await rm(path());
    memory.remember(proxy, { challenge: { ...challenge } });
    await memory.close();
    expect(await readdir(folder)).toEqual([]);
  });

  it('keeps no path and no query of anybody', async () => {
    const memory = await open();
    for (const knownUrl of [
      'http://wiki.corp/secret',
      'http://wiki.corp/?a',
      'http://u:p@wiki.corp/',
      'x:y',
    ]) {
      memory.remember(proxy, { knownUrl });
    }
    await memory.close();
    expect(memory.recall(proxy)).toBeUndefined();
    expect(await readdir(folder)).toEqual([]);
  });

  it('adds to what another process has written meanwhile', async () => {
    const [one, other] = [await open(), await open()];
    one.remember(proxy, facts);
    await one.close();
    other.remember({ ...proxy, port: 1 }, facts);
    await other.close();
    const later = await open();
    expect([later.recall(proxy), later.recall({ ...proxy, port: 1 })]).toMatchObject([facts, facts]);
  });

  it('leaves what another process has learned of the same company proxy meanwhile', async () => {
    const first = await open();
    first.remember(proxy, { knownUrl: 'http://first.corp/' });
    await first.close();
    const [running, check] = [await open(), await open()];
    check.remember(proxy, { knownUrl: 'http://chosen.corp/' });
    await check.close();
    running.remember(proxy, { challenge });
    await running.close();
    expect((await open()).recall(proxy)).toMatchObject({ knownUrl: 'http://chosen.corp/', challenge });
  });

  it('forgets what has not changed for the longest time when there are too many', async () => {
    const memory = await open();
    for (let port = 1; port <= 70; port += 1) {
      nowMs += 1_000;
      memory.remember({ ...proxy, port }, facts);
    }
    await memory.close();
    const stored = JSON.parse(await readFile(path(), 'utf8')) as { companyProxies: object };
    expect(Object.keys(stored.companyProxies)).toHaveLength(64);
    expect((await open()).recall({ ...proxy, port: 6 })).toBeUndefined();
    expect((await open()).recall({ ...proxy, port: 7 })).toMatchObject(facts);
  });

  it.each([
    ['no JSON', '{'],
    ['another version', '{"version":2,"companyProxies":{}}'],
    [
      'a URL with a path',
      '{"version":1,"companyProxies":{"a:1":{"at":"2026-01-01","knownUrl":"http://a/b"}}}',
    ],
    ['facts without a time', '{"version":1,"companyProxies":{"a:1":{}}}'],
    ['a list', '[]'],
    ['broken facts', '{"version":1,"companyProxies":{"a:1":{"at":"2026-01-01","challenge":{"domain":1}}}}'],
  ])('keeps a damaged file aside: %s', async (_title, text) => {
    await writeFile(path(), text);
    const memory = await open();
    expect(memory.recall(proxy)).toBeUndefined();
    expect(problems).toEqual([expect.stringContaining('company-proxies.json is damaged')]);
    memory.remember(proxy, facts);
    await memory.close();
    expect((await readdir(folder)).toSorted()).toEqual([
      'company-proxies.json',
      'company-proxies.json.damaged-1',
    ]);
    expect(await readFile(`${path()}.damaged-1`, 'utf8')).toBe(text);
  });

  it('goes on without a disk, and says so once', async () => {
    await writeFile(join(folder, 'file'), '');
    const memory = await open(join(folder, 'file'));
    memory.remember(proxy, facts);
    await memory.close();
    await memory.close();
    expect(memory.recall(proxy)).toMatchObject(facts);
    expect(problems).toEqual([expect.stringContaining('cannot be kept here')]);
  });
});
