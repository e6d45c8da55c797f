import { useEffect } from 'react';
import { back } from './location';
import type { Panel } from './panel-context';

function isInField(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && target.type !== 'radio';
}

/** Tells the status screen that the terminal commands were copied by a key. */
export const copiedByKey = 'latchkey:copied';

/** The keys that work on every screen: Escape, and with Command C, comma, W and Q. */
export function useShortcuts({ state, trail, perform, goBack, go }: Panel): void {
  useEffect(() => {
    const isMac = state.platform === 'darwin';
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented) return;
      if (event.key === 'Escape') {
        event.preventDefault();
        if (back(trail) === undefined) void perform({ kind: 'hide-panel' });
        else goBack();
        return;
      }
      if (!(isMac ? event.metaKey : event.ctrlKey) || event.altKey || event.shiftKey) return;
      if (event.key === 'c') {
        const hasSelection = (window.getSelection()?.toString() ?? '') !== '';
        if (hasSelection || isInField(event.target)) return;
        event.preventDefault();
        window.dispatchEvent(new Event(copiedByKey));
        void perform({ kind: 'copy-terminal-commands' });
      } else if (event.key === ',') {
        event.preventDefault();
        if (trail.locations.at(-1)?.screen !== 'preferences') go({ screen: 'preferences' });
      } else if (event.key === 'w') {
        event.preventDefault();
        void perform({ kind: 'hide-panel' });
      } else if (event.key === 'q') {
        event.preventDefault();
        void perform({ kind: 'quit' });
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [state.platform, trail, perform, goBack, go]);
}
