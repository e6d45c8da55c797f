import { type ReactNode, useState } from 'react';
import { type ConfGap, type ConfTarget, confTargets } from '../../shared/conf-export';
import { Button } from '../components/button';
import { Note } from '../components/note';
import { Page } from '../components/page';
import { SwitchRow } from '../components/row';
import { Segments } from '../components/segments';
import { usePanel } from '../panel-context';

/** The settings as a cntlm.conf: for which cntlm, and whether with the hash. */
export function ExportSection(): ReactNode {
  const { state, words, perform } = usePanel();
  const said = words.confExport;
  const [target, setTarget] = useState<ConfTarget>('0.92.3');
  const [hasHash, setHasHash] = useState(false);
  const [saved, setSaved] = useState<{ readonly hasHash: boolean; readonly gaps: readonly ConfGap[] }>();
  const save = async (): Promise<void> => {
    setSaved(undefined);
    const result = await perform({ kind: 'export-cntlm-conf', target, hasHash });
    if (result.kind === 'exported') setSaved({ hasHash, gaps: result.gaps });
  };
  return (
    <Page title={words.preferences.exportTitle}>
      <section className="card list">
        <div className="row wrap-row">
          <span className="row-text">
            {said.forVersion}
            <small>{said.forVersionDetail}</small>
          </span>
          <Segments
            label={said.forVersion}
            value={target}
            onChange={setTarget}
            options={confTargets.map((each) => [each, each] as const)}
          />
        </div>
        {state.account === undefined ? null : (
          <SwitchRow
            icon="key"
            label={said.hash}
            detail={state.settings.socksUsers.length === 0 ? said.hashDetail : said.secretsDetail}
            isOn={hasHash}
            onChange={setHasHash}
          />
        )}
      </section>
      <div className="actions">
        <Button look="primary" onClick={() => void save()}>
          {said.save}
        </Button>
      </div>
      <div role="status">
        {saved === undefined ? null : (
          <Note icon="check">{saved.hasHash ? said.savedWithHash : said.saved}</Note>
        )}
        {saved?.gaps.map((gap) => (
          <Note key={gap.kind === 'upstream' ? gap.upstream.host : gap.kind} icon="warning">
            {said.gap(gap)}
          </Note>
        ))}
      </div>
    </Page>
  );
}
