import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readSettings, type SettingsReading } from '../main/platform/files/settings-file';
import { openManagedSource } from '../main/platform/managed/managed-source';
import { withManaged } from '../shared/managed';
import { CliError, exitCodes } from './cli-error';
import { stateDirectory } from './state-directory';
import { type Terminal, warnOn } from './terminal';
import { messageOf } from '../shared/error-text';
import { codeOf } from '../shared/error-code';

export interface AppSettingsFile {
  readonly path: string;
  /** Undefined when the app has never written one. */
  readonly reading: SettingsReading | undefined;
}

/** Reads the settings of the menu-bar app, with what is managed in its place, and changes nothing. @throws CliError exit 1 when it cannot be read */
export async function readAppSettings(terminal: Terminal): Promise<AppSettingsFile> {
  const path = join(stateDirectory(terminal.env, process.platform), 'settings.json');
  try {
    const reading = readSettings(await readFile(path, 'utf8'));
    const source = await openManagedSource({
      env: terminal.env,
      platform: process.platform,
      onProblem: warnOn(terminal),
    });
    source.close();
    return {
      path,
      reading: { ...reading, settings: withManaged(reading.settings, source.reading().managed) },
    };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { path, reading: undefined };
    throw new CliError(exitCodes.failure, `${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}
