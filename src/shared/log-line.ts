/** How much a line of the log matters, the most first. */
export const logLevels = ['error', 'warning', 'info', 'debug'] as const;

export type LogLevel = (typeof logLevels)[number];

/** Whether a line of a level is told to somebody who wants those up to another. */
export function isTold(level: LogLevel, wanted: LogLevel): boolean {
  return logLevels.indexOf(level) <= logLevels.indexOf(wanted);
}

const leftOut = '[left out]';

/** What a secret looks like: no caller gives one to the log, and one that comes in a foreign error's text stops here. */
const secrets: readonly (readonly [RegExp, string])[] = [
  [/\b((?:proxy-)?authorization|(?:set-)?cookie)(["']?\s*[:=]\s*).*/gi, `$1$2${leftOut}`],
  [/\bBearer [\w+/=.~-]{8,}/g, `Bearer ${leftOut}`],
  // A word of a sentence has no digits and no capitals in it.
  [/\b(NTLM|Negotiate|Basic) (?=[\w+/=-]*[\dA-Z+/=])[\w+/=-]{12,}/g, `$1 ${leftOut}`],
  // A hash of 16 bytes, and anything longer in hexadecimal digits.
  [/(?<![\da-f])[\da-f]{32,}(?![\da-f])/gi, leftOut],
  [/\/\/[^\s/@]+@/g, `//${leftOut}@`],
];

/** A line without what looks like a secret, and without line breaks. */
export function redact(line: string): string {
  const text = line.replace(/\s+/g, ' ');
  return secrets.reduce((rest, [pattern, instead]) => rest.replace(pattern, instead), text);
}

/** A line as a log keeps it: its time, its level, and its text without secrets. @param nowMs milliseconds since 1970 */
export function logLine(nowMs: number, level: LogLevel, line: string): string {
  return `${new Date(nowMs).toISOString()} ${level} ${redact(line)}`;
}

/** The level of a line that a log has kept. */
export function levelOf(line: string): LogLevel {
  const word = line.split(' ', 2)[1];
  return logLevels.find((level) => level === word) ?? 'info';
}
