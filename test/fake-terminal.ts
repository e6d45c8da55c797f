import { Readable } from 'node:stream';
import { styleWith } from '../src/cli/style';
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
    outWidth: undefined,
    outStyle: styleWith(false),
    errStyle: styleWith(false),
    outLines,
    errLines,
    out: (line) => outLines.push(line),
    err: (line) => errLines.push(line),
    errText: () => undefined,
    endOnInterrupt: () => undefined,
    untilStopped: () => new Promise(() => undefined),
    onHangUp: () => () => undefined,
    onCrash: () => () => undefined,
  };
}
