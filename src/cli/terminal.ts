import type { ReadStream } from 'node:tty';

/** What a command sees of the process that it runs in. */
export interface Terminal {
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: NodeJS.ReadableStream & Partial<Pick<ReadStream, 'isTTY' | 'setRawMode'>>;
  /** Whether standard error is a terminal, where a line can be written over. */
  readonly isInteractive: boolean;
  /** One line of the result, on standard output. */
  readonly out: (line: string) => void;
  /** One line about what goes on, on standard error. */
  readonly err: (line: string) => void;
  /** Text on standard error without a line's end. */
  readonly errText: (text: string) => void;
  /** Resolves at the first SIGINT or SIGTERM. */
  readonly untilStopped: () => Promise<void>;
  /** Calls back at each SIGHUP. Returns what ends that. */
  readonly onHangUp: (action: () => void) => () => void;
  /** Calls back when a bug would end the process. Returns what ends that. */
  readonly onCrash: (action: (error: unknown) => void) => () => void;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  return {
    env: process.env,
    stdin: process.stdin,
    isInteractive: process.stderr.isTTY,
    out: (line) => {
      process.stdout.write(`${line}\n`);
    },
    err: (line) => {
      process.stderr.write(`${line}\n`);
    },
    errText: (text) => {
      process.stderr.write(text);
    },
    untilStopped: () =>
      new Promise((resolve) => {
        const stop = (): void => {
          process.off('SIGINT', stop).off('SIGTERM', stop);
          resolve();
        };
        process.on('SIGINT', stop).on('SIGTERM', stop);
      }),
    onHangUp: (action) => {
      process.on('SIGHUP', action);
      return () => process.off('SIGHUP', action);
    },
    onCrash: (action) => {
      process.on('uncaughtException', action).on('unhandledRejection', action);
      return () => process.off('uncaughtException', action).off('unhandledRejection', action);
    },
  };
}
