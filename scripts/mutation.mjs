/**
 * `npm run mutation [-- PART...]`: changes the code, a little at a time, and looks whether a test notices. It writes the scores
 * and the survivors to docs/mutation.md, and fails where one of them is not explained in scripts/mutation/survivors.json.
 * `--report` runs nothing, and writes what the last runs have left in out/mutation.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { partNamed, parts } from './mutation/parts.mjs';
import { mutantsOf, scoreRow, survivorText } from './mutation/report.mjs';
import { runShellPart } from './mutation/shell-part.mjs';

const root = join(import.meta.dirname, '..');
const documentPath = join(root, 'docs/mutation.md');
const reportOf = ({ name }) => join(root, `out/mutation/${name}.json`);

const names = process.argv.slice(2).filter((name) => name !== '--report');
const asked = names.length === 0 ? parts : names.map(partNamed);
mkdirSync(join(root, 'out/mutation'), { recursive: true });

if (!process.argv.includes('--report')) {
  for (const part of asked) {
    rmSync(reportOf(part), { force: true });
    if (part.name === 'restore') {
      writeFileSync(reportOf(part), JSON.stringify(await runShellPart(root, console.log)));
      continue;
    }
    spawnSync(process.execPath, ['node_modules/@stryker-mutator/core/bin/stryker.js', 'run'], {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, MUTATION_PART: part.name, MUTATION_TESTS: part.tests.join(' ') },
    });
    if (!existsSync(reportOf(part))) throw new Error(`${part.name}: Stryker has not come to its end`);
  }
}

const groups = JSON.parse(readFileSync(join(root, 'scripts/mutation/survivors.json'), 'utf8'));
let document = readFileSync(documentPath, 'utf8');
const unexplained = [];
for (const part of asked) {
  if (!existsSync(reportOf(part))) continue;
  const mutants = mutantsOf(JSON.parse(readFileSync(reportOf(part), 'utf8')));
  const found = survivorText(part.name, part.title, mutants, groups);
  put(`score: ${part.name}`, scoreRow(part.title, mutants));
  put(`survivors: ${part.name}`, `\n${found.text}`);
  unexplained.push(...found.unexplained.map((name) => ({ part: part.name, name })));
  for (const name of found.gone) console.log(`${part.name}: survives no more: ${name}`);
}
writeFileSync(documentPath, document);
writeFileSync(join(root, 'out/mutation/unexplained.json'), JSON.stringify(unexplained, undefined, 2));
for (const { part, name } of unexplained) console.log(`${part}: not explained: ${name}`);
if (unexplained.length > 0) process.exitCode = 1;

/** Puts text in the place of what stands between two marks; a row has its mark at its end, as a table has no room between rows. */
function put(mark, text) {
  const row = new RegExp(`^.*<!-- ${mark} -->$`, 'm');
  const [begin, end] = [`<!-- ${mark} -->\n`, `<!-- end of ${mark} -->`];
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (to > from && from >= 0) document = document.slice(0, from + begin.length) + text + document.slice(to);
  else if (row.test(document)) document = document.replace(row, () => `${text} <!-- ${mark} -->`);
  else throw new Error(`docs/mutation.md has no place marked ${mark}`);
}
