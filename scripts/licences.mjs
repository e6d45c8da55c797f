/**
 * Writes the licences of all that Latchkey ships to out/licences.txt, which the app brings and shows.
 *
 *     node scripts/licences.mjs
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shippedPackages } from './shipped.mjs';

const root = join(import.meta.dirname, '..');
const packages = shippedPackages(root);
const unknown = packages.filter(({ text }) => text === '');
if (unknown.length > 0)
  throw new Error(`without a licence's text: ${unknown.map(({ name }) => name).join(', ')}`);
const rule = '-'.repeat(100);
const own = `Latchkey\n\n${readFileSync(join(root, 'LICENSE'), 'utf8').trim()}`;
const parts = packages.map(
  ({ name, version, license, text }) => `${name} ${version} (${license})\n\n${text.trim()}`,
);
writeFileSync(join(root, 'out', 'licences.txt'), `${[own, ...parts].join(`\n\n${rule}\n\n`)}\n`);
