import type { CommandResult, FinishedCheck } from '../../shared/command';
import type { CredentialCheck } from '../../shared/engine-state';
import type { CheckOutcome } from './checks';
import { cancelled } from './command-result';

/** What a command answers with. */
export function resultOf(check: FinishedCheck | undefined): CommandResult {
  return check === undefined ? cancelled : { kind: 'checked', check };
}

/** What became of a check that the engine has made. @param result undefined: no logon was made */
export function outcomeOf(result: CredentialCheck | undefined): CheckOutcome {
  if (result === undefined) return { result: 'cancelled' };
  return result.kind === 'accepted'
    ? { result: 'accepted' }
    : { result: result.kind, problem: result.problem };
}
