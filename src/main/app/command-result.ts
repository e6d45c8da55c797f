import type { CommandResult } from '../../shared/command';
import type { AppProblem } from '../../shared/app-problem';

export const done: CommandResult = { kind: 'done' };

export const cancelled: CommandResult = { kind: 'cancelled' };

export function failed(problem: AppProblem): CommandResult {
  return { kind: 'failed', problem };
}
