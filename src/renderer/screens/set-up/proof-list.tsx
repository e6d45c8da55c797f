import type { ReactNode } from 'react';
import { isSignedIn } from '../../../shared/state';
import type { PageProof, WayProof } from '../../../shared/way-proof';
import type { Words } from '../../../shared/words/en';
import { Button } from '../../components/button';
import { Shape, type ShapeName } from '../../components/shape';
import { type Panel, usePanel } from '../../panel-context';

const shapes: Readonly<Record<PageProof['kind'], ShapeName>> = {
  running: 'busy',
  through: 'ok',
  around: 'warn',
  failed: 'warn',
  'not-used': 'off',
  untried: 'off',
};

/** What became of a page, where it did not come through. */
function problemOf(proof: PageProof, words: Words): string | undefined {
  const said = words.setUp;
  switch (proof.kind) {
    case 'running':
      return said.fetching;
    case 'around':
      return said.around;
    case 'failed':
      return proof.problem === undefined ? said.noPage : words.problem(proof.problem).sentence;
    case 'untried':
      return said.untried;
    case 'not-used':
    case 'through':
      return undefined;
  }
}

function cameThrough({ state, words }: Panel): string {
  const { connection, account } = state;
  return words.setUp.cameThrough(isSignedIn(connection) ? account?.account : undefined);
}

function detailOfApp(panel: Panel, proof: PageProof): string | undefined {
  const { state, words } = panel;
  if (proof.kind === 'through') return cameThrough(panel);
  if (proof.kind !== 'not-used') return problemOf(proof, words);
  return state.asksForAdministrator || state.systemProxy.kind === 'needs-password'
    ? words.setUp.needsAdministrator
    : words.status.ownSettings;
}

function detailOfCurl(panel: Panel, { app, curl, curlBy }: WayProof): string | undefined {
  const { setUp } = panel.words;
  if (curl.kind !== 'through') return problemOf(curl, panel.words);
  if (curlBy.kind === 'block')
    return app.kind === 'through' ? setUp.samePageByBlock(curlBy.file) : cameThrough(panel);
  return app.kind === 'through' ? setUp.samePageByCommands : setUp.byCommands;
}

/** The two pages that were fetched: which way each of them went. */
export function ProofList({ proof }: { readonly proof: WayProof }): ReactNode {
  const panel = usePanel();
  const { state, words, run, perform } = panel;
  const said = words.setUp;
  const useForThisMac = async (): Promise<void> => {
    const { kind } = await perform({ kind: 'set-system-proxy', isOn: true });
    if (kind === 'done') await run({ kind: 'prove-way' });
  };
  const row = (name: string, page: PageProof, detail: string | undefined, action?: ReactNode): ReactNode => (
    <li className="step">
      <Shape name={shapes[page.kind]} size="middle" />
      <div className="step-text">
        {name}
        <span className="hidden">, {said.proof[page.kind]}</span>
        {detail === undefined ? null : <small>{detail}</small>}
      </div>
      {page.kind === 'through' ? (
        <span className="step-value">{words.formats.duration(page.durationMs)}</span>
      ) : null}
      {action}
    </li>
  );
  return (
    <ol className="card list" aria-label={said.proofLabel} aria-live="polite">
      {row(
        said.apps,
        proof.app,
        detailOfApp(panel, proof.app),
        proof.app.kind === 'not-used' ? (
          <Button
            size="small"
            isDisabled={state.systemProxy.kind === 'changing'}
            onClick={() => void useForThisMac()}
          >
            {words.route.useForThisMac}
          </Button>
        ) : undefined,
      )}
      {row(said.curl, proof.curl, detailOfCurl(panel, proof))}
    </ol>
  );
}
