import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import { embedded } from './vite.embedded.mjs';

/**
 * Builds the app: main process and preload script as CommonJS, which a sandboxed preload script must be, and the panel.
 * keytar and kerberos stay outside because they are native and optional; everything else is bundled.
 */
export default defineConfig({
  main: {
    plugins: [embedded()],
    build: {
      sourcemap: true,
      externalizeDeps: { include: ['keytar', 'kerberos'] },
      rollupOptions: { input: resolve('src/main/index.ts') },
    },
  },
  preload: {
    build: { externalizeDeps: false, rollupOptions: { input: resolve('src/preload/index.ts') } },
  },
  renderer: {
    root: resolve('src/renderer'),
    plugins: [react()],
    build: { minify: true, rollupOptions: { input: resolve('src/renderer/index.html') } },
  },
});
