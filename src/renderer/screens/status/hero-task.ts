import { macRoad } from '../../../shared/mac-road';
import { assertNever } from '../../../shared/problem';
import { canChangePassword } from '../../../shared/state';
import { leadsToLatchkey } from '../../../shared/system-proxy';
import { isInLastDays } from '../../../shared/words/describe-connection';
import type { Panel } from '../../panel-context';
import type { NodeName } from '../../road';

/** Something that one click does. */
export interface Task {
  /** The node of the road that it mends; undefined when it is about none of them. */
  readonly node: NodeName | undefined;
  readonly label: string;
  /** Whether nothing works without it. */
  readonly isPrimary: boolean;
  /** The page that it opens: the focus returns to the button when that page is left. */
  readonly opens?: string;
  readonly run: () => unknown;
  /** What the button says for a moment once `run` has come to true. */
  readonly done?: string;
}

/** What there is to do in this state, at most one thing. */
export function heroTask(panel: Panel): Task | undefined {
  const { state, words, perform, go } = panel;
  const { connection } = state;
  const said = words.status;
  switch (connection.kind) {
    case 'off':
      if (!leadsToLatchkey(state.systemProxy)) return undefined;
      return {
        node: 'mac',
        label: said.putBack,
        isPrimary: true,
        run: () => perform({ kind: 'set-system-proxy', isOn: false }),
      };
    case 'needs-setup':
      return {
        node: undefined,
        label: said.setUp,
        isPrimary: true,
        opens: 'set-up',
        run: () => go({ screen: 'set-up' }),
      };
    case 'starting':
      return {
        node: undefined,
        label: words.common.cancel,
        isPrimary: false,
        run: () => perform({ kind: 'turn-off' }),
      };
    case 'on': {
      const road = macRoad(state);
      if (road.kind === 'taken' || road.kind === 'refused') return useForThisMac(panel);
      if (connection.route.kind === 'direct') return checkAgain(panel, 'internet');
      return isInLastDays(state) ? changePassword(panel) : undefined;
    }
    case 'waiting':
      switch (connection.why.kind) {
        case 'network':
          return checkAgain(panel, 'company-proxy');
        case 'local-network':
          return {
            node: 'company-proxy',
            label: said.openSystemSettings,
            isPrimary: true,
            run: () => perform({ kind: 'open-settings-pane', pane: 'local-network' }),
          };
        case 'paused':
          return {
            node: 'latchkey',
            label: said.resume,
            isPrimary: false,
            run: () => perform({ kind: 'pause-sign-in', isPaused: false }),
          };
        case 'account-spared':
          return {
            node: 'company-proxy',
            label: said.signInOnce,
            isPrimary: false,
            run: () => signInOnce(panel),
          };
        default:
          return assertNever(connection.why);
      }
    case 'password-needed':
      return {
        node: connection.why.kind === 'refused' ? 'company-proxy' : 'latchkey',
        label: said.enterPassword,
        isPrimary: true,
        opens: 'password',
        run: () => go({ screen: 'password' }),
      };
    case 'failed':
      return afterFailure(panel);
    default:
      return assertNever(connection);
  }
}

/** What can be done at a node while nothing is wrong with it. */
export function nodeTask(panel: Panel, node: NodeName): Task | undefined {
  const { state, words, perform, go } = panel;
  switch (node) {
    case 'mac':
      return state.connection.kind === 'on' && macRoad(state).kind === 'own'
        ? useForThisMac(panel)
        : undefined;
    case 'terminals':
      return {
        node,
        label: words.status.copyTerminalCommands,
        isPrimary: false,
        run: async () => (await perform({ kind: 'copy-terminal-commands' })).kind !== 'failed',
        done: words.common.copied,
      };
    case 'latchkey':
      return canChangePassword(state) ? changePassword(panel) : undefined;
    case 'company-proxy':
      return state.connection.kind === 'on' ? checkAgain(panel, node) : undefined;
    case 'internet':
      return {
        node,
        label: words.status.activity,
        isPrimary: false,
        opens: 'activity',
        run: () => go({ screen: 'activity' }),
      };
    default:
      return assertNever(node);
  }
}

/** macOS may ask for an administrator's password. */
function useForThisMac({ state, words, perform }: Panel): Task {
  return {
    node: 'mac',
    label: macRoad(state).kind === 'taken' ? words.route.useAgain : words.route.useForThisMac,
    isPrimary: false,
    run: () => perform({ kind: 'set-system-proxy', isOn: true }),
  };
}

function checkAgain({ words, perform }: Panel, node: NodeName): Task {
  return {
    node,
    label: words.status.checkAgain,
    isPrimary: false,
    run: () => perform({ kind: 'check-again' }),
  };
}

function changePassword({ words, go }: Panel): Task {
  return {
    node: 'latchkey',
    label: words.status.changePassword,
    isPrimary: false,
    opens: 'password',
    run: () => go({ screen: 'password' }),
  };
}

/** What comes of it shows in the state; its check is not the password screen's. */
async function signInOnce({ run, perform }: Panel): Promise<void> {
  await perform({ kind: 'retry-password' });
  await run({ kind: 'dismiss-check' });
}

function afterFailure({ state, words, run, perform, go }: Panel): Task | undefined {
  const said = words.status;
  if (state.connection.kind !== 'failed') return undefined;
  const { problem } = state.connection;
  const task = { node: 'latchkey', isPrimary: true } as const;
  if (problem.kind === 'port-in-use' && problem.freePort !== undefined) {
    const port = problem.freePort;
    return {
      ...task,
      label: said.usePort(port),
      run: async () => {
        const { kind } = await perform({ kind: 'change-settings', patch: { port } });
        if (kind !== 'failed') await run({ kind: 'turn-on' });
      },
    };
  }
  if (
    problem.kind === 'port-in-use' ||
    problem.kind === 'port-not-allowed' ||
    problem.kind === 'unknown-host'
  ) {
    return {
      ...task,
      label: problem.kind === 'unknown-host' ? words.preferences.portAndAccess : said.portAndAccess,
      opens: 'preferences/port-and-access',
      run: () => go({ screen: 'preferences', section: 'port-and-access' }),
    };
  }
  if (problem.kind === 'upstream-is-latchkey') {
    return {
      ...task,
      label: said.companyProxies,
      opens: 'preferences/company-proxies',
      run: () => go({ screen: 'preferences', section: 'company-proxies' }),
    };
  }
  return { ...task, label: said.tryAgain, run: () => run({ kind: 'turn-on' }) };
}
