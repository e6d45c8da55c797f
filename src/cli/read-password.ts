import { createInterface } from 'node:readline';
import { CliError, exitCodes } from './cli-error';
import type { Terminal } from './terminal';

/**
 * Asks for a password: on a terminal without an echo, otherwise the first line of standard input.
 *
 * @throws CliError exit 1 when it is interrupted, exit 2 when there is none
 */
export async function readPassword(terminal: Terminal, prompt: string): Promise<string> {
  const { stdin } = terminal;
  let password: string | undefined;
  if (stdin.isTTY === true && stdin.setRawMode !== undefined) {
    terminal.errText(prompt);
    stdin.setRawMode(true);
    try {
      password = await readKeys(stdin);
    } finally {
      stdin.setRawMode(false);
      stdin.pause();
      terminal.errText('\n');
    }
    if (password === undefined) throw new CliError(exitCodes.failure, 'interrupted; nothing was done');
  } else {
    password = await readFirstLine(stdin);
  }
  if (password === undefined || password === '') {
    throw new CliError(exitCodes.badConfiguration, 'no password was given');
  }
  return password;
}

async function readFirstLine(stdin: NodeJS.ReadableStream): Promise<string | undefined> {
  const lines = createInterface({ input: stdin, crlfDelay: Number.POSITIVE_INFINITY });
  try {
    for await (const line of lines) return line;
    return undefined;
  } finally {
    lines.close();
  }
}

/** Reads keys up to Return. Undefined after Ctrl-C, or Ctrl-D on an empty line. */
function readKeys(stdin: NodeJS.ReadableStream): Promise<string | undefined> {
  return new Promise((resolve) => {
    let typed: string[] = [];
    const finish = (result: string | undefined): void => {
      stdin.off('data', onData).off('end', onEnd);
      resolve(result);
    };
    const onEnd = (): void => finish(undefined);
    const onData = (chunk: Buffer | string): void => {
      for (const key of chunk.toString()) {
        if (key === '\r' || key === '\n') return finish(typed.join(''));
        if (key === '\u0003' || (key === '\u0004' && typed.length === 0)) return finish(undefined);
        if (key === '\u0015') typed = [];
        else if (key === '\b' || key === '\u007f') typed.pop();
        else if (key >= ' ') typed.push(key);
      }
    };
    stdin.on('data', onData).on('end', onEnd);
  });
}
