/** The variable of the script's realm that holds the line of the last `return` of FindProxyForURL; 0: of none. */
export const lineVariable = 'latchkeyLine';

interface Token {
  readonly kind: 'word' | 'sign' | 'literal';
  readonly text: string;
  readonly at: number;
  readonly line: number;
}

/** After these words a slash begins a regular expression. */
const beforeExpression: ReadonlySet<string> = new Set([
  'return',
  'typeof',
  'case',
  'in',
  'of',
  'delete',
  'void',
  'throw',
  'new',
  'else',
  'do',
]);

/**
 * Has each `return` of FindProxyForURL note its line before it gives its answer, so that it can be said where in the file that
 * stands: `return x` becomes `return latchkeyLine=3,x`. Lines stay as they are, and functions within it are left alone.
 *
 * @returns the script as it is where it cannot be read with certainty, or has no such function
 */
export function markReturns(script: string): string {
  const tokens = tokensOf(script);
  if (tokens === undefined) return script;
  const marks = returnsOf(tokens).filter((index) => hasValue(tokens, index));
  let marked = '';
  let from = 0;
  for (const index of marks) {
    const token = tokens[index];
    if (token === undefined) continue;
    const end = token.at + token.text.length;
    marked += `${script.slice(from, end)} ${lineVariable}=${token.line},`;
    from = end;
  }
  return marked + script.slice(from);
}

/** A function's source without the marks. */
export function withoutMarks(source: string): string {
  return source.replaceAll(new RegExp(` ${lineVariable}=\\d+,`, 'g'), '');
}

/** Whether what stands behind a `return` is its value: on the same line, as a line break ends the statement (ECMA-262, 12.10). */
function hasValue(tokens: readonly Token[], index: number): boolean {
  const [token, next] = [tokens[index], tokens[index + 1]];
  return (
    token !== undefined && next !== undefined && next.line === token.line && !/^[;}:,)\]=]$/.test(next.text)
  );
}

/** The places of each `return` of FindProxyForURL itself. */
function returnsOf(tokens: readonly Token[]): readonly number[] {
  const found: number[] = [];
  let index = 0;
  while (index < tokens.length) {
    const isNamed = tokens[index]?.text === 'FindProxyForURL' && tokens[index - 1]?.text !== '.';
    const isMade = tokens[index - 1]?.text === 'function' || tokens[index + 1]?.text === '=';
    const begin = isNamed && isMade ? bodyOf(tokens, index) : undefined;
    if (begin === undefined) index += 1;
    else {
      const end = closing(tokens, begin);
      found.push(...ownReturns(tokens, begin, end));
      index = end;
    }
  }
  return found;
}

function ownReturns(tokens: readonly Token[], begin: number, end: number): readonly number[] {
  const found: number[] = [];
  for (let index = begin + 1; index < end; index += 1) {
    const { text = '', kind } = tokens[index] ?? {};
    const isFunction = text === 'function' || text === '=>';
    const inner = isFunction ? bodyOf(tokens, index) : undefined;
    if (inner !== undefined) index = closing(tokens, inner);
    else if (kind === 'word' && text === 'return' && tokens[index - 1]?.text !== '.') found.push(index);
  }
  return found;
}

/** The brace that begins the body of a function whose head is here; undefined where a statement ends before. */
function bodyOf(tokens: readonly Token[], from: number): number | undefined {
  let depth = 0;
  for (let index = from; index < tokens.length; index += 1) {
    const text = tokens[index]?.text;
    if (text === '(') depth += 1;
    else if (text === ')') depth -= 1;
    else if (text === ';' && depth === 0) return undefined;
    else if (text === '{' && depth === 0) return index;
    if (depth < 0) return undefined;
  }
  return undefined;
}

/** The brace that closes this one, or the end. */
function closing(tokens: readonly Token[], begin: number): number {
  let depth = 0;
  for (let index = begin; index < tokens.length; index += 1) {
    const text = tokens[index]?.kind === 'sign' ? tokens[index]?.text : '';
    if (text === '{') depth += 1;
    else if (text === '}') depth -= 1;
    if (depth === 0) return index;
  }
  return tokens.length;
}

/** Blanks and comments, then a word, a string, or one sign. A number is a word here. */
const piece =
  /(?<gap>(?:\s|\/\/[^\n\r\u2028\u2029]*|\/\*[^]*?\*\/)+)|(?<word>[\p{ID_Start}$_\d][\p{ID_Continue}$.\u200c\u200d]*)|(?<text>"(?:[^"\\\n\r]|\\(?:\r\n|[^]))*"|'(?:[^'\\\n\r]|\\(?:\r\n|[^]))*')|(?<sign>=>|[^\s])/uy;
const regularExpression =
  /\/(?![*/])(?:[^\\/[\n\r]|\\[^\n\r]|\[(?:[^\]\\\n\r]|\\[^\n\r])*\])+\/[\p{ID_Continue}$]*/uy;

/** Undefined for what this knows too little of: templates, and comments of HTML. */
function tokensOf(script: string): readonly Token[] | undefined {
  if (/`|<!--|-->/.test(script)) return undefined;
  const tokens: Token[] = [];
  let at = 0;
  let line = 1;
  while (at < script.length) {
    const before = tokens.at(-1);
    const mayBeExpression =
      before === undefined ||
      (before.kind === 'sign' && !/^[)\]}]$/.test(before.text)) ||
      (before.kind === 'word' && beforeExpression.has(before.text));
    const pattern =
      script[at] === '/' && mayBeExpression && !/^\/[*/]/.test(script.slice(at, at + 2))
        ? regularExpression
        : piece;
    pattern.lastIndex = at;
    const match = pattern.exec(script);
    if (match === null) return undefined;
    const [text] = match;
    const { gap, word, sign } = match.groups ?? {};
    // A quote that no quote follows.
    if (sign === '"' || sign === "'") return undefined;
    if (gap === undefined) {
      tokens.push({
        kind: word === undefined ? (sign === undefined ? 'literal' : 'sign') : 'word',
        text,
        at,
        line,
      });
    }
    line += text.match(/\r\n|[\n\r\u2028\u2029]/g)?.length ?? 0;
    at += text.length;
  }
  return tokens;
}
