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
    log.write('info', 'one');
    log.write('info', 'two\nlines');
    await log.close();
    expect(await readFile(path, 'utf8')).toBe(
      '1970-01-01T00:00:00.000Z info one\n1970-01-01T00:00:00.000Z info two lines\n',
    );
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('begins a new file when the old one is large, keeps three, and tells the lines of all', async () => {
    const path = join(folder, 'latchkey.log');
    const words = ['first', 'second', 'third', 'fourth', 'fifth'];
    const log = openLogFile(path, nowMs, 40);
    for (const word of words) {
      log.write('info', word);
      await log.tail(1);
    }
    const names = ['latchkey.log', 'latchkey.log.1', 'latchkey.log.2', 'latchkey.log.3'];
    expect((await readdir(folder)).toSorted()).toEqual(names);
    const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
    expect(texts.map((text) => text.trim().split(' ').at(-1))).toEqual(words.slice(1).toReversed());
    expect((await log.tail(10)).map((line) => line.split(' ').at(-1))).toEqual(words.slice(1));
    expect(await log.tail(2)).toEqual([expect.stringContaining('fourth'), expect.stringContaining('fifth')]);
    await log.close();
  });

  it('keeps a secret to itself that comes in the text of an error', async () => {
    const path = join(folder, 'latchkey.log');
    const log = openLogFile(path, nowMs);
    log.write('error', 'Proxy-Authorization: NTLM TlRMTVNTUAADAAAA');
    await log.close();
    expect(await readFile(path, 'utf8')).not.toContain('TlRMTVNTUA');
  });

  it('goes on without a disk', async () => {
    await writeFile(join(folder, 'file'), '');
    const log = openLogFile(join(folder, 'file', 'latchkey.log'), nowMs);
    log.write('info', 'lost');
    await expect(log.close()).resolves.toBeUndefined();
  });
});
