import { defineConfig } from '@playwright/test';

/** Measurements of the app; see app-figures.measure.ts. */
export default defineConfig({
  testDir: '.',
  testMatch: '*.measure.ts',
  outputDir: '../out/bench/results',
  workers: 1,
  timeout: 180_000,
  reporter: 'list',
});
