import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';
import type { Updates } from '../app-ports';
import { AppUpdates, type AppUpdatesOptions } from './app-updates';

export interface ElectronUpdatesOptions extends Pick<AppUpdatesOptions, 'endBy' | 'report'> {
  /** Where the app keeps its files. */
  readonly directory: string;
}

/**
 * Where the feed of this build is said, in electron-builder's app-update.yml; undefined in a build without one. An app that is being
 * worked on has the one that LATCHKEY_UPDATE_CONFIG names.
 */
function feedOf(isPackaged: boolean): string | undefined {
  const path = isPackaged
    ? join(process.resourcesPath, 'app-update.yml')
    : (process.env['LATCHKEY_UPDATE_CONFIG'] ?? '');
  return path !== '' && existsSync(path) ? path : undefined;
}

/** The update of the app, as the port that it is; nothing where there is no feed, or no Squirrel. Never rejects. */
export async function electronUpdates({
  directory,
  report,
  endBy,
}: ElectronUpdatesOptions): Promise<{ readonly updates?: Updates }> {
  const { isPackaged } = app;
  const feed = process.platform === 'darwin' ? feedOf(isPackaged) : undefined;
  if (feed === undefined) return {};
  const version = app.getVersion();
  const updates = await AppUpdates.open({
    path: join(directory, 'updates.json'),
    version,
    // Half a megabyte of code, which no start waits for.
    openUpdater: async () => {
      const { openMacUpdater } = await import('./mac-updater');
      return openMacUpdater({ feed, isPackaged, version });
    },
    endBy,
    nowMs: Date.now,
    report,
  });
  return { updates };
}
