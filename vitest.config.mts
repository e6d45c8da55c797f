import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'scripts/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Most of them wait for sockets and programs; the default leaves one of two cores idle.
    maxWorkers: 2,
  },
});
