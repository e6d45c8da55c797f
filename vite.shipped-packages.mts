import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { readPackage } from './scripts/shipped.mjs';

const folder = 'out/packages';

/** The folder of the package that a module belongs to, whatever stands before or behind its path. */
const packageFolder = /^.*?((?:\/|[A-Z]:).*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//s;

/** What the bundles that others have inside as text are made of. */
const inside = new Set<string>();

function noting(folders: Set<string>): Pick<Plugin, 'name' | 'moduleParsed'> {
  return {
    name: 'shipped-packages',
    moduleParsed: ({ id }) => {
      const [, found] = packageFolder.exec(id) ?? [];
      if (found !== undefined) folders.add(found);
    },
  };
}

/** For a bundle that becomes part of another one. */
export const packagesInside = (): Plugin => noting(inside);

/**
 * Writes which packages are in a bundle, and under which licences, to out/packages/NAME.json. scripts/licences.mjs makes of it what
 * the app shows, scripts/release-files.mjs the software bill of materials.
 */
export function shippedPackages(name: string): Plugin {
  const folders = new Set<string>();
  return {
    ...noting(folders),
    writeBundle: () => {
      const packages = [...new Set([...folders, ...inside])].toSorted().map((path) => readPackage(path));
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(packages, undefined, 2)}\n`);
    },
  };
}
