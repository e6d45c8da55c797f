/**
 * Puts text between `<!-- NAME -->` and `<!-- end of NAME -->` in a document, in place of what was there.
 *
 * @throws Error when the marks are not there
 */
export function putBetweenMarks(document: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name} -->\n`, `<!-- end of ${name} -->`];
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from < 0 || to < from) throw new Error(`there is no place marked ${name}`);
  return document.slice(0, from + begin.length) + text + document.slice(to);
}
