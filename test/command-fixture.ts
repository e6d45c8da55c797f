import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CliError } from '../src/cli/cli-error';
import { runProgram } from '../src/cli/program';
import type { Terminal } from '../src/cli/terminal';
import { startControlServer } from '../src/main/control/control-server';
import type { AppCore } from '../src/shared/app-core';
import type { ControlHost } from '../src/shared/control';
import { FakeCore } from './fake-core';
import { type FakeTerminal, fakeTerminal } from './fake-terminal';
import { removeFolder } from './remove-folder';

/** What a command has printed, and what it has ended with. */
export interface CommandOutcome {
  readonly code: number;
  readonly out: readonly string[];
  readonly err: readonly string[];
  /** What it says when it fails. */
  readonly error: string;
}

/** Commands in a state directory of their own, beside cores that run there. */
export class CommandFixture {
  readonly folder: string;
  /** The first one that is started. */
  readonly core = new FakeCore();
  readonly internalErrors: unknown[] = [];
  readonly #closers: (() => Promise<void>)[] = [];

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** @param folder one that is there, in which something runs */
  static async create(folder?: string): Promise<CommandFixture> {
    return new CommandFixture(folder ?? (await mkdtemp(join(tmpdir(), 'latchkey-'))));
  }

  /** Lets commands find a core. Returns what ends that. */
  async listen(
    options: { readonly host?: ControlHost; readonly core?: AppCore; readonly clientMs?: number } = {},
  ): Promise<() => Promise<void>> {
    const { host = 'app', core = this.core } = options;
    const server = await startControlServer({
      stateDirectory: this.folder,
      host,
      version: '0.0.0',
      core,
      onInternalError: (error) => this.internalErrors.push(error),
      ...(options.clientMs === undefined ? {} : { clientMs: options.clientMs }),
    });
    this.#closers.push(() => server.close());
    return () => server.close();
  }

  terminal(input = '', changes: Partial<Terminal> = {}): FakeTerminal {
    return { ...fakeTerminal({ LATCHKEY_STATE_DIR: this.folder }, input), ...changes };
  }

  /** Runs a command line. @param terminal what it is typed into, or what standard input holds */
  async run(args: readonly string[], terminal: FakeTerminal | string = ''): Promise<CommandOutcome> {
    const used = typeof terminal === 'string' ? this.terminal(terminal) : terminal;
    const told = (code: number, error: string): CommandOutcome => ({
      code,
      out: used.outLines,
      err: used.errLines,
      error,
    });
    try {
      return told(await runProgram(args, used), '');
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      return told(error.exitCode, error.message);
    }
  }

  /** Ends all. @throws Error when a bug was caught */
  async remove(): Promise<void> {
    for (const close of this.#closers.splice(0)) await close();
    await removeFolder(this.folder);
    if (this.internalErrors.length > 0)
      throw new Error('a bug was caught', { cause: this.internalErrors[0] });
  }
}
