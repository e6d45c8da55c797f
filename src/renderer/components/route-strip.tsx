import type { ReactNode } from 'react';
import type { Connection } from '../../shared/state';
import { Icon, type IconName } from './icon';
import { Shape } from './shape';

type NodeLook = 'live' | 'plain' | 'faint' | 'warn' | 'bad';
type LegLook = 'live' | 'none' | 'busy' | 'warn' | 'bad';

interface Strip {
  readonly mac: NodeLook;
  readonly key: NodeLook;
  /** Undefined when the road goes round it. */
  readonly proxy: NodeLook | undefined;
  readonly internet: NodeLook;
  /** From Mac to Latchkey, on to the company proxy, on to the internet. */
  readonly legs: readonly [LegLook, LegLook, LegLook];
}

const open = { mac: 'live', key: 'live', proxy: 'live', internet: 'live' } as const;
const blocked = { mac: 'live', key: 'live', proxy: 'plain', internet: 'plain' } as const;

/** Where the road is open, and where it breaks. */
function stripOf(connection: Connection): Strip {
  switch (connection.kind) {
    case 'off':
    case 'needs-setup':
      return {
        mac: 'plain',
        key: 'faint',
        proxy: 'faint',
        internet: 'plain',
        legs: ['none', 'none', 'none'],
      };
    case 'starting':
      return { ...blocked, legs: ['live', 'busy', 'none'] };
    case 'on':
      return connection.route.kind === 'direct'
        ? { ...open, proxy: undefined, legs: ['live', 'live', 'live'] }
        : { ...open, legs: ['live', 'live', 'live'] };
    case 'waiting':
      return connection.why.kind === 'account-spared'
        ? { ...blocked, proxy: 'warn', legs: ['live', 'warn', 'none'] }
        : { ...blocked, proxy: 'faint', legs: ['live', 'none', 'none'] };
    case 'password-needed':
      return connection.why.kind === 'refused'
        ? { ...blocked, proxy: 'warn', legs: ['live', 'warn', 'none'] }
        : { ...blocked, key: 'warn', legs: ['live', 'none', 'none'] };
    case 'failed':
      return { ...blocked, mac: 'plain', key: 'bad', legs: ['bad', 'none', 'none'] };
  }
}

function Node({ icon, look }: { readonly icon: IconName; readonly look: NodeLook }): ReactNode {
  return (
    <span className={`node ${look}`}>
      <Icon name={icon} />
    </span>
  );
}

function Leg({ look, isLong = false }: { readonly look: LegLook; readonly isLong?: boolean }): ReactNode {
  const isCut = look === 'warn' || look === 'bad';
  return (
    <span className={`leg ${isCut ? 'cut' : look} ${isLong ? 'long' : ''}`}>
      {isCut ? <Shape name={look} size="middle" /> : null}
    </span>
  );
}

/** Mac, Latchkey, company proxy, internet. Decoration: the sentence above says the same. */
export function RouteStrip({ connection }: { readonly connection: Connection }): ReactNode {
  const { mac, key, proxy, internet, legs } = stripOf(connection);
  return (
    <div className="route" aria-hidden="true">
      <Node icon="laptop" look={mac} />
      <Leg look={legs[0]} />
      <Node icon="key" look={key} />
      <Leg look={legs[1]} isLong={proxy === undefined} />
      {proxy === undefined ? null : (
        <>
          <Node icon="server" look={proxy} />
          <Leg look={legs[2]} />
        </>
      )}
      <Node icon="globe" look={internet} />
    </div>
  );
}
