import { basename } from 'node:path';
import type { MacCommand, MacCommandResult } from '../src/main/platform/run-mac-command';
import { describeProxies, readMac, storeOf } from './mac-commands/mac-state.mjs';
import { networksetup } from './mac-commands/networksetup.mjs';

/**
 * Runs the emulated networksetup and `scutil --proxy` in this process: one of Node takes longer to start than everything
 * that they do. Undefined for every other command, and where a process can be told from none.
 */
export async function runInProcess(
  { file }: MacCommand,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<MacCommandResult | undefined> {
  if (!file.startsWith('/') || file.startsWith('/nowhere') || signal?.aborted === true) return undefined;
  if (basename(file) === 'scutil' && args[0] === '--proxy') {
    return { kind: 'ended', exitCode: 0, stdout: `${describeProxies(storeOf(readMac()))}\n`, stderr: '' };
  }
  if (basename(file) !== 'networksetup') return undefined;
  // A setting that hangs has to be killed.
  if (readMac().networksetup?.hangsOn !== undefined) return undefined;
  return { kind: 'ended', ...(await networksetup(args)) };
}
