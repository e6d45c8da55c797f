import { type ReactNode, useEffect, useState } from 'react';
import type { CommandResult } from '../../shared/command';
import { isIpAddress } from '../../shared/ip-address';
import { Icon } from '../components/icon';
import { BareField } from '../components/text-field';
import { usePanel } from '../panel-context';

/** A field that tells what the access rules say to a machine's address. */
export function TryClient({ rules }: { readonly rules: readonly string[] }): ReactNode {
  const { words, run } = usePanel();
  const said = words.access;
  const [text, setText] = useState('');
  const [result, setResult] = useState<CommandResult>();
  const address = text.trim();
  const all = rules.join(' ');
  // Asked once it is an address, and anew when the list changes.
  useEffect(() => {
    let isOver = false;
    const ask = async (): Promise<void> => {
      const answer = isIpAddress(address) ? await run({ kind: 'try-client', address }) : undefined;
      if (!isOver) setResult(answer);
    };
    void ask();
    return () => {
      isOver = true;
    };
  }, [address, all, run]);
  return (
    <section className="card pad">
      <BareField
        label={said.tryClient}
        placeholder={said.tryPlaceholder}
        value={text}
        inputMode="text"
        onChange={setText}
      />
      <div role="status">
        {result?.kind === 'client' ? (
          <p className="verdict">
            <Icon name={result.isAllowed ? 'check' : 'barred'} />
            <span>
              <b>{result.isAllowed ? said.allowed : said.denied}</b>
              {result.rule === undefined ? said.noRuleFits : said.byRule(rules.indexOf(result.rule) + 1)}
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
