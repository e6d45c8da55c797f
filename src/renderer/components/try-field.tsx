import { type ReactNode, useEffect, useState } from 'react';
import type { Command, CommandResult } from '../../shared/command';
import { usePanel } from '../panel-context';
import { Icon, type IconName } from './icon';
import { BareField } from './text-field';

interface Verdict {
  readonly icon: IconName;
  readonly title?: string;
  readonly detail: string;
}

/** A field that tells what a list says to an address. */
export function TryField({
  label,
  placeholder,
  list,
  question,
  verdictOf,
}: {
  readonly label: string;
  readonly placeholder: string;
  /** The list in one text: with another it is asked anew. */
  readonly list: string;
  /** What is asked about what was typed; undefined where it is no address. The same function each time. */
  readonly question: (address: string) => Command | undefined;
  readonly verdictOf: (result: CommandResult) => Verdict | undefined;
}): ReactNode {
  const { words, run } = usePanel();
  const [text, setText] = useState('');
  const [result, setResult] = useState<CommandResult>();
  const address = text.trim();
  useEffect(() => {
    let isOver = false;
    const ask = async (): Promise<void> => {
      const command = question(address);
      const answer = command === undefined ? undefined : await run(command);
      if (!isOver) setResult(answer);
    };
    void ask();
    return () => {
      isOver = true;
    };
  }, [address, list, question, run]);
  const verdict: Verdict | undefined =
    result?.kind === 'failed'
      ? { icon: 'info', detail: words.problem(result.problem).sentence }
      : result && verdictOf(result);
  return (
    <section className="card pad">
      <BareField label={label} placeholder={placeholder} value={text} inputMode="text" onChange={setText} />
      <div role="status">
        {verdict === undefined ? null : (
          <p className="verdict">
            <Icon name={verdict.icon} />
            <span>
              {verdict.title === undefined ? null : <b>{verdict.title}</b>}
              {verdict.detail}
            </span>
          </p>
        )}
      </div>
    </section>
  );
}
