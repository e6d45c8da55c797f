import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HashMemory } from './hash-memory';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-memory-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const digits = '1F6839EE15E639893286CF65C5D0A65C';

describe('HashMemory', () => {
  it('keeps outcomes across restarts, also when they come at once', async () => {
    const memory = new HashMemory(folder);
    await Promise.all([
      memory.remember(`CORP\\alice ${digits}`, 'inverted', 'refused'),
      memory.remember(`CORP\\alice ${digits}`, 'plain', 'accepted'),
      memory.remember('CORP\\bob 00', 'plain', 'refused'),
    ]);
    const later = new HashMemory(folder);
    expect(await later.recall(`CORP\\alice ${digits}`)).toEqual({ inverted: 'refused', plain: 'accepted' });
    expect(await later.recall('CORP\\bob 00')).toEqual({ plain: 'refused' });
    expect(await later.recall('CORP\\carol 00')).toEqual({});
  });

  it('holds neither the hash nor the account, and is readable by its owner alone', async () => {
    const memory = new HashMemory(join(folder, 'deeper'));
    await memory.remember(`CORP\\alice ${digits}`, 'plain', 'accepted');
    const text = await readFile(memory.path, 'utf8');
    expect(text).not.toMatch(new RegExp(`${digits}|alice`, 'i'));
    expect((await stat(memory.path)).mode & 0o777).toBe(0o600);
  });

  it.each(['{', '[]', '{"version":2}', '{"version":1,"salt":"x","outcomes":{}}'])(
    'refuses a damaged file: %s',
    async (text) => {
      const memory = new HashMemory(folder);
      await writeFile(memory.path, text);
      await expect(memory.recall('x')).rejects.toThrow(SyntaxError);
      expect(await readFile(memory.path, 'utf8')).toBe(text);
    },
  );
});
