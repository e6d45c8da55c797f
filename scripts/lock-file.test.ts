import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

interface LockedPackage {
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
  readonly engines?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const lock = JSON.parse(readFileSync(join(import.meta.dirname, '../package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, LockedPackage>>;
};
const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as {
  readonly allowScripts: Readonly<Record<string, boolean>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
};

describe('the lock file', () => {
  // A registry that does not serve every platform's package makes npm write a lock that `npm ci` refuses.
  it('has an entry for every optional dependency of every package', () => {
    const locked = new Set(Object.keys(lock.packages).map((path) => path.split('node_modules/').at(-1)));
    const missing = Object.values(lock.packages)
      .flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies))
      .filter((name) => !locked.has(name));
    expect(missing).toEqual([]);
  });

  // From npm 12 on a script that is not allowed does not run, and `npm ci` succeeds all the same. By name, without a version:
  // a version is compared with the download address, which the lock does not hold.
  it('has no install script that is not decided on, and needs those of kerberos and keytar alone', () => {
    const decisions = Object.entries(lock.packages)
      .filter(([, { hasInstallScript }]) => hasInstallScript === true)
      .map(([path]) => path.split('node_modules/').at(-1) ?? '')
      .map((name) => [name, manifest.allowScripts[name]]);
    // electron-winstaller packs for Windows.
    expect(Object.fromEntries(decisions)).toEqual({
      kerberos: true,
      keytar: true,
      'electron-winstaller': false,
    });
    expect(manifest.allowScripts).toEqual(Object.fromEntries(decisions));
  });

  it('holds the Electron whose oldest Node README asks for', () => {
    const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
    const [, asked] = /With Node ([\d.]+) or newer/.exec(readme) ?? [];
    expect(lock.packages['node_modules/electron']?.engines?.['node']).toBe(`>= ${asked}.0`);
  });

  it('holds no download addresses', () => {
    expect(Object.values(lock.packages).filter(({ resolved }) => resolved?.startsWith('http'))).toEqual([]);
  });

  it('belongs to exact versions', () => {
    const versions = Object.values({ ...manifest.devDependencies, ...manifest.optionalDependencies });
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });
});
