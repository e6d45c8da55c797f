import type { ReactNode } from 'react';
import type { WayProof } from '../../../shared/way-proof';
import { isProved } from '../../../shared/way-proof';
import { type ConnectionText, describeConnection } from '../../../shared/words/describe-connection';
import { AppToggles } from '../../components/app-toggles';
import { Button } from '../../components/button';
import { Note } from '../../components/note';
import { Page } from '../../components/page';
import { RouteStrip } from '../../components/route-strip';
import { Shape } from '../../components/shape';
import { useDone } from '../../components/use-done';
import { type Panel, usePanel } from '../../panel-context';
import { roadOf } from '../../road';
import { ProofList } from './proof-list';
import { useSelfClosing } from './use-self-closing';

/** What the hero says: no more than was proved. */
function heroText({ state, words }: Panel, proof: WayProof | undefined): Omit<ConnectionText, 'tooltip'> {
  const connection = describeConnection(state);
  const said = words.setUp;
  if (proof === undefined) {
    // There is no system proxy here, so nothing to be proved.
    const isReady = state.connection.kind === 'on' && state.systemProxy.kind === 'unsupported';
    return isReady ? { ...connection, headline: said.ready } : connection;
  }
  const isByBlock = proof.curlBy.kind === 'block';
  if (isProved(proof))
    return { shape: 'ok', headline: said.ready, sentence: isByBlock ? said.proved : said.provedByCommands };
  if (proof.app.kind === 'not-used' && proof.curl.kind === 'through')
    return {
      shape: 'ok',
      headline: said.readyForTerminals,
      sentence: isByBlock ? said.terminalsProved : said.terminalsProvedByCommands,
    };
  return connection;
}

/** Set-up is over: what is so now, proved with two pages where this Mac has a proxy setting. */
export function Ready({ onDone }: { readonly onDone: () => void }): ReactNode {
  const panel = usePanel();
  const { state, words, run, perform } = panel;
  const [isCopied, showCopied] = useDone<true>();
  const { systemProxy, wayProof } = state;
  const { shape, headline, sentence } = heroText(panel, wayProof);
  const copy = async (): Promise<void> => {
    const { kind } = await perform({ kind: 'copy-terminal-commands' });
    if (kind !== 'failed') showCopied(true);
  };
  const left = useSelfClosing(wayProof !== undefined && isProved(wayProof), () => {
    onDone();
    void run({ kind: 'hide-panel' });
  });
  const canCopy = left === undefined || wayProof?.curlBy.kind !== 'block';
  const isUnused = wayProof?.app.kind === 'not-used';
  return (
    <Page>
      <section className="card hero">
        <div className="hero-top">
          <Shape name={shape} />
          <h1 tabIndex={-1}>{headline}</h1>
        </div>
        <p className="hero-sentence" role="status">
          {sentence}
        </p>
        <RouteStrip road={roadOf(state)} />
      </section>
      {wayProof === undefined ? null : <ProofList proof={wayProof} />}
      <AppToggles hasMacSwitch={wayProof === undefined} />
      {systemProxy.kind === 'unsupported' ? null : (
        <Note>{isUnused ? words.setUp.settingsAsTheyWere : words.setUp.settingsComeBack}</Note>
      )}
      {left === undefined || !canCopy ? null : <Note>{words.setUp.closesIn(left)}</Note>}
      <div className="actions">
        {canCopy ? (
          <Button onClick={() => void copy()}>
            {isCopied === true ? words.common.copied : words.status.copyTerminalCommands}
          </Button>
        ) : null}
        <span className="grow" />
        {left === undefined || canCopy ? null : (
          <small className="closes">{words.setUp.closesIn(left)}</small>
        )}
        <Button look="primary" hasFocusFirst onClick={onDone}>
          {words.common.done}
        </Button>
      </div>
    </Page>
  );
}
