/** A set of characters: those in one of the ranges, both ends included, or those in none of them. */
export interface GlobSet {
  readonly ranges: readonly (readonly [from: string, to: string])[];
  readonly isNegated: boolean;
}

/** One place in a pattern: any run of characters, or what a single one must be. */
export type GlobToken =
  | { readonly kind: 'any-run' }
  | (GlobSet & { readonly kind: 'one'; readonly matches: (character: string) => boolean });

interface Parsed {
  readonly token: GlobToken;
  readonly next: number;
}

const anyOne: GlobToken = { kind: 'one', ranges: [], isNegated: true, matches: () => true };

function literal(wanted: string): GlobToken {
  return {
    kind: 'one',
    ranges: [[wanted, wanted]],
    isNegated: false,
    matches: (character) => character === wanted,
  };
}

/** Reads `[a-z]`, `[!a-z]` or `[^a-z]`; undefined when the bracket is never closed and stands for itself. */
function parseSet(pattern: string, start: number): Parsed | undefined {
  let at = start + 1;
  const isNegated = pattern[at] === '!' || pattern[at] === '^';
  if (isNegated) at += 1;
  const ranges: (readonly [from: string, to: string])[] = [];
  // A closing bracket in the first place is a member (POSIX 2.13.1).
  for (let isFirst = true; isFirst || pattern[at] !== ']'; isFirst = false) {
    if (pattern[at] === '\\') at += 1;
    const from = pattern[at];
    if (from === undefined) return undefined;
    const last = pattern[at + 2];
    if (pattern[at + 1] === '-' && last !== undefined && last !== ']') {
      ranges.push([from, last]);
      at += 3;
    } else {
      ranges.push([from, from]);
      at += 1;
    }
  }
  const matches = (character: string): boolean =>
    ranges.some(([from, to]) => from <= character && character <= to) !== isNegated;
  return { token: { kind: 'one', ranges, isNegated, matches }, next: at + 1 };
}

/** The places of a pattern, as `compileGlob` takes them, in lower case. */
export function parseGlob(original: string): readonly GlobToken[] {
  const pattern = original.toLowerCase();
  const tokens: GlobToken[] = [];
  for (let at = 0; at < pattern.length; ) {
    const character = pattern[at] ?? '';
    const set = character === '[' ? parseSet(pattern, at) : undefined;
    if (set !== undefined) {
      tokens.push(set.token);
      at = set.next;
      continue;
    }
    if (character === '*') tokens.push({ kind: 'any-run' });
    else if (character === '?') tokens.push(anyOne);
    else if (character === '\\' && at + 1 < pattern.length) {
      at += 1;
      tokens.push(literal(pattern[at] ?? ''));
    } else tokens.push(literal(character));
    at += 1;
  }
  return tokens;
}

/**
 * Compiles a POSIX fnmatch pattern without flags, as cntlm has it in NoProxy: `*` any run of characters (dots and slashes
 * too), `?` one, `[a-z]` and `[!a-z]` sets, `\` takes the next literally. The whole text must match; case does not
 * matter. Time is at most the product of both lengths, whatever a hostile host name looks like.
 */
export function compileGlob(pattern: string): (text: string) => boolean {
  const tokens = parseGlob(pattern);
  return (original) => {
    const text = original.toLowerCase();
    let token = 0;
    // Where to go on when a match fails: the last `*` takes one character more.
    let retryToken = -1;
    let retryAt = 0;
    for (let at = 0; at < text.length; ) {
      const current = tokens[token];
      if (current?.kind === 'any-run') {
        retryToken = token;
        retryAt = at;
        token += 1;
      } else if (current?.matches(text.charAt(at)) === true) {
        token += 1;
        at += 1;
      } else if (retryToken >= 0) {
        retryAt += 1;
        at = retryAt;
        token = retryToken + 1;
      } else {
        return false;
      }
    }
    return tokens.slice(token).every(({ kind }) => kind === 'any-run');
  };
}
