import { partNamed } from './scripts/mutation/parts.mjs';

/** What `npm run mutation` runs with; scripts/mutation.mjs says which part it is about. See docs/mutation.md. */
const part = partNamed(process.env['MUTATION_PART'] ?? 'gate');

export default {
  mutate: part.mutate,
  plugins: ['@stryker-mutator/vitest-runner'],
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutation.config.mts', related: false },
  coverageAnalysis: 'perTest',
  concurrency: Number(process.env['MUTATION_CONCURRENCY'] ?? 1),
  // Out of what the other commands look at.
  tempDirName: `out/mutation/sandbox-${part.name}`,
  ignorePatterns: ['out', '.git', 'docs', 'assets'],
  jsonReporter: { fileName: `out/mutation/${part.name}.json` },
  reporters: ['json', 'progress-append-only'],
  warnings: { slow: false },
  // How much longer than without a mutant the tests may take, beside what Stryker itself took: some mutants never end.
  timeoutMS: 5_000,
  timeoutFactor: 1.25,
  // No compiler checks the mutants: there is none of the API that Stryker knows.
  tsconfigFile: 'none',
};
