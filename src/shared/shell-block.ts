/** What becomes of the text of a shell's start file. */
export type ShellBlockChange =
  /** The block is there already with these lines, or there is none to remove. */
  | { readonly kind: 'unchanged' }
  /** The new text; undefined: the file goes, as it was made for the block alone. */
  | { readonly kind: 'changed'; readonly text: string | undefined }
  /** Somebody has changed the block, whose first mark stands on this line (from 1). It is left alone. */
  | { readonly kind: 'edited'; readonly line: number };

/** A line as a preview shows it. */
export interface PreviewLine {
  readonly kind: 'kept' | 'removed' | 'added';
  /** From 1; of a removed line in the old text, else in the new one. */
  readonly line: number;
  readonly text: string;
}

const begin = '# >>> Latchkey >>> written and removed by Latchkey; a block that is edited stays';
const end = '# <<< Latchkey <<<';
const endLine = /^# <<< Latchkey <<< ([0-9a-f]{8}) (\d)( new-file)?$/;
/** As a mark would look that somebody has touched. */
const likeMark = /^\s*#\s*(?:>>>|<<<)\s*latchkey\b/i;

/** What must be known to take the block out again without a trace. */
interface Surroundings {
  /** Line ends that were put in front of it. */
  readonly breaks: number;
  /** Whether there was no file. */
  readonly isNewFile: boolean;
}

interface Block extends Surroundings {
  readonly kind: 'intact';
  /** The text before it, without the line ends that were put there, those, and the text behind it. */
  readonly before: string;
  readonly breaksText: string;
  readonly after: string;
  /** The lines between the marks, each with a line feed. */
  readonly body: string;
}

type Found = Block | { readonly kind: 'absent' } | { readonly kind: 'edited'; readonly line: number };

/** FNV-1a of 32 bits: shows an edit, and is no protection against anybody. */
function checksum(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

function render(body: string, { breaks, isNewFile }: Surroundings): string {
  const facts = `${breaks}${isNewFile ? ' new-file' : ''}`;
  return `${begin}\n${body}${end} ${checksum(`${facts}\n${body}`)} ${facts}\n`;
}

/** The lines with their line feeds; the last one may have none. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function content(line: string): string {
  return line.replace(/\r?\n?$/, '');
}

function find(text: string): Found {
  const lines = linesOf(text);
  const marks = lines.flatMap((line, index) => (likeMark.test(line) ? [index] : []));
  const [first, last, surplus] = marks;
  if (first === undefined) return { kind: 'absent' };
  const edited = { kind: 'edited', line: first + 1 } as const;
  if (last === undefined || surplus !== undefined) return edited;
  const [, sum, breaks, newFile = ''] = endLine.exec(content(lines[last] ?? '')) ?? [];
  if (sum === undefined || breaks === undefined || content(lines[first] ?? '') !== begin) return edited;
  // An editor that has changed the line ends of the whole file has changed nothing of the block.
  const body = lines
    .slice(first + 1, last)
    .map((line) => `${content(line)}\n`)
    .join('');
  if (checksum(`${breaks}${newFile}\n${body}`) !== sum) return edited;
  const lineEnd = lines[first]?.endsWith('\r\n') === true ? '\r\n' : '\n';
  const head = lines.slice(0, first).join('');
  let own = head;
  for (let left = Number(breaks); left > 0 && own.endsWith(lineEnd); left -= 1) {
    own = own.slice(0, -lineEnd.length);
  }
  return {
    kind: 'intact',
    before: own,
    breaksText: head.slice(own.length),
    after: lines.slice(last + 1).join(''),
    body,
    breaks: Number(breaks),
    isNewFile: newFile !== '',
  };
}

/** How many line ends it takes until a comment can follow; a backslash at the end would swallow one. */
function breaksAfter(text: string): number {
  const isOpen = text !== '' && !text.endsWith('\n');
  return (isOpen ? 1 : 0) + (/\\\n?$/.test(text) ? 1 : 0);
}

function checked(body: string): string {
  const lines = linesOf(body.endsWith('\n') ? body : `${body}\n`);
  if (lines.some((line) => line.includes('\r') || likeMark.test(line))) {
    throw new RangeError('a line of the block has a carriage return or looks like a mark');
  }
  return lines.join('');
}

/**
 * Puts a block into the text of a shell's start file: at its end, or in the place of the block that is there. Nothing else
 * of the text changes, and `removeShellBlock` gives it back to the byte.
 *
 * @param text undefined when there is no such file; each character may stand for one byte
 * @param body the lines of the block, separated by line feeds
 * @throws RangeError for a body with a carriage return or with a line that looks like a mark of the block
 */
export function insertShellBlock(text: string | undefined, body: string): ShellBlockChange {
  const lines = checked(body);
  const there = find(text ?? '');
  switch (there.kind) {
    case 'edited':
      return there;
    case 'absent': {
      const breaks = breaksAfter(text ?? '');
      const block = render(lines, { breaks, isNewFile: text === undefined });
      return { kind: 'changed', text: `${text ?? ''}${'\n'.repeat(breaks)}${block}` };
    }
    case 'intact': {
      if (there.body === lines) return { kind: 'unchanged' };
      const { before, breaksText, after } = there;
      return { kind: 'changed', text: `${before}${breaksText}${render(lines, there)}${after}` };
    }
  }
}

/**
 * Takes the block out. What was put in front of it to end a line stays only if there is text behind the block, which would
 * be joined to that line.
 *
 * @param text undefined when there is no such file
 */
export function removeShellBlock(text: string | undefined): ShellBlockChange {
  const there = find(text ?? '');
  if (there.kind === 'edited') return there;
  if (there.kind === 'absent') return { kind: 'unchanged' };
  const { before, breaksText, after, isNewFile } = there;
  const rest = after === '' ? before : `${before}${breaksText}${after}`;
  return { kind: 'changed', text: rest === '' && isNewFile ? undefined : rest };
}

/**
 * The lines that a change adds and removes, with those around them.
 *
 * @param before the text as it is; undefined when there is no such file
 * @param after the text as it would be
 * @param around how many unchanged lines are shown before and behind
 */
export function previewShellBlock(
  before: string | undefined,
  after: string | undefined,
  around = 3,
): readonly PreviewLine[] {
  const old = linesOf(before ?? '').map(content);
  const fresh = linesOf(after ?? '').map(content);
  const shorter = Math.min(old.length, fresh.length);
  let head = 0;
  while (head < shorter && old[head] === fresh[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && old.at(-1 - tail) === fresh.at(-1 - tail)) tail += 1;
  if (head === old.length && head === fresh.length) return [];
  const take = (
    kind: PreviewLine['kind'],
    lines: readonly string[],
    from: number,
    to: number,
  ): PreviewLine[] => lines.slice(from, to).map((text, index) => ({ kind, line: from + index + 1, text }));
  const oldEnd = old.length - tail;
  const freshEnd = fresh.length - tail;
  return [
    ...take('kept', fresh, Math.max(0, head - around), head),
    ...take('removed', old, head, oldEnd),
    ...take('added', fresh, head, freshEnd),
    ...take('kept', fresh, freshEnd, freshEnd + around),
  ];
}
