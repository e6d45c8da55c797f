import { connect } from 'node:net';
import { CliError, codeOf, exitCodes, messageOf } from './cli-error';
import { type ControlAnswer, type ControlCommand, parseControlAnswer } from './control-command';
import { isNobodyThere, startItFirst } from './control-socket';

const maxAnswerBytes = 1_048_576;

/**
 * Sends one command to a running `latchkey run`.
 *
 * @param path see `findControlSocket`
 * @throws CliError exit 1, with what to do
 */
export async function sendControlCommand(
  path: string,
  command: ControlCommand,
  timeoutMs: number,
): Promise<ControlAnswer> {
  let text: string;
  try {
    text = await exchange(path, `${JSON.stringify(command)}\n`, timeoutMs);
  } catch (error) {
    throw new CliError(exitCodes.failure, explain(error, path), { cause: error });
  }
  const answer = parseText(text);
  if (answer !== undefined) return answer;
  const reason =
    text === ''
      ? 'ended the connection without an answer: it is stopping or has too many clients; try again in a moment'
      : 'gave an answer that cannot be read; is it of another version? Start it again with this one';
  throw new CliError(exitCodes.failure, `the running \`latchkey\` ${reason}`);
}

function explain(error: unknown, path: string): string {
  if (isNobodyThere(error)) return `no \`latchkey run\` is running at ${path}; ${startItFirst}`;
  if (codeOf(error) === 'EACCES') return `${path} belongs to another user`;
  return `the running \`latchkey\` at ${path} cannot be asked: ${messageOf(error)}`;
}

/** What is answered up to the end of the connection. */
function exchange(path: string, line: string, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const chunks: Buffer[] = [];
    let length = 0;
    const deadline = setTimeout(() => {
      socket.destroy(new Error(`no answer within ${Math.round(timeoutMs / 1000)} s`));
    }, timeoutMs);
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length > maxAnswerBytes) socket.destroy(new Error('the answer has no end'));
    });
    socket.on('error', (error) => {
      // A server that has no place for one more client closes before it has read the line.
      if (codeOf(error) !== 'EPIPE' && codeOf(error) !== 'ECONNRESET') reject(error);
    });
    socket.once('close', () => {
      clearTimeout(deadline);
      resolve(Buffer.concat(chunks).toString());
    });
    socket.write(line);
  });
}

function parseText(text: string): ControlAnswer | undefined {
  try {
    return parseControlAnswer(JSON.parse(text));
  } catch {
    return undefined;
  }
}
