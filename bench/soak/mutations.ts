import { mutateBytes } from '../../test/mutate-bytes';

const hugeLineBytes = 120_000;

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
