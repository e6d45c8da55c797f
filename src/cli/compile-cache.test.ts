import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cacheDirectory, useCompileCache } from './compile-cache';

describe('cacheDirectory', () => {
  it('is where each system keeps what can be made again', () => {
    expect(cacheDirectory({ XDG_CACHE_HOME: '/c' }, 'darwin')).toMatch(/Library\/Caches\/Latchkey$/);
    expect(cacheDirectory({ XDG_CACHE_HOME: '/c' }, 'linux')).toBe('/c/latchkey');
    expect(cacheDirectory({}, 'linux')).toMatch(/\/\.cache\/latchkey$/);
    expect(cacheDirectory({ XDG_CACHE_HOME: 'here' }, 'linux')).toMatch(/\/\.cache\/latchkey$/);
  });
});

describe('useCompileCache', () => {
  let base = '';
  let enabled: string[] = [];

  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'latchkey-cache-'));
    enabled = [];
  });

  afterEach(async () => {
    await rm(base, { recursive: true });
  });

  const useIn = (folder: string): void =>
    useCompileCache({ XDG_CACHE_HOME: folder }, 'linux', (path) => enabled.push(path));

  it('is in a folder that only its user can enter', async () => {
    useIn(join(base, 'not', 'there', 'yet'));
    const folder = join(base, 'not', 'there', 'yet', 'latchkey');
    expect(enabled).toEqual([folder]);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  it('is not where others may write, in the folder or the one above', async () => {
    await chmod(base, 0o777);
    useIn(base);
    useIn(join(base, 'not-there'));
    await chmod(base, 0o700);
    useIn(base);
    await chmod(join(base, 'latchkey'), 0o770);
    useIn(base);
    expect(enabled).toEqual([join(base, 'latchkey')]);
  });

  it('never fails', async () => {
    await writeFile(join(base, 'file'), '');
    useIn(join(base, 'file'));
    useCompileCache({ XDG_CACHE_HOME: base }, 'linux', () => {
      throw new Error('it cannot be used');
    });
    expect(enabled).toEqual([]);
  });
});
