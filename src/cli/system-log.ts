import { spawn } from 'node:child_process';
import type { Terminal } from './terminal';

/** A terminal whose standard error is the system's log. */
export interface SystemLogTerminal {
  readonly terminal: Terminal;
  /** The last line is on its way when this returns. */
  readonly close: () => void;
}

/**
 * What is said on standard error goes to the system's log instead, by logger(1) and under the name `latchkey`: on a Mac what
 * Console shows, elsewhere syslog. Where there is no logger, or when it ends, standard error gets the rest.
 */
export function withSystemLog(terminal: Terminal, command = 'logger'): SystemLogTerminal {
  let isThere = true;
  const child = spawn(command, ['-t', 'latchkey', '-p', 'daemon.notice'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const end = (): void => {
    isThere = false;
  };
  child.on('error', end).on('exit', end);
  child.stdin.on('error', end);
  // It ends with its input, and keeps nobody from ending.
  child.unref();
  const err = (line: string): void => {
    if (isThere) child.stdin.write(`${line.replace(/^latchkey: /, '')}\n`);
    else terminal.err(line);
  };
  return {
    terminal: { ...terminal, err, errText: (text) => err(text.trimEnd()) },
    close: () => child.stdin.end(),
  };
}
