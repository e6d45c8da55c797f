import { rm } from 'node:fs/promises';

/**
 * Removes a folder that programs were working in. One that outlives who started it on purpose (the watchdog of the Mac's
 * settings, a browser's helper) may still write there: what it makes meanwhile is removed by the next try.
 */
export function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 });
}
