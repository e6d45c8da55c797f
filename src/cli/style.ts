import { styleText } from 'node:util';

/** How text is marked on a terminal; where there are no colours each gives its text back. */
export interface Style {
  readonly isColored: boolean;
  readonly bold: (text: string) => string;
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
}

/** Whether a stream is written to in colours: what the environment says of it, else whether it is a terminal that has them. */
export function hasColors(env: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  const { NO_COLOR = '', FORCE_COLOR, TERM } = env;
  // https://no-color.org: set, and not empty.
  if (NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return isTerminal && TERM !== 'dumb';
}

export function styleWith(isColored: boolean): Style {
  const marked =
    (format: 'bold' | 'red' | 'yellow') =>
    (text: string): string =>
      isColored ? styleText(format, text, { validateStream: false }) : text;
  return { isColored, bold: marked('bold'), red: marked('red'), yellow: marked('yellow') };
}

const titleWidth = 16;

/** A fact behind its title, under the facts above it. */
export function factLine(title: string, fact: string, mark: (text: string) => string): string {
  return `${mark(title)}${' '.repeat(Math.max(0, titleWidth - title.length))}${fact}`;
}

/** A line of standard error: the word that makes it a warning stands out. */
export function paintWarning(line: string, style: Style): string {
  return line.replace(/(^|: )(warning:)/, (_, before: string, word: string) => before + style.yellow(word));
}

/** A line that says why a command has failed: so does its beginning. */
export function paintError(line: string, style: Style): string {
  return line.replace(/^latchkey:/, (prefix) => style.red(prefix));
}

/** Takes away what a line of progress has written. */
export const eraseLine = '\r\u001b[K';
