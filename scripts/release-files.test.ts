import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shippedPackages } from './shipped.mjs';

const root = join(import.meta.dirname, '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const folder = mkdtempSync(join(tmpdir(), 'latchkey-release-'));
const out = join(folder, 'release');
afterAll(() => rmSync(folder, { recursive: true }));

const sum = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');

function release(...args: readonly string[]): { readonly status: number | null; readonly said: string } {
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(root, 'scripts/release-files.mjs'), '--dist', folder, '--out', out, ...args],
    { encoding: 'utf8' },
  );
  return { status, said: stderr };
}

describe('npm run release-files', () => {
  beforeAll(() => {
    for (const arch of ['arm64', 'x64']) {
      for (const kind of ['dmg', 'zip'])
        writeFileSync(join(folder, `Latchkey-${version}-${arch}.${kind}`), arch + kind);
    }
    writeFileSync(join(folder, 'latest-mac.yml'), 'version: 1.0.0');
    expect(release('--repository', 'somebody/latchkey')).toEqual({ status: 0, said: '' });
  }, 120_000);

  it('sums up each file', () => {
    const lines = readFileSync(join(out, 'SHA256SUMS'), 'utf8').trim().split('\n');
    expect(lines).toHaveLength(7);
    expect(lines[0]).toBe(`${sum('arm64dmg')}  Latchkey-${version}-arm64.dmg`);
    const archive = readFileSync(join(out, `latchkey-${version}.tgz`));
    expect(lines).toContain(`${sum(archive)}  latchkey-${version}.tgz`);
    expect(lines).toContain(`${sum('version: 1.0.0')}  latest-mac.yml`);
  });

  it('packs a command line that runs without anything else', () => {
    expect(spawnSync('tar', ['-xzf', join(out, `latchkey-${version}.tgz`), '-C', folder]).status).toBe(0);
    const command = join(folder, 'package/out/cli/latchkey.cjs');
    const { stdout, stderr } = spawnSync(process.execPath, [command, 'version'], {
      encoding: 'utf8',
      cwd: folder,
    });
    expect([stdout, stderr]).toEqual([`${version}\n`, '']);
  });

  it('lists every package that ships', () => {
    const bill = JSON.parse(readFileSync(join(out, `Latchkey-${version}.cdx.json`), 'utf8')) as {
      readonly components: readonly { readonly name: string; readonly purl: string }[];
    };
    expect(bill.components.map(({ name }) => name)).toEqual(shippedPackages(root).map(({ name }) => name));
    expect(bill.components.map(({ purl }) => purl)).toContain(`pkg:npm/%40commander-js/extra-typings@14.0.0`);
  });

  it('writes a cask and a formula for these very files', () => {
    const cask = readFileSync(join(out, 'homebrew/latchkey-cask.rb'), 'utf8');
    expect(cask).toContain(`sha256 arm:   "${sum('arm64dmg')}",\n         intel: "${sum('x64dmg')}"`);
    expect(cask).toContain('somebody/latchkey/releases/download/v#{version}/Latchkey-#{version}-#{arch}.dmg');
    // Homebrew leaves an app alone that updates itself.
    expect(cask).toContain('  auto_updates true\n  depends_on macos');
    const formula = readFileSync(join(out, 'homebrew/latchkey-formula.rb'), 'utf8');
    expect(formula).toContain(`sha256 "${sum(readFileSync(join(out, `latchkey-${version}.tgz`)))}"`);
    expect(formula).toContain(`releases/download/v${version}/latchkey-${version}.tgz"`);
  });

  it('says what is missing', () => {
    expect(release()).toEqual({ status: 1, said: 'release-files: --repository takes OWNER/NAME\n' });
    rmSync(join(folder, `Latchkey-${version}-x64.zip`));
    const { status, said } = release('--repository', 'somebody/latchkey');
    expect(status).toBe(1);
    expect(said).toContain('`npm run dist` makes them');
  });
});
