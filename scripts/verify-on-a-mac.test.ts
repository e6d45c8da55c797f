import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const list = readFileSync(join(root, 'docs/verify-on-a-mac.md'), 'utf8');

interface Item {
  readonly number: number;
  readonly title: string;
  readonly text: string;
  readonly files: readonly string[];
}

const items: readonly Item[] = list
  .split(/^### /m)
  .slice(1)
  .map((part) => {
    const [, number, title = ''] = /^(\d+)\. (.+)\n/.exec(part) ?? [];
    const files = /^- \*\*Files:\*\* (.+)$/m.exec(part)?.[1] ?? '';
    return {
      number: Number(number),
      title,
      text: part,
      files: [...files.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file),
    };
  });

/** What is used of Electron or of macOS's own commands. */
const ofAMac = /from 'electron'|import\('(?:keytar|kerberos)'\)|['"`]\/(?:usr\/)?s?bin(?:\/|['"`])/;

describe('the list of what is to be verified on a Mac', () => {
  it('numbers its items in their order', () => {
    expect(items.length).toBeGreaterThan(0);
    expect(items.map(({ number }) => number)).toEqual(items.map((_, index) => index + 1));
  });

  it.each(items)(
    '$number, $title, says what to do, what must be seen, and what rests on it',
    ({ text, files }) => {
      expect(text).toMatch(/^- \*\*Do:\*\* \S/m);
      expect(text).toMatch(/^- \*\*See:\*\* \S/m);
      expect(files).not.toEqual([]);
      expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
    },
  );

  it('names every file of the app that uses Electron or a command of macOS', () => {
    const named = new Set(items.flatMap(({ files }) => files));
    const sources = ['src/main', 'src/preload'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => /(?<!\.test)\.ts$/.test(file))
        .map((file) => `${folder}/${file}`),
    );
    const ofMac = sources.filter((file) => ofAMac.test(readFileSync(join(root, file), 'utf8')));
    expect(ofMac.length).toBeGreaterThan(10);
    expect(ofMac.filter((file) => !named.has(file))).toEqual([]);
  });
});
