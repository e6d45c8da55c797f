import { type ParseArgsConfig, parseArgs } from 'node:util';
import { CliError, exitCodes, messageOf } from './cli-error';

type Options = NonNullable<ParseArgsConfig['options']>;
type Parsed<T extends Options> = ReturnType<
  typeof parseArgs<{ options: T; allowPositionals: true; args: string[] }>
>;

/** Parses a command's options. @throws CliError exit 2 for one that it does not have, or too many arguments */
export function parseOptions<T extends Options>(
  command: string,
  args: string[],
  options: T,
  maxPositionals = 0,
): Parsed<T> {
  const help = `\`latchkey --help\` shows the options of \`${command}\``;
  let parsed: Parsed<T>;
  try {
    parsed = parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    const [firstSentence = ''] = messageOf(error).split('. ');
    throw new CliError(exitCodes.badConfiguration, `${firstSentence}; ${help}`, { cause: error });
  }
  const surplus = parsed.positionals[maxPositionals];
  if (surplus !== undefined) {
    throw new CliError(exitCodes.badConfiguration, `Unexpected argument '${surplus}'; ${help}`);
  }
  return parsed;
}

/** Reads a port number; 0 lets the system pick one. @throws CliError exit 2 */
export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new CliError(exitCodes.badConfiguration, `--port takes a number from 0 to 65535, not '${text}'`);
}
