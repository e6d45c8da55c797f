import { createInterface } from 'node:readline';
import { CliError, exitCodes } from './cli-error';
import type { Terminal } from './terminal';

/** Whether somebody is there who can be asked. */
export function canAsk({ stdin }: Terminal): boolean {
  return stdin.isTTY === true && stdin.setRawMode !== undefined;
}

/**
 * Asks for a password: on a terminal without an echo, otherwise the first line of standard input.
 *
 * @throws CliError exit 130 when it is interrupted, exit 2 when there is none
 */
export async function readPassword(terminal: Terminal, prompt: string): Promise<string> {
  const password = canAsk(terminal)
    ? await readTyped(terminal, prompt, () => undefined)
    : await readFirstLine(terminal.stdin);
  if (password === undefined || password === '') {
    throw new CliError(exitCodes.badConfiguration, 'no password was given');
  }
  return password;
}

/** Asks a question on a terminal; the answer may be empty. @throws CliError exit 130 when it is interrupted */
export function askFor(terminal: Terminal, question: string): Promise<string> {
  return readTyped(terminal, question, terminal.errText);
}

/** @param echo gets what is to be seen of the keys */
async function readTyped(terminal: Terminal, prompt: string, echo: (text: string) => void): Promise<string> {
  const { stdin } = terminal;
  // Before the question: what is typed as soon as it is seen would be echoed.
  stdin.setRawMode?.(true);
  try {
    terminal.errText(prompt);
    const typed = await readKeys(stdin, echo);
    if (typed !== undefined) return typed;
  } finally {
    stdin.setRawMode?.(false);
    terminal.errText('\n');
  }
  throw new CliError(exitCodes.interrupted, 'interrupted; nothing was done');
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

/** One character back, a blank over it, and back again. */
const rubOut = '\b \b';

/** Reads keys up to Return. Undefined after Ctrl-C, or Ctrl-D on an empty line. */
function readKeys(stdin: NodeJS.ReadableStream, echo: (text: string) => void): Promise<string | undefined> {
  return new Promise((resolve) => {
    let typed: string[] = [];
    const finish = (result: string | undefined): void => {
      stdin.off('data', onData).off('end', onEnd).pause();
      resolve(result);
    };
    const onEnd = (): void => finish(undefined);
    const onData = (chunk: Buffer | string): void => {
      const keys = Array.from(chunk.toString());
      for (const [index, key] of keys.entries()) {
        if (key === '\r' || key === '\n') {
          finish(typed.join(''));
          // What was pasted for the next question.
          const others = keys.slice(index + 1).join('');
          if (others !== '') stdin.unshift(others, 'utf8');
          return;
        }
        if (key === '\u0003' || (key === '\u0004' && typed.length === 0)) return finish(undefined);
        if (key === '\u0015') {
          echo(rubOut.repeat(typed.length));
          typed = [];
        } else if (key === '\b' || key === '\u007f') {
          if (typed.pop() !== undefined) echo(rubOut);
        } else if (key >= ' ') {
          typed.push(key);
          echo(key);
        }
      }
    };
    // A second question: the first one has paused it.
    stdin.on('data', onData).on('end', onEnd).resume();
  });
}
