import { powerMonitor } from 'electron';
import type { Power } from '../ports';

/** Sleep and waking as the system announces them. */
export function electronPower(): Power {
  const listeners = new Set<(event: 'suspend' | 'resume') => void>();
  const tell = (event: 'suspend' | 'resume') => (): void => {
    for (const listener of listeners) listener(event);
  };
  const onSuspend = tell('suspend');
  const onResume = tell('resume');
  powerMonitor.on('suspend', onSuspend).on('resume', onResume);
  return {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      powerMonitor.off('suspend', onSuspend).off('resume', onResume);
      listeners.clear();
    },
  };
}
