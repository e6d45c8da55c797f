import { type ReactNode, useEffect, useState } from 'react';
import type { CommandResult } from '../../shared/command';
import { readNoProxyEntry } from '../../shared/fields';
import { Icon } from '../components/icon';
import { Page } from '../components/page';
import { TagList } from '../components/tag-list';
import { BareField } from '../components/text-field';
import { usePanel } from '../panel-context';

/** What is reached without the company proxy, and a field that tells what the list says to an address. */
export function NoProxySection(): ReactNode {
  const { state, words, perform } = usePanel();
  const said = words.noProxy;
  return (
    <Page title={words.preferences.noProxyFor}>
      <TagList
        label={said.list}
        entries={state.settings.noProxy}
        read={readNoProxyEntry}
        onChange={(noProxy) => void perform({ kind: 'change-settings', patch: { noProxy: [...noProxy] } })}
        addLabel={said.add}
        removeLabel={said.remove}
        emptyText={said.none}
      />
      <h2 className="label">{said.tryAddress}</h2>
      <TryAddress />
    </Page>
  );
}

function TryAddress(): ReactNode {
  const { state, words, run } = usePanel();
  const said = words.noProxy;
  const [text, setText] = useState('');
  const [result, setResult] = useState<CommandResult>();
  const address = text.trim();
  const rules = state.settings.noProxy.join(' ');
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
              {result.rule === undefined ? said.noneFits : said.because(result.rule)}
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
