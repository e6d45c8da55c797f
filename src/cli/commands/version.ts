import { exitCodes } from '../cli-error';
import type { Terminal } from '../terminal';

export interface VersionOptions {
  readonly json?: boolean | undefined;
}

/** `latchkey version`; with --json also what it runs on. */
export async function version({ json = false }: VersionOptions, terminal: Terminal): Promise<number> {
  const { version: node, platform, arch } = process;
  const facts = { version: __LATCHKEY_VERSION__, node, platform, arch };
  terminal.out(json ? JSON.stringify(facts, undefined, 2) : facts.version);
  return exitCodes.ok;
}
