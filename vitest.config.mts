import { defineConfig } from 'vitest/config';
import { embedded } from './vite.embedded.mjs';

export default defineConfig({
  plugins: [embedded()],
  // As the build of the command line puts in the one of package.json.
  define: { __LATCHKEY_VERSION__: JSON.stringify('0.0.0') },
  test: {
    // They are made by the plugin, and in no file.
    server: { deps: { inline: [/embedded:/] } },
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'scripts/**/*.test.ts', 'bench/**/*.test.ts'],
    // What programs print is compared, and the terminal of whoever runs the tests may ask for colours.
    env: { NO_COLOR: '1' },
    // No test goes by a clock that a busy machine would beat: they wait for events, and these are for what never comes.
    testTimeout: 120_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    // Most of them wait for sockets, programs and time to pass: two leave a third of two cores idle, the default more.
    maxWorkers: 3,
  },
});
