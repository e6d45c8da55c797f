import { otherBlocks } from './elsewhere';
import type { Block, Document } from './read-documents';

/** What documents write where a reader puts something of his own, and something that can stand there. */
const placeholders: Readonly<Record<string, string>> = {
  FILE: 'cntlm.conf',
  'FILE-OR-URL': 'proxy.pac',
  URL: 'http://example.com/',
  'URL...': 'http://example.com/',
  'HOST:PORT': 'proxy2.corp.example:8080',
  ADDRESS: 'proxy2.corp.example:8080',
  NAME: 'dave',
  RULE: '*.example.org',
  'RULE, RULE, ...': 'wiki, .corp.example',
  PLACE: '/etc/proxy.pac',
  PORT: '3129',
  N: '3129',
  SECONDS: '30',
  COMMAND: 'status',
  // What another command takes for the same word.
  'pac FILE': 'proxy.pac',
  'access ADDRESS': '10.1.9.20',
};

/** A command that a document shows. */
export interface ShownCommand {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

/** Every command of every block that has some. */
export function commandsIn(documents: readonly Document[]): ShownCommand[] {
  return documents.flatMap(({ path, blocks }) =>
    blocks
      .filter(({ language, lines }) => language !== 'mermaid' && !isOther(lines))
      .flatMap((block) => commandsOf(block).map((text) => ({ path, line: block.line, text }))),
  );
}

function isOther([first = '']: readonly string[]): boolean {
  return Object.keys(otherBlocks).some((beginning) => first.startsWith(beginning));
}

/** The commands of a block, without what is said of them; a line that ends in a backslash goes on with the next. */
export function commandsOf({ lines }: Pick<Block, 'lines'>): string[] {
  return lines
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => withoutComment(line).trim())
    .filter((line) => line !== '');
}

function withoutComment(line: string): string {
  let quote = '';
  for (const [index, character] of Array.from(line).entries()) {
    if (quote === '' && character === '#' && /^\s?$/.test(line.charAt(index - 1)))
      return line.slice(0, index);
    if (character === quote) quote = '';
    else if (quote === '' && (character === '"' || character === "'")) quote = character;
  }
  return line;
}

/**
 * The command lines of Latchkey in a text, each as its arguments: with something in the place of what a reader has to fill in,
 * and one for each of the words that stand beside each other as `on|off`.
 */
export function callsOf(text: string): string[][] {
  return [...text.matchAll(/(?<![\w./-])(?:\S*\/)?latchkey(?:\.cjs)?(?=\s|$)/g)]
    .map((match) => wordsOf(text.slice(match.index + match[0].length)))
    .flatMap((words) => eachOf(words.filter((word) => !/^(?:…|\.\.\.)$/.test(word))))
    .map((words) => words.map((word) => fill(word, words[0])));
}

/** Whether test/real/documents.test.ts can run a command of a document: it is one of Latchkey, or makes it one. */
export function isRun(command: string): boolean {
  return callsOf(command).length > 0 || command.startsWith('alias latchkey=');
}

/** The words of a shell up to a pipe, a redirection, or the end of the command. */
export function wordsOf(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (const [index, character] of Array.from(text).entries()) {
    if (quote !== '') {
      if (character === quote) quote = '';
      else word = (word ?? '') + character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (/[;&)<>]/.test(character) || (character === '|' && /^\s?$/.test(text.charAt(index - 1))))
      break;
    else word = (word ?? '') + character;
  }
  return word === undefined ? words : [...words, word];
}

/** Each choice of words that stand beside each other with a bar between. */
function eachOf(words: readonly string[]): string[][] {
  return words.reduce<string[][]>(
    (all, word) => {
      const choices = /^[\w-]+(?:\|[\w-]+)+$/.test(word) ? word.split('|') : [word];
      return all.flatMap((before) => choices.map((choice) => before.concat(choice)));
    },
    [[]],
  );
}

/** A day stays in the past, whenever this runs. */
function fill(word: string, command = ''): string {
  const own = `${command} ${word}`;
  return (placeholders[own] ?? placeholders[word] ?? word).replace(/^\d{4}-\d\d-\d\d$/, '2020-02-03');
}
