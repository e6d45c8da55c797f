import { managedState, nothingManaged } from '../../shared/managed';
import type { AppState } from '../../shared/state';
import { noUpdates } from '../../shared/updates';
import type { CorePorts } from './core-ports';
import { isReady } from './ready-settings';

/** The state before anything has happened. */
export function firstState(
  ports: CorePorts,
  upstreams: AppState['upstreams'],
  language: AppState['language'],
  traffic: AppState['traffic'],
): Omit<AppState, 'revision'> {
  const settings = ports.settings.settings();
  return {
    version: ports.version,
    accentColor: ports.accentColor?.color(),
    language,
    platform: ports.platform,
    connection: { kind: isReady(settings) ? 'off' : 'needs-setup' },
    reachability: 'unknown',
    settings,
    managed: managedState(ports.settings.managed?.() ?? nothingManaged),
    account: undefined,
    upstreams,
    pac: undefined,
    askedProxies: [],
    addresses: [],
    services: [],
    unbound: [],
    systemProxy: ports.systemProxy.state(),
    takenBy: undefined,
    asksForAdministrator: false,
    openAtLogin: ports.loginItem.state(),
    notifications: ports.notifications.state(),
    commandLink: { kind: ports.commandLink === undefined ? 'unsupported' : 'unknown' },
    updates: { ...(ports.updates?.state() ?? noUpdates), waitsForQuiet: false },
    traffic,
    lastProblems: [],
    lastActivityId: 0,
    check: { kind: 'none' },
    wayProof: undefined,
    logTellsAllUntilMs: undefined,
    findings: [],
    notices: ports.settings.notices(),
    goTo: undefined,
  };
}
