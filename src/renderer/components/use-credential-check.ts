import { useRef, useState } from 'react';
import type { Command } from '../../shared/command';
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
  /**
   * Runs a command with a password. Resolves with what becomes of the field: it keeps its text after a refusal, until the
   * user changes it, and while only the Keychain is in the way; else it is cleared.
   */
  readonly start: (command: Command) => Promise<'clear' | 'keep'>;
  /** Forgets a problem that is no longer true. */
  readonly forget: () => void;
}

export function useCredentialCheck(purpose: CheckPurpose): CredentialCheck {
  const { state, run } = usePanel();
  const [failure, setFailure] = useState<AppProblem>();
  const check = state.check.kind !== 'none' && state.check.purpose === purpose ? state.check : undefined;
  const finished = check?.kind === 'finished' ? check : undefined;
  const latest = useRef(finished);
  latest.current = finished;
  return {
    running: check?.kind === 'running' ? check : undefined,
    finished,
    problem: failure ?? finished?.problem,
    start: async (command) => {
      setFailure(undefined);
      const result = await run(command);
      const problem = result.kind === 'failed' ? result.problem : latest.current?.problem;
      if (result.kind === 'failed') setFailure(result.problem);
      return latest.current?.result === 'refused' || isKeychainProblem(problem) ? 'keep' : 'clear';
    },
    forget: () => setFailure(undefined),
  };
}

/** Whether the password itself may be good, and only the Keychain is in the way of keeping it. */
export function isKeychainProblem(problem: AppProblem | undefined): boolean {
  return problem !== undefined && problem.kind.startsWith('keychain-');
}
