import type { ReactNode } from 'react';
import type { Command } from '../../shared/command';
import { readNoProxyEntry } from '../../shared/no-proxy-rule';
import { type NoProxyGap, noProxyReaders, noProxyVariable } from '../../shared/no-proxy-variable';
import { Note } from '../components/note';
import { Locked } from '../components/locked';
import { Page } from '../components/page';
import { SwitchRow } from '../components/row';
import { TagList } from '../components/tag-list';
import { TryField } from '../components/try-field';
import { usePanel } from '../panel-context';

/** What is reached without the company proxy, and a field that tells what the list says to an address. */
export function NoProxySection(): ReactNode {
  const { state, words, perform } = usePanel();
  const said = words.noProxy;
  return (
    <Page title={words.preferences.noProxyFor}>
      <Locked names={['noProxy']}>
        <TagList
          label={said.list}
          entries={state.settings.noProxy}
          read={readNoProxyEntry}
          onChange={(noProxy) => void perform({ kind: 'change-settings', patch: { noProxy: [...noProxy] } })}
          addLabel={said.add}
          removeLabel={said.remove}
          emptyText={said.none}
        />
      </Locked>
      <Note>{said.forms}</Note>
      <Gaps rules={state.settings.noProxy} />
      <Locked names={['resolvesNames']}>
        <section className="card list">
          <SwitchRow
            icon="search"
            label={said.lookUp}
            detail={said.lookUpDetail}
            isOn={state.settings.resolvesNames}
            onChange={(isOn) => void perform({ kind: 'change-settings', patch: { resolvesNames: isOn } })}
          />
        </section>
      </Locked>
      <h2 className="label">{said.tryAddress}</h2>
      <TryAddress />
    </Page>
  );
}

/** What programs in terminals are not told of, with the names of those that are not. */
function Gaps({ rules }: { readonly rules: readonly string[] }): ReactNode {
  const { words } = usePanel();
  const said = words.noProxy;
  const { gaps } = noProxyVariable(rules);
  const rulesOf = (isForAll: boolean): NoProxyGap[] =>
    gaps.filter(({ readers }) => (readers.length === noProxyReaders.length) === isForAll);
  const textOf = (some: readonly NoProxyGap[]): string => some.map(({ rule }) => rule).join(', ');
  const unsaid = rulesOf(true);
  return (
    <>
      {unsaid.length === 0 ? null : <Note icon="warning">{said.notInTerminals(textOf(unsaid))}</Note>}
      {noProxyReaders.map((reader) => {
        const lost = rulesOf(false).filter(({ readers }) => readers.includes(reader));
        return lost.length === 0 ? null : (
          <Note key={reader} icon="info">
            {said.notForReader(reader, textOf(lost))}
          </Note>
        );
      })}
    </>
  );
}

function question(address: string): Command | undefined {
  return address === '' ? undefined : { kind: 'try-address', address };
}

function TryAddress(): ReactNode {
  const { state, words } = usePanel();
  const said = words.noProxy;
  const { noProxy, resolvesNames } = state.settings;
  return (
    <TryField
      label={said.tryAddress}
      placeholder={said.tryPlaceholder}
      list={`${noProxy.join(' ')} ${resolvesNames}`}
      question={question}
      verdictOf={(result) => {
        if (result.kind !== 'address') return undefined;
        const { route, rule, pac } = result;
        const byList = rule === undefined ? said.noneFits : said.because(rule);
        return {
          icon: route === 'direct' ? 'bypass' : 'server',
          title: route === 'direct' ? said.direct : said.upstream,
          detail: pac === undefined ? byList : words.pac.verdict(pac),
        };
      }}
    />
  );
}
