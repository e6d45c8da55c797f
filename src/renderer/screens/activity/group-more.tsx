import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { ActivityRow } from '../../../shared/activity';
import { type ActivityGroup, bytesOf } from '../../activity-groups';
import { amountOf, bytesText, lineOf, originOf, statusOf } from '../../activity-kind';
import { Button } from '../../components/button';
import { useDone } from '../../components/use-done';
import { usePanel } from '../../panel-context';
import { AlwaysDirect } from './always-direct';
import { Trace, traceLines } from './trace';

/** So many are shown at first, and so many more with each press. */
const firstRows = 3;
const moreRows = 20;

/** An open row: what was decided about its one request, or the newest of several; copies it, or sends its host direct. */
export function GroupMore({
  group,
  openRowId,
}: {
  readonly group: ActivityGroup;
  /** A row of it that the user came for. */
  readonly openRowId: number | undefined;
}): ReactNode {
  const { words, perform } = usePanel();
  const said = words.activity;
  const { rows } = group;
  const [newest] = rows;
  const { own, target } = newest;
  const [isCopied, showCopied] = useDone<true>();
  const [isAsking, setAsking] = useState(false);
  const wanted = rows.findIndex((row) => originOf(row) === openRowId);
  const [openOrigin, setOpenOrigin] = useState(wanted === -1 ? undefined : openRowId);
  const [shown, setShown] = useState(Math.max(firstRows, wanted + 1));
  const isOne = rows.length === 1;
  // The question takes the place of the button that has asked it, and gives it back.
  const asker = useRef<HTMLButtonElement>(null);
  const wasAsking = useRef(false);
  useEffect(() => {
    if (wasAsking.current && !isAsking) asker.current?.focus({ preventScroll: true });
    wasAsking.current = isAsking;
  }, [isAsking]);

  const copy = async (): Promise<void> => {
    const open = isOne ? newest : rows.find((row) => originOf(row) === openOrigin);
    const lines =
      open === undefined
        ? rows.map((row) => lineOf(row, words))
        : [lineOf(open, words), ...traceLines(open, words)];
    const { kind } = await perform({ kind: 'copy-text', text: `${lines.join('\n')}\n` });
    if (kind !== 'failed') showCopied(true);
  };

  return (
    <div className="entry-more selectable">
      {own === undefined ? null : (
        <p className="entry-problem">
          {said.ownPurpose}
          <small>
            {said.ownCount(
              group.count,
              rows.reduce((sum, row) => sum + (row.own?.logonCount ?? 0), 0),
              words.formats.clock(rows.at(-1)?.own?.sinceMs ?? own.sinceMs),
            )}
          </small>
        </p>
      )}
      {isAsking ? null : isOne ? (
        <Trace row={newest} />
      ) : (
        <Newest
          rows={rows}
          shown={shown}
          openOrigin={openOrigin}
          onOpen={setOpenOrigin}
          onMore={() => setShown(shown + moreRows)}
        />
      )}
      {isAsking && target !== undefined ? (
        <AlwaysDirect host={target.host} onClose={() => setAsking(false)} />
      ) : (
        <div className="actions">
          {target === undefined || own !== undefined || newest.route?.kind === 'direct' ? null : (
            <Button ref={asker} size="small" onClick={() => setAsking(true)}>
              {said.alwaysDirect}
            </Button>
          )}
          <Button size="small" onClick={() => void copy()}>
            {isCopied === true ? words.common.copied : words.common.copy}
          </Button>
        </div>
      )}
    </div>
  );
}

/** The newest requests of a group, each with its trace when it is pressed, and how many there are besides. */
function Newest({
  rows,
  shown,
  openOrigin,
  onOpen,
  onMore,
}: {
  readonly rows: readonly ActivityRow[];
  readonly shown: number;
  readonly openOrigin: number | undefined;
  readonly onOpen: (origin: number | undefined) => void;
  readonly onMore: () => void;
}): ReactNode {
  const { words } = usePanel();
  const said = words.activity;
  const { formats } = words;
  const older = rows.slice(shown);
  const [oldest] = older.slice(-1);
  return (
    <ol className="trace newest" aria-label={said.newest}>
      {rows.slice(0, shown).map((row) => {
        const origin = originOf(row);
        const isOpen = origin === openOrigin;
        const amount = [amountOf(row, words), formats.clockSeconds(row.endedMs)].filter(Boolean).join(' · ');
        return (
          <li key={origin} className={isOpen ? 'open' : ''}>
            <button type="button" aria-expanded={isOpen} onClick={() => onOpen(isOpen ? undefined : origin)}>
              <span>
                {row.method} <em>{statusOf(row).replace(' · ', '')}</em>
              </span>{' '}
              <span className="trace-time">{amount}</span>
            </button>
            {isOpen ? <Trace row={row} /> : null}
          </li>
        );
      })}
      {oldest === undefined ? null : (
        <li>
          <button type="button" onClick={onMore}>
            <em>{said.moreSince(older.length, formats.clock(oldest.endedMs))}</em>{' '}
            <span className="trace-time">{bytesText(bytesOf(older) ?? 0, words)}</span>
          </button>
        </li>
      )}
    </ol>
  );
}
