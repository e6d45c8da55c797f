import type { ReactNode } from 'react';

/** So much of the end is always seen: a port, and the domain before it. */
const endLength = 14;

/**
 * A name, as of a host: where it has no room it is cut in the middle, as its beginning and its end tell it from others. All of it is
 * read aloud, copied, and shown under the pointer.
 */
export function CutText({ text }: { readonly text: string }): ReactNode {
  if (text.length <= endLength + 4) return text;
  return (
    <span className="cut-text" title={text}>
      <span>{text.slice(0, -endLength)}</span>
      <span>{text.slice(-endLength)}</span>
    </span>
  );
}
