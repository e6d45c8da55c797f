import type { ReactNode } from 'react';
import { type AppState, isSystemProxySwitchOn } from '../../shared/state';
import type { Words } from '../../shared/words/en';
import { usePanel } from '../panel-context';
import type { IconName } from './icon';
import { SwitchRow } from './row';

/** What stands under the switch: nothing while all is as it should be. */
function systemProxyDetail(
  { systemProxy }: AppState,
  words: Words,
): { readonly icon: IconName; readonly detail?: ReactNode } {
  const { kind } = systemProxy;
  const { sentence, remedy, notes } = words.systemProxy(systemProxy);
  const isPlain = kind === 'on' || kind === 'off' || kind === 'changing' || kind === 'unsupported';
  const lines = [...(isPlain ? [] : [sentence, ...(remedy === undefined ? [] : [remedy])]), ...notes];
  if (lines.length === 0) return { icon: 'laptop' };
  return {
    icon: 'warning',
    detail: lines.map((line) => (
      <span key={line} className="line">
        {line}
      </span>
    )),
  };
}

/** Use for this Mac, and Open at login; what this machine has no such setting for is left out. */
export function AppToggles(): ReactNode {
  const { state, words, perform } = usePanel();
  const { systemProxy, openAtLogin } = state;
  if (systemProxy.kind === 'unsupported' && openAtLogin === 'unsupported') return null;
  return (
    <section className="card list">
      {systemProxy.kind === 'unsupported' ? null : (
        <SwitchRow
          label={words.status.useForThisMac}
          isOn={isSystemProxySwitchOn(state)}
          isBusy={systemProxy.kind === 'changing'}
          onChange={(isOn) => void perform({ kind: 'set-system-proxy', isOn })}
          {...systemProxyDetail(state, words)}
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
