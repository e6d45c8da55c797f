import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'e2e',
  testMatch: '*.spec.ts',
  outputDir: `out/e2e/${process.env['E2E_RESULTS'] ?? 'results'}`,
  // One after the other, as they share what the Keychain holds (scripts/e2e.mjs runs parts of them at the same time, each with its
  // own), and none may be retried until it passes.
  workers: 1,
  retries: 0,
  // For what never comes: ten times what a machine needs that has nothing else to do.
  timeout: 300_000,
  expect: { timeout: 60_000 },
  use: { actionTimeout: 60_000 },
  reporter: [['list'], ['json', { outputFile: process.env['E2E_REPORT'] ?? 'out/e2e/report.json' }]],
});
