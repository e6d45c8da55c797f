/**
 * `npm run coverage`: runs the tests of the sources with V8's coverage, and writes the figures of each layer and what no test gets
 * to into docs/coverage.md. `--report` runs nothing, and writes what the last run has left in out/coverage.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

const root = join(import.meta.dirname, '..');
const documentPath = join(root, 'docs/coverage.md');

if (!process.argv.includes('--report')) {
  const { status } = spawnSync(
    process.execPath,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      'src',
      'test/contract',
      'test/company-proxy',
      'test/crash-matrix',
      'test/one-core',
      '--coverage.enabled',
      '--coverage.provider=v8',
      '--coverage.include=src/**/*.{ts,tsx}',
      '--coverage.exclude=**/*.test.ts',
      '--coverage.exclude=**/*.d.ts',
      '--coverage.reporter=json',
      '--coverage.reportsDirectory=out/coverage',
    ],
    { cwd: root, stdio: 'inherit' },
  );
  if (status !== 0) throw new Error('tests have failed: what they did not get to is not known');
}

const read = readFileSync(join(root, 'out/coverage/coverage-final.json'), 'utf8');
const files = Object.entries(JSON.parse(read))
  .map(([path, { s, b, f, fnMap }]) => ({
    path: relative(root, path).split(sep).join('/'),
    statements: Object.values(s),
    branches: Object.values(b).flat(),
    functions: Object.entries(fnMap).map(([id, { name, loc }]) => ({
      name,
      line: loc.start.line,
      isCovered: f[id] > 0,
    })),
  }))
  .filter(({ statements }) => statements.length > 0)
  .sort((one, other) => (one.path < other.path ? -1 : 1));

/** `src/main/ntlm`, `src/cli`; what stands in src/main itself is a layer too. */
function layerOf(path) {
  const folders = path.split('/').slice(0, -1);
  return folders.slice(0, folders[1] === 'main' ? 3 : 2).join('/');
}

function share(counts) {
  if (counts.length === 0) return '–';
  const covered = counts.filter((count) => count > 0).length;
  return `${((covered / counts.length) * 100).toFixed(1)} %`;
}

function row(title, some) {
  const statements = some.flatMap((file) => file.statements);
  const branches = some.flatMap((file) => file.branches);
  return `| ${title} | ${some.length} | ${share(statements)} | ${share(branches)} |`;
}

const isRun = ({ statements }) => statements.some((count) => count > 0);

/** What is not covered of one layer: whole files, and functions of the others. */
function gapsOf(layer, some) {
  const lines = [];
  const never = some.filter((file) => !isRun(file)).map(({ path }) => path.slice(layer.length + 1));
  if (never.length > 0) lines.push(`- no line of: ${never.join(', ')}`);
  for (const { path, functions } of some.filter(isRun)) {
    const missed = functions.filter(({ isCovered }) => !isCovered);
    const isNamed = ({ name }) => !name.startsWith('(anonymous');
    const named = missed.filter(isNamed).map(({ name, line }) => `${name} (${line})`);
    const numbers = [...new Set(missed.filter((each) => !isNamed(each)).map(({ line }) => line))];
    const nameless =
      numbers.length === 0 ? [] : [`those of line${numbers.length > 1 ? 's' : ''} ${numbers.join(', ')}`];
    if (missed.length > 0)
      lines.push(`- ${path.slice(layer.length + 1)}: ${[...named, ...nameless].join(', ')}`);
  }
  return lines.length === 0 ? [] : [`**${layer}**\n\n${lines.map(wrapped).join('\n')}\n`];
}

/** A list item in lines that the document allows. */
function wrapped(text) {
  return text.replace(/(.{100,130}?,) /g, '$1\n  ');
}

const layers = groupsOf(files);

/** By layer; Node 20 has no `Map.groupBy`. */
function groupsOf(all) {
  const groups = new Map();
  for (const file of all) groups.set(layerOf(file.path), [...(groups.get(layerOf(file.path)) ?? []), file]);
  return groups;
}

const table = [
  '| layer | files | statements | branches |',
  '|---|--:|--:|--:|',
  ...[...layers].map(([layer, some]) => row(layer, some)),
  row('all', files),
];
const gaps = [...layers].flatMap(([layer, some]) => gapsOf(layer, some));

let document = readFileSync(documentPath, 'utf8');
put('npm run coverage: figures', `\n${table.join('\n')}\n\n`);
put('npm run coverage: gaps', `\n${gaps.join('\n')}\n`);
writeFileSync(documentPath, document);

/** Puts text between two marks of the document, in place of what was there. */
function put(mark, text) {
  const [begin, end] = [`<!-- ${mark} -->\n`, `<!-- end of ${mark} -->`];
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/coverage.md has no place marked ${mark}`);
  document = document.slice(0, from + begin.length) + text + document.slice(to);
}
