import type { HostPort } from './settings';

/** What a company proxy has said of itself in the last challenge that led to a sign-in. */
export interface ChallengeFacts {
  /** The NetBIOS name of the domain, upper-cased; empty when it names none. */
  readonly domain: string;
  /** The DNS name of the domain, lower-cased; empty when it names none. */
  readonly dnsDomain: string;
  /** Whether there was target info at all. */
  readonly hasTargetInfo: boolean;
  /** Whether it told its time. */
  readonly hasTimestamp: boolean;
}

/** What is remembered of one company proxy. */
export interface CompanyProxyFacts {
  /** A URL that it has answered at once: scheme, host and port, never a path of the user's. */
  readonly knownUrl?: string;
  /** Whether it answers a URL that no host can have at once: connections are signed in with that. */
  readonly answersNobodys?: boolean;
  readonly challenge?: ChallengeFacts;
}

/** The memory of company proxies. Neither method throws, and neither waits for a disk. */
export interface CompanyProxyBook {
  recall(companyProxy: HostPort): CompanyProxyFacts | undefined;
  /** Facts that are not given stay as they are. */
  remember(companyProxy: HostPort, facts: CompanyProxyFacts): void;
}
