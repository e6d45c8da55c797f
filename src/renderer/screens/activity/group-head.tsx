import type { ReactNode } from 'react';
import type { ActivityGroup } from '../../activity-groups';
import {
  type ActivityKind,
  amountOf,
  bytesText,
  detailOf,
  routeText,
  statusOf,
  targetOf,
} from '../../activity-kind';
import { Icon, type IconName } from '../../components/icon';
import { MiddleCut } from '../../components/middle-cut';
import { usePanel } from '../../panel-context';

const icons: Record<ActivityKind, IconName> = {
  upstream: 'server',
  direct: 'bypass',
  refused: 'barred',
  trouble: 'warning',
  own: 'key',
};

/** The row of a group: what was asked for, how often, which way it went, and what it carried. */
export function GroupHead({
  group,
  isOpen,
}: {
  readonly group: ActivityGroup;
  readonly isOpen: boolean;
}): ReactNode {
  const { words } = usePanel();
  const { rows, kind, count, bytes } = group;
  const [newest] = rows;
  const said = words.activity;
  const target = targetOf(newest, words);
  const isOne = rows.length === 1;
  const isOwn = newest.own !== undefined;
  const times = newest.method === 'CONNECT' ? said.tunnels(count) : said.requests(count);
  const detail = isOne || isOwn ? detailOf(newest, words) : `${times} · ${routeText(newest, words)}`;
  const amount = isOwn
    ? count === 1
      ? ''
      : said.times(count)
    : isOne
      ? amountOf(newest, words)
      : bytes === undefined
        ? ''
        : bytesText(bytes, words);
  return (
    <>
      <Icon name={icons[kind]} />
      <span className="entry-target" title={isOpen ? undefined : target}>
        {isOpen ? target : <MiddleCut text={target} />}
      </span>
      <span className="entry-bytes">{amount}</span>
      <span className="entry-detail">
        <span className="entry-route" title={isOpen ? undefined : detail}>
          {detail}
        </span>
        {isOne ? <span className="entry-status">{statusOf(newest)}</span> : null}
      </span>
      <span className="entry-time">{words.formats.clockSeconds(newest.endedMs)}</span>
    </>
  );
}
