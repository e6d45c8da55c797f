/** The exit codes of every command. */
export const exitCodes = {
  ok: 0,
  failure: 1,
  badConfiguration: 2,
  portInUse: 3,
  interrupted: 130,
  /** As a shell tells of a program that SIGPIPE has ended. */
  readerGone: 141,
} as const;

/** Ends a command: the lines that say what is wrong and what to do, and the exit code. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly lines: readonly string[];

  constructor(
    readonly exitCode: number,
    lines: string | readonly string[],
    options?: ErrorOptions,
  ) {
    const list = typeof lines === 'string' ? [`latchkey: ${lines}`] : lines;
    super(list.join('\n'), options);
    this.lines = list;
  }
}
