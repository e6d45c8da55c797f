import { execFile } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { hasMacCommands } from './has-mac-commands';
import { macEnvironment } from './mac-locale';
import { macCommand } from './run-mac-command';
import type { Surroundings } from '../ports';
import { parseProxiesInForce, proxySettings } from '../system-proxy/scutil-proxies';
import { codeOf } from '../../../shared/error-code';

const timeoutMs = 5_000;

export interface SurroundingsOptions {
  readonly platform: NodeJS.Platform;
  /** May say where macOS's commands are, as for `macCommand`. */
  readonly env?: NodeJS.ProcessEnv;
  /** Runs scutil. Default: that of macOS. */
  readonly scutil?: { readonly command: string; readonly args: readonly string[] };
}

/** The files of this machine, and on a Mac its proxy setting as scutil tells it. */
export function systemSurroundings({ platform, env = {}, scutil }: SurroundingsOptions): Surroundings {
  const { command, args } = scutil ?? {
    command: macCommand(env, '/usr/sbin/scutil', timeoutMs).file,
    args: [],
  };
  const ask = (more: readonly string[], input: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const how = { timeout: timeoutMs, env: macEnvironment() };
      const child = execFile(command, [...args, ...more], how, (error, stdout) => {
        if (error === null) resolve(stdout);
        else reject(new Error(`${command} failed`, { cause: error }));
      });
      // It may end before it has read everything.
      child.stdin?.on('error', () => undefined).end(input);
    });
  return {
    readFile: async (path) => {
      try {
        return await readFile(path, 'latin1');
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return undefined;
        throw error;
      }
    },
    writeFile: async (path, text) => {
      const file = await open(path, 'w', 0o600);
      try {
        // One that was there keeps its mode otherwise.
        await file.chmod(0o600);
        await file.writeFile(text);
      } finally {
        await file.close();
      }
    },
    systemProxy: async () => {
      if (!hasMacCommands(env, platform)) return undefined;
      try {
        const proxies = proxySettings(parseProxiesInForce(await ask(['--proxy'], '')));
        return { ...proxies, service: await primaryService((line) => ask([], line)) };
      } catch {
        // Nothing is offered, then: the user types it in.
        return undefined;
      }
    },
  };
}

/** The name of the network service in use, as System Settings shows it; empty when there is none. */
async function primaryService(ask: (line: string) => Promise<string>): Promise<string> {
  const global = await ask('show State:/Network/Global/IPv4\n');
  const id = /^ {2}PrimaryService : ([\w-]+)\s*$/m.exec(global)?.[1];
  if (id === undefined) return '';
  const service = await ask(`show Setup:/Network/Service/${id}\n`);
  return /^ {2}UserDefinedName : (.*?)\s*$/m.exec(service)?.[1] ?? '';
}
