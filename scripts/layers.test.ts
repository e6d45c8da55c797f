import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
/** A tree of the project's shape: in the project itself other tests would find what is planted. */
const elsewhere = mkdtempSync(join(tmpdir(), 'latchkey-layers-'));

beforeAll(() => copyFileSync(join(root, '.oxlintrc.json'), join(elsewhere, '.oxlintrc.json')));
afterAll(() => rmSync(elsewhere, { recursive: true }));

/** Plants a file with one import into a layer and returns what lint says of it. */
function lintPlanted(folder: string, specifier: string): string {
  const path = join(elsewhere, folder, 'planted.ts');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(
    path,
    `import type { planted } from '${specifier}';\nexport type Planted = typeof planted;\n`,
  );
  const { stdout } = spawnSync(process.execPath, [join(root, 'node_modules/oxlint/bin/oxlint'), path], {
    cwd: elsewhere,
    encoding: 'utf8',
  });
  return stdout;
}

describe('the layers', () => {
  it.each([
    ['src/shared', 'node:fs'],
    ['src/shared', '../main/ntlm/md4'],
    ['src/shared/words', '../../main/ntlm/md4'],
    ['src/shared/words/status', 'node:fs'],
    ['src/shared/words/status', '../../../main/ntlm/md4'],
    ['src/main/ntlm', 'node:net'],
    ['src/main/ntlm', '../http1/headers'],
    ['src/main/spnego', 'node:crypto'],
    ['src/main/spnego', '../ntlm/md4'],
    ['src/main/http1', 'node:buffer'],
    ['src/main/http1', '../../shared/settings'],
    ['src/main/upstream', '../server/relay'],
    ['src/main/upstream', 'proxy-chain'],
    ['src/main/routing', '../upstream/road'],
    ['src/main/server', '../cntlm/hash-digits'],
    ['src/main/server', '../platform/ports'],
    ['src/main/server', '../ntlm/md4'],
    ['src/main/cntlm', 'node:path'],
    ['src/main/cntlm', '../ntlm/ntowf'],
    ['src/main/platform', '../server/engine'],
    ['src/main/platform/files', '../../server/engine'],
    ['src/main/app', 'electron'],
    ['src/main/app', '../platform/files/settings-file'],
    ['src/main/server', '../app/doctor'],
    ['src/main/pac', '../upstream/dial'],
    ['src/main/pac', 'electron'],
    ['src/main/routing', 'quickjs-emscripten-core'],
    ['src/main/shell', '../server/engine'],
    ['src/main/shell', 'proxy-chain'],
    ['src/preload', 'node:fs'],
    ['src/renderer', 'electron'],
    ['src/renderer', 'zod'],
    ['src/renderer/screens/status', 'zod'],
    ['src/renderer/screens/status', '../../../main/shell/ipc-host'],
    ['src/cli', 'electron'],
    ['src/cli', 'proxy-chain'],
    ['src/cli/commands', 'electron'],
    ['src/cli/commands', '@commander-js/extra-typings'],
    ['src/cli/completion', 'electron'],
    ['src/cli/table', '../../main/ntlm/md4'],
    ['test/company-proxy', '../../src/main/upstream/dial'],
  ])('refuse in %s an import of %s', (folder, specifier) => {
    expect(lintPlanted(folder, specifier)).toContain('no-restricted-imports');
  });

  it.each([
    ['src/shared/words/status', '../../settings'],
    ['src/shared/words/status', '../age/en'],
    ['src/main/ntlm', 'node:crypto'],
    ['src/main/upstream', '../ntlm/md4'],
    ['src/main/upstream', '../spnego/neg-token'],
    ['src/main/server', 'proxy-chain'],
    ['src/main/platform/keychain', 'keytar'],
    ['src/main/platform/files', '../macos/mac-locale'],
    ['src/main/platform/files', '../../../shared/settings'],
    ['src/main/app', '../platform/ports'],
    ['src/main/app', '../server/engine'],
    ['src/main/pac', 'quickjs-emscripten-core'],
    ['src/main/pac', '../../shared/task-queue'],
    ['src/main/shell', 'electron'],
    ['src/renderer', 'zustand'],
    ['src/renderer/screens/status', '../../../shared/state'],
    ['src/cli', '../main/cntlm/hash-digits'],
  ])('let %s import %s', (folder, specifier) => {
    expect(lintPlanted(folder, specifier)).not.toContain('no-restricted-imports');
  });
});
