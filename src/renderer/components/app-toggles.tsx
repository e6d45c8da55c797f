import type { ReactNode } from 'react';
import { usePanel } from '../panel-context';
import { SwitchRow } from './row';

/** Use for this Mac, and Open at login; what this machine has no such setting for is left out. */
export function AppToggles(): ReactNode {
  const { state, words, perform } = usePanel();
  const { systemProxy, openAtLogin, settings } = state;
  if (systemProxy.kind === 'unsupported' && openAtLogin === 'unsupported') return null;
  return (
    <section className="card list">
      {systemProxy.kind === 'unsupported' ? null : (
        <SwitchRow
          icon="laptop"
          label={words.status.useForThisMac}
          isOn={settings.usesSystemProxy}
          isBusy={systemProxy.kind === 'changing'}
          onChange={(isOn) => void perform({ kind: 'set-system-proxy', isOn })}
        />
      )}
      {openAtLogin === 'unsupported' ? null : (
        <SwitchRow
          icon="login"
          label={words.status.openAtLogin}
          isOn={openAtLogin !== 'off'}
          onChange={(isOn) => void perform({ kind: 'set-open-at-login', isOn })}
          {...(openAtLogin === 'requires-approval'
            ? {
                detail: (
                  <>
                    {words.status.needsApproval}{' '}
                    <button
                      type="button"
                      className="link"
                      onClick={() => void perform({ kind: 'open-settings-pane', pane: 'login-items' })}
                    >
                      {words.status.openSystemSettings}
                    </button>
                  </>
                ),
              }
            : {})}
        />
      )}
    </section>
  );
}
