import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
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

/** The tests that `npm run mutation` runs for each mutant, as its MUTATION_TESTS says. */
export default defineConfig({
  ...base,
  plugins: [...(base.plugins ?? []), mutantInEngine()],
  test: {
    ...base.test,
    include: (process.env['MUTATION_TESTS'] ?? '').split(' '),
    setupFiles: ['test/mutation-setup.ts'],
    // A mutant that makes a test wait for what never comes.
    testTimeout: 15_000,
    env: { ...base.test?.env, MODEL_RUNS: '300' },
  },
});
