import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const maxLines = 360;

/** The lines of each file of src; tests may be as long as they like. */
function linesOfFiles(): ReadonlyMap<string, number> {
  const paths = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$|^planted-/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    paths.map((path) => [
      relative(root, path).split(sep).join('/'),
      readFileSync(path, 'utf8').split('\n').length - 1,
    ]),
  );
}

describe('the files of src', () => {
  it('are found', () => {
    expect(linesOfFiles().size).toBeGreaterThan(200);
  });

  it(`have no more than ${maxLines} lines`, () => {
    const found = [...linesOfFiles()].filter(([, lines]) => lines > maxLines).map(([path]) => path);
    expect(found).toEqual([]);
  });
});
