import type { Reachability } from '../../shared/engine-state';
import type { EpochReason } from '../../shared/event';
import { isSameAddress } from '../../shared/is-same-host';
import { assertNever, type Problem } from '../../shared/problem';
import type { EngineSettings, HostPort } from '../../shared/settings';
import type { AppProblem } from '../../shared/app-problem';
import type { Connection } from '../../shared/state';

/** What happens to the app, as far as the headline is concerned. */
export type AppEvent =
  | { readonly kind: 'switched-on' }
  | { readonly kind: 'switched-off' }
  /** Company proxy and account are known now. */
  | { readonly kind: 'set-up' }
  | { readonly kind: 'forgotten' }
  | { readonly kind: 'start-failed'; readonly problem: AppProblem }
  /** The local proxy listens. */
  | { readonly kind: 'listening' }
  | {
      readonly kind: 'reachability';
      readonly reachability: Reachability;
      readonly upstream: HostPort | undefined;
      readonly offNetwork: EngineSettings['offNetwork'];
      /** Whether a logon to this company proxy has been accepted on this network. */
      readonly hasSignedIn: boolean;
    }
  | { readonly kind: 'epoch'; readonly reason: EpochReason }
  /** The Keychain takes its time: macOS may be asking the user. */
  | { readonly kind: 'keychain-asked' }
  | { readonly kind: 'credential-missing' }
  | { readonly kind: 'keychain-trouble'; readonly problem: AppProblem }
  | { readonly kind: 'credential-refused'; readonly upstream: HostPort; readonly atMs: number }
  | { readonly kind: 'credential-accepted'; readonly upstream: HostPort }
  /** Another credential was checked and has taken over. */
  | { readonly kind: 'credential-changed' }
  | { readonly kind: 'sign-in-paused'; readonly isPaused: boolean }
  | { readonly kind: 'account-spared'; readonly problem: Problem };

const starting: Connection = { kind: 'starting' };

/** Whether the local proxy is, or is about to be, there. */
function isRunning({ kind }: Connection): boolean {
  return kind === 'starting' || kind === 'on' || kind === 'waiting' || kind === 'password-needed';
}

/** Whether the way to the company proxy decides what the headline is: nothing about the credential stands before it. */
function followsNetwork(connection: Connection): boolean {
  if (connection.kind === 'waiting') {
    return connection.why.kind === 'network' || connection.why.kind === 'local-network';
  }
  return connection.kind === 'starting' || connection.kind === 'on';
}

function onReachability(
  connection: Connection,
  event: AppEvent & { readonly kind: 'reachability' },
): Connection {
  if (!followsNetwork(connection)) return connection;
  const { reachability, upstream, offNetwork } = event;
  if (reachability === 'unreachable') {
    return offNetwork === 'direct'
      ? { kind: 'on', route: { kind: 'direct' } }
      : { kind: 'waiting', why: { kind: 'network' } };
  }
  // Whoever goes direct away from the company is not away.
  if (reachability === 'forbidden') return { kind: 'waiting', why: { kind: 'local-network' } };
  if (reachability === 'unknown' || upstream === undefined) return starting;
  const before =
    connection.kind === 'on' && connection.route.kind === 'upstream' ? connection.route : undefined;
  const hasSignedIn =
    event.hasSignedIn || (before?.hasSignedIn === true && isSameAddress(before.upstream, upstream));
  return { kind: 'on', route: { kind: 'upstream', upstream, hasSignedIn } };
}

function onEpoch(connection: Connection): Connection {
  // What answers on another network is another matter.
  const { why } = connection.kind === 'waiting' ? connection : {};
  if (why?.kind === 'account-spared' && why.problem.kind === 'other-domain') return starting;
  if (!followsNetwork(connection)) return connection;
  if (connection.kind !== 'on' || connection.route.kind !== 'upstream') return starting;
  return { kind: 'on', route: { ...connection.route, hasSignedIn: false } };
}

function onAccepted(connection: Connection, upstream: HostPort): Connection {
  // A password that was refused for good stays so, whatever an older answer says; and a pause is the user's to end.
  const isSpared = connection.kind === 'waiting' && connection.why.kind === 'account-spared';
  if (!isSpared && !followsNetwork(connection)) return connection;
  return { kind: 'on', route: { kind: 'upstream', upstream, hasSignedIn: true } };
}

function onPaused(connection: Connection, isPaused: boolean): Connection {
  if (isPaused) {
    const canWait = isRunning(connection) && connection.kind !== 'password-needed';
    return canWait ? { kind: 'waiting', why: { kind: 'paused' } } : connection;
  }
  return connection.kind === 'waiting' && connection.why.kind === 'paused' ? starting : connection;
}

/** The headline after an event. Total: what cannot happen in a state leaves it as it is. */
export function transition(connection: Connection, event: AppEvent): Connection {
  const whenRunning = (next: Connection): Connection => (isRunning(connection) ? next : connection);
  switch (event.kind) {
    case 'switched-on':
      return connection.kind === 'off' || connection.kind === 'failed' ? starting : connection;
    case 'switched-off':
      return connection.kind === 'needs-setup' ? connection : { kind: 'off' };
    case 'set-up':
      return connection.kind === 'needs-setup' ? { kind: 'off' } : connection;
    case 'forgotten':
      return { kind: 'needs-setup' };
    case 'start-failed':
      return whenRunning({ kind: 'failed', problem: event.problem });
    case 'listening':
      return connection.kind === 'failed' ? starting : connection;
    case 'reachability':
      return onReachability(connection, event);
    case 'epoch':
      return onEpoch(connection);
    case 'keychain-asked':
      return connection.kind === 'starting' ? { kind: 'starting', isAskingKeychain: true } : connection;
    case 'credential-missing':
      return whenRunning({ kind: 'password-needed', why: { kind: 'missing' } });
    case 'keychain-trouble':
      return whenRunning({ kind: 'password-needed', why: { kind: 'keychain', problem: event.problem } });
    case 'credential-refused': {
      const { upstream, atMs } = event;
      return whenRunning({ kind: 'password-needed', why: { kind: 'refused', upstream, atMs } });
    }
    case 'credential-accepted':
      return onAccepted(connection, event.upstream);
    case 'credential-changed':
      return connection.kind === 'password-needed' || connection.kind === 'waiting' ? starting : connection;
    case 'sign-in-paused':
      return onPaused(connection, event.isPaused);
    case 'account-spared':
      return followsNetwork(connection)
        ? { kind: 'waiting', why: { kind: 'account-spared', problem: event.problem } }
        : connection;
    default:
      return assertNever(event);
  }
}
