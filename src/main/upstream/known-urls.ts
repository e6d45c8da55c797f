import type { CompanyProxyBook } from '../../shared/company-proxy';
import { formatHostPort, type HostPort } from '../../shared/settings';
import type { HeaderList } from '../http1/message-head';
import { headerValue } from '../http1/headers';
import { SetAsideHosts } from './set-aside-hosts';
import { hostOf, isNobodys, nobodysTrial, siteOf, type Trial, trialForUrl, trialKey } from './trial';
import type { WarmUrl } from './warm-urls';

interface KnownUrl {
  readonly trial: Trial;
  readonly key: string;
  readonly host: string;
  /** When it became known, in the order of `Sighting`; 0 when it was known before this process. */
  readonly order: number;
  /** Remembered from before, or chosen by the user for a check: no web site has had a hand in it. */
  isTrusted: boolean;
  /** It has lost a logon, was slow or is forbidden since it worked last: it is used only where there is nothing better. */
  hasFailed: boolean;
}

/** When a host was asked for the first time, and by whom. */
interface Sighting {
  readonly order: number;
  /** The host whose pages alone have asked for it; empty when it was asked for otherwise. */
  introducedBy: string;
}

/** So many are enough, and the eldest are the best: what is full takes no more. */
const maxKnown = 32;
const maxSightings = 2_048;
const maxTunnelHosts = 8;

/**
 * Which URLs logons can be made with: those that have worked, by company proxy, the most trustworthy first. It outlives the
 * credentials that are tried with them.
 */
export class KnownUrls {
  readonly setAside = new SetAsideHosts();
  /** What a logon is made with where nothing is known; undefined: nothing. */
  readonly checkTrial: Trial | undefined;
  readonly #book: CompanyProxyBook | undefined;
  /** By company proxy, the most trustworthy first. */
  readonly #known = new Map<string, KnownUrl[]>();
  readonly #sightings = new Map<string, Sighting>();
  /** Hosts that tunnels were asked for lately, the latest last. */
  readonly #tunnelHosts = new Set<string>();
  #order = 0;
  readonly #isCheckChosen: boolean;

  /** @param isCheckChosen whether the check URL is the user's choice */
  constructor(checkTrial: Trial | undefined, book: CompanyProxyBook | undefined, isCheckChosen = false) {
    this.checkTrial = checkTrial;
    this.#book = book;
    this.#isCheckChosen = isCheckChosen;
  }

  /** A request of a client is on its way, over whatever connection. */
  see(own: Trial, headers: HeaderList): void {
    const host = hostOf(own);
    if (own.method === 'CONNECT') this.#seeTunnel(host);
    const sighting = this.#sightings.get(host);
    if (sighting === undefined) {
      // Of one that finds no room it is not known since when it is asked for: only trusted URLs speak about it then.
      if (this.#sightings.size >= maxSightings) return;
      this.#order += 1;
      this.#sightings.set(host, { order: this.#order, introducedBy: introducerOf(headers) ?? '' });
    } else if (sighting.introducedBy !== '') {
      const by = introducerOf(headers);
      if (by !== host && by !== sighting.introducedBy) sighting.introducedBy = '';
    }
  }

  /** What connections can be signed in with before anybody needs them, the best first: mostly the first one will do. */
  *warmUrls(upstream: HostPort, nowMs: number): Iterable<WarmUrl> {
    const seen = new Set<string>();
    for (const { trial, isFree } of this.#warmTrials(upstream)) {
      const key = trialKey(trial);
      if (trial.method !== 'HEAD' || seen.has(key) || this.setAside.has(upstream, hostOf(trial), nowMs))
        continue;
      seen.add(key);
      yield { trial, isFree, isKnown: this.isKnown(upstream, trial) };
    }
  }

  *#warmTrials(upstream: HostPort): Iterable<Pick<WarmUrl, 'trial' | 'isFree'>> {
    yield { trial: nobodysTrial, isFree: true };
    if (this.checkTrial !== undefined) yield { trial: this.checkTrial, isFree: this.#isCheckChosen };
    for (const { trial, hasFailed } of this.#of(upstream)) if (!hasFailed) yield { trial, isFree: false };
    for (const host of this.#tunnelHosts) {
      yield { trial: { method: 'HEAD', target: `http://${host}/`, host }, isFree: false };
    }
  }

  #seeTunnel(host: string): void {
    this.#tunnelHosts.delete(host);
    this.#tunnelHosts.add(host);
    const [eldest] = this.#tunnelHosts;
    if (this.#tunnelHosts.size > maxTunnelHosts && eldest !== undefined) this.#tunnelHosts.delete(eldest);
  }

  /** Whether a logon with this URL was answered at once the last time. */
  isKnown(upstream: HostPort, trial: Trial): boolean {
    return this.#find(upstream, trial)?.hasFailed === false;
  }

  /** Whether this is one of the URLs that decide about a credential: the trusted ones, or else the eldest. */
  isAnchor(upstream: HostPort, trial: Trial): boolean {
    const known = this.#find(upstream, trial);
    if (known === undefined || known.hasFailed) return false;
    return known.isTrusted || known === this.#of(upstream)[0];
  }

  /**
   * The best URL that has worked.
   *
   * @param isFit whether it will do
   */
  best(upstream: HostPort, isFit: (trial: Trial, host: string) => boolean): Trial | undefined {
    return this.#of(upstream).find(({ trial, host }) => isFit(trial, host))?.trial;
  }

  /**
   * The URL that tells whether one host or the credential is at fault: one of another host that was known before the
   * first one was ever asked for, and not through its pages alone; else the check URL.
   */
  opinionOn(upstream: HostPort, refused: string, nowMs: number): Trial | undefined {
    // No web site has a hand in what nobody has: whatever has worked may speak about that.
    const unseen = refused === hostOf(nobodysTrial) ? Number.POSITIVE_INFINITY : 0;
    const since = this.#sightings.get(refused)?.order ?? unseen;
    const isOther = (host: string): boolean => host !== refused && !this.setAside.has(upstream, host, nowMs);
    const found = this.#of(upstream).find(
      ({ host, order, isTrusted, hasFailed }) =>
        isOther(host) &&
        !hasFailed &&
        (isTrusted || (order < since && this.#sightings.get(host)?.introducedBy !== refused)),
    );
    if (found !== undefined) return found.trial;
    const { checkTrial } = this;
    if (checkTrial !== undefined && hostOf(checkTrial) !== refused) return checkTrial;
    return this.best(upstream, (_trial, host) => isOther(host));
  }

  /**
   * A logon was accepted with it.
   *
   * @param isChosen whether by the user, for a check: it takes the place of what was remembered
   * @param isQuick whether at once: the others are of no use to anybody who waits
   */
  worked(upstream: HostPort, trial: Trial, isChosen: boolean, isQuick: boolean): void {
    const { checkTrial } = this;
    // No web site has a hand in what the company proxy answers itself.
    const isOfNobody = isNobodys(trial);
    const isTrusted =
      isChosen || isOfNobody || (checkTrial !== undefined && trialKey(checkTrial) === trialKey(trial));
    if (isOfNobody && isQuick) this.#rememberNobodys(upstream, true);
    this.setAside.accepted(upstream, hostOf(trial));
    const all = this.#of(upstream);
    const known = this.#find(upstream, trial);
    if (known !== undefined) {
      known.isTrusted ||= isTrusted;
      if (isQuick) known.hasFailed = false;
      else this.failed(upstream, trial);
    } else if (isQuick || isTrusted || all.length === 0) {
      if (all.length >= maxKnown && !isTrusted) return;
      if (all.length >= maxKnown) all.pop();
      this.#order += 1;
      all.push(knownUrl(trial, { order: this.#order, isTrusted, hasFailed: !isQuick }));
    } else return;
    all.sort(byTrust);
    const remembered = this.#book?.recall(upstream)?.knownUrl;
    if (isOfNobody || (remembered !== undefined && !isChosen)) return;
    const site = siteOf(trial);
    if (site !== undefined && site !== remembered) this.#book?.remember(upstream, { knownUrl: site });
  }

  /** It is forbidden, or slow, or has lost a logon. */
  failed(upstream: HostPort, trial: Trial): void {
    const known = this.#find(upstream, trial);
    if (known === undefined) return;
    if (isNobodys(known.trial)) this.#rememberNobodys(upstream, false);
    const all = this.#of(upstream);
    if (known.isTrusted) known.hasFailed = true;
    else all.splice(all.indexOf(known), 1);
    all.sort(byTrust);
  }

  #find(upstream: HostPort, trial: Trial): KnownUrl | undefined {
    const key = trialKey(trial);
    return this.#of(upstream).find((known) => known.key === key);
  }

  #of(upstream: HostPort): KnownUrl[] {
    const name = formatHostPort(upstream);
    let all = this.#known.get(name);
    if (all === undefined) {
      const { knownUrl: remembered, answersNobodys } = this.#book?.recall(upstream) ?? {};
      const facts = { order: 0, isTrusted: true, hasFailed: false };
      all = answersNobodys === true ? [knownUrl(nobodysTrial, facts)] : [];
      if (remembered !== undefined) all.push(knownUrl(trialForUrl(new URL(remembered)), facts));
      this.#known.set(name, all);
    }
    return all;
  }

  #rememberNobodys(upstream: HostPort, answersNobodys: boolean): void {
    if ((this.#book?.recall(upstream)?.answersNobodys ?? false) !== answersNobodys) {
      this.#book?.remember(upstream, { answersNobodys });
    }
  }
}

function knownUrl(trial: Trial, facts: Pick<KnownUrl, 'order' | 'isTrusted' | 'hasFailed'>): KnownUrl {
  return { trial, key: trialKey(trial), host: hostOf(trial), ...facts };
}

function byTrust(one: KnownUrl, other: KnownUrl): number {
  return (
    Number(one.hasFailed) - Number(other.hasFailed) ||
    Number(other.isTrusted) - Number(one.isTrusted) ||
    one.order - other.order
  );
}

/** The host of the page that a request comes from, as far as it says so. */
function introducerOf(headers: HeaderList): string | undefined {
  const page = headerValue(headers, 'referer') ?? headerValue(headers, 'origin');
  if (page === undefined) return undefined;
  try {
    return new URL(page).hostname.replace(/\.$/, '');
  } catch {
    return undefined;
  }
}
