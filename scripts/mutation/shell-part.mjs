import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shellMutants, withMutant } from './shell-mutants.mjs';

const file = 'src/main/platform/system-proxy/restore-script.ts';
const test = 'src/main/platform/system-proxy/restore-script.test.ts';
/** One shell is enough to see what a command does; that the others read it alike is not what is asked. What takes minutes comes last. */
const slow = 'puts twenty services back';
const passes = [
  '^(?:the restore script (?!under)|the lock of|keeps to what)',
  `^(?!.*${slow}).*(?:under 'dash' |the rules of)`,
  `under 'dash' ${slow}`,
];
/** A run takes longer on a busy machine than when it was measured. */
const timeoutFactor = 3;
const timeoutMoreMs = 20_000;

/**
 * Runs tests in a process group of their own, and ends what is left of it.
 *
 * @returns {Promise<'passed' | 'failed' | 'late'>}
 */
function runTests(folder, pattern, timeoutMs, environment) {
  return new Promise((resolve, reject) => {
    const args = [
      'node_modules/vitest/vitest.mjs',
      'run',
      test,
      '-t',
      pattern,
      '--bail',
      '1',
      '--reporter',
      'dot',
    ];
    const child = spawn(process.execPath, args, {
      cwd: folder,
      env: { ...process.env, ...environment },
      stdio: 'ignore',
      detached: true,
    });
    const end = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // Nothing is left of it.
      }
    };
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      end();
    }, timeoutMs);
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(timer);
      end();
      resolve(isLate ? 'late' : code === 0 ? 'passed' : 'failed');
    });
  });
}

/**
 * Runs the tests of the restore script against each mutant of its commands.
 *
 * @param {string} root the project
 * @param {(line: string) => void} say
 * @returns a report in the form of Stryker's
 */
export async function runShellPart(root, say) {
  const source = readFileSync(join(root, file), 'utf8');
  const folder = join(root, 'out/mutation/sandbox-restore');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of [
    'src',
    'test',
    'scripts',
    'package.json',
    'tsconfig.base.json',
    'vitest.config.mts',
    'vite.embedded.mts',
    'vite.shipped-packages.mts',
  ])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
  const temporary = mkdtempSync(join(tmpdir(), 'latchkey-mutation-'));
  const limits = [];
  try {
    for (const pass of passes) {
      const startedMs = performance.now();
      const outcome = await runTests(folder, pass, 1_200_000, { TMPDIR: temporary });
      if (outcome !== 'passed') throw new Error('the tests of the restore script fail without a mutant');
      limits.push((performance.now() - startedMs) * timeoutFactor + timeoutMoreMs);
    }
    const mutants = [];
    const all = [...shellMutants(source)];
    for (const [index, mutant] of all.entries()) {
      writeFileSync(join(folder, file), withMutant(source, mutant));
      let status = 'Survived';
      for (const [number, pass] of passes.entries()) {
        if (status !== 'Survived') break;
        const outcome = await runTests(folder, pass, limits[number], { TMPDIR: temporary });
        if (outcome !== 'passed') status = outcome === 'late' ? 'Timeout' : 'Killed';
      }
      mutants.push({ id: String(index), ...mutant, status });
      say(`${index + 1}/${all.length} ${status}: line ${mutant.location.start.line}, ${mutant.mutatorName}`);
    }
    return { schemaVersion: '1', files: { [file]: { language: 'typescript', source, mutants } } };
  } finally {
    rmSync(temporary, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 });
    rmSync(folder, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 });
  }
}
