import { Readable } from 'node:stream';
import type { Terminal } from '../src/cli/terminal';

export interface FakeTerminal extends Terminal {
  /** Lines on standard output. */
  readonly outLines: readonly string[];
  /** Lines on standard error. */
  readonly errLines: readonly string[];
}

/**
 * A terminal that keeps what is written to it.
 *
 * @param input what standard input holds; it is no teletype
 */
export function fakeTerminal(env: NodeJS.ProcessEnv, input = ''): FakeTerminal {
  const outLines: string[] = [];
  const errLines: string[] = [];
  return {
    env,
    stdin: Readable.from([input]),
    isInteractive: false,
    outLines,
    errLines,
    out: (line) => outLines.push(line),
    err: (line) => errLines.push(line),
    errText: () => undefined,
    untilStopped: () => new Promise(() => undefined),
    onHangUp: () => () => undefined,
    onCrash: () => () => undefined,
  };
}
