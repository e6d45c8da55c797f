import { type ReactNode, useMemo, useState } from 'react';
import type { ActivityRow } from '../../shared/activity';
import {
  type ActivityFilter,
  type ActivityKind,
  amountOf,
  detailOf,
  fits,
  kindOf,
  lineOf,
  originOf,
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
  own: 'key',
};

/** The last requests, newest first, with what was decided and why. */
export function ActivityScreen({ openRowId }: { readonly openRowId: number | undefined }): ReactNode {
  const { words, perform, announce } = usePanel();
  const said = words.activity;
  const rows = useActivity();
  const [filter, setFilter] = useState<ActivityFilter>({ text: '', kind: 'all', hasOwn: true });
  /** What the open row is of: it stays open when a newer one takes its place. */
  const [openOrigin, setOpenOrigin] = useState(openRowId);
  /** The rows as they were when the list came to a stand: what has become of them since waits as well. */
  const [held, setHeld] = useState<{
    readonly rows: readonly ActivityRow[];
    /** When the user has paused it. */
    readonly atMs: number | undefined;
  }>();
  const [isCopied, showCopied] = useDone<true>();
  const isPaused = held?.atMs !== undefined;

  const shown = useMemo(
    () => (held?.rows ?? rows).filter((row) => fits(row, filter, words)).toReversed(),
    [rows, held, filter, words],
  );
  const waiting = useMemo(() => {
    const newestId = (held?.rows ?? rows).at(-1)?.id ?? 0;
    return rows.filter((row) => originOf(row) > newestId && fits(row, filter, words)).length;
  }, [rows, held, filter, words]);
  const openId = useMemo(() => shown.find((row) => originOf(row) === openOrigin)?.id, [shown, openOrigin]);

  const hold = (isHeld: boolean): void => {
    if (!isPaused) setHeld(isHeld ? { rows, atMs: undefined } : undefined);
  };
  const toggle = (id: number): void => {
    const row = shown.find((each) => each.id === id);
    const origin = row === undefined ? undefined : originOf(row);
    setOpenOrigin(origin === openOrigin ? undefined : origin);
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
            icon="key"
            name={said.ownRequests}
            isOn={filter.hasOwn}
            onClick={() => setFilter({ ...filter, hasOwn: !filter.hasOwn })}
          />
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
        {shown.length === 0 ? (
          <Empty filter={filter} total={rows.length} pausedAtMs={held?.atMs} />
        ) : (
          <VirtualList
            // Another filter shows another list, from its top.
            key={`${filter.kind} ${filter.hasOwn} ${filter.text}`}
            label={said.list}
            rows={shown}
            openId={openId}
            isHeld={held !== undefined}
            newer={waiting > 0 && !isPaused ? said.waiting(waiting) : undefined}
            onHold={hold}
            onToggle={toggle}
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
      <span className="entry-bytes">{amountOf(row, words)}</span>
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
