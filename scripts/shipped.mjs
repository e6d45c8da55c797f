/** What Latchkey ships of other people's: found in the bundles by vite.shipped-packages.mts, and what no bundler sees. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Native modules, which are loaded as they are. */
const nativeModules = ['kerberos', 'keytar'];

function packageIn(root, name) {
  const folder = join(root, 'node_modules', name);
  if (!existsSync(folder)) return [];
  const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((each) => /^licen[cs]e(\.(md|txt))?$/i.test(each));
  return [
    { name, version, license, text: file === undefined ? '' : readFileSync(join(folder, file), 'utf8') },
  ];
}

/**
 * Each package once, by its name. @param root the project, built
 *
 * @throws Error when a bundle was not made
 */
export function shippedPackages(root) {
  const bundled = ['cli', 'main', 'preload', 'renderer'].flatMap((name) =>
    JSON.parse(readFileSync(join(root, 'out', 'packages', `${name}.json`), 'utf8')),
  );
  // Its own licences, and those of all that Chromium is made of, are a file that it brings: LICENSES.chromium.html.
  const others = [...nativeModules, 'electron'].flatMap((name) => packageIn(root, name));
  const byName = new Map([...bundled, ...others].map((each) => [`${each.name} ${each.version}`, each]));
  return [...byName.keys()].toSorted().map((key) => byName.get(key));
}
