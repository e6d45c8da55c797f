import { type AppState, isOn } from './state';
import { leadsToLatchkey } from './system-proxy';

/**
 * What the switch "Use for this Mac" shows: while the local proxy runs, what is true of the Mac's settings; else whether they
 * will lead to it as soon as it does.
 */
export function isSystemProxySwitchOn({
  connection,
  settings,
  systemProxy,
}: Pick<AppState, 'connection' | 'settings' | 'systemProxy'>): boolean {
  return leadsToLatchkey(systemProxy) || (!isOn(connection) && settings.usesSystemProxy);
}

/** Whether the Mac does not use the local proxy although the user wants it, and only the user can do something about it. */
export function isSystemProxyLost({
  connection,
  settings,
  systemProxy,
}: Pick<AppState, 'connection' | 'settings' | 'systemProxy'>): boolean {
  const { kind } = systemProxy;
  const isTrouble = kind === 'taken-over' || kind === 'needs-password' || kind === 'failed';
  return isTrouble && settings.usesSystemProxy && isOn(connection);
}
