import { useState } from 'react';
import type { Command, CommandResult } from '../../shared/command';
import type { AppProblem, Check, CheckPurpose } from '../../shared/state';
import { usePanel } from '../panel-context';

export type FinishedCheck = Extract<Check, { kind: 'finished' }>;
export type RunningCheck = Extract<Check, { kind: 'running' }>;

/** How the check of a password stands, as its screen needs it. */
export interface CredentialCheck {
  readonly running: RunningCheck | undefined;
  readonly finished: FinishedCheck | undefined;
  /** What stood in the way, of the check or of keeping its result. */
  readonly problem: AppProblem | undefined;
  readonly start: (command: Command) => Promise<CommandResult>;
  /**
   * What becomes of the field: it keeps its text after a refusal, until the user changes it, and while only the Keychain
   * is in the way; after any other result it is cleared.
   */
  readonly field: 'undecided' | 'keep' | 'clear';
  /** Forgets a problem that is no longer true. */
  readonly forget: () => void;
}

export function useCredentialCheck(purpose: CheckPurpose): CredentialCheck {
  const { state, run } = usePanel();
  const [failure, setFailure] = useState<AppProblem>();
  // The check is over before the command is when the Keychain takes its time.
  const [isPending, setIsPending] = useState(false);
  const check = state.check.kind !== 'none' && state.check.purpose === purpose ? state.check : undefined;
  const finished = check?.kind === 'finished' ? check : undefined;
  const problem = failure ?? finished?.problem;
  const isOver = !isPending && (finished !== undefined || failure !== undefined);
  const isKept = finished?.result === 'refused' || isKeychainProblem(problem);
  return {
    running: check?.kind === 'running' ? check : undefined,
    finished,
    problem,
    field: !isOver ? 'undecided' : isKept ? 'keep' : 'clear',
    start: async (command) => {
      setFailure(undefined);
      setIsPending(true);
      const result = await run(command);
      if (result.kind === 'failed') setFailure(result.problem);
      setIsPending(false);
      return result;
    },
    forget: () => setFailure(undefined),
  };
}

/** Whether the password itself may be good, and only the Keychain is in the way of keeping it. */
export function isKeychainProblem(problem: AppProblem | undefined): boolean {
  return problem !== undefined && problem.kind.startsWith('keychain-');
}
