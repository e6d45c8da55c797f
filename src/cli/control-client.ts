import { connect, type Socket } from 'node:net';
import { messageOf } from '../shared/error-text';
import type { ActivityRow } from '../shared/activity';
import type { Command, CommandResult } from '../shared/command';
import {
  type ControlAnswer,
  type ControlHello,
  type ControlLine,
  controlProtocol,
  type ControlQuestion,
  otherProtocol,
} from '../shared/control';
import type { AppState } from '../shared/state';
import { CliError, exitCodes } from './cli-error';
import { codeOf } from '../shared/error-code';

/** For an answer that needs nobody's logon and nobody's word. */
const answerMs = 10_000;
/** Ten thousand rows of Activity are some megabytes. */
const maxLineBytes = 64 * 1024 * 1024;

const ended =
  'ended the connection without an answer: it is stopping or has too many clients; try again in a moment';

type Listener = (answer: ControlAnswer) => void;
/** A question without its number. */
type Asked<K extends ControlQuestion = ControlQuestion> = K extends unknown ? Omit<K, 'id'> : never;

/** A connection to a running core, the app's or that of `latchkey run`. Whatever goes wrong is a CliError with what to do. */
export class ControlClient {
  readonly hello: ControlHello;
  readonly #socket: Socket;
  readonly #listeners = new Map<number, { readonly tell: Listener; readonly fail: (error: Error) => void }>();
  #lastId = 0;
  /** Why nothing can be asked any more. */
  #end: Error | undefined;

  private constructor(socket: Socket, hello: ControlHello) {
    this.#socket = socket;
    this.hello = hello;
  }

  /** @throws CliError; the error of `connect` where nobody is there, see `isNobodyThere` */
  static connect(path: string, ownVersion: string): Promise<ControlClient> {
    return new Promise((resolve, reject) => {
      const socket = connect(path);
      let client: ControlClient | undefined;
      const fail = (error: Error): void => {
        clearTimeout(deadline);
        if (client === undefined) reject(error);
        else client.#fail(error);
      };
      const deadline = setTimeout(() => socket.destroy(failure('does not answer')), answerMs);
      readLines(socket, (line) => {
        if (client !== undefined) {
          client.#take(line as ControlAnswer);
          return;
        }
        clearTimeout(deadline);
        const hello = line as ControlHello;
        if (hello.kind !== 'hello') throw new Error('it does not say who it is');
        if (hello.protocol !== controlProtocol) {
          reject(new CliError(exitCodes.failure, otherProtocol(hello, ownVersion)));
          socket.destroy();
          return;
        }
        client = new ControlClient(socket, hello);
        resolve(client);
      });
      socket.on('error', (error) => {
        // A server that has no place for one more client closes before it has read anything.
        const isClosed = codeOf(error) === 'EPIPE' || codeOf(error) === 'ECONNRESET';
        fail(isClosed ? failure(ended) : error);
      });
      socket.once('close', () => fail(failure(ended)));
    });
  }

  async state(): Promise<AppState> {
    const answer = await this.#ask({ kind: 'state' }, answerMs);
    if (answer.kind === 'state') return answer.state;
    throw failure('gave another answer');
  }

  /** @param timeoutMs longer where a logon, or the user, is waited for; undefined: without an end */
  async run(command: Command, timeoutMs: number | undefined = answerMs): Promise<CommandResult> {
    const answer = await this.#ask({ kind: 'run', command }, timeoutMs);
    if (answer.kind === 'result') return answer.result;
    throw failure('gave another answer');
  }

  /** Tells the present state, and each new one. Rejects when it ends; to be ended by `close`. */
  followState(listener: (state: AppState) => void): Promise<never> {
    return this.#follow({ kind: 'follow-state' }, (answer) => {
      if (answer.kind === 'state') listener(answer.state);
    });
  }

  /** Tells the rows after this one, and each new one. As `followState`. */
  followActivity(afterId: number, listener: (rows: readonly ActivityRow[]) => void): Promise<never> {
    return this.#follow({ kind: 'follow-activity', afterId }, (answer) => {
      if (answer.kind === 'activity') listener(answer.rows);
    });
  }

  close(): void {
    this.#listeners.clear();
    this.#socket.destroy();
  }

  #ask(question: Asked, timeoutMs: number | undefined): Promise<ControlAnswer> {
    // A socket that is closed gives neither an answer nor an error.
    if (this.#end !== undefined) return Promise.reject(this.#end);
    return new Promise((resolve, reject) => {
      const id = this.#send(question);
      const deadline =
        timeoutMs === undefined
          ? undefined
          : setTimeout(
              () => settle(() => reject(failure(`gave no answer within ${timeoutMs / 1000} s`))),
              timeoutMs,
            );
      const settle = (action: () => void): void => {
        clearTimeout(deadline);
        this.#listeners.delete(id);
        action();
      };
      this.#listeners.set(id, {
        tell: (answer) => settle(() => resolve(answer)),
        fail: (error) => settle(() => reject(error)),
      });
    });
  }

  #follow(question: Asked, tell: Listener): Promise<never> {
    if (this.#end !== undefined) return Promise.reject(this.#end);
    return new Promise((_resolve, reject) => {
      this.#listeners.set(this.#send(question), { tell, fail: reject });
    });
  }

  #send(question: Asked): number {
    this.#lastId += 1;
    this.#socket.write(`${JSON.stringify({ ...question, id: this.#lastId })}\n`);
    return this.#lastId;
  }

  #take(answer: ControlAnswer): void {
    if (answer.kind === 'error') {
      const error = new CliError(exitCodes.failure, answer.message);
      // One without a number is about what could not be read.
      if (answer.id === 0) this.#fail(error);
      else this.#listeners.get(answer.id)?.fail(error);
    } else {
      this.#listeners.get(answer.id)?.tell(answer);
    }
  }

  #fail(error: Error): void {
    this.#end ??= error;
    for (const { fail } of this.#listeners.values()) fail(error);
    this.#listeners.clear();
  }
}

function failure(what: string): CliError {
  return new CliError(exitCodes.failure, `the running Latchkey ${what}`);
}

/** Calls back for each line of JSON; one that cannot be read, or has no end, ends the socket with an error. */
function readLines(socket: Socket, onLine: (line: ControlLine) => void): void {
  let chunks: Buffer[] = [];
  let length = 0;
  socket.on('data', (chunk: Buffer) => {
    let rest = chunk;
    for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a)) {
      const line = Buffer.concat([...chunks, rest.subarray(0, end)]).toString();
      chunks = [];
      length = 0;
      rest = rest.subarray(end + 1);
      try {
        onLine(JSON.parse(line) as ControlLine);
      } catch (error) {
        socket.destroy(
          failure(`gave an answer that cannot be read (${messageOf(error)}); is it of another version?`),
        );
        return;
      }
    }
    chunks.push(rest);
    length += rest.length;
    if (length > maxLineBytes) socket.destroy(failure('gives an answer that has no end'));
  });
}
