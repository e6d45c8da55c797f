import type { Terminal } from './terminal';

/** Shows steps one under the other, each with its progress on a terminal and its result at the end. */
export interface Steps {
  /**
   * Runs one step: its title is shown at once, its result behind it when it is there.
   *
   * @param action returns the fact to show behind the title
   */
  step(title: string, action: () => Promise<string>): Promise<void>;
  /** Lines under the last step. */
  detail(...lines: readonly string[]): void;
}

const titleWidth = 24;
const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const frameMs = 80;

/** @param write where lines go; progress itself is shown only on an interactive terminal */
export function stepsOn(terminal: Terminal, write: (line: string) => void): Steps {
  return {
    step: async (title, action) => {
      let frame = 0;
      const draw = (): void => {
        terminal.errText(`\r  ${frames[frame % frames.length] ?? ''} ${title}`);
        frame += 1;
      };
      const timer = terminal.isInteractive ? setInterval(draw, frameMs) : undefined;
      if (terminal.isInteractive) draw();
      const clear = (): void => {
        clearInterval(timer);
        if (terminal.isInteractive) terminal.errText('\r\u001b[K');
      };
      try {
        const fact = await action();
        clear();
        write(`  ✓ ${title.padEnd(titleWidth)} ${fact}`);
      } catch (error) {
        clear();
        write(`  ✗ ${title}`);
        throw error;
      }
    },
    detail: (...lines) => {
      for (const line of lines) write(`      ${line}`);
    },
  };
}
