import type { CredentialBook } from '../platform/ports';
import { localDay } from '../../shared/calendar-day';
import type { LogonCount } from '../../shared/engine-state';
import type { EngineEvent } from '../../shared/event';

export type LogonOutcome = 'sent' | 'accepted' | 'refused' | 'unanswered';

const kinds: ReadonlyMap<EngineEvent['kind'], keyof LogonCount> = new Map([
  ['logon-sent', 'sent'],
  ['logon-refused', 'refused'],
  ['logon-unanswered', 'unanswered'],
]);

/** Counts the logons that events tell of, for the account and the day, and remembers when one was accepted. */
export function countLogon(
  event: EngineEvent,
  memory: Pick<CredentialBook, 'countLogon' | 'rememberAccepted'>,
): void {
  if (event.kind === 'logon-accepted') memory.rememberAccepted(event.account, Date.now());
  const kind = kinds.get(event.kind);
  if (kind === undefined || !('account' in event)) return;
  memory.countLogon(event.account, kind, localDay(Date.now()));
}
