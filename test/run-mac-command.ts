import {
  type MacCommand,
  type MacCommandResult,
  runMacCommand as runProcess,
} from '../src/main/platform/run-mac-command';
import { runInProcess } from './in-process-mac';

export type { MacCommand, MacCommandResult };

/** Stands in for the module of the same name where tests can do without most processes. */
export async function runMacCommand(
  command: MacCommand,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<MacCommandResult> {
  return (await runInProcess(command, args, signal)) ?? runProcess(command, args, signal);
}
