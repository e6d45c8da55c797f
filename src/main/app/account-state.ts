import { daysBetween, localDay } from '../../shared/calendar-day';
import { passwordAge } from '../../shared/password-age';
import type { Account } from '../../shared/settings';
import type { AccountState } from '../../shared/state';
import type { CredentialBook } from '../platform/ports';
import type { EngineKeeper } from './engine-keeper';

/**
 * The account as it is now.
 *
 * @param maxAgeDays after how many days the password expires; null: nobody has said
 */
export async function accountState(
  account: Account,
  maxAgeDays: number | null,
  memory: Pick<CredentialBook, 'logonsOn' | 'passwordSetOn' | 'lastAccepted'>,
  { standing, isForSession }: Pick<EngineKeeper, 'standing' | 'isForSession'>,
): Promise<AccountState> {
  const day = localDay(Date.now());
  const today = await memory.logonsOn(account, day);
  const setOn = await memory.passwordSetOn(account);
  const lastAcceptedMs = await memory.lastAccepted(account);
  return {
    account,
    standing,
    today,
    ...(lastAcceptedMs === undefined ? {} : { lastAcceptedMs }),
    ...(setOn === undefined ? {} : { setOn, ageDays: daysBetween(setOn, day) }),
    ...(setOn === undefined || maxAgeDays === null
      ? {}
      : { daysLeft: passwordAge({ setOn, maxAgeDays, today: day }).daysLeft }),
    isForSessionOnly: isForSession,
  };
}
