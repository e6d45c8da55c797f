import type { ReactNode } from 'react';
import { readNumber } from '../../shared/fields';
import { formatHostPort, longestWaitSeconds } from '../../shared/settings';
import type { AppState } from '../../shared/state';
import type { Words } from '../../shared/words/en';
import { Choice } from '../components/choice';
import { Note } from '../components/note';
import { Locked } from '../components/locked';
import { Page } from '../components/page';
import { SettingField } from '../components/setting-field';
import { usePanel } from '../panel-context';

function nowText({ reachability, upstreams, settings }: AppState, words: Words): string {
  const said = words.offNetwork;
  const used = upstreams.find(({ status }) => status === 'in-use')?.address ?? settings.upstreams[0];
  switch (reachability) {
    case 'reachable':
      return used === undefined ? said.nowUnknown : said.nowOn(formatHostPort(used));
    case 'unreachable':
      return said.nowOff;
    case 'forbidden':
      return said.nowForbidden;
    case 'unknown':
      return said.nowUnknown;
  }
}

/** What is done with requests while no company proxy can be reached. */
export function OffNetworkSection(): ReactNode {
  const { state, words, perform } = usePanel();
  const said = words.offNetwork;
  const { offNetwork, offNetworkWaitSeconds } = state.settings;
  const choose = (wanted: typeof offNetwork): void =>
    void perform({ kind: 'change-settings', patch: { offNetwork: wanted } });
  return (
    <Page title={words.preferences.offNetwork}>
      <Locked names={['offNetwork', 'offNetworkWaitSeconds']}>
        <h2 className="label" id="when">
          {said.when}
        </h2>
        <div className="card list" role="radiogroup" aria-labelledby="when">
          <Choice
            group="off-network"
            isChosen={offNetwork === 'direct'}
            onChoose={() => choose('direct')}
            title={said.direct}
            detail={said.directDetail}
            icon="bypass"
          />
          <Choice
            group="off-network"
            isChosen={offNetwork === 'refuse'}
            onChoose={() => choose('refuse')}
            title={said.refuse}
            detail={said.refuseDetail}
            icon="barred"
          />
          <Choice
            group="off-network"
            isChosen={offNetwork === 'wait'}
            onChoose={() => choose('wait')}
            title={said.wait}
            detail={said.waitDetail}
            icon="clock"
          />
          {offNetwork === 'wait' ? (
            <SettingField
              label={said.longest}
              value={String(offNetworkWaitSeconds)}
              unit={said.seconds}
              read={(text) => readNumber(text, 1, longestWaitSeconds)}
              write={(value) =>
                void perform({ kind: 'change-settings', patch: { offNetworkWaitSeconds: value } })
              }
            />
          ) : null}
        </div>
      </Locked>
      <Note icon="info">{nowText(state, words)}</Note>
    </Page>
  );
}
