/** What Latchkey ships of other people's: found in the bundles by vite.shipped-packages.mts, and what no bundler sees. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Native modules, which are loaded as they are. */
const nativeModules = ['kerberos', 'keytar'];

/** A package of npm's, with its licence. @param folder where it is installed @throws Error when it names none */
export function readPackage(folder) {
  const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (license === undefined) throw new Error(`${name} does not say what its licence is`);
  const file = readdirSync(folder).find((each) => /^licen[cs]e(\.(md|txt))?$/i.test(each));
  const text = file === undefined ? textOf(license, author) : readFileSync(join(folder, file), 'utf8');
  return { name, version, license, text };
}

/** The text of a licence that a package names, with its author, and does not bring. Where that is our own one it is known. */
function textOf(license, author) {
  if (license !== 'MIT' || typeof author !== 'string') return '';
  return readFileSync('LICENSE', 'utf8').replace(/^Copyright .*$/m, `Copyright (c) ${author}`);
}

/**
 * Each package once, by its name and version. @param root the project, built
 *
 * @throws Error when a bundle was not made
 */
export function shippedPackages(root) {
  const bundled = ['cli', 'main', 'preload', 'renderer'].flatMap((name) =>
    JSON.parse(readFileSync(join(root, 'out', 'packages', `${name}.json`), 'utf8')),
  );
  // Its own licences, and those of all that Chromium is made of, are a file that it brings: LICENSES.chromium.html.
  const others = [...nativeModules, 'electron']
    .map((name) => join(root, 'node_modules', name))
    .filter((path) => existsSync(path))
    .map(readPackage);
  const byName = new Map([...bundled, ...others].map((each) => [`${each.name} ${each.version}`, each]));
  return [...byName.keys()].toSorted().map((key) => byName.get(key));
}
