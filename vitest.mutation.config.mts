import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import type { Reporter, RunnerTestCase, RunnerTestFile, TestModule } from 'vitest/node';
import base from './vitest.config.mjs';

/** Puts the mutant that is to run into the thread of the PAC engine: test/mutation-setup.ts. */
function mutantInEngine(): Plugin {
  return {
    name: 'mutant-in-engine',
    transform(code, id) {
      if (!id.endsWith('/pac-thread.ts')) return undefined;
      const changed = code.replace(
        'new Worker(workerSource',
        'new Worker(globalThis.withMutant(workerSource)',
      );
      return changed === code ? this.error('pac-thread.ts starts its thread in another way') : changed;
    },
  };
}

/**
 * Of a file that fails before its first test Stryker sees no test that failed, and takes the mutant for one that nobody has
 * noticed: it gets one.
 */
const unloadedFiles: Reporter = {
  onTestRunEnd(modules: readonly TestModule[]) {
    for (const module of modules) {
      const task = Reflect.get(module, 'task') as RunnerTestFile;
      const { result } = task;
      if (result?.state !== 'fail' || (result.errors ?? []).length === 0) continue;
      const failed = {
        type: 'test',
        name: 'is loaded',
        mode: 'run',
        meta: {},
        suite: task,
        file: task,
        result,
      };
      task.tasks.push(failed as unknown as RunnerTestCase);
    }
  },
};

/** The tests that `npm run mutation` runs for each mutant, as its MUTATION_TESTS says. */
export default defineConfig({
  ...base,
  plugins: [...(base.plugins ?? []), mutantInEngine()],
  test: {
    ...base.test,
    include: (process.env['MUTATION_TESTS'] ?? '').split(' '),
    reporters: [unloadedFiles],
    setupFiles: ['test/mutation-setup.ts'],
    // A mutant that makes a test wait for what never comes.
    testTimeout: 15_000,
    env: { ...base.test?.env, MODEL_RUNS: '300' },
  },
});
