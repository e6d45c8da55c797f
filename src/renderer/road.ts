import { macRoad } from '../shared/mac-road';
import { assertNever } from '../shared/problem';
import type { AppState, Connection } from '../shared/state';
import { isInLastDays } from '../shared/words/describe-connection';

/** What stands along the road. */
export type NodeName = 'mac' | 'terminals' | 'latchkey' | 'company-proxy' | 'internet';

/** `warn` and `bad`: there is the trouble. `faint`: nothing is asked of it. */
export type NodeLook = 'live' | 'plain' | 'faint' | 'warn' | 'bad';

/** `none`: no line. `warn` and `bad`: the line is cut there. `elsewhere`: it is cut, and nothing is broken. */
export type LegLook = 'live' | 'none' | 'busy' | 'elsewhere' | 'warn' | 'bad';

export interface RoadNode {
  readonly name: NodeName;
  readonly look: NodeLook;
  /** The line from the node before it; undefined for the first. */
  readonly leg: LegLook | undefined;
}

type Part = Pick<RoadNode, 'look'> & { readonly leg: LegLook };

/** Where the road begins, up to what comes before Latchkey. */
function beginning(state: AppState): { readonly nodes: readonly RoadNode[]; readonly isBusy: boolean } {
  const { connection } = state;
  const goes = connection.kind !== 'failed';
  const terminals: NodeLook = goes ? 'live' : 'plain';
  const road = macRoad(state);
  switch (road.kind) {
    case 'unsupported':
      return { nodes: [{ name: 'terminals', look: terminals, leg: undefined }], isBusy: false };
    case 'latchkey':
      return { nodes: [{ name: 'mac', look: goes ? 'live' : 'plain', leg: undefined }], isBusy: false };
    case 'changing':
      return { nodes: [{ name: 'mac', look: 'plain', leg: undefined }], isBusy: true };
    case 'own':
    case 'taken':
    case 'behind':
    case 'refused': {
      const isTrouble = road.kind === 'taken' || road.kind === 'refused';
      const leg: LegLook = isTrouble
        ? 'warn'
        : road.kind === 'behind' && road.holder !== undefined
          ? 'elsewhere'
          : 'none';
      return {
        nodes: [
          { name: 'mac', look: isTrouble ? 'warn' : 'plain', leg: undefined },
          { name: 'terminals', look: terminals, leg },
        ],
        isBusy: false,
      };
    }
    default:
      return assertNever(road);
  }
}

/** Latchkey, company proxy and internet while it is on or would like to be; without a company proxy the road goes round it. */
function onward(connection: Connection): readonly [Part, Part | undefined, Part] {
  const live: Part = { look: 'live', leg: 'live' };
  const unreached: Part = { look: 'plain', leg: 'none' };
  switch (connection.kind) {
    case 'off':
    case 'needs-setup':
      return [{ look: 'faint', leg: 'none' }, { look: 'faint', leg: 'none' }, unreached];
    case 'starting':
      return [live, { look: 'plain', leg: 'busy' }, unreached];
    case 'on':
      return [live, connection.route.kind === 'direct' ? undefined : live, live];
    case 'waiting':
      return connection.why.kind === 'account-spared' || connection.why.kind === 'local-network'
        ? [live, { look: 'warn', leg: 'warn' }, unreached]
        : [live, { look: 'faint', leg: 'none' }, unreached];
    case 'password-needed':
      return connection.why.kind === 'refused'
        ? [live, { look: 'warn', leg: 'warn' }, unreached]
        : [{ look: 'warn', leg: 'live' }, unreached, unreached];
    case 'failed':
      return [{ look: 'bad', leg: 'bad' }, unreached, unreached];
    default:
      return assertNever(connection);
  }
}

/**
 * The road from this Mac to the internet: where it is whole, and where it breaks. It shows the connection and the Mac's own
 * settings; where these lead elsewhere, it begins with the terminals.
 */
export function roadOf(state: AppState): readonly RoadNode[] {
  const { connection } = state;
  const [latchkey, companyProxy, internet] = onward(connection);
  const further: RoadNode[] = [
    ...(companyProxy === undefined ? [] : [{ name: 'company-proxy', ...companyProxy } as const]),
    { name: 'internet', ...internet },
  ];
  if (connection.kind === 'off' || connection.kind === 'needs-setup') {
    // Settings that still lead to a Latchkey that is off lead nowhere.
    const isStranded = macRoad(state).kind === 'latchkey';
    return [
      { name: 'mac', look: isStranded ? 'warn' : 'plain', leg: undefined },
      { name: 'latchkey', look: latchkey.look, leg: isStranded ? 'warn' : latchkey.leg },
      ...further,
    ];
  }
  const { nodes, isBusy } = beginning(state);
  return [
    ...nodes,
    {
      name: 'latchkey',
      look: isInLastDays(state) ? 'warn' : latchkey.look,
      leg: isBusy && latchkey.leg === 'live' ? 'busy' : latchkey.leg,
    },
    ...further,
  ];
}
