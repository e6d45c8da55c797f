import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

interface Phrase {
  readonly pattern: RegExp;
  readonly instead: string;
  /** Whether the German words alone are meant. */
  readonly isGerman?: boolean;
}

/** What a user should not have to read. */
const phrases: readonly Phrase[] = [
  {
    pattern: /\b(?:could not|cannot) be resolved\b/i,
    instead: 'that no address was found for the name',
  },
  { pattern: /\bthis machine\b/i, instead: 'this Mac, and at a terminal this computer' },
  { pattern: /\btry again later\b|später noch einmal/i, instead: 'what to do if it goes on' },
  {
    pattern: /\bpassword of an administrator\b/i,
    instead: 'an administrator’s password',
  },
  { pattern: /\bwhen Latchkey is on\b/i, instead: 'what is so now' },
  { pattern: /anschl(?:uss|üsse)/i, instead: 'Port', isGerman: true },
  {
    pattern: /abgewiesen|abweis|verweigert|zurückgewiesen|\bweist\b.*\bab\b/i,
    instead: 'abgelehnt',
    isGerman: true,
  },
];

/** Folders with sentences that somebody reads who does not work on Latchkey. */
const folders = ['shared', 'renderer', 'cli', 'main/server', 'main/pac', 'main/app'];

/** Line by line and without comments, under `path:`. */
function lines(): readonly string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, 'src', folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /(?<!\.test)\.tsx?$/.test(entry.name))
      .flatMap((entry) => {
        const path = join(entry.parentPath, entry.name);
        const text = readFileSync(path, 'utf8').replaceAll(/\/\*.*?\*\//gs, '');
        const name = relative(root, path).split(sep).join('/');
        return text.split('\n').map((line) => `${name}: ${line.replace(/(?:^|\s)\/\/ .*$/, '').trim()}`);
      }),
  );
}

describe('what a user reads', () => {
  it('is found', () => {
    expect(lines().filter((line) => line.startsWith('src/shared/words/')).length).toBeGreaterThan(1000);
  });

  it.each(phrases)('does not have $pattern, but $instead', ({ pattern, isGerman = false }) => {
    const found = lines().filter((line) => pattern.test(line) && (!isGerman || /^[^:]*\/de\.ts:/.test(line)));
    expect(found).toEqual([]);
  });
});
