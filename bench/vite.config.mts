import { defineConfig } from 'vite';

/** Bundles the benchmark, so that a plain Node can run it. */
export default defineConfig({
  build: {
    ssr: 'bench/run.ts',
    outDir: 'out/bench',
    target: 'node20.19',
    rollupOptions: { output: { entryFileNames: '[name].mjs' } },
  },
  ssr: { noExternal: true },
});
