/**
 * Upper-cases as Windows does for NTLM: one UTF-16 unit becomes one UTF-16 unit. JavaScript maps a few letters to
 * several ('ß' to 'SS', ligatures); those stay as they are, or the hash of such a name would never match.
 */
export function upperCase(text: string): string {
  let result = '';
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charAt(index);
    const upper = unit.toUpperCase();
    result += upper.length === 1 ? upper : unit;
  }
  return result;
}
