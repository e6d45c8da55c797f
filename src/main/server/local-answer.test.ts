import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Fixture, type Reply, send, startFixture } from '../../../test/engine-fixture';

let fixture: Fixture;

beforeEach(async () => {
  fixture = await startFixture({ settings: { noProxy: ['*.corp.test'] } });
});

afterEach(async () => {
  await fixture.close();
  expect(fixture.internalErrors).toEqual([]);
});

function ask(path: string, options: Parameters<typeof send>[2] = {}): Promise<Reply> {
  return send(fixture.port, `http://127.0.0.1:${fixture.port}${path}`, options);
}

async function askPac(host: string, path = '/proxy.pac'): Promise<unknown> {
  const { status, headers, text } = await ask(path);
  expect(status).toBe(200);
  expect(headers['content-type']).toBe('application/x-ns-proxy-autoconfig');
  expect(headers['cache-control']).toBe('no-store');
  return runInNewContext(`${text}; FindProxyForURL('http://${host}/', '${host}')`);
}

describe('the PAC of the local proxy', () => {
  it('names the proxy as it was reached, and goes by its rules', async () => {
    const proxy = `PROXY 127.0.0.1:${fixture.port}`;
    expect(await askPac('wiki.corp.test')).toBe(`${proxy}; DIRECT`);
    expect(await askPac('example.com', '/proxy.pac?1')).toBe(proxy);
    expect(await askPac('localhost')).toBe('DIRECT');
  });

  it('follows the settings', async () => {
    const proxy = `PROXY 127.0.0.1:${fixture.port}`;
    await fixture.engine.reconfigure({ ...fixture.settings, noProxy: ['example.*'] });
    expect(await askPac('wiki.corp.test')).toBe(proxy);
    expect(await askPac('example.com')).toBe(`${proxy}; DIRECT`);
    await fixture.engine.reconfigure({ ...fixture.settings, offNetwork: 'direct' });
    expect(await askPac('example.com')).toBe(`${proxy}; DIRECT`);
  });

  it('can be read, and nothing else', async () => {
    expect((await ask('/proxy.pac', { method: 'HEAD' })).status).toBe(200);
    expect((await ask('/proxy.pac', { method: 'POST' })).status).toBe(405);
    expect((await ask('/proxy.pacs')).status).toBe(404);
  });
});
