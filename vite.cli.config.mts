import { readFileSync } from 'node:fs';
import { defineConfig } from 'vite';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

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
  define: { __LATCHKEY_VERSION__: JSON.stringify(version) },
  ssr: { noExternal: true },
});
