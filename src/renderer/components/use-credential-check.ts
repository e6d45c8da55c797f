import { useEffect, useState } from 'react';
import type { Command, CommandResult } from '../../shared/command';
import type { AppProblem } from '../../shared/app-problem';
import type { Check, CheckPurpose } from '../../shared/state';
import { usePanel } from '../panel-context';

export type FinishedCheck = Extract<Check, { kind: 'finished' }>;
export type RunningCheck = Extract<Check, { kind: 'running' }>;

/** How the check of a password stands, as its screen needs it. */
export interface CredentialCheck {
  readonly running: RunningCheck | undefined;
  readonly finished: FinishedCheck | undefined;
  /** The command is not over: what was accepted is being put to use. */
  readonly isPending: boolean;
  /** What stood in the way. */
  readonly problem: AppProblem | undefined;
  readonly start: (command: Command) => Promise<CommandResult>;
  /** What becomes of the field: it keeps its text after a refusal, until the user changes it; else it is cleared. */
  readonly field: 'undecided' | 'keep' | 'clear';
  /** Forgets the result, which is no longer about what is on the screen. */
  readonly forget: () => void;
}

/** The check of one screen. Its result is forgotten when the screen is left. */
export function useCredentialCheck(purpose: CheckPurpose): CredentialCheck {
  const { state, run } = usePanel();
  const [failure, setFailure] = useState<AppProblem>();
  const [isPending, setIsPending] = useState(false);
  const check = state.check.kind !== 'none' && state.check.purpose === purpose ? state.check : undefined;
  const finished = check?.kind === 'finished' ? check : undefined;
  useEffect(() => () => void run({ kind: 'dismiss-check' }), [run]);

  const isOver = finished !== undefined || failure !== undefined;
  return {
    running: check?.kind === 'running' ? check : undefined,
    finished,
    isPending,
    problem: failure ?? finished?.problem,
    field: !isOver ? 'undecided' : finished?.result === 'refused' ? 'keep' : 'clear',
    start: async (command) => {
      setFailure(undefined);
      setIsPending(true);
      const result = await run(command);
      if (result.kind === 'failed') setFailure(result.problem);
      setIsPending(false);
      return result;
    },
    forget: () => {
      setFailure(undefined);
      void run({ kind: 'dismiss-check' });
    },
  };
}

/** Whether the password itself may be good, and only the Keychain is in the way of reading or keeping it. */
export function isKeychainProblem({ kind }: AppProblem): boolean {
  return kind.startsWith('keychain-');
}
