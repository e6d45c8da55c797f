import type { LogonReason } from '../../shared/event';
import type { HostPort } from '../../shared/settings';
import { type Charge, type Charges, otherAtMs } from './charges';
import type { KnownUrls } from './known-urls';
import { hostOf, type Trial, trialKey } from './trial';

/**
 * How a request can travel.
 * - `over-any`: over any connection that is signed in, whatever URL that was done with
 * - `with-logon`: only with a logon of its own, as where the company proxy keeps no connection
 * - `with-logon-and-upload`: so as well, and its body is still on its way: the logon is lost when the client leaves
 */
export type Travel = 'over-any' | 'with-logon' | 'with-logon-and-upload';

/** Who asks for a logon. */
export interface Asker {
  readonly upstream: HostPort;
  /** The URL of the request. */
  readonly own: Trial;
  readonly travel: Travel;
}

/** Whose turn it is. */
export type Turn =
  | { readonly kind: 'go'; readonly reason: LogonReason; readonly trial?: Trial }
  /** Not now; it may look different at `againMs`, or when an outcome comes. */
  | { readonly kind: 'wait'; readonly againMs?: number }
  /** The host has lost a logon, and there is nothing else to make one with. */
  | { readonly kind: 'set-aside'; readonly untilMs: number };

/** What is known of the credential when somebody asks. */
export interface Grounds {
  readonly urls: KnownUrls;
  readonly charges: Charges;
  readonly isProven: boolean;
  /** Whether clients' URLs are not to be risked. */
  readonly isCautious: boolean;
}

/** Whether a logon may be sent now, and with which URL. Only asked while the credential is not refused. */
export function turnOf(asker: Asker, grounds: Grounds, nowMs: number): Turn {
  const { urls, charges } = grounds;
  if (charges.isFull) {
    const againMs = charges.overAtMs;
    return againMs === undefined ? { kind: 'wait' } : { kind: 'wait', againMs };
  }
  const charge = charges.oldest;
  if (charge === undefined || charge.fate === 'spent') return firstTurn(asker, grounds, nowMs);
  if (charge.fate === 'refused') {
    const trial = urls.opinionOn(asker.upstream, charge.host, nowMs);
    return trial === undefined
      ? { kind: 'go', reason: 'request' }
      : { kind: 'go', reason: 'second-opinion', trial };
  }
  return secondTurn(asker, charge, grounds, nowMs);
}

/** With nothing that is unanswered. */
function firstTurn(asker: Asker, grounds: Grounds, nowMs: number): Turn {
  const { upstream, own, travel } = asker;
  const { urls, isProven } = grounds;
  const asideUntilMs = urls.setAside.untilMs(upstream, hostOf(own), nowMs);
  if (grounds.isCautious) return cautiousTurn(asker, grounds);
  const isFit = (_trial: Trial, host: string): boolean => !urls.setAside.has(upstream, host, nowMs);
  if (!isProven) {
    // The single logon goes to what is known to work: a slow origin would hold everybody up, and a forbidden URL would
    // be taken for a dead password.
    const best = urls.best(upstream, isFit);
    if (best !== undefined) return goWith(best, own, 'proof');
  }
  if (asideUntilMs === undefined) return { kind: 'go', reason: 'request' };
  const check = checkTrialOn(upstream, grounds, nowMs);
  // What this logon signs in carries the request; a tunnel would not.
  const isCarrier = (trial: Trial, host: string): boolean => trial.method === 'HEAD' && isFit(trial, host);
  const carrier = urls.best(upstream, isCarrier) ?? check;
  if (travel === 'over-any' && carrier?.method === 'HEAD')
    return { kind: 'go', reason: 'lost-answer', trial: carrier };
  // Should it be lost as well: the next one goes elsewhere, and clears it.
  if (isProven) return { kind: 'go', reason: 'request' };
  if (check !== undefined) return { kind: 'go', reason: 'lost-answer', trial: check };
  return { kind: 'set-aside', untilMs: asideUntilMs };
}

/** With one charge that is unanswered, or was lost. */
function secondTurn(asker: Asker, charge: Charge, grounds: Grounds, nowMs: number): Turn {
  const { upstream, own } = asker;
  const { urls } = grounds;
  const isRisky = asker.travel === 'with-logon-and-upload';
  const isInFlight = charge.fate === 'in-flight';
  const ownHost = hostOf(own);
  const asideUntilMs = urls.setAside.untilMs(upstream, ownHost, nowMs);
  const isOwnFit = asideUntilMs === undefined && (isInFlight || ownHost !== charge.host);
  // One of two decides: otherwise two hosts together could pass for a dead password.
  // What a client can lose by leaving is the only charge: otherwise two clients together could stop everybody.
  if (
    grounds.isProven &&
    isOwnFit &&
    !isRisky &&
    (urls.isAnchor(upstream, own) || (isInFlight && charge.isDecisive))
  ) {
    return { kind: 'go', reason: 'request' };
  }
  if (isInFlight && nowMs < otherAtMs(charge)) {
    return charge.sentMs === undefined ? { kind: 'wait' } : { kind: 'wait', againMs: otherAtMs(charge) };
  }
  if (grounds.isCautious && !isInFlight) return cautiousTurn(asker, grounds);
  const reason = isInFlight ? 'slow-answer' : 'lost-answer';
  const isElsewhere = (_trial: Trial, host: string): boolean =>
    host !== charge.host && !urls.setAside.has(upstream, host, nowMs);
  // Not with whatever else waits: of hosts that are slow or lose logons there may be several on one page.
  const best = urls.best(upstream, isElsewhere) ?? checkTrialOn(upstream, grounds, nowMs);
  if (best !== undefined && hostOf(best) !== charge.host)
    return isRisky ? { kind: 'go', reason, trial: best } : goWith(best, own, reason);
  if (isRisky && isInFlight) return { kind: 'wait' };
  // What a client can lose by leaving never goes beside another charge.
  const byItself: Turn = isRisky ? { kind: 'go', reason, trial: own } : { kind: 'go', reason: 'request' };
  if (asideUntilMs === undefined && ownHost !== charge.host) return byItself;
  if (isInFlight) {
    // Another URL of the same host is better than none: it may be that one page which is slow.
    const other = urls.best(
      upstream,
      (trial, host) => host === charge.host && trialKey(trial) !== charge.key,
    );
    return other === undefined ? { kind: 'wait' } : goWith(other, own, reason);
  }
  if (asideUntilMs === undefined) return byItself;
  return { kind: 'set-aside', untilMs: asideUntilMs };
}

/**
 * After a pause: clients' URLs are what may have lost the logons. Their turn comes when what is known has lost more: it may
 * be gone for good.
 */
function cautiousTurn({ upstream, own }: Asker, { urls }: Grounds): Turn {
  const lossesOf = (trial: Trial): number => urls.setAside.lossCount(upstream, hostOf(trial));
  const [known = own, ...others] = [urls.best(upstream, () => true), urls.checkTrial, own].filter(
    (trial) => trial !== undefined,
  );
  const trial = others.reduce((best, next) => (lossesOf(next) < lossesOf(best) ? next : best), known);
  return goWith(trial, own, 'proof');
}

/** The check URL, where its host is not set aside. */
function checkTrialOn(upstream: HostPort, { urls }: Grounds, nowMs: number): Trial | undefined {
  const { checkTrial } = urls;
  if (checkTrial === undefined || urls.setAside.has(upstream, hostOf(checkTrial), nowMs)) return undefined;
  return checkTrial;
}

/** The URL of the request itself needs no other logon in its place. */
function goWith(trial: Trial, own: Trial, reason: LogonReason): Turn {
  return trialKey(trial) === trialKey(own)
    ? { kind: 'go', reason: 'request' }
    : { kind: 'go', reason, trial };
}
