import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { narrowed } from './narrow-transport-security.mjs';
import { shippedPackages } from './shipped.mjs';

const root = join(import.meta.dirname, '..');

describe('what is shipped of others', () => {
  it('is found in the bundles, and in the bundles that they have inside', () => {
    const names = shippedPackages(root).map(({ name }) => name);
    for (const name of ['proxy-chain', 'react', 'zod', 'commander', 'quickjs-emscripten-core', 'electron'])
      expect(names).toContain(name);
    expect(names).not.toContain('vite');
    expect(new Set(names).size).toBe(names.length);
  });

  it('has the licence of one that names it, and its author, and brings no text', () => {
    const found = shippedPackages(root).find(({ name }) => name === 'lazy-val');
    expect(found?.text).toMatch(/^MIT License\n\nCopyright \(c\) Vladimir Krivosheev\n/);
  });

  it('comes with each licence, none of which asks for sources', () => {
    const text = readFileSync(join(root, 'out', 'licences.txt'), 'utf8');
    for (const { name, version, license, text: licence } of shippedPackages(root)) {
      expect(['MIT', 'Apache-2.0', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0']).toContain(
        license,
      );
      expect(text).toContain(`${name} ${version} (${license})\n\n${licence.trim()}`);
    }
  });
});

describe('App Transport Security', () => {
  const around = (value: string): string =>
    `<plist><dict>\n<key>A</key><string>a</string>\n<key>NSAppTransportSecurity</key>\n${value}\n<key>B</key><dict><key>C</key><true/></dict></dict></plist>`;

  it('has no exceptions left but what a feed needs, and all else as it was', () => {
    const exceptions =
      '<dict><key>X</key><true/><key>D</key><dict><key>localhost</key><dict><key>Y</key><false/></dict></dict></dict>';
    for (const value of [exceptions, '<dict/>', '<dict></dict>']) {
      const text = narrowed(around(value), false);
      expect(text.replaceAll(/\s/g, '')).toBe(around('<dict/>').replaceAll(/\s/g, ''));
      // Squirrel fetches what electron-updater has loaded and checked.
      expect(narrowed(around(value), true).replaceAll(/\s/g, '')).toBe(
        around(
          '<dict><key>NSExceptionDomains</key><dict><key>127.0.0.1</key><dict><key>NSExceptionAllowsInsecureHTTPLoads</key><true/></dict></dict></dict>',
        ).replaceAll(/\s/g, ''),
      );
    }
  });

  it('is expected to be there', () => {
    expect(() => narrowed('<plist><dict/></plist>', false)).toThrow('has no NSAppTransportSecurity');
    expect(() => narrowed('<key>NSAppTransportSecurity</key><dict><dict></dict>', true)).toThrow(
      'ends within',
    );
  });
});
