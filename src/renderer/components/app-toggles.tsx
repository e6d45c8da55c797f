import type { ReactNode } from 'react';
import { macRoad } from '../../shared/mac-road';
import { isOn } from '../../shared/state';
import { isSystemProxySwitchOn } from '../../shared/system-proxy-switch';
import { type Panel, usePanel } from '../panel-context';
import type { IconName } from './icon';
import { SwitchRow } from './row';

/** What stands under the switch: nothing while all is as it should be. The rest is in the hero, and on the page of its own. */
function systemProxyDetail({ state, words, go }: Panel): {
  readonly icon: IconName;
  readonly detail?: ReactNode;
} {
  const { systemProxy, connection } = state;
  const { kind } = systemProxy;
  const { sentence, remedy, notes } = words.systemProxy(systemProxy);
  const isPlain = kind === 'on' || kind === 'changing' || kind === 'unsupported';
  const lines: string[] = [];
  if (kind === 'off') {
    if (isOn(connection)) lines.push(words.status.ownSettings);
    // What a click costs is said before it is made.
    if (state.asksForAdministrator) lines.push(words.status.asksForAdministrator);
  } else if (connection.kind === 'on' && kind !== 'failed') {
    // The hero says why.
    const road = macRoad(state).kind;
    if (road === 'taken' || road === 'behind' || road === 'refused') {
      const sinceMs = kind === 'taken-over' ? systemProxy.sinceMs : undefined;
      const said = words.status;
      lines.push(
        sinceMs === undefined ? said.notInForce : said.notInForceSince(words.formats.clock(sinceMs)),
      );
    }
  } else if (!isPlain) {
    lines.push(sentence);
  }
  // A note says what is the matter with a service, which is more than general advice.
  const advice = notes[0] ?? (isPlain || kind === 'off' ? undefined : remedy);
  if (advice !== undefined) lines.push(advice);
  const leftOut = Math.max(0, notes.length - 1);
  if (lines.length === 0) return { icon: 'laptop' };
  return {
    icon: kind === 'off' && notes.length === 0 ? 'laptop' : 'warning',
    detail: (
      <>
        {lines.map((line) => (
          <span key={line} className="line">
            {line}
          </span>
        ))}
        {leftOut === 0 ? null : (
          <button
            type="button"
            className="link"
            data-opens="preferences/this-mac"
            onClick={() => go({ screen: 'preferences', section: 'this-mac' })}
          >
            {words.status.moreNotes(leftOut)}
          </button>
        )}
      </>
    ),
  };
}

/** Use for this Mac, and Open at login; what this machine has no such setting for is left out. */
export function AppToggles({ hasMacSwitch = true }: { readonly hasMacSwitch?: boolean }): ReactNode {
  const panel = usePanel();
  const { state, words, perform } = panel;
  const { systemProxy, openAtLogin } = state;
  const hasMac = hasMacSwitch && systemProxy.kind !== 'unsupported';
  if (!hasMac && openAtLogin === 'unsupported') return null;
  return (
    <section className="card list">
      {!hasMac ? null : (
        <SwitchRow
          label={words.status.useForThisMac}
          isOn={isSystemProxySwitchOn(state)}
          isBusy={systemProxy.kind === 'changing'}
          onChange={(isOn) => void perform({ kind: 'set-system-proxy', isOn })}
          {...systemProxyDetail(panel)}
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
