import { delimiter } from 'node:path';

/** Debian keeps squid, nginx and cntlm out of an ordinary user's search path. */
const serverFolders = ['/usr/sbin', '/usr/local/sbin', '/sbin'];

/** Where programs are looked for. */
export const searchPath: readonly string[] = [
  ...new Set([...(process.env['PATH'] ?? '').split(delimiter), ...serverFolders]),
];

/** The environment to start servers with. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: searchPath.join(delimiter) };
}
