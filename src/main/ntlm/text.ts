import { NtlmError } from './ntlm-error';

/**
 * Names are UTF-16LE when both sides agreed to Unicode, else in an OEM character set, of which only ASCII is certain;
 * Latin-1 is the best guess beyond it.
 *
 * @throws NtlmError bad-text when an OEM name has other letters: cut to bytes they would be another user's name
 */
export function encodeText(text: string, isUnicode: boolean): Buffer {
  if (isUnicode) return Buffer.from(text, 'utf16le');
  for (let index = 0; index < text.length; index += 1) {
    if (text.charCodeAt(index) > 0xff) {
      throw new NtlmError('bad-text', 'a name needs Unicode, which the server does not know');
    }
  }
  return Buffer.from(text, 'latin1');
}

/** The reverse of `encodeText`. */
export function decodeText(bytes: Buffer, isUnicode: boolean): string {
  return bytes.toString(isUnicode ? 'utf16le' : 'latin1');
}
