import type { AppState } from '../shared/state';
import { problemLine } from './describe-app-problem';
import type { Terminal } from './terminal';

/** Warns that what was just changed is forgotten when the Latchkey that runs ends. */
export function warnOfUnsaved({ notices }: AppState, terminal: Terminal): void {
  const problem = notices.find(({ kind }) => kind === 'settings-not-saved');
  if (problem === undefined) return;
  const why = problemLine(problem);
  terminal.err(`latchkey: warning: it is in force until this Latchkey ends, and not saved: ${why}`);
}
