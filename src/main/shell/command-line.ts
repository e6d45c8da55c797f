/**
 * What the command `latchkey` of the packaged app was given: its script starts the app with `--cli -- ARGUMENTS`. Undefined: this
 * is the app itself.
 *
 * @param argv that of the process. An app that is not packaged has its own path in it, before or behind `--cli`.
 */
export function readCommandLine(argv: readonly string[]): readonly string[] | undefined {
  const end = argv.indexOf('--');
  // What stands behind belongs to whoever has typed it.
  if (end < 0 || !argv.slice(1, end).includes('--cli')) return undefined;
  return argv.slice(end + 1);
}
