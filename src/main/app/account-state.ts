import { daysBetween, localDay } from '../../shared/calendar-day';
import { passwordAge } from '../../shared/password-age';
import type { Account } from '../../shared/settings';
import type { AccountState } from '../../shared/state';
import type { CredentialBook } from '../platform/ports';
import type { EngineKeeper } from './engine-keeper';

/**
 * What is known of the account: its standing, the logons of today, how old the password is.
 *
 * @param maxAgeDays after how many days the password expires; null: nobody has said
 */
export async function accountState(
  account: Account,
  maxAgeDays: number | null,
  memory: Pick<CredentialBook, 'logonsOn' | 'passwordSetOn' | 'lastAccepted'>,
  keeper: Pick<EngineKeeper, 'standing' | 'isForSession'>,
  signedInWith: AccountState['signedInWith'],
): Promise<AccountState> {
  const day = localDay(Date.now());
  const today = await memory.logonsOn(account, day);
  const setOn = await memory.passwordSetOn(account);
  const lastAcceptedMs = await memory.lastAccepted(account);
  // As it is once all has been read.
  const { standing, isForSession } = keeper;
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
    ...(signedInWith === undefined ? {} : { signedInWith }),
  };
}
