import type { ReactNode } from 'react';
import { describeConnection } from '../../../shared/words/describe-connection';
import { AppToggles } from '../../components/app-toggles';
import { Button } from '../../components/button';
import { Note } from '../../components/note';
import { Page } from '../../components/page';
import { RouteStrip } from '../../components/route-strip';
import { Shape } from '../../components/shape';
import { useDone } from '../../components/use-done';
import { usePanel } from '../../panel-context';
import { roadOf } from '../../road';

/** Set-up is over: what is so now, and how this Mac uses it. */
export function Ready({ onDone }: { readonly onDone: () => void }): ReactNode {
  const { state, words, perform } = usePanel();
  const [isCopied, showCopied] = useDone<true>();
  const { shape, headline, sentence } = describeConnection(state);
  const copy = async (): Promise<void> => {
    const { kind } = await perform({ kind: 'copy-terminal-commands' });
    if (kind !== 'failed') showCopied(true);
  };
  return (
    <Page>
      <section className="card hero">
        <div className="hero-top">
          <Shape name={shape} />
          <h1 tabIndex={-1}>{state.connection.kind === 'on' ? words.setUp.ready : headline}</h1>
        </div>
        <p className="hero-sentence" role="status">
          {sentence}
        </p>
        <RouteStrip road={roadOf(state)} />
      </section>
      <AppToggles />
      {state.systemProxy.kind === 'unsupported' ? null : <Note>{words.setUp.settingsComeBack}</Note>}
      <div className="actions">
        <Button onClick={() => void copy()}>
          {isCopied === true ? words.common.copied : words.status.copyTerminalCommands}
        </Button>
        <span className="grow" />
        <Button look="primary" hasFocusFirst onClick={onDone}>
          {words.common.done}
        </Button>
      </div>
    </Page>
  );
}
