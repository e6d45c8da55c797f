import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

// Nobody owns the name `latchkey` on npm: outside a working copy npx would run whatever somebody puts there.
it('nothing advises to call the command line with npx', () => {
  const files = ['README.md', 'CONTRIBUTING.md']
    .concat(
      readdirSync(join(root, 'docs'))
        .filter((name) => name.endsWith('.md'))
        .map((name) => `docs/${name}`),
    )
    .concat(
      readdirSync(join(root, 'scripts'))
        .filter((name) => name.endsWith('.mjs'))
        .map((name) => `scripts/${name}`),
    );
  const advice = files.filter((file) =>
    /(?<!\bno(t)? `)npx latchkey/i.test(readFileSync(join(root, file), 'utf8')),
  );
  expect(files.length).toBeGreaterThan(15);
  expect(advice).toEqual([]);
});
