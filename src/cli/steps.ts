import { withProgress } from './progress';
import type { Terminal } from './terminal';

/** Shows steps one under the other, each with its progress on a terminal and its result at the end. */
export interface Steps {
  /**
   * Runs one step: its result is shown behind its title when it is there.
   *
   * @param action returns the fact to show behind the title
   */
  step(title: string, action: () => Promise<string>): Promise<void>;
  /** Lines under the last step. */
  detail(...lines: readonly string[]): void;
}

const titleWidth = 24;

/** @param write where lines go; progress itself is shown only on an interactive terminal */
export function stepsOn(terminal: Terminal, write: (line: string) => void): Steps {
  return {
    step: async (title, action) => {
      try {
        write(`  ✓ ${title.padEnd(titleWidth)} ${await withProgress(terminal, title, action())}`);
      } catch (error) {
        write(`  ✗ ${title}`);
        throw error;
      }
    },
    detail: (...lines) => {
      for (const line of lines) write(`      ${line}`);
    },
  };
}
