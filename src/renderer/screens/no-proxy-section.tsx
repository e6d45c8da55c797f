import { type ReactNode, useEffect, useState } from 'react';
import type { CommandResult } from '../../shared/command';
import { readNoProxyEntry } from '../../shared/no-proxy-rule';
import { type NoProxyGap, noProxyReaders, noProxyVariable } from '../../shared/no-proxy-variable';
import { Icon } from '../components/icon';
import { Note } from '../components/note';
import { Locked } from '../components/locked';
import { Page } from '../components/page';
import { SwitchRow } from '../components/row';
import { TagList } from '../components/tag-list';
import { BareField } from '../components/text-field';
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

function TryAddress(): ReactNode {
  const { state, words, run } = usePanel();
  const said = words.noProxy;
  const [text, setText] = useState('');
  const [result, setResult] = useState<CommandResult>();
  const address = text.trim();
  const { noProxy, resolvesNames } = state.settings;
  const rules = `${noProxy.join(' ')} ${resolvesNames}`;
  // Asked as it is typed, and anew when the list changes.
  useEffect(() => {
    let isOver = false;
    const ask = async (): Promise<void> => {
      const answer = address === '' ? undefined : await run({ kind: 'try-address', address });
      if (!isOver) setResult(answer);
    };
    void ask();
    return () => {
      isOver = true;
    };
  }, [address, rules, run]);
  return (
    <section className="card pad">
      <BareField
        label={said.tryAddress}
        placeholder={said.tryPlaceholder}
        value={text}
        inputMode="text"
        onChange={setText}
      />
      <div role="status">
        {result?.kind === 'address' ? (
          <p className="verdict">
            <Icon name={result.route === 'direct' ? 'bypass' : 'server'} />
            <span>
              <b>{result.route === 'direct' ? said.direct : said.upstream}</b>
              {result.pac === undefined
                ? result.rule === undefined
                  ? said.noneFits
                  : said.because(result.rule)
                : words.pac.verdict(result.pac)}
            </span>
          </p>
        ) : null}
        {result?.kind === 'failed' ? (
          <p className="verdict">
            <Icon name="info" />
            <span>{words.problem(result.problem).sentence}</span>
          </p>
        ) : null}
      </div>
    </section>
  );
}
