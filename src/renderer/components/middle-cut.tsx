import type { ReactNode } from 'react';

/** So many characters at the end stay, which tell hosts of one cloud apart: their domain and port. */
const endLength = 18;

/** A host that is cut in its middle where it is too long for its row: there it says least. */
export function MiddleCut({ text }: { readonly text: string }): ReactNode {
  if (text.length <= endLength) return text;
  return (
    <>
      <span className="hidden">{text}</span>
      <span className="middle-cut" aria-hidden="true">
        <span className="cut-start">{text.slice(0, -endLength)}</span>
        <span className="cut-end">{text.slice(-endLength)}</span>
      </span>
    </>
  );
}
