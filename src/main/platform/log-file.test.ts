import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLogFile } from './log-file';

let folder: string;
const nowMs = (): number => 0;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-log-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('openLogFile', () => {
  it('writes lines with their time, for its owner alone', async () => {
    const path = join(folder, 'logs', 'latchkey.log');
    const log = openLogFile(path, nowMs);
    log.write('one');
    log.write('two\nlines');
    await log.close();
    expect(await readFile(path, 'utf8')).toBe(
      '1970-01-01T00:00:00.000Z one\n1970-01-01T00:00:00.000Z two lines\n',
    );
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('begins a new file when the old one is large, and keeps one', async () => {
    const path = join(folder, 'latchkey.log');
    for (const word of ['first', 'second', 'third']) {
      const log = openLogFile(path, nowMs, 40);
      log.write(word);
      await log.close();
    }
    expect(await readdir(folder)).toEqual(['latchkey.log', 'latchkey.log.1']);
    expect(await readFile(path, 'utf8')).toContain('third');
    expect(await readFile(`${path}.1`, 'utf8')).toContain('second');
  });

  it('goes on without a disk', async () => {
    await writeFile(join(folder, 'file'), '');
    const log = openLogFile(join(folder, 'file', 'latchkey.log'), nowMs);
    log.write('lost');
    await expect(log.close()).resolves.toBeUndefined();
  });
});
