import { type ReactNode, useEffect, useMemo, useState } from 'react';
import type { ActivityRow } from '../../shared/activity';
import {
  type ActivityFilter,
  type ActivityKind,
  bytesOf,
  detailOf,
  fits,
  kindOf,
  lineOf,
  statusOf,
  targetOf,
} from '../activity-kind';
import { IconButton } from '../components/button';
import { EntryMore } from '../components/entry-more';
import { Icon, type IconName } from '../components/icon';
import { Page } from '../components/page';
import { Segments } from '../components/segments';
import { BareField } from '../components/text-field';
import { useDone } from '../components/use-done';
import { VirtualList } from '../components/virtual-list';
import { usePanel } from '../panel-context';
import { useActivity } from '../use-activity';

const icons: Record<ActivityKind, IconName> = {
  upstream: 'server',
  direct: 'bypass',
  refused: 'barred',
  trouble: 'warning',
};

/** The last requests, newest first, with what was decided and why. */
export function ActivityScreen({ openRowId }: { readonly openRowId: number | undefined }): ReactNode {
  const { words, perform, announce } = usePanel();
  const said = words.activity;
  const rows = useActivity();
  const [filter, setFilter] = useState<ActivityFilter>({ text: '', kind: 'all' });
  const [openId, setOpenId] = useState(openRowId);
  /** The newest row that is shown while the list stands still. */
  const [heldAt, setHeldAt] = useState<{ readonly id: number; readonly atMs: number | undefined }>();
  const [isCopied, showCopied] = useDone<true>();
  const isPaused = heldAt?.atMs !== undefined;
  const newestId = rows.at(-1)?.id ?? 0;

  const shown = useMemo(() => {
    const kept = heldAt === undefined ? rows : rows.filter(({ id }) => id <= heldAt.id);
    return kept.filter((row) => fits(row, filter, words)).toReversed();
  }, [rows, heldAt, filter, words]);
  const waiting = useMemo(
    () =>
      heldAt === undefined ? 0 : rows.filter((row) => row.id > heldAt.id && fits(row, filter, words)).length,
    [rows, heldAt, filter, words],
  );

  // The open row stays open when its tunnel ends.
  useEffect(() => {
    const heir = openId === undefined ? undefined : shown.find(({ replaces }) => replaces === openId);
    if (heir !== undefined) setOpenId(heir.id);
  }, [shown, openId]);

  const hold = (isHeld: boolean): void => {
    if (isPaused) return;
    setHeldAt(isHeld ? { id: newestId, atMs: undefined } : undefined);
  };
  const copyAll = async (): Promise<void> => {
    const text = shown.map((row) => lineOf(row, words)).join('\n');
    const { kind } = await perform({ kind: 'copy-text', text: `${text}\n` });
    if (kind === 'failed') return;
    showCopied(true);
    announce(said.copied(shown.length));
  };

  return (
    <Page
      title={said.title}
      isFull
      bar={
        <>
          <IconButton
            icon={isPaused ? 'play' : 'pause'}
            name={isPaused ? said.goOn : said.pause}
            isOn={isPaused}
            onClick={() => setHeldAt(isPaused ? undefined : { id: newestId, atMs: Date.now() })}
          />
          <IconButton
            icon={isCopied === true ? 'check' : 'copy'}
            name={said.copyAll}
            isDisabled={shown.length === 0}
            onClick={() => void copyAll()}
          />
        </>
      }
    >
      <BareField
        type="search"
        label={said.filter}
        placeholder={said.filter}
        icon="search"
        value={filter.text}
        onChange={(text) => setFilter({ ...filter, text })}
        onEscape={() => {
          setFilter({ ...filter, text: '' });
          return filter.text !== '';
        }}
        after={
          filter.text === '' ? undefined : (
            <IconButton
              icon="cross"
              name={said.clearFilter}
              onClick={() => setFilter({ ...filter, text: '' })}
            />
          )
        }
      />
      <Segments
        isWide
        label={said.show}
        value={filter.kind}
        onChange={(kind) => setFilter({ ...filter, kind })}
        options={[
          ['all', said.all],
          ['upstream', said.companyProxy],
          ['direct', said.direct],
          ['refused', said.refused],
        ]}
      />
      <section className="card entries-card">
        {waiting > 0 && shown.length > 0 && !isPaused ? (
          <button type="button" className="button small more-rows" onClick={() => setHeldAt(undefined)}>
            {said.waiting(waiting)}
          </button>
        ) : null}
        {shown.length === 0 ? (
          <Empty filter={filter} total={rows.length} pausedAtMs={heldAt?.atMs} />
        ) : (
          <VirtualList
            // Another filter shows another list, from its top.
            key={`${filter.kind} ${filter.text}`}
            label={said.list}
            rows={shown}
            openId={openId}
            isHeld={heldAt !== undefined}
            onHold={hold}
            onToggle={(id) => setOpenId(openId === id ? undefined : id)}
            head={(row) => <EntryHead row={row} isOpen={row.id === openId} />}
            more={(row) => <EntryMore row={row} />}
          />
        )}
      </section>
    </Page>
  );
}

function EntryHead({ row, isOpen }: { readonly row: ActivityRow; readonly isOpen: boolean }): ReactNode {
  const { words } = usePanel();
  const target = targetOf(row, words);
  const detail = detailOf(row, words);
  return (
    <>
      <Icon name={icons[kindOf(row)]} />
      <span className="entry-target" title={isOpen ? undefined : target}>
        {target}
      </span>
      <span className="entry-bytes">{bytesOf(row, words)}</span>
      <span className="entry-detail">
        <span className="entry-route" title={isOpen ? undefined : detail}>
          {detail}
        </span>
        <span className="entry-status">{statusOf(row)}</span>
      </span>
      <span className="entry-time">{words.formats.clockSeconds(row.endedMs)}</span>
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
  const isFiltered = filter.text !== '' || filter.kind !== 'all';
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
