import { defineConfig } from 'vite';

/** Bundles the comparisons with cntlm, so that a plain Node can run it. */
export default defineConfig({
  build: {
    ssr: true,
    outDir: 'out/bench',
    target: 'node20.19',
    rollupOptions: {
      input: [
        'bench/run.ts',
        'bench/bare-relay.ts',
        'bench/distance/distant-proxy.ts',
        'bench/one-strike.ts',
        'bench/interface.ts',
        'bench/engine-host.ts',
        'bench/profile.ts',
        'bench/soak.ts',
        'bench/soak/lean-upstream.ts',
      ],
      // It looks for files of its own beside itself.
      external: ['@playwright/test'],
      output: { entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' },
    },
  },
  ssr: { noExternal: true },
});
