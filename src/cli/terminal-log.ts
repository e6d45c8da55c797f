import type { LogFile } from '../main/platform/ports';
import { logLine, redact } from '../shared/log-line';
import type { Terminal } from './terminal';

/** So many lines are kept for whoever asks for them later. */
const linesKept = 1_000;

/** A log on standard error, whose newest lines are kept in memory as well. @param nowMs the clock on the wall */
export function terminalLog(terminal: Pick<Terminal, 'err'>, nowMs: () => number): LogFile {
  const lines: string[] = [];
  return {
    path: '',
    write: (level, line) => {
      terminal.err(`latchkey: ${redact(line)}`);
      lines.push(logLine(nowMs(), level, line));
      if (lines.length > linesKept) lines.shift();
    },
    tail: (maxLines) => Promise.resolve(lines.slice(-maxLines)),
    close: () => Promise.resolve(),
  };
}
