import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Everything that is read here is named from this folder on. */
export const root = resolve(import.meta.dirname, '../..');

/** What a document shows as typed: a fenced or an indented block. */
export interface Block {
  /** Counted from 1. */
  readonly line: number;
  /** What stands behind the fence; empty for most. */
  readonly language: string;
  readonly lines: readonly string[];
}

/** A piece of text in backticks, with its line breaks as blanks. */
export interface Span {
  readonly line: number;
  readonly text: string;
}

export interface Document {
  /** From `root` on. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly spans: readonly Span[];
}

/** Every document: in the root, in docs, and wherever else there is one. */
export function readDocuments(): readonly Document[] {
  const inRoot = readdirSync(root).filter((name) => name.endsWith('.md'));
  const below = ['docs', 'test', 'e2e', 'bench', 'scripts', 'assets', 'src', '.github'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  );
  return [...inRoot, ...below]
    .toSorted()
    .map((path) => readDocument(path, readFileSync(join(root, path), 'utf8')));
}

/** @param text Markdown, as far as these documents use it */
export function readDocument(path: string, text: string): Document {
  const blocks: Block[] = [];
  // What is in no block, line by line, so that numbers stay what they are.
  const prose: string[] = [];
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; ) {
    const line = lines[index] ?? '';
    const fence = /^ *(```+|~~~+) *(\S*)/.exec(line);
    const isIndented =
      /^(?: {4}|\t)/.test(line) && (lines[index - 1] ?? '').trim() === '' && !isInList(lines, index);
    let end = index + 1;
    if (fence !== null) {
      while (end < lines.length && lines[end]?.trim() !== fence[1]) end += 1;
      blocks.push({ line: index + 1, language: fence[2] ?? '', lines: lines.slice(index + 1, end) });
      end += 1;
    } else if (isIndented) {
      while (end < lines.length && /^(?: {4}|\t|\s*$)/.test(lines[end] ?? '')) end += 1;
      const inside = lines.slice(index, end).map((each) => each.replace(/^(?: {4}|\t)/, ''));
      blocks.push({ line: index + 1, language: '', lines: inside });
    } else {
      prose.push(line);
      index += 1;
      continue;
    }
    for (; index < end; index += 1) prose.push('');
  }
  return { path, text, blocks, spans: spansOf(withoutQuotedCode(prose.join('\n'))) };
}

/** What mutation testing quotes of the sources is nothing to type. */
function withoutQuotedCode(prose: string): string {
  return prose.replaceAll(/<!-- survivors: (\w+) -->.*?<!-- end of survivors: \1 -->/gs, (quoted) =>
    quoted.replaceAll(/[^\n]/g, ''),
  );
}

/** An indented line behind an item of a list goes on with that item. */
function isInList(lines: readonly string[], index: number): boolean {
  for (let above = index - 1; above >= 0; above -= 1) {
    const line = lines[above] ?? '';
    if (/^\s*(?:[-*]|\d+\.) /.test(line)) return true;
    if (/^\S/.test(line)) return false;
  }
  return false;
}

function spansOf(prose: string): Span[] {
  // A blank line ends a paragraph, and every span in it.
  return [...prose.matchAll(/(?<!`)(`+)(?!`)((?:(?!\n\s*\n).)+?)(?<!`)\1(?!`)/gs)].map((match) => ({
    line: prose.slice(0, match.index).split('\n').length,
    text: (match[2] ?? '').replaceAll(/\s+/g, ' ').trim(),
  }));
}
