import { Fragment, type ReactNode } from 'react';
import { macRoad } from '../../shared/mac-road';
import { type AppState, isOn, isSignedIn } from '../../shared/state';
import type { Words } from '../../shared/words/en';
import { usePanel } from '../panel-context';
import type { LegLook, NodeName, RoadNode } from '../road';
import { Icon, type IconName } from './icon';
import { Shape, type ShapeName } from './shape';

const icons: Readonly<Record<NodeName, IconName>> = {
  mac: 'laptop',
  terminals: 'terminal',
  latchkey: 'key',
  'company-proxy': 'server',
  internet: 'globe',
};

/** What a line that is cut shows in the gap. */
const gaps: Readonly<Partial<Record<LegLook, ShapeName>>> = {
  elsewhere: 'direct',
  warn: 'warn',
  bad: 'bad',
};

function Leg({ look, isLong }: { readonly look: LegLook; readonly isLong: boolean }): ReactNode {
  const gap = gaps[look];
  return (
    <span className={`leg ${gap === undefined ? look : 'cut'} ${isLong ? 'long' : ''}`} aria-hidden="true">
      {gap === undefined ? null : <Shape name={gap} size="middle" />}
    </span>
  );
}

/** What VoiceOver says of a node: `This Mac, goes through Latchkey`. */
function spoken({ name, look }: RoadNode, state: AppState, { route }: Words): string {
  const { connection } = state;
  let how: string = route.looks[look];
  if (name === 'company-proxy' && isSignedIn(connection)) how = route.signedIn;
  if (name === 'mac') {
    const road = macRoad(state).kind;
    how = road === 'latchkey' && !isOn(connection) ? route.stranded : route.macGoes[road];
  }
  return `${route.nodes[name]}, ${how}`;
}

/** Which node is pressed, and what a press does: what is known of it unfolds in the element of that id. */
interface Press {
  readonly pressed: NodeName | undefined;
  readonly onPress: (name: NodeName) => void;
  readonly unfoldsId: string;
}

/**
 * The road as a strip: Mac or terminals, Latchkey, company proxy, internet. Its nodes can be pressed where there is somewhere to
 * unfold; elsewhere it is decoration, as the sentence above says the same.
 */
export function RouteStrip({
  road,
  press,
}: {
  readonly road: readonly RoadNode[];
  readonly press?: Press;
}): ReactNode {
  const { words, state } = usePanel();
  const hasCompanyProxy = road.some(({ name }) => name === 'company-proxy');
  const nodes = road.map((node) => {
    const { name, look, leg } = node;
    const isPressed = press?.pressed === name;
    const className = `node ${look} ${isPressed ? 'pressed' : ''}`;
    return (
      <Fragment key={name}>
        {leg === undefined ? null : <Leg look={leg} isLong={name === 'internet' && !hasCompanyProxy} />}
        {press === undefined ? (
          <span className={className}>
            <Icon name={icons[name]} />
          </span>
        ) : (
          <button
            type="button"
            className={className}
            aria-label={spoken(node, state, words)}
            aria-expanded={isPressed}
            aria-controls={isPressed ? press.unfoldsId : undefined}
            onClick={() => press.onPress(name)}
          >
            <Icon name={icons[name]} />
          </button>
        )}
      </Fragment>
    );
  });
  return press === undefined ? (
    <div className="route" aria-hidden="true">
      {nodes}
    </div>
  ) : (
    <div className="route" role="group" aria-label={words.route.label}>
      {nodes}
    </div>
  );
}
