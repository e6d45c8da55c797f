import type { Socket } from 'node:net';
import type { AppCore } from '../../shared/app-core';
import type { CommandResult } from '../../shared/command';
import {
  type ControlAnswer,
  type ControlHost,
  type ControlLine,
  controlProtocol,
  type ControlQuestion,
} from '../../shared/control';
import { mayAsk } from '../../shared/faces';
import { TaskQueue } from '../../shared/task-queue';

export interface ConnectionOptions {
  readonly host: ControlHost;
  readonly version: string;
  readonly core: AppCore;
  /** Gets what must not happen; the client is told no details. */
  readonly onInternalError: (error: unknown) => void;
  /** How long a client may take to say its first line, and to take its answers. Default 5 s. */
  readonly clientMs?: number;
}

const maxLineBytes = 65_536;
const maxQuestions = 16;
const lineEnd = 0x0a;

const stopping = 'Latchkey is stopping.';

/** One client of the control socket, from its connection to its end. */
export class ControlConnection {
  /** Resolves when the connection is closed. */
  readonly ended: Promise<void>;
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  /** Aborted when the client is gone. */
  readonly #asker = new AbortController();
  /** Ends what it follows. */
  readonly #follows: (() => void)[] = [];
  /** Those of them that have something to tell, once the client has taken what it was told. */
  readonly #behind = new Set<() => void>();
  /** The questions that wait for their answers, or that are followed. */
  readonly #open = new Set<number>();
  #chunks: Buffer[] = [];
  #length = 0;
  /** Runs until something is asked, and while an answer is not taken. */
  #deadline: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    const { version, host } = options;
    this.#write({ kind: 'hello', protocol: controlProtocol, version, host, pid: process.pid });
    this.#startDeadline();
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    // It asks no more; whoever still waited for something has left.
    socket.once('end', () => this.#end());
    socket.on('drain', () => this.#onDrain());
    // A client that is gone needs no answer.
    socket.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      socket.once('close', () => {
        clearTimeout(this.#deadline);
        this.#leave();
        resolve();
      });
    });
  }

  /** Ends it; who still waits is told. */
  dismiss(): void {
    for (const id of this.#open) this.#write({ kind: 'error', id, message: stopping });
    this.#end();
  }

  #read(chunk: Buffer): void {
    let rest = chunk;
    while (!this.#isOver && rest.length > 0) {
      const end = rest.indexOf(lineEnd);
      const piece = end < 0 ? rest : rest.subarray(0, end);
      rest = end < 0 ? Buffer.alloc(0) : rest.subarray(end + 1);
      this.#length += piece.length;
      if (this.#length > maxLineBytes) {
        this.#refuse(0, `a line has at most ${maxLineBytes} bytes`);
        return;
      }
      this.#chunks.push(piece);
      if (end < 0) return;
      const line = Buffer.concat(this.#chunks).toString();
      this.#chunks = [];
      this.#length = 0;
      void this.#ask(line);
    }
  }

  async #ask(line: string): Promise<void> {
    const asked = idOf(line);
    if (this.#open.size === maxQuestions) {
      this.#refuse(asked, `${maxQuestions} questions at once are enough`);
      return;
    }
    // The limit would be none if all had the same number.
    if (this.#open.has(asked)) {
      this.#refuse(asked, 'a question with this number has no answer yet');
      return;
    }
    this.#open.add(asked);
    if (!this.#socket.writableNeedDrain) clearTimeout(this.#deadline);
    try {
      // zod is loaded when somebody asks something, and not for every start.
      const { parseControlQuestion } = await import('../../shared/control-question');
      // Who has left meanwhile wants nothing any more.
      if (this.#isOver) return;
      const question = parseControlQuestion(parseJson(line));
      if (question === undefined) {
        this.#refuse(asked, 'the running Latchkey does not know this question; is it of another version?');
      } else {
        await this.#answer(question);
      }
    } catch (error) {
      this.#options.onInternalError(error);
      this.#refuse(asked, 'Latchkey made a mistake; its log says more.');
    }
  }

  async #answer(question: ControlQuestion): Promise<void> {
    const { core } = this.#options;
    const { id } = question;
    switch (question.kind) {
      case 'state':
        this.#finish({ kind: 'state', id, state: await core.freshState() });
        break;
      case 'run':
        if (mayAsk('terminal', question.command)) {
          this.#finish({ kind: 'result', id, result: await this.#run(question) });
        } else {
          this.#finish({ kind: 'error', id, message: 'this can be asked in the panel of Latchkey alone' });
        }
        break;
      case 'follow-state':
        this.#follow(() => {
          this.#write({ kind: 'state', id, state: core.state() });
        });
        break;
      case 'follow-activity':
        this.#followActivity(id, question.afterId);
        break;
    }
  }

  async #run({ command }: ControlQuestion & { readonly kind: 'run' }): Promise<CommandResult> {
    try {
      return await this.#options.core.run(command, this.#asker.signal);
    } catch (error) {
      this.#options.onInternalError(error);
      return { kind: 'failed', problem: { kind: 'internal' } };
    }
  }

  #followActivity(id: number, afterId: number): void {
    const { core, onInternalError } = this.#options;
    let lastId = afterId;
    // One after the other, so that no row is told twice.
    const readings = new TaskQueue();
    const tellNewer = async (): Promise<void> => {
      const result = await core.run({ kind: 'read-activity', afterId: lastId });
      if (result.kind !== 'activity' || result.rows.length === 0) return;
      lastId = result.rows.at(-1)?.id ?? lastId;
      this.#write({ kind: 'activity', id, rows: result.rows });
    };
    this.#follows.push(core.watch());
    this.#follow(() => void readings.run(tellNewer).catch(onInternalError));
  }

  /** Tells now and after each change; while the client has not taken what it was told, it is told no more than the newest. */
  #follow(tell: () => void): void {
    const tellOrWait = (): void => {
      if (this.#socket.writableNeedDrain) this.#behind.add(tellOrWait);
      else tell();
    };
    this.#follows.push(this.#options.core.subscribe(tellOrWait));
    tellOrWait();
  }

  /** The client has taken what it was told. */
  #onDrain(): void {
    clearTimeout(this.#deadline);
    this.#socket.resume();
    const behind = [...this.#behind];
    this.#behind.clear();
    for (const tellOrWait of behind) tellOrWait();
  }

  #finish(answer: ControlAnswer): void {
    this.#open.delete(answer.id);
    this.#write(answer);
  }

  #refuse(id: number, message: string): void {
    this.#write({ kind: 'error', id, message });
    this.#end();
  }

  #write(line: ControlLine): void {
    if (this.#isOver || this.#socket.destroyed) return;
    if (this.#socket.write(`${JSON.stringify(line)}\n`)) return;
    // Who takes no answers is not listened to.
    this.#socket.pause();
    this.#startDeadline();
  }

  #startDeadline(): void {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => this.#socket.destroy(), this.#options.clientMs ?? 5_000);
  }

  /** Says no more, and gives the client some time to take what was said. */
  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#leave();
    this.#startDeadline();
    this.#socket.destroySoon();
  }

  #leave(): void {
    this.#asker.abort();
    for (const end of this.#follows.splice(0)) end();
    this.#behind.clear();
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** The number of a question that may be none. */
function idOf(line: string): number {
  const value = parseJson(line) as { readonly id?: unknown } | null | undefined;
  return Number.isSafeInteger(value?.id) ? (value?.id as number) : 0;
}
