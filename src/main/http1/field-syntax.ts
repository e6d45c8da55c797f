import { Http1Error } from './http1-error';

function characterClass(includes: (code: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, code) => (includes(code) ? 1 : 0));
}

const tokenCharacters = characterClass((code) =>
  /[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(String.fromCharCode(code)),
);
const textCharacters = characterClass((code) => code === 0x09 || (code >= 0x20 && code !== 0x7f));
const targetCharacters = characterClass((code) => code > 0x20 && code !== 0x7f);
/** reg-name of RFC 3986, 3.2.2, and obs-text. */
const hostCharacters = characterClass(
  (code) => code >= 0x80 || /[0-9A-Za-z\-._~!$&'()*+,;=%]/.test(String.fromCharCode(code)),
);

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

/** Whether the character can stand in the name of a host in a URL. obs-text is let pass, as raw UTF-8 is. */
export function isHostCharacter(code: number): boolean {
  return hostCharacters[code] === 1;
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

function appendField(headers: string[], name: string, text: string, start: number, end: number): void {
  // The line, which is flat, is looked at rather than its slice, which is not.
  if (!isFieldText(text, start, end)) {
    throw new Http1Error('bad-header', `a control character in the value of ${name}`);
  }
  headers.push(name, trimWhitespace(text, start, end));
}

/** Returns false for a line that does not begin with a proper name and colon. */
function appendProperFieldLine(headers: string[], text: string, start: number, end: number): boolean {
  let colon = start;
  while (colon < end && tokenCharacters[text.charCodeAt(colon)] === 1) colon += 1;
  if (colon === start || colon === end || text.charCodeAt(colon) !== 0x3a) return false;
  appendField(headers, text.slice(start, colon), text, colon + 1, end);
  return true;
}

/**
 * Parses the field line `text[start, end)`, without its line end, and appends its name and value (RFC 9112, 5).
 * Folded lines and white space before the colon are refused: recipients disagree about them.
 *
 * @throws Http1Error bad-header
 */
export function appendFieldLine(headers: string[], text: string, start: number, end: number): void {
  if (!appendProperFieldLine(headers, text, start, end)) {
    throw new Http1Error('bad-header', 'a header line without a proper name and colon');
  }
}

const framingFields: readonly string[] = ['content-length', 'transfer-encoding'];

/**
 * Parses a line of an answer as browsers do, since origins that send such things will not be mended: white space
 * before the colon is removed (RFC 9112, 5.1), a folded line continues the value before it (5.2), and a line
 * without a proper name is dropped. What is written for the client has none of it. Whatever might be meant as
 * framing, and read as such by somebody, is refused.
 *
 * @param canFold whether the line before was a field, so that a folded line belongs to its value
 * @returns whether the line was a field or belongs to one
 * @throws Http1Error bad-header for a control character, bad-framing
 */
export function appendTolerantFieldLine(
  headers: string[],
  text: string,
  start: number,
  end: number,
  canFold: boolean,
): boolean {
  if (appendProperFieldLine(headers, text, start, end)) return true;
  if (!isFieldText(text, start, end)) {
    throw new Http1Error('bad-header', 'a control character in a header line');
  }
  const line = text.slice(start, end);
  const beginsWithBlank = isWhitespace(line.charCodeAt(0));
  if (beginsWithBlank && canFold) {
    continueValue(headers, trimWhitespace(line));
    return true;
  }
  const colon = line.indexOf(':');
  const name = trimWhitespace(line, 0, Math.max(colon, 0));
  if (!beginsWithBlank && isToken(name)) {
    appendField(headers, name, line, colon + 1, line.length);
    return true;
  }
  const lowerCase = line.toLowerCase();
  if (framingFields.some((field) => lowerCase.includes(field))) {
    throw new Http1Error('bad-framing', 'a broken header line that tells the length of the body');
  }
  return false;
}

/** Appends a folded line to the last value, with one blank in place of the line break. */
function continueValue(headers: string[], text: string): void {
  const last = headers.length - 1;
  if (framingFields.includes((headers[last - 1] ?? '').toLowerCase())) {
    throw new Http1Error('bad-framing', 'a folded line that tells the length of the body');
  }
  const value = headers[last] ?? '';
  // Not trimmed as a whole: it grows as a rope, however many lines there are.
  headers[last] = value === '' || text === '' ? value + text : `${value} ${text}`;
}
