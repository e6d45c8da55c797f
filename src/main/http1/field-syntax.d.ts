/** Whether the text is a token (RFC 9110, 5.6.2): a method, a field name. */
export declare function isToken(text: string): boolean;
/** Whether a part of the text can stand in a field value or a reason phrase: HTAB, SP, VCHAR, obs-text. */
export declare function isFieldText(text: string, start?: number, end?: number): boolean;
/** Whether the text can stand in a request line as its target. obs-text is let pass, as raw UTF-8 is common. */
export declare function isRequestTarget(text: string): boolean;
/**
 * A part of the text without the optional white space around it (RFC 9110, 5.6.3). Not `trim`, which takes more:
 * a coding behind a no-break space would be chunked here and something unknown elsewhere.
 */
export declare function trimWhitespace(text: string, start?: number, end?: number): string;
/**
 * Parses the field line `text[start, end)`, without its CRLF, and appends its name and value (RFC 9112, 5).
 * Folded lines and white space before the colon are refused: recipients disagree about them.
 *
 * @throws Http1Error bad-header
 */
export declare function appendFieldLine(headers: string[], text: string, start: number, end: number): void;
