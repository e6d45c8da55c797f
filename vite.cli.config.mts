import { defineConfig } from 'vite';

/** Bundles the command line into one ES module; keytar stays outside because it is native and optional. */
export default defineConfig({
  build: {
    ssr: 'src/cli/latchkey.ts',
    outDir: 'out/cli',
    target: 'node20.19',
    sourcemap: true,
    rollupOptions: {
      external: ['keytar'],
      output: { entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' },
    },
  },
  ssr: { noExternal: true },
});
