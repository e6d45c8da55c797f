/** What cntlm reads of one line: 4096 bytes with the line break and a zero. */
const longestLine = 4094;
/** Where cntlm cuts names. */
const longestName = 63;

/** cntlm takes what stands between quotation marks as it is; elsewhere `#` begins a comment, and blanks are trimmed. */
export function confValue(text: string): string {
  return /^\s|\s$|#|^["=;]/.test(text) ? `"${text}"` : text;
}

/** Whether cntlm reads a line of a cntlm.conf as it is meant. */
export function isSaid(line: string): boolean {
  const [, keyword = '', value = ''] = /^(\w+) (.*)$/s.exec(line) ?? [];
  if (line.startsWith('#') || keyword === '') return true;
  const isName = keyword === 'Username' || keyword === 'Domain' || keyword === 'Workstation';
  // There is no way to write a quotation mark between others.
  const isOpen = value.startsWith('"') && value.indexOf('"', 1) !== value.length - 1;
  const bare = value.replace(/^"(.*)"$/s, '$1');
  return !isOpen && lengthOf(line) <= longestLine && !(isName && lengthOf(bare) > longestName);
}

function lengthOf(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/**
 * The lines of a cntlm.conf that cntlm reads as they are meant, with a comment in place of each other one.
 *
 * @returns `left`: those others; of one with a password nothing but its keyword
 */
export function withinLimits(lines: readonly string[]): {
  readonly lines: readonly string[];
  readonly left: readonly string[];
} {
  const left: string[] = [];
  const kept = lines.map((line) => {
    if (isSaid(line)) return line;
    const [keyword = ''] = line.split(' ', 1);
    left.push(/^(?:SOCKS5|Pass)/i.test(keyword) ? keyword : line);
    return `# cntlm cannot read this value of ${keyword}, which is left out`;
  });
  return { lines: kept, left };
}

/** Entries as so many texts with commas between as it takes for each to fit into a line. */
export function inLines(entries: readonly string[], longest: number): string[] {
  const lines: string[] = [];
  for (const entry of entries) {
    const last = lines.at(-1);
    const both = last === undefined ? entry : `${last}, ${entry}`;
    if (last === undefined || lengthOf(both) > longest) lines.push(entry);
    else lines[lines.length - 1] = both;
  }
  return lines;
}
