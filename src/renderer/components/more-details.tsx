import type { ReactNode } from 'react';
import { usePanel } from '../panel-context';
import { Icon } from './icon';

/** What need not be read to choose: behind Details. */
export function MoreDetails({ lines }: { readonly lines: readonly string[] }): ReactNode {
  const { words } = usePanel();
  return (
    <details className="details">
      <summary>
        <Icon name="right" size="small" />
        {words.common.details}
      </summary>
      {lines.map((line) => (
        <p key={line} className="note">
          {line}
        </p>
      ))}
    </details>
  );
}
