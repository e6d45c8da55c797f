import { Http1Error } from './http1-error';

function characterClass(includes: (code: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, code) => (includes(code) ? 1 : 0));
}

const tokenCharacters = characterClass((code) =>
  /[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(String.fromCharCode(code)),
);
const textCharacters = characterClass((code) => code === 0x09 || (code >= 0x20 && code !== 0x7f));
const targetCharacters = characterClass((code) => code > 0x20 && code !== 0x7f);

// A code above 0xff is outside of the table, hence in no class: written as latin1, U+010A would become a LF.
function consistsOf(characters: Uint8Array, text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    if (characters[text.charCodeAt(at)] !== 1) return false;
  }
  return true;
}

/** Whether the text is a token (RFC 9110, 5.6.2): a method, a field name. */
export function isToken(text: string): boolean {
  return text.length > 0 && consistsOf(tokenCharacters, text, 0, text.length);
}

/** Whether a part of the text can stand in a field value or a reason phrase: HTAB, SP, VCHAR, obs-text. */
export function isFieldText(text: string, start = 0, end = text.length): boolean {
  return consistsOf(textCharacters, text, start, end);
}

/** Whether the text can stand in a request line as its target. obs-text is let pass, as raw UTF-8 is common. */
export function isRequestTarget(text: string): boolean {
  return text.length > 0 && consistsOf(targetCharacters, text, 0, text.length);
}

function isWhitespace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/**
 * A part of the text without the optional white space around it (RFC 9110, 5.6.3). Not `trim`, which takes more:
 * a coding behind a no-break space would be chunked here and something unknown elsewhere.
 */
export function trimWhitespace(text: string, start = 0, end = text.length): string {
  let from = start;
  let to = end;
  while (from < to && isWhitespace(text.charCodeAt(from))) from += 1;
  while (to > from && isWhitespace(text.charCodeAt(to - 1))) to -= 1;
  return text.slice(from, to);
}

/**
 * Parses the field line `text[start, end)`, without its CRLF, and appends its name and value (RFC 9112, 5).
 * Folded lines and white space before the colon are refused: recipients disagree about them.
 *
 * @throws Http1Error bad-header
 */
export function appendFieldLine(headers: string[], text: string, start: number, end: number): void {
  let colon = start;
  while (colon < end && tokenCharacters[text.charCodeAt(colon)] === 1) colon += 1;
  if (colon === start || colon === end || text.charCodeAt(colon) !== 0x3a) {
    throw new Http1Error('bad-header', 'a header line without a proper name and colon');
  }
  const name = text.slice(start, colon);
  const value = trimWhitespace(text, colon + 1, end);
  if (!isFieldText(value)) throw new Http1Error('bad-header', `a control character in the value of ${name}`);
  headers.push(name, value);
}
