import { type ReactNode, useCallback, useState } from 'react';
import type { ActivityFilter } from '../../activity-kind';
import { Page } from '../../components/page';
import { Segments } from '../../components/segments';
import { usePanel } from '../../panel-context';
import { useActivity } from '../../use-activity';
import { Requests } from './requests';
import { Today } from './today';

const everything: ActivityFilter = { text: '', kind: 'all', hasOwn: true };
/** What is shown around a line of the day. */
const aroundMs = 120_000;

/** The requests with what was decided and why, and what has happened today. */
export function ActivityScreen({ openRowId }: { readonly openRowId: number | undefined }): ReactNode {
  const { words } = usePanel();
  const said = words.today;
  const rows = useActivity();
  const [view, setView] = useState<'requests' | 'today'>('requests');
  const [filter, setFilter] = useState(everything);
  const showOnly = useCallback((changes: Partial<ActivityFilter>): void => {
    setFilter((before) => ({ ...everything, hasOwn: before.hasOwn, ...changes }));
    setView('requests');
  }, []);
  const showHost = useCallback((host: string) => showOnly({ text: host }), [showOnly]);
  const showMoment = useCallback(
    (fromMs: number, untilMs: number) =>
      showOnly({ around: { fromMs: fromMs - aroundMs, untilMs: untilMs + aroundMs } }),
    [showOnly],
  );
  /** At the end of the bar, whatever is shown. */
  const [tools, setTools] = useState<HTMLElement | null>(null);

  return (
    <Page
      title={words.activity.title}
      isFull
      bar={
        <>
          <Segments
            label={said.views}
            value={view}
            onChange={setView}
            options={[
              ['requests', said.requests],
              ['today', said.today],
            ]}
          />
          <div className="bar-tools" ref={setTools} />
        </>
      }
    >
      {view === 'requests' ? (
        <Requests rows={rows} filter={filter} onFilter={setFilter} openRowId={openRowId} tools={tools} />
      ) : (
        <Today tools={tools} onHost={showHost} onMoment={showMoment} />
      )}
    </Page>
  );
}
