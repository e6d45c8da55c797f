import type { ReactNode } from 'react';
import { macBypass } from '../../shared/mac-bypass';
import { Choice } from '../components/choice';
import { MoreDetails } from '../components/more-details';
import { Note } from '../components/note';
import { Locked } from '../components/locked';
import { Page } from '../components/page';
import { SwitchRow } from '../components/row';
import { usePanel } from '../panel-context';

/** How this Mac is told of the local proxy, with what each way costs. */
export function SystemProxySection(): ReactNode {
  const { state, words, perform } = usePanel();
  const said = words.systemProxySection;
  const { sentence, remedy, notes } = words.systemProxy(state.systemProxy);
  const { systemProxyMode, bypassesLocalNetworks, bypassesNoProxy, noProxy } = state.settings;
  const gaps = systemProxyMode === 'manual' && bypassesNoProxy ? macBypass(noProxy).gaps : [];
  const choose = (wanted: typeof systemProxyMode): void =>
    void perform({ kind: 'change-settings', patch: { systemProxyMode: wanted } });
  return (
    <Page title={words.preferences.thisMac}>
      <p>{said.meaning}</p>
      <MoreDetails lines={[said.putBack, said.manualMore, said.pacMore]} />
      <Locked names={['systemProxyMode']}>
        <h2 className="label" id="how">
          {said.how}
        </h2>
        <div className="card list" role="radiogroup" aria-labelledby="how">
          <Choice
            group="system-proxy-mode"
            isChosen={systemProxyMode === 'manual'}
            onChoose={() => choose('manual')}
            title={said.manual}
            detail={said.manualDetail}
            icon="sliders"
          />
          <Choice
            group="system-proxy-mode"
            isChosen={systemProxyMode === 'pac'}
            onChoose={() => choose('pac')}
            title={said.pac}
            detail={said.pacDetail}
            icon="bypass"
          />
        </div>
      </Locked>
      {systemProxyMode === 'manual' ? (
        <Locked names={['bypassesLocalNetworks', 'bypassesNoProxy']}>
          <section className="card list">
            <SwitchRow
              icon="wifi"
              label={said.localNetworks}
              detail={said.localNetworksDetail}
              isOn={bypassesLocalNetworks}
              onChange={(isOn) =>
                void perform({ kind: 'change-settings', patch: { bypassesLocalNetworks: isOn } })
              }
            />
            <SwitchRow
              icon="bypass"
              label={said.noProxy}
              detail={said.noProxyDetail}
              isOn={bypassesNoProxy}
              onChange={(isOn) => void perform({ kind: 'change-settings', patch: { bypassesNoProxy: isOn } })}
            />
          </section>
        </Locked>
      ) : null}
      {gaps.length === 0 ? null : <Note icon="warning">{words.noProxy.notForMac(gaps.join(', '))}</Note>}
      {[sentence, ...(remedy === undefined ? [] : [remedy]), ...notes].map((line) => (
        <Note key={line} icon="info">
          {line}
        </Note>
      ))}
    </Page>
  );
}
