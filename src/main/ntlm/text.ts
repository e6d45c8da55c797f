/** Names are UTF-16LE when both sides agreed to Unicode, else in an OEM character set, of which ASCII is certain. */
export function encodeText(text: string, isUnicode: boolean): Buffer {
  return Buffer.from(text, isUnicode ? 'utf16le' : 'latin1');
}

/** The reverse of `encodeText`. */
export function decodeText(bytes: Buffer, isUnicode: boolean): string {
  return bytes.toString(isUnicode ? 'utf16le' : 'latin1');
}
