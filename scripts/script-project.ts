import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A project in a temporary folder, with scripts of this one and stubs for what they start. */
export interface ScriptProject {
  readonly folder: string;
  /** Writes a file, given by its path in the project; it can be executed. */
  readonly write: (path: string, content: string) => void;
  /** Arguments for Node that make it run one of the scripts as if it were on another system. */
  readonly on: (platform: NodeJS.Platform, script: string) => readonly string[];
  readonly remove: () => void;
}

/** Makes a project with these files of the folder `scripts`. */
export function makeScriptProject(scripts: readonly string[]): ScriptProject {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'latchkey-scripts-')));
  for (const script of scripts) cpSync(join(import.meta.dirname, script), join(folder, 'scripts', script));
  return {
    folder,
    write: (path, content) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content, { mode: 0o755 });
    },
    on: (platform, script) => [
      '--import',
      `data:text/javascript,Object.defineProperty(process,'platform',{value:'${platform}'})`,
      join(folder, 'scripts', script),
    ],
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
