import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemSurroundings } from './system-surroundings';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-surroundings-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** Stands in for scutil: tells the proxies, and what `show` says of two keys. */
const standIn = `
const chunks = [];
process.stdin.on('data', (chunk) => chunks.push(chunk)).on('end', () => {
  const input = chunks.join('');
  if (process.argv.includes('--proxy')) console.log('<dictionary> {\\n  HTTPEnable : 1\\n  HTTPProxy : proxy.corp\\n}');
  else if (input === 'show State:/Network/Global/IPv4\\n')
    console.log('<dictionary> {\\n  PrimaryInterface : en0\\n  PrimaryService : 12AB-34CD\\n}');
  else if (!process.env.LC_ALL?.endsWith('.UTF-8')) process.exit(1);
  else if (input === 'show Setup:/Network/Service/12AB-34CD\\n')
    console.log('<dictionary> {\\n  UserDefinedName : Büro-LAN\\n}');
  else process.exit(1);
});
`;

describe('systemSurroundings', () => {
  it('asks scutil for the proxies and the name of the service', async () => {
    const script = join(folder, 'scutil.cjs');
    await writeFile(script, standIn);
    const scutil = { command: process.execPath, args: [script] };
    expect(await systemSurroundings({ platform: 'darwin', scutil }).systemProxy()).toEqual({
      http: { host: 'proxy.corp', port: 80 },
      https: undefined,
      pacUrl: undefined,
      service: 'Büro-LAN',
    });
  });

  it('knows nothing without scutil, and asks none on other systems', async () => {
    const scutil = { command: join(folder, 'missing'), args: [] };
    expect(await systemSurroundings({ platform: 'darwin', scutil }).systemProxy()).toBeUndefined();
    expect(await systemSurroundings({ platform: 'linux' }).systemProxy()).toBeUndefined();
  });

  it('reads bytes as Latin-1, and writes for the owner alone', async () => {
    const surroundings = systemSurroundings({ platform: 'linux' });
    const path = join(folder, 'cntlm.conf');
    expect(await surroundings.readFile(path)).toBeUndefined();
    await writeFile(path, Buffer.from([0x41, 0xfc]));
    expect(await surroundings.readFile(path)).toBe('A\u00fc');
    const other = join(folder, 'other.conf');
    await surroundings.writeFile(other, 'text');
    expect((await stat(other)).mode & 0o777).toBe(0o600);
    await expect(surroundings.readFile(folder)).rejects.toThrow('EISDIR');
  });
});
