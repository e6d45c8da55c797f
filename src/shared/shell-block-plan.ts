import type { PreviewLine } from './shell-block';
import type { AppProblem } from './app-problem';
import type { Shell } from './terminal-commands';

/** Why a start file is left alone. */
export type ShellBlockProblem = Extract<
  AppProblem,
  { readonly kind: 'shell-block-edited' | 'shell-file-refused' }
>;

/** What a change of the block would do to the start file of the user's shell. */
export type ShellBlockPlan = {
  readonly shell: Shell;
  /** With `~` for the user's home. */
  readonly file: string;
} /** Exactly the lines that would come in or leave; none when nothing would change. */ & (
  | { readonly kind: 'add' | 'remove'; readonly lines: readonly PreviewLine[] }
  | { readonly kind: 'refused'; readonly problem: ShellBlockProblem }
);
