import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PacSurroundings } from '../../../shared/pac';
import { systemPacSurroundings } from './system-pac-surroundings';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-scutil-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** A Mac whose scutil prints that. */
async function macWith(text: string): Promise<PacSurroundings> {
  const scutil = join(folder, 'scutil');
  await writeFile(scutil, `#!/bin/sh\ncat <<'END'\n${text}\nEND\n`);
  await chmod(scutil, 0o755);
  return systemPacSurroundings({ platform: 'darwin', env: { LATCHKEY_MAC_COMMANDS: folder } });
}

const pac = (url: string): string =>
  `<dictionary> {\n  ProxyAutoConfigEnable : 1\n  ProxyAutoConfigURLString : ${url}\n}`;

describe('on a Mac', () => {
  it.each([
    [pac('http://pac.corp/proxy.pac'), { kind: 'url', url: 'http://pac.corp/proxy.pac' }],
    [pac('http://127.0.0.1:3128/proxy.pac'), { kind: 'latchkey' }],
    ['<dictionary> {\n  HTTPEnable : 1\n  HTTPPort : 3128\n  HTTPProxy : 127.0.0.1\n}', { kind: 'latchkey' }],
    ['<dictionary> {\n  HTTPEnable : 1\n  HTTPPort : 8080\n  HTTPProxy : proxy.corp\n}', { kind: 'none' }],
    ['<dictionary> {\n  ProxyAutoDiscoveryEnable : 1\n}', { kind: 'discovery' }],
    ['No proxy configuration available', { kind: 'none' }],
  ])('scutil --proxy says %j', async (text, expected) => {
    expect(await (await macWith(text)).macPac()).toEqual(expected);
  });

  it('scutil --dns tells the domains, each once, and none of a resolver for one domain alone', async () => {
    const text =
      'DNS configuration\n\nresolver #1\n  search domain[0] : corp.example\n  search domain[1] : example.com\n  nameserver[0] : 10.0.0.1\n\n' +
      'resolver #2\n  domain   : local\n\nDNS configuration (for scoped queries)\n\nresolver #1\n  search domain[0] : corp.example\n';
    expect(await (await macWith(text)).searchDomains()).toEqual(['corp.example', 'example.com']);
  });

  it('says nothing where scutil cannot be run', async () => {
    const mac = systemPacSurroundings({ platform: 'darwin', env: { LATCHKEY_MAC_COMMANDS: folder } });
    expect(await mac.macPac()).toEqual({ kind: 'none' });
    expect(await mac.searchDomains()).toEqual([]);
  });
});

describe('elsewhere', () => {
  it.each([
    ['nameserver 10.0.0.1\nsearch a.example b.example\n', ['a.example', 'b.example']],
    ['domain a.example\nsearch b.example\n', ['b.example']],
    ['nameserver 10.0.0.1\n', []],
  ])('resolv.conf tells the domains: %j', async (text, expected) => {
    const resolverFile = join(folder, 'resolv.conf');
    await writeFile(resolverFile, text);
    const surroundings = systemPacSurroundings({ platform: 'linux', resolverFile });
    expect(await surroundings.searchDomains()).toEqual(expected);
    expect(await surroundings.macPac()).toEqual({ kind: 'none' });
  });
});
