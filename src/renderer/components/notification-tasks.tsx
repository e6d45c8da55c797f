import type { ReactNode } from 'react';
import { usePanel } from '../panel-context';
import { Button } from './button';

/** What can be done where the system does not show notifications: allow them, and see whether they come. */
export function NotificationTasks(): ReactNode {
  const { state, words, perform } = usePanel();
  return (
    <>
      {state.platform === 'darwin' ? (
        <Button
          size="small"
          onClick={() => void perform({ kind: 'open-settings-pane', pane: 'notifications' })}
        >
          {words.doctor.openNotifications}
        </Button>
      ) : null}
      <Button size="small" onClick={() => void perform({ kind: 'try-notification' })}>
        {words.common.tryAgain}
      </Button>
    </>
  );
}
