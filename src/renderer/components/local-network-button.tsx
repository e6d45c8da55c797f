import type { ComponentProps, ReactNode } from 'react';
import { usePanel } from '../panel-context';
import { Button } from './button';

/** Opens the pane in which macOS lets Latchkey connect to the networks that this Mac is on. */
export function LocalNetworkButton(look: Pick<ComponentProps<typeof Button>, 'look' | 'size'>): ReactNode {
  const { words, perform } = usePanel();
  const open = (): void => void perform({ kind: 'open-settings-pane', pane: 'local-network' });
  return (
    <Button {...look} onClick={open}>
      {words.status.openSystemSettings}
    </Button>
  );
}
