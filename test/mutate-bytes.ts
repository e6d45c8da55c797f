/**
 * Changes, removes or doubles a few bytes.
 *
 * @param random from 0 to 1, without 1
 */
export function mutateBytes(original: Buffer, random: () => number): Buffer {
  const bytes = [...original];
  const edits = 1 + Math.floor(random() * 4);
  for (let edit = 0; edit < edits; edit += 1) {
    const at = Math.floor(random() * bytes.length);
    const kind = random();
    if (kind < 0.5) bytes[at] = Math.floor(random() * 256);
    else if (kind < 0.75) bytes.splice(at, 1 + Math.floor(random() * 8));
    else bytes.splice(at, 0, ...bytes.slice(at, at + Math.floor(random() * 16)));
  }
  return Buffer.from(bytes);
}
