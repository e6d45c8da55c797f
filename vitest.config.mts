import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'scripts/**/*.test.ts'],
    // No test goes by a clock that a busy machine would beat: they wait for events, and these are for what never comes.
    testTimeout: 120_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    // Most of them wait for sockets and programs; the default leaves one of two cores idle.
    maxWorkers: 2,
  },
});
