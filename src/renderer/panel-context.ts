import { createContext, useContext } from 'react';
import type { Command, CommandResult } from '../shared/command';
import type { AppProblem } from '../shared/app-problem';
import type { AppState } from '../shared/state';
import type { Words } from '../shared/words/en';
import type { Location, Trail } from './location';

/** What every screen needs: the state, the words, and ways to act. */
export interface Panel {
  readonly state: AppState;
  readonly words: Words;
  readonly trail: Trail;
  /** Runs a command and leaves the result to the caller. */
  readonly run: (command: Command) => Promise<CommandResult>;
  /** Runs a command; a failure is shown above the screen. */
  readonly perform: (command: Command) => Promise<CommandResult>;
  readonly failure: AppProblem | undefined;
  readonly dismissFailure: () => void;
  readonly go: (location: Location) => void;
  readonly goBack: () => void;
  readonly goHome: () => void;
  /** Says it to VoiceOver, when there is nothing on the screen that would. */
  readonly announce: (text: string) => void;
}

export const PanelContext = createContext<Panel | undefined>(undefined);

export function usePanel(): Panel {
  const panel = useContext(PanelContext);
  if (panel === undefined) throw new Error('a screen stands outside of the panel');
  return panel;
}
