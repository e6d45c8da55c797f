import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CredentialMemory } from './credential-memory';
import { readJsonFile, writeJsonFile } from './json-file';
import { openLogFile } from './log-file';
import { makePrivate } from './make-private';
import { SettingsFile } from './settings-file';

let parent: string;
let folder: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'private-'));
  folder = join(parent, 'Latchkey');
});

afterEach(async () => {
  await rm(parent, { recursive: true });
});

async function modeOf(path: string): Promise<string> {
  return ((await stat(path)).mode & 0o777).toString(8);
}

/** A file as a careless copy would have made it. */
async function plant(name: string, text: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o755);
  const path = join(folder, name);
  await writeFile(path, text);
  await chmod(path, 0o644);
  return path;
}

describe('what Latchkey keeps', () => {
  it('is for its owner alone when it is made', async () => {
    const path = join(folder, 'state.json');
    await writeJsonFile(path, {});
    const log = openLogFile(join(folder, 'latchkey.log'), Date.now);
    log.write('info', 'a line');
    await log.close();
    expect([await modeOf(folder), await modeOf(path), await modeOf(log.path)]).toEqual(['700', '600', '600']);
  });

  it('is closed to others when it is found open: settings and their folder', async () => {
    const path = await plant('settings.json', '{}');
    const settings = await SettingsFile.open(path);
    await settings.close();
    expect([await modeOf(folder), await modeOf(path)]).toEqual(['700', '600']);
  });

  it('is closed to others when it is found open: state', async () => {
    const path = await plant('state.json', '{}');
    await readJsonFile(path);
    expect(await modeOf(path)).toBe('600');
  });

  it('is closed to others when it is found open: the log', async () => {
    const path = await plant('latchkey.log', 'a line\n');
    const log = openLogFile(path, Date.now);
    log.write('info', 'another line');
    await log.close();
    expect(await modeOf(path)).toBe('600');
  });

  it('is closed to others when it is found open: what is known of credentials', async () => {
    const account = { domain: 'CORP', user: 'alice' };
    const memory = new CredentialMemory(folder, () => undefined);
    await memory.remember(account, Buffer.alloc(16, 1), 'accepted', Date.now());
    const path = join(folder, 'credentials.json');
    await chmod(path, 0o644);
    await memory.close();
    await new CredentialMemory(folder, () => undefined).recall(account, Buffer.alloc(16, 1));
    expect(await modeOf(path)).toBe('600');
  });

  it('keeps its own rights', async () => {
    const path = await plant('script', '');
    await chmod(path, 0o755);
    await makePrivate(path);
    expect(await modeOf(path)).toBe('700');
    await makePrivate(join(folder, 'nothing'));
  });
});
