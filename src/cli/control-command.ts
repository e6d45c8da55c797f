import { isFields } from '../main/platform/json-file';
import { type CalendarDay, isCalendarDay } from '../shared/calendar-day';
import type { CredentialCheck, EngineState, LogonCount } from '../shared/engine-state';
import type { PasswordAge } from '../shared/password-age';
import type { Problem } from '../shared/problem';
import type { Account, HostPort } from '../shared/settings';
import type { SystemProxyState, SystemProxyWay } from '../shared/system-proxy';
import { describeProblem } from '../shared/text';
import { systemProxyInEnglish } from '../shared/words/system-proxy-en';

/** What can be asked of a running `latchkey run` over its control socket: one line of JSON each. */
export type ControlCommand =
  | { readonly kind: 'status' }
  | {
      readonly kind: 'credential-set';
      readonly account: Account;
      /** 32 hexadecimal digits. */
      readonly ntowfv2: string;
      /** Where the logon that checks it is made; without one the engine chooses. */
      readonly url?: string;
      /** When the password was set; without one: today. */
      readonly setOn?: CalendarDay;
      /** Whether it is tried even if it has been refused before. */
      readonly isAgain?: boolean;
    }
  /** One logon with the credential in use, even if it was refused. */
  | { readonly kind: 'credential-retry'; readonly url?: string }
  | { readonly kind: 'credential-pause' }
  | { readonly kind: 'credential-resume' }
  /** The way is how it is switched on, and of no account otherwise. */
  | ({ readonly kind: 'system-proxy'; readonly action: 'on' | 'off' | 'status' } & SystemProxyWay)
  /** Read --config again, as after SIGHUP. */
  | { readonly kind: 'reload' };

/** The answer to a command: one line of JSON as well. Holds no secret. */
export type ControlAnswer =
  | {
      readonly kind: 'status';
      readonly state: EngineState;
      readonly today: LogonCount;
      readonly password?: PasswordAge & { readonly setOn: CalendarDay };
    }
  /** @param note one more sentence, as where the hash was stored */
  | { readonly kind: 'checked'; readonly result: CredentialCheck; readonly note?: string }
  | { readonly kind: 'system-proxy'; readonly state: SystemProxyState }
  | { readonly kind: 'done'; readonly note?: string }
  /** Nothing was done; the message is a sentence that says why. */
  | { readonly kind: 'failed'; readonly message: string };

function isOneOf<T extends string>(value: unknown, list: readonly T[]): value is T {
  return list.some((each) => each === value);
}

function isOptional<T>(value: unknown, isValue: (value: unknown) => value is T): value is T | undefined {
  return value === undefined || isValue(value);
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

/** A name as Windows has them, and long enough for user@realm; a control character would spoil a log. */
function isName(value: unknown): value is string {
  // oxlint-disable-next-line no-control-regex
  return isString(value) && value.length <= 256 && !/[\u0000-\u001f\u007f]/.test(value);
}

function isAccount(value: unknown): value is Account {
  return isFields(value) && isName(value['domain']) && isName(value['user']) && value['user'] !== '';
}

function isHash(value: unknown): value is string {
  return isString(value) && /^[0-9a-f]{32}$/i.test(value);
}

/** Whether it is an address that a browser could ask the proxy for. */
export function isWebUrl(value: unknown): value is string {
  if (!isString(value) || value.length > 8192) return false;
  try {
    return ['http:', 'https:'].includes(new URL(value).protocol);
  } catch {
    return false;
  }
}

/** Reads a command that has come over the socket; undefined when it is none. */
export function parseControlCommand(value: unknown): ControlCommand | undefined {
  if (!isFields(value)) return undefined;
  const { kind, account, ntowfv2, url, setOn, isAgain, action, mode, isLocalDirect } = value;
  switch (kind) {
    case 'status':
    case 'credential-pause':
    case 'credential-resume':
    case 'reload':
      return { kind };
    case 'system-proxy':
      if (!isOneOf(action, ['on', 'off', 'status']) || !isOneOf(mode, ['manual', 'pac'])) return undefined;
      if (typeof isLocalDirect !== 'boolean') return undefined;
      return { kind, action, mode, isLocalDirect };
    case 'credential-retry':
      if (!isOptional(url, isWebUrl)) return undefined;
      return { kind, ...(url === undefined ? {} : { url }) };
    case 'credential-set':
      if (!isAccount(account) || !isHash(ntowfv2)) return undefined;
      if (!isOptional(url, isWebUrl) || !isOptional(setOn, isCalendarDay)) return undefined;
      if (!isOptional(isAgain, isBoolean)) return undefined;
      return {
        kind,
        account: { domain: account.domain, user: account.user },
        ntowfv2,
        ...(url === undefined ? {} : { url }),
        ...(setOn === undefined ? {} : { setOn }),
        ...(isAgain === undefined ? {} : { isAgain }),
      };
    default:
      return undefined;
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function isHostPort(value: unknown): value is HostPort {
  return isFields(value) && isString(value['host']) && isCount(value['port']);
}

function isEngineState(value: unknown): value is EngineState {
  return (
    isFields(value) &&
    isAccount(value['account']) &&
    isOneOf(value['credential'], ['unproven', 'proven', 'suspect', 'refused']) &&
    typeof value['isPaused'] === 'boolean' &&
    isOneOf(value['companyProxy'], ['unknown', 'reachable', 'unreachable']) &&
    isOptional(value['upstream'], isHostPort) &&
    isOneOf(value['offNetwork'], ['direct', 'refuse']) &&
    Array.isArray(value['addresses']) &&
    value['addresses'].every(isHostPort)
  );
}

function isLogonCount(value: unknown): value is LogonCount {
  return (
    isFields(value) && isCount(value['sent']) && isCount(value['refused']) && isCount(value['unanswered'])
  );
}

function isKnownAge(value: unknown): value is PasswordAge & { readonly setOn: CalendarDay } {
  return (
    isFields(value) &&
    isCalendarDay(value['setOn']) &&
    isCalendarDay(value['expiresOn']) &&
    isCount(value['daysLeft'])
  );
}

/** A problem is what there are words for: that is all that is done with one here. */
function isProblem(value: unknown): value is Problem {
  try {
    return describeProblem(value as Problem).sentence !== '';
  } catch {
    return false;
  }
}

/** As with a problem: that there are words for it is all that is needed. */
function isSystemProxyState(value: unknown): value is SystemProxyState {
  try {
    return systemProxyInEnglish(value as SystemProxyState).sentence !== '';
  } catch {
    return false;
  }
}

function isCheck(value: unknown): value is CredentialCheck {
  if (!isFields(value)) return false;
  if (value['kind'] === 'accepted') return true;
  return isOneOf(value['kind'], ['refused', 'unclear']) && isProblem(value['problem']);
}

function isAnswer(value: unknown): value is ControlAnswer {
  if (!isFields(value)) return false;
  switch (value['kind']) {
    case 'status':
      return (
        isEngineState(value['state']) &&
        isLogonCount(value['today']) &&
        isOptional(value['password'], isKnownAge)
      );
    case 'checked':
      return isCheck(value['result']) && isOptional(value['note'], isString);
    case 'system-proxy':
      return isSystemProxyState(value['state']);
    case 'done':
      return isOptional(value['note'], isString);
    case 'failed':
      return isString(value['message']);
    default:
      return false;
  }
}

/** Reads an answer; undefined when it is none, as from another version. */
export function parseControlAnswer(value: unknown): ControlAnswer | undefined {
  return isAnswer(value) ? value : undefined;
}
