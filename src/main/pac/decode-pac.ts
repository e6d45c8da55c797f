/** What windows-1252 has from 0x80 to 0x9f; five places are free. */
const windows1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/**
 * The text of a PAC. What it is encoded in is seldom said and sometimes a lie: a byte order mark counts first, then UTF-8 where
 * it is that, then what the server has said, then windows-1252, in which every byte means something. HTTP headers that were saved
 * into the file are left out; their lines stay, empty, so that an error has the line of the file.
 *
 * @param charset that of the Content-Type, if there was one
 */
export function decodePac(file: Buffer, charset?: string): string {
  const { bytes, lines } = withoutHeaders(file);
  return '\n'.repeat(lines) + decode(bytes, charset);
}

/** @returns what follows a head of HTTP, and how many lines that has */
function withoutHeaders(file: Buffer): { readonly bytes: Buffer; readonly lines: number } {
  const text = file.toString('latin1');
  const head = /^(?:\xef\xbb\xbf)?HTTP\/\d(?:\.\d)? \d{3}[^\n]*\n(?:[\w-]+:[^\n]*\n)*\r?\n/.exec(text)?.[0];
  if (head === undefined) return { bytes: file, lines: 0 };
  return { bytes: file.subarray(head.length), lines: head.split('\n').length - 1 };
}

function decode(bytes: Buffer, charset: string | undefined): string {
  const mark = [
    ['utf-8', Buffer.from('efbbbf', 'hex')],
    ['utf-16le', Buffer.from('fffe', 'hex')],
    ['utf-16be', Buffer.from('feff', 'hex')],
  ] as const;
  const marked = mark.find(([, bom]) => bytes.subarray(0, bom.length).equals(bom))?.[0];
  // UTF-16 of what is ASCII is UTF-8 as well, with a NUL beside each character; and a script without one is none of UTF-16.
  const isWide = charset !== undefined && /^utf-16/i.test(charset);
  const said = isWide && !bytes.includes(0) ? undefined : charset;
  const tried = [marked, isWide ? said : undefined, 'utf-8', said];
  for (const encoding of tried) {
    const text = encoding === undefined ? undefined : decodeAs(encoding, bytes);
    if (text !== undefined) return text;
  }
  return bytes.toString('latin1').replace(/[\x80-\x9f]/g, (character) => {
    return windows1252.charAt(character.charCodeAt(0) - 0x80);
  });
}

/** @returns undefined where it is not that, or nobody knows what that is */
function decodeAs(encoding: string, bytes: Buffer): string | undefined {
  // Node's own decoder of windows-1252 is that of Latin-1 in some versions.
  if (/^(?:windows-1252|cp1252|iso-?8859-1|latin-?1|us-ascii|ascii)$/i.test(encoding)) return undefined;
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
