import type { ReadStream } from 'node:tty';
import { exitCodes } from './cli-error';
import { eraseLine, hasColors, paintWarning, type Style, styleWith } from './style';

/** What a command sees of the process that it runs in. */
export interface Terminal {
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: NodeJS.ReadableStream & Partial<Pick<ReadStream, 'isTTY' | 'setRawMode'>>;
  /** Whether standard error is a terminal, where a line can be written over. */
  readonly isInteractive: boolean;
  /** The descriptor of standard output; undefined where that is no file descriptor. */
  readonly outFile?: number;
  /** How many characters a line of standard output has; undefined where that is no terminal. */
  readonly outWidth: number | undefined;
  /** How standard output is marked. */
  readonly outStyle: Style;
  /** How standard error is marked. */
  readonly errStyle: Style;
  /** One line of the result, on standard output. */
  readonly out: (line: string) => void;
  /** One line about what goes on, on standard error. */
  readonly err: (line: string) => void;
  /** Text on standard error without a line's end. */
  readonly errText: (text: string) => void;
  /** From now on Ctrl-C ends this process with exit code 130, and takes a line of progress away. */
  readonly endOnInterrupt: () => void;
  /** Resolves at the first SIGINT or SIGTERM. */
  readonly untilStopped: () => Promise<void>;
  /** Calls back at each SIGHUP. Returns what ends that. */
  readonly onHangUp: (action: () => void) => () => void;
  /** Calls back when a bug would end the process. Returns what ends that. */
  readonly onCrash: (action: (error: unknown) => void) => () => void;
}

/** Says on standard error what goes wrong and ends nothing. */
export function warnOn({ err }: Pick<Terminal, 'err'>): (message: string) => void {
  return (message) => err(`latchkey: warning: ${message}`);
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const outStyle = styleWith(hasColors(process.env, process.stdout.isTTY));
  const errStyle = styleWith(hasColors(process.env, process.stderr.isTTY));
  return {
    env: process.env,
    outStyle,
    errStyle,
    // Node opens a stream when it is asked for: most commands read nothing.
    get stdin() {
      return process.stdin;
    },
    get isInteractive() {
      return process.stderr.isTTY;
    },
    get outWidth() {
      return process.stdout.isTTY ? process.stdout.columns : undefined;
    },
    outFile: 1,
    out: (line) => {
      process.stdout.write(`${line}\n`);
    },
    err: (line) => {
      process.stderr.write(`${paintWarning(line, errStyle)}\n`);
    },
    errText: (text) => {
      process.stderr.write(text);
    },
    endOnInterrupt: () => {
      process.on('SIGINT', () => {
        if (process.stderr.isTTY) process.stderr.write(eraseLine);
        process.exit(exitCodes.interrupted);
      });
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
