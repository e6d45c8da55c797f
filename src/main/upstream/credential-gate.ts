import type { EngineEvent, LogonReason } from '../../shared/event';
import type { CredentialStanding } from '../../shared/engine-state';
import type { Hop } from '../../shared/problem';
import type { CompanyProxyBook } from '../../shared/company-proxy';
import type { HostPort } from '../../shared/settings';
import type { HeaderList } from '../http1/message-head';
import { type Credential, isSameSecret } from './credential';
import { KnownUrls } from './known-urls';
import type { LogonPermit } from './logon-permit';
import { LogonQueue, type LogonWish, type Verdict } from './logon-queue';
import { Tenure } from './tenure';
import { isNobodys, type Trial, trialKey } from './trial';
import type { Travel } from './turn';
import type { WarmUrl } from './warm-urls';

export interface CredentialGateOptions {
  /** At least one, all of the same account, the likeliest first: two readings of one hash, say. */
  readonly candidates: readonly Credential[];
  /** Whether the candidates have been refused before, by any company proxy: no logon is made with them then. */
  readonly isRefused?: boolean;
  /** How long a request waits for its turn, in milliseconds. */
  readonly maxWaitMs: number;
  /** A monotonic clock in milliseconds. */
  readonly nowMs: () => number;
  /** What a logon is made with where no URL is known to work; undefined: with requests only. */
  readonly checkTrial?: Trial | undefined;
  /** Whether the user has chosen that URL: it may be asked often then. */
  readonly isCheckChosen?: boolean;
  /** What is remembered of company proxies. */
  readonly companyProxies?: CompanyProxyBook | undefined;
  readonly onEvent?: (event: EngineEvent) => void;
  /** Told when a credential is accepted for the first time, or is refused for good. */
  readonly onOutcome?: (credential: Credential, outcome: 'accepted' | 'refused') => void;
}

/**
 * Decides who may log on, and keeps the account from being locked. docs/decisions/credential-gate.md states the rule and
 * why it holds; in short: a logon is a charge until it, or one that was sent after it, is accepted. There are never more
 * than two charges, and only one as long as it may be answered soon and the credential has not proved itself.
 */
export class CredentialGate {
  readonly #options: CredentialGateOptions;
  readonly #onEvent: (event: EngineEvent) => void;
  readonly #queue: LogonQueue;
  readonly #urls: KnownUrls;
  #tenure: Tenure;
  /** A new credential that is being tried while the old one stays. */
  #challenger: Tenure | undefined;
  #epoch = 0;
  #tenureCount = 0;
  #isPaused = false;
  #isClosed = false;
  #toldStanding: CredentialStanding;

  constructor(options: CredentialGateOptions) {
    this.#options = options;
    this.#onEvent = options.onEvent ?? (() => undefined);
    this.#urls = new KnownUrls(options.checkTrial, options.companyProxies, options.isCheckChosen);
    this.#tenure = new Tenure(options.candidates, options.isRefused ?? false, this.#urls);
    this.#toldStanding = this.#tenure.standing;
    const { nowMs, maxWaitMs } = options;
    this.#queue = new LogonQueue({
      nowMs,
      maxWaitMs,
      judge: (wish) => this.#judge(wish),
      grant: (hop, reason, trial, own) => this.#permit(this.#tenure, hop, reason, trial, own),
      tenure: () => this.#tenure,
      isPaused: () => this.#isPaused,
      mayWarm: () => this.mayWarm,
    });
  }

  get standing(): CredentialStanding {
    return this.#tenure.standing;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Names the credential in use: part of the key under which authenticated connections are kept. */
  get credentialId(): string {
    return `${this.#tenureCount}.${this.#tenure.candidateIndex}`;
  }

  /** The credential that is in use. */
  get credential(): Credential {
    return this.#tenure.credential;
  }

  /** Whether this company proxy answers 407 for this URL although the credential is good. */
  isForbidden(hop: Hop, own: Trial): boolean {
    return this.#tenure.isForbidden(hop.address, trialKey(own), this.#options.nowMs());
  }

  /** A request is on its way: which hosts were asked for, and when first, tells what a web site may have had a hand in. */
  see(own: Trial, headers: HeaderList): void {
    this.#urls.see(own, headers);
  }

  /** The best URL to try a credential with on a company proxy. */
  trialOn(hop: Hop): Trial | undefined {
    // Of the URL that nobody has an answer of 5xx is the usual one, which says nothing about a credential that is tried.
    return this.#urls.best(hop.address, (trial) => !isNobodys(trial)) ?? this.#urls.checkTrial;
  }

  /**
   * Waits for the right to log on. When the permit has a trial, that must be sent in place of the request itself, and the
   * caller asks again afterwards.
   *
   * @param own the URL of the request
   * @throws UpstreamError credential-refused; target-refused, as `isForbidden`; logon-pending or sign-in-paused after
   * `maxWaitMs`; logon-unclear when logons were lost and the account must be spared for longer than that; logon-lost when
   * one was lost on this host, and there is no other URL to make one with
   */
  admit(hop: Hop, own: Trial, travel: Travel = 'over-any'): Promise<LogonPermit> {
    return this.#queue.join({ hop, own, travel });
  }

  /** What connections can be signed in with before anybody needs them, the best first. */
  *warmUrls(hop: Hop): Iterable<WarmUrl> {
    for (const url of this.#urls.warmUrls(hop.address, this.#options.nowMs())) {
      if (!this.isForbidden(hop, url.trial)) yield url;
    }
  }

  /** Whether a logon with this URL was answered at once the last time. */
  isKnown(hop: Hop, trial: Trial): boolean {
    return this.#urls.isKnown(hop.address, trial);
  }

  /** Whether connections may be signed in before anybody needs them: the credential is proven, or is being so. */
  get mayWarm(): boolean {
    // What Basic signs in is each request, and no connection.
    if (this.#isPaused || this.#isClosed || this.credential.method === 'Basic') return false;
    return this.standing === 'proven' || this.#tenure.isBeingProven;
  }

  /**
   * Waits for room for a logon that nobody has asked for. It comes after those of requests, is made with its own URL or not
   * at all, and only with a credential that is proven.
   *
   * @param isAlone whether nothing else may be unanswered or wait when it is made
   * @returns undefined as soon as it is clear that none is to be made
   */
  admitSpare(hop: Hop, trial: Trial, isAlone = false): Promise<LogonPermit | undefined> {
    return this.#queue.joinSpare(hop, trial, isAlone);
  }

  /**
   * The right to try a new credential with one logon while the old one stays in use. When it is accepted it takes over,
   * and the pause ends; otherwise nothing changes. One at a time: the caller sees to that.
   */
  challenge(hop: Hop, credential: Credential, trial: Trial): LogonPermit {
    const challenger = new Tenure([credential], false, this.#urls);
    this.#challenger = challenger;
    return this.#permit(challenger, hop, 'check', trial, trial);
  }

  /** Another credential takes the place of the one in use, without a logon: the user has chosen another method. */
  replace(candidates: readonly Credential[], isRefused: boolean): void {
    this.#challenger = undefined;
    this.#tenure = new Tenure(candidates, isRefused, this.#urls);
    this.#tenureCount += 1;
    // Whoever has replaced it knows.
    this.#toldStanding = this.#tenure.standing;
    this.#queue.pump();
  }

  /**
   * Whether a request may carry this credential with it, as Basic has it: each is a logon, so only one that is proven may go
   * without a permit.
   */
  mayCarry(credential: Credential): boolean {
    const isOfUse = credential === this.#tenure.credential && !this.#isPaused && !this.#isClosed;
    return isOfUse && this.standing === 'proven';
  }

  /** A request that carried this credential was refused: it is dead, and no other request is sent with it. */
  refuseCarried(credential: Credential, { address: upstream }: Hop): void {
    const tenure = this.#tenure;
    this.#onEvent({ kind: 'logon-refused', upstream, account: credential.account });
    if (credential !== tenure.credential || tenure.isRefused) return;
    tenure.giveUp();
    this.#options.onOutcome?.(credential, 'refused');
    this.#changed();
  }

  /** Stops logons until `resume`, or until a new credential is in. Those that want one wait. */
  pause(): void {
    this.#setPaused(true);
    this.#queue.pump();
  }

  resume(): void {
    this.#setPaused(false);
    this.#queue.pump();
  }

  /** The network has changed, or the machine has slept: what was proven must be proven again, by a single logon. */
  beginEpoch(): void {
    this.#epoch += 1;
    this.#urls.setAside.beginEpoch();
    this.#tenure.beginEpoch();
    this.#changed();
  }

  /** A company proxy has gone away: hosts are not to blame for logons that were lost with it. */
  upstreamDown(upstream: HostPort): void {
    this.#urls.setAside.forgive(upstream);
    this.#queue.pump();
  }

  /** Fails everybody who waits. */
  close(): void {
    this.#isClosed = true;
    this.#queue.close();
  }

  #setPaused(isPaused: boolean): void {
    if (this.#isPaused === isPaused) return;
    this.#isPaused = isPaused;
    this.#onEvent({ kind: 'sign-in-paused', isPaused });
  }

  #judge({ hop, own, travel }: LogonWish): Verdict {
    if (this.#isPaused) return { kind: 'wait' };
    const tenure = this.#tenure;
    if (tenure.isRefused) {
      if (this.#challenger !== undefined) return { kind: 'wait' };
      return { kind: 'never', code: 'credential-refused' };
    }
    const nowMs = this.#options.nowMs();
    // It may have been found out while this request waited.
    if (tenure.isForbidden(hop.address, trialKey(own), nowMs))
      return { kind: 'never', code: 'target-refused' };
    if (tenure.passTime(nowMs, this.#epoch)) {
      this.#options.onOutcome?.(tenure.credential, 'refused');
      this.#tellStanding();
      return { kind: 'never', code: 'credential-refused' };
    }
    const { freeAtMs } = tenure;
    if (freeAtMs !== undefined) {
      const retryAfterMs = freeAtMs - nowMs;
      if (retryAfterMs > this.#options.maxWaitMs)
        return { kind: 'never', code: 'logon-unclear', retryAfterMs };
      return { kind: 'wait', againMs: freeAtMs };
    }
    const turn = tenure.judge({ upstream: hop.address, own, travel }, nowMs);
    if (turn.kind !== 'set-aside') return turn;
    return { kind: 'never', code: 'logon-lost', retryAfterMs: turn.untilMs - nowMs };
  }

  #permit(tenure: Tenure, hop: Hop, reason: LogonReason, trial: Trial | undefined, own: Trial): LogonPermit {
    const { nowMs, onOutcome } = this.#options;
    const { credential } = tenure;
    const isOnKnownUrl = this.#urls.isKnown(hop.address, trial ?? own);
    const charge = tenure.admit(trial ?? own, hop.address, reason, this.#epoch);
    const refused = (): void => {
      const isChallenger = tenure === this.#challenger;
      // A credential that was replaced has been judged by what replaced it: the same one may have been accepted since.
      if (tenure !== this.#tenure && !isChallenger) return;
      if (isChallenger && isSameSecret(credential, this.#tenure.credential)) {
        // It is the one in use that was tried once more. While that is proven, the URL may be at fault: its next logon tells.
        if (this.#tenure.standing === 'proven') return;
        this.#tenure.giveUp();
      }
      if (tenure.isRefusalLasting) onOutcome?.(credential, 'refused');
    };
    let isSettled = false;
    const settle = (judge: () => void): void => {
      if (isSettled) return;
      isSettled = true;
      judge();
      if (this.#challenger === tenure) this.#challenger = undefined;
      this.#changed();
    };
    return {
      credential,
      reason,
      trial,
      isOnKnownUrl,
      isDue: () => {
        if (isSettled || this.#isClosed || tenure.isRefused) return false;
        if (reason === 'check') return tenure === this.#challenger;
        return tenure === this.#tenure && !this.#isPaused && charge.epoch === this.#epoch;
      },
      sending: (legMs) => {
        tenure.sent(charge, legMs, nowMs());
        // Those who wait can tell from now on when it is slow.
        this.#queue.pump();
      },
      accepted: () =>
        settle(() => {
          // What was refused for good stays so, whatever an answer says that was under way by then.
          if (tenure.isRefused) return;
          const forbidden = tenure.accept(charge, reason === 'check', this.#epoch, nowMs());
          if (tenure.isFirstAcceptance) onOutcome?.(credential, 'accepted');
          if (this.#challenger === tenure) this.#takeOver(tenure, trialKey(trial ?? own));
          // The host alone: the rest of a URL may hold what is nobody's business.
          for (const { host } of forbidden) {
            this.#onEvent({ kind: 'target-refused', account: credential.account, host });
          }
        }),
      refused: (isLasting = true) =>
        settle(() => {
          if (tenure.refuse(charge, isLasting, nowMs())) refused();
        }),
      unanswered: (isItsFault = true) =>
        settle(() => {
          if (tenure.lose(charge, isItsFault, this.#epoch, nowMs())) refused();
        }),
      unused: () => settle(() => tenure.withdraw(charge)),
    };
  }

  /** @param acceptedOn the URL that it was accepted on */
  #takeOver(challenger: Tenure, acceptedOn: string): void {
    const { refusals, credential } = this.#tenure;
    if (isSameSecret(challenger.credential, credential)) {
      // It is good after all: what refused it would do so again on the next network.
      for (const { key, upstream, trial } of refusals)
        if (key !== acceptedOn) this.#urls.failed(upstream, trial);
    }
    this.#tenure = challenger;
    this.#tenureCount += 1;
    this.#setPaused(false);
    this.#onEvent({ kind: 'credential-changed', account: challenger.credential.account });
  }

  #changed(): void {
    this.#tellStanding();
    this.#queue.pump();
  }

  #tellStanding(): void {
    const { standing, credential } = this.#tenure;
    if (standing === this.#toldStanding) return;
    this.#toldStanding = standing;
    this.#onEvent({ kind: 'credential-standing', account: credential.account, standing });
  }
}
