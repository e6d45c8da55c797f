import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/** A package of npm's that is in what Latchkey ships. */
export interface ShippedPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX expression, as its package.json says. */
  readonly license: string;
  /** What its LICENSE says; empty when it has none. */
  readonly text: string;
}

const folder = 'out/packages';

/** The folder of the package that a module belongs to, whatever stands before or behind its path. */
const packageFolder = /^.*?((?:\/|[A-Z]:).*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//s;

export function readPackage(path: string): ShippedPackage {
  const { name, version, license, author } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
    readonly license?: string;
    readonly author?: string;
  };
  if (license === undefined) throw new Error(`${name} does not say what its licence is`);
  const file = readdirSync(path).find((each) => /^licen[cs]e(\.(md|txt))?$/i.test(each));
  return {
    name,
    version,
    license,
    text: file === undefined ? textOf(license, author) : readFileSync(join(path, file), 'utf8'),
  };
}

/** The text of a licence that a package names, with its author, and does not bring. It is our own one; any other stays unknown. */
function textOf(license: string, author: string | undefined): string {
  if (license !== 'MIT' || typeof author !== 'string') return '';
  return readFileSync('LICENSE', 'utf8').replace(/^Copyright .*$/m, `Copyright (c) ${author}`);
}

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
      const packages = [...new Set([...folders, ...inside])].toSorted().map(readPackage);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(packages, undefined, 2)}\n`);
    },
  };
}
