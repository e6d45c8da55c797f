import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/** Whether the Electron binary is here, without fetching it. */
export function hasElectron() {
  const folder = dirname(require.resolve('electron/package.json'));
  return existsSync(join(folder, 'path.txt')) || process.env.ELECTRON_OVERRIDE_DIST_PATH !== undefined;
}

/** The path of the Electron binary; its package fetches it when it is not there yet. Undefined when it cannot. */
export function findElectron() {
  try {
    return require('electron');
  } catch {
    return undefined;
  }
}
