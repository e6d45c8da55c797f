import type { CompanyProxyBook } from '../../shared/company-proxy';
import type { EngineEvent } from '../../shared/event';
import type { IsForbiddenByMac } from '../../shared/failed-connect';
import type { Kerberos } from '../../shared/kerberos';
import type { PacGuide } from '../../shared/pac';
import type { EngineSettings } from '../../shared/settings';
import type { Credential } from '../upstream/credential';
import type { HopTimeouts } from '../upstream/hop-timeouts';
import type { ResolveName } from '../upstream/name-cache';
import type { Resolver } from '../upstream/name-lookups';
import type { Entropy } from '../upstream/sign-in';
import type { DescribeProblem } from './failure';
import type { InheritedPorts } from './inherited-ports';

export interface EngineOptions {
  /** Whether connections are to be signed in before anybody needs them, asked anew each time. Default: they are not. */
  readonly keepsWarm?: () => boolean;
  readonly settings: EngineSettings;
  /** Ports that whoever has started this process has opened for it. Default: none. */
  readonly inherited?: Pick<InheritedPorts, 'find' | 'letIn'> | undefined;
  /** The PAC that says by which company proxy a request goes, asked anew for each. Default: there is none. */
  readonly pac?: () => PacGuide | undefined;
  /** The credential, likeliest reading first; each is tried at most once until one is accepted. */
  readonly credentials: readonly Credential[];
  /** Whether they have been refused before: no logon is made with them then until the user changes that. */
  readonly areCredentialsRefused?: boolean;
  readonly entropy: Entropy;
  /** The tickets of whoever runs Latchkey. Default: none are used. */
  readonly kerberos?: Kerberos | undefined;
  /** A monotonic clock in milliseconds. */
  readonly monotonicMs: () => number;
  /** The first IPv4 address of a name in the access list. */
  readonly resolve: (name: string) => Promise<string | undefined>;
  /** What resolves names. Default: the system, in this process. */
  readonly resolver?: Resolver;
  /** All addresses of a company proxy. Default: what the resolver says. */
  readonly resolveUpstream?: ResolveName;
  readonly timeouts?: HopTimeouts;
  /** Tells a connection that this Mac forbids from one that failed. Default: none is forbidden. */
  readonly isForbiddenByMac?: IsForbiddenByMac | undefined;
  /** What a logon is made with where no URL is known to work, and the request's own will not do. */
  readonly checkUrl?: URL;
  /** What is remembered of company proxies. Default: nothing. */
  readonly companyProxies?: CompanyProxyBook;
  readonly onEvent?: (event: EngineEvent) => void;
  /** Whether events tell what was decided on the way of a request, asked anew for each. Default: they do. */
  readonly isTraced?: () => boolean;
  /** Told when a credential is accepted for the first time, or refused for good. */
  readonly onCredentialOutcome?: (credential: Credential, outcome: 'accepted' | 'refused') => void;
  /** How long a request waits for its turn to sign in, in milliseconds. */
  readonly maxLogonWaitMs?: number;
  /** The words of the answers that Latchkey makes itself. Default: those of the command line. */
  readonly describe?: DescribeProblem;
  /** Told of what should not happen: a bug, or a listener that could not accept a connection. */
  readonly onInternalError?: (error: unknown) => void;
}
