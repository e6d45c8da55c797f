import { type ReactNode, useMemo, useState } from 'react';
import { createPortal } from 'react-dom';
import type { ActivityRow } from '../../../shared/activity';
import { type ActivityGroup, fitting, groupRows, textsIn } from '../../activity-groups';
import { type ActivityFilter, lineOf, originOf } from '../../activity-kind';
import { Button, IconButton } from '../../components/button';
import { Segments } from '../../components/segments';
import { BareField } from '../../components/text-field';
import { useDone } from '../../components/use-done';
import { VirtualList } from '../../components/virtual-list';
import { usePanel } from '../../panel-context';
import { GroupHead } from './group-head';
import { GroupMore } from './group-more';

/** The last requests: those of a host that went the same way are one row, the newest first. */
export function Requests({
  rows,
  filter,
  onFilter,
  openRowId,
  tools,
}: {
  /** Oldest first. */
  readonly rows: readonly ActivityRow[];
  readonly filter: ActivityFilter;
  readonly onFilter: (filter: ActivityFilter) => void;
  /** A row that is to be open from the start. */
  readonly openRowId: number | undefined;
  /** Where the buttons of the bar go, once that is there. */
  readonly tools: HTMLElement | null;
}): ReactNode {
  const { words, perform, announce } = usePanel();
  const said = words.activity;
  /** What the user has opened; before that the one with the row that he came for. */
  const [opened, setOpened] = useState<{ readonly id: string | undefined }>();
  /** The rows as they were when the list came to a stand: what has become of them since waits as well. */
  const [held, setHeld] = useState<{
    readonly rows: readonly ActivityRow[];
    /** When the user has paused it. */
    readonly atMs: number | undefined;
  }>();
  const [isCopied, showCopied] = useDone<true>();
  const isPaused = held?.atMs !== undefined;

  const textsOf = useMemo(() => textsIn(words), [words]);
  const isFitting = useMemo(() => fitting(filter, textsOf), [filter, textsOf]);
  const shown = useMemo(() => (held?.rows ?? rows).filter(isFitting), [rows, held, isFitting]);
  const groups = useMemo(() => groupRows(shown, textsOf), [shown, textsOf]);
  const waiting = useMemo(() => {
    if (held === undefined) return 0;
    const newestId = held.rows.at(-1)?.id ?? 0;
    return rows.filter((row) => originOf(row) > newestId && isFitting(row)).length;
  }, [rows, held, isFitting]);
  const openId =
    opened === undefined
      ? groups.find((group) => group.rows.some((row) => originOf(row) === openRowId))?.id
      : opened.id;

  const hold = (isHeld: boolean): void => {
    if (!isPaused) setHeld(isHeld ? { rows, atMs: undefined } : undefined);
  };
  const copyAll = async (): Promise<void> => {
    const text = shown
      .map((row) => lineOf(row, words))
      .toReversed()
      .join('\n');
    const { kind } = await perform({ kind: 'copy-text', text: `${text}\n` });
    if (kind === 'failed') return;
    showCopied(true);
    announce(said.copied(shown.length));
  };

  return (
    <>
      {tools === null
        ? null
        : createPortal(
            <>
              <IconButton
                icon={isPaused ? 'play' : 'pause'}
                name={isPaused ? said.goOn : said.pause}
                isOn={isPaused}
                onClick={() => setHeld(isPaused ? undefined : { rows, atMs: Date.now() })}
              />
              <IconButton
                icon={isCopied === true ? 'check' : 'copy'}
                name={said.copyAll}
                isDisabled={shown.length === 0}
                onClick={() => void copyAll()}
              />
            </>,
            tools,
          )}
      <div className="filter-row">
        <BareField
          type="search"
          label={said.filter}
          placeholder={said.filter}
          icon="search"
          value={filter.text}
          onChange={(text) => onFilter({ ...filter, text })}
          onEscape={() => {
            onFilter({ ...filter, text: '' });
            return filter.text !== '';
          }}
          after={
            filter.text === '' ? undefined : (
              <IconButton
                icon="cross"
                name={said.clearFilter}
                onClick={() => onFilter({ ...filter, text: '' })}
              />
            )
          }
        />
        <IconButton
          icon="key"
          name={said.ownRequests}
          isOn={filter.hasOwn}
          onClick={() => onFilter({ ...filter, hasOwn: !filter.hasOwn })}
        />
      </div>
      {filter.around === undefined ? null : (
        <div className="filter-row around">
          <span>
            {said.between(
              words.formats.clock(filter.around.fromMs),
              words.formats.clock(filter.around.untilMs),
            )}
          </span>
          <Button size="small" onClick={() => onFilter({ ...filter, around: undefined })}>
            {said.showAllTimes}
          </Button>
        </div>
      )}
      <Segments
        isWide
        label={said.show}
        value={filter.kind}
        onChange={(kind) => onFilter({ ...filter, kind })}
        options={[
          ['all', said.all],
          ['upstream', said.companyProxy],
          ['direct', said.direct],
          ['refused', said.refused],
        ]}
      />
      <section className="card entries-card">
        {groups.length === 0 ? (
          <Empty filter={filter} total={rows.length} pausedAtMs={held?.atMs} />
        ) : (
          <VirtualList<ActivityGroup>
            // Another filter shows another list, from its top.
            key={`${filter.kind} ${filter.hasOwn} ${filter.text} ${filter.around?.fromMs}`}
            label={said.list}
            rows={groups}
            openId={openId}
            isHeld={held !== undefined}
            newer={waiting > 0 && !isPaused ? said.waiting(waiting) : undefined}
            onHold={hold}
            onToggle={(id) => setOpened({ id: id === openId ? undefined : id })}
            head={(group) => <GroupHead group={group} isOpen={group.id === openId} />}
            more={(group) => <GroupMore group={group} openRowId={openRowId} />}
          />
        )}
      </section>
    </>
  );
}

/** Says what was searched. */
function Empty({
  filter,
  total,
  pausedAtMs,
}: {
  readonly filter: ActivityFilter;
  readonly total: number;
  readonly pausedAtMs: number | undefined;
}): ReactNode {
  const { words } = usePanel();
  const said = words.activity;
  const isFiltered = filter.text !== '' || filter.kind !== 'all' || total > 0;
  const title =
    filter.text !== '' ? said.nothingFits(filter.text) : isFiltered ? said.nothingHere : said.empty;
  const searched = isFiltered ? said.searched(total) : said.emptyDetail;
  return (
    <div className="empty" role="status">
      <b>{title}</b>
      <p>{pausedAtMs === undefined ? searched : said.pausedAt(words.formats.clock(pausedAtMs), total)}</p>
    </div>
  );
}
