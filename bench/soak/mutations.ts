const hugeLineBytes = 120_000;

/** Changes, removes or doubles a few bytes. */
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

/** Spoils a part of a request's head: bytes, a cut, a doubled line or one that is too long. */
export function mutateHead(head: string, random: () => number): Buffer {
  const bytes = Buffer.from(head, 'latin1');
  const kind = random();
  if (kind < 0.55) return mutateBytes(bytes, random);
  if (kind < 0.7) return bytes.subarray(0, Math.floor(random() * bytes.length));
  const lines = head.split('\r\n');
  const at = Math.floor(random() * (lines.length - 2));
  const line = kind < 0.9 ? (lines[at] ?? '') : `X-Long: ${'l'.repeat(Math.floor(random() * hugeLineBytes))}`;
  return Buffer.from(lines.toSpliced(Math.max(1, at), 0, line).join('\r\n'), 'latin1');
}
