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
        'bench/one-strike.ts',
        'bench/interface.ts',
        'bench/engine-host.ts',
        'bench/soak.ts',
      ],
      output: { entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' },
    },
  },
  ssr: { noExternal: true },
});
