import type { CommandResult } from '../shared/command';
import { CliError, exitCodes } from './cli-error';
import { problemLine } from './describe-app-problem';

/** What a command ends with that was not carried out. @param whyCancelled what it means when the core has called it off */
export function resultError(result: CommandResult, whyCancelled: string): CliError {
  if (result.kind === 'failed') return new CliError(exitCodes.failure, problemLine(result.problem));
  return new CliError(
    exitCodes.failure,
    result.kind === 'cancelled'
      ? whyCancelled
      : 'the running Latchkey gave another answer; is it of another version?',
  );
}
