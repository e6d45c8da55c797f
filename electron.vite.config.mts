import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import { embedded } from './vite.embedded.mjs';
import { shippedPackages } from './vite.shipped-packages.mjs';

/**
 * Builds the app: main process and preload script as CommonJS, which a sandboxed preload script must be, and the panel.
 * keytar and kerberos stay outside because they are native and optional; everything else is bundled.
 */
export default defineConfig({
  main: {
    plugins: [embedded(), shippedPackages('main')],
    build: {
      sourcemap: true,
      externalizeDeps: { include: ['keytar', 'kerberos'] },
      rollupOptions: { input: resolve('src/main/index.ts') },
    },
  },
  preload: {
    plugins: [shippedPackages('preload')],
    build: { externalizeDeps: false, rollupOptions: { input: resolve('src/preload/index.ts') } },
  },
  renderer: {
    root: resolve('src/renderer'),
    plugins: [react(), shippedPackages('renderer')],
    // Read from the disk, and once.
    build: {
      minify: true,
      chunkSizeWarningLimit: 1_000,
      rollupOptions: { input: resolve('src/renderer/index.html') },
    },
  },
});
