import type { CredentialMemory } from '../main/platform/credential-memory';
import { localDay } from '../shared/calendar-day';
import type { EngineEvent } from '../shared/event';

/** Counts the logons that events tell of, for the account and the day. */
export function countLogon(event: EngineEvent, memory: CredentialMemory): void {
  const day = localDay(Date.now());
  if (event.kind === 'logon-sent') memory.countLogon(event.account, 'sent', day);
  else if (event.kind === 'logon-refused') memory.countLogon(event.account, 'refused', day);
  else if (event.kind === 'logon-unanswered') memory.countLogon(event.account, 'unanswered', day);
}
