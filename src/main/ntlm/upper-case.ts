/**
 * The upper form of one UTF-16 unit as Windows has it, as far as Samba's table shows. JavaScript knows more:
 * - letters with an upper form of several ('ß' to 'SS', ligatures);
 * - letters that are only a variant of the lower form ('ı', 'ſ', 'µ', title case), whose upper form leads back to
 *   another letter; of these the final sigma alone is mapped;
 * - Georgian, which got capitals only in Unicode 11.
 * These stay as they are, or the hash of such a name would never match.
 */
function upperUnit(unit: string): string {
  if (unit >= '\u10d0' && unit <= '\u10ff') return unit;
  const upper = unit.toUpperCase();
  // An upper form of several letters never has a lower form of one.
  const isPair = upper.toLowerCase() === unit || unit === 'ς';
  return isPair ? upper : unit;
}

/** Upper-cases as Windows' RtlUpcaseUnicodeString does for NTLM: one UTF-16 unit becomes one UTF-16 unit. */
export function upperCase(text: string): string {
  let result = '';
  for (let index = 0; index < text.length; index += 1) result += upperUnit(text.charAt(index));
  return result;
}
