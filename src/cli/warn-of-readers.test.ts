import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeTerminal } from '../../test/fake-terminal';
import { readCntlmConf } from '../main/cntlm/read-cntlm-conf';
import { warnOfReaders } from './warn-of-readers';

const start = 'Username alice\nDomain CORP\nProxy proxy.corp:8080\n';
const hash = `PassNTLMv2 ${'A1'.repeat(16)}\n`;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'readers-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function warningsOf(text: string, mode: number, name = 'cntlm.conf'): Promise<readonly string[]> {
  const path = join(folder, name);
  await writeFile(path, text);
  await chmod(path, mode);
  const { conf } = readCntlmConf(text);
  if (conf === undefined) throw new Error('the file of this test has a mistake');
  const terminal = fakeTerminal({});
  await warnOfReaders(path, conf, terminal);
  return terminal.errLines;
}

describe('a cntlm.conf that others can read', () => {
  it.each([0o644, 0o640, 0o604, 0o666])('is warned of when it holds a hash: %o', async (mode) => {
    const path = join(folder, 'cntlm.conf');
    expect(await warningsOf(start + hash, mode)).toEqual([
      `${path}: warning: other users of this computer can read the hash in it; close it to them: \`chmod go-rwx ${path}\``,
    ]);
  });

  it.each(['PassNT', 'PassLM', 'PassNTLMv2'])('is warned of whatever the hash is of: %s', async (keyword) => {
    const [line] = await warningsOf(`${start}${keyword} ${'A1'.repeat(16)}\n`, 0o644);
    expect(line).toContain('can read the hash in it');
  });

  it('is warned of when it holds a password, and its name is quoted', async () => {
    const [line] = await warningsOf(`${start}Password secret\n`, 0o644, "my bob's.conf");
    expect(line).toContain('can read the password in it');
    expect(line).toContain(`chmod go-rwx '${folder}/my bob'\\''s.conf'`);
    expect(line).not.toContain('secret');
    const [socks] = await warningsOf(`${start}SOCKS5Users bob:secret\n`, 0o644);
    expect(socks).toContain('can read the password in it');
  });

  it('is no matter without either, or when nobody else can read it', async () => {
    expect(await warningsOf(start, 0o644)).toEqual([]);
    expect(await warningsOf(start + hash, 0o600)).toEqual([]);
    expect(await warningsOf(start + hash, 0o611)).toEqual([]);
  });
});
