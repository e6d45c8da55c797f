import { execFile } from 'node:child_process';
import { macEnvironment } from './mac-locale';
import type { PortHolders } from '../ports';

const timeoutMs = 2_000;

/** The first command name in what `lsof -Fc` prints: a line for each field, led by its letter. */
export function readHolder(output: string): string | undefined {
  return /^c(.+)$/m.exec(output)?.[1];
}

/** Asks lsof, which sees the programs of this user only. @param command its path, or its name */
export function lsofPortHolders(command: string): PortHolders {
  return {
    holderOf: (port) =>
      new Promise((resolve) => {
        const args = ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fc'];
        // Nobody found is an exit code of 1, and a missing lsof is no reason to fail: the port is taken all the same.
        execFile(command, args, { timeout: timeoutMs, env: macEnvironment() }, (error, stdout) => {
          resolve(error === null ? readHolder(stdout) : undefined);
        });
      }),
  };
}
