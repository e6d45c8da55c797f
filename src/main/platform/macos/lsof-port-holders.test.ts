import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lsofPortHolders, readHolder } from './lsof-port-holders';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-lsof-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Something that prints as lsof does, and its arguments to a file. */
async function lsof(output: string, exitCode: number): Promise<string> {
  const command = join(folder, 'lsof');
  await writeFile(
    command,
    `#!/bin/sh\nprintf '${output}'\n[ "$2" = -iTCP:3128 ] || exit 9\nexit ${exitCode}\n`,
  );
  await chmod(command, 0o755);
  return command;
}

describe('lsofPortHolders', () => {
  it('names the program', async () => {
    const command = await lsof('p4711\\nccntlm\\nf5\\n', 0);
    expect(await lsofPortHolders(command).holderOf(3128)).toBe('cntlm');
  });

  it('names one with an umlaut, which lsof escapes without a locale', async () => {
    const command = await lsof('ccntlm für %s\\n\' "$LC_ALL" \'', 0);
    expect(await lsofPortHolders(command).holderOf(3128)).toBe('cntlm für en_US.UTF-8');
  });

  it('says nothing when nobody is found, or there is no lsof', async () => {
    expect(await lsofPortHolders(await lsof('', 1)).holderOf(3128)).toBeUndefined();
    expect(await lsofPortHolders(join(folder, 'missing')).holderOf(3128)).toBeUndefined();
  });
});

describe('readHolder', () => {
  it('takes the first name, which may hold spaces', () => {
    expect(readHolder('p1\ncGoogle Chrome H\nf3\np2\ncother\n')).toBe('Google Chrome H');
    expect(readHolder('p1\n')).toBeUndefined();
  });
});
