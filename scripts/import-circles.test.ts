import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

/** What each file imports, types alone included. */
type Imports = ReadonlyMap<string, readonly string[]>;

function readImports(folder: string): Imports {
  const paths = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    // What layers.test.ts plants meanwhile is gone again before it is read.
    .filter((path) => /\.tsx?$/.test(path) && !path.includes('planted-'));
  const known = new Set(paths);
  return new Map(
    paths.map((path) => {
      const text = readFileSync(join(root, path), 'utf8');
      const specifiers = [...text.matchAll(/(?:\bfrom |\bimport |\bimport\()'(\.[^']+)'/g)].map(
        ([, specifier = '']) => join(dirname(path), specifier),
      );
      return [
        path,
        specifiers.flatMap((to) => [to, `${to}.ts`, `${to}.tsx`].filter((name) => known.has(name))),
      ];
    }),
  );
}

/** The circles among them, each as the way round; a file that is in several may be told in one alone. */
function findCircles(imports: Imports): string[] {
  const circles: string[] = [];
  const done = new Set<string>();
  const way: string[] = [];
  const visit = (path: string): void => {
    const at = way.indexOf(path);
    if (at !== -1) circles.push([...way.slice(at), path].map((name) => relative('src', name)).join(' → '));
    if (at !== -1 || done.has(path)) return;
    way.push(path);
    for (const next of imports.get(path) ?? []) visit(next);
    way.pop();
    done.add(path);
  };
  for (const path of imports.keys()) visit(path);
  return circles;
}

describe('the imports of src', () => {
  it('are found', () => {
    expect(readImports('src').get(join('src', 'cli', 'latchkey.ts'))).not.toEqual([]);
    expect(readImports('src').size).toBeGreaterThan(200);
  });

  it('go round in no circle', () => {
    expect(findCircles(readImports('src'))).toEqual([]);
  });
});

describe('findCircles', () => {
  it('tells the way round', () => {
    const imports = new Map([
      ['src/a.ts', ['src/b.ts', 'src/d.ts']],
      ['src/b.ts', ['src/c.ts']],
      ['src/c.ts', ['src/b.ts']],
      ['src/d.ts', ['src/c.ts']],
    ]);
    expect(findCircles(imports)).toEqual(['b.ts → c.ts → b.ts']);
  });
});
