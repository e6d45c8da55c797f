/** How the lines begin and end that Latchkey manages in a shell's start file. */
const opening = '# >>> latchkey >>> managed by Latchkey, which removes it again';
/** The line before had no end, and gets back to that. */
const openingBehindText = `${opening} with the line break before it`;
const closing = '# <<< latchkey <<<';

/** The block as it is written, for a preview. */
export function shellBlock(lines: readonly string[]): string {
  return [opening, ...lines, closing, ''].join('\n');
}

interface Found {
  /** Where it begins, with what was put in front of it. */
  readonly start: number;
  readonly end: number;
}

function find(text: string): Found | undefined {
  const match = new RegExp(
    `(?:\\n${escape(openingBehindText)}|(?<=^|\\n)${escape(opening)})\\n(?:[^\\n]*\\n)*?${escape(closing)}(?:\\n|$)`,
  ).exec(text);
  return match === null ? undefined : { start: match.index, end: match.index + match[0].length };
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\<>]/g, '\\$&');
}

/** Whether a start file has the block. */
export function hasShellBlock(text: string): boolean {
  return find(text) !== undefined;
}

/** A start file with the block at its end, and nowhere else. */
export function insertShellBlock(text: string, lines: readonly string[]): string {
  const rest = removeShellBlock(text);
  if (rest === '' || rest.endsWith('\n')) return rest + shellBlock(lines);
  return `${rest}\n${shellBlock(lines).replace(opening, openingBehindText)}`;
}

/** A start file without the block: byte for byte what it was before. A block without its end is left alone. */
export function removeShellBlock(text: string): string {
  const found = find(text);
  return found === undefined ? text : removeShellBlock(text.slice(0, found.start) + text.slice(found.end));
}
