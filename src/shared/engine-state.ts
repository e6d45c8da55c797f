import type { Problem } from './problem';
import type { Account, HostPort, OffNetwork } from './settings';

/**
 * What is known of the credential. `suspect`: it was accepted on this network, then refused for one URL; whether the
 * URL is forbidden or the password dead is not known yet.
 */
export type CredentialStanding = 'unproven' | 'proven' | 'suspect' | 'refused';

/**
 * Whether a company proxy can be reached. `unknown`: it is being found out, as after a network change. `forbidden`: none can,
 * and one of them because macOS does not let Latchkey connect to the network that both are on. So this is the network of that
 * company proxy, and nobody is away.
 */
export const reachabilities = ['unknown', 'reachable', 'unreachable', 'forbidden'] as const;

export type Reachability = (typeof reachabilities)[number];

/** How a company proxy took a connection. */
export interface DialAnswer {
  /** Where its name leads. */
  readonly ip: string;
  /** For its name, TCP and TLS, as far as each was needed. */
  readonly durationMs: number;
}

/** What the running engine is like at the moment. Holds no secret. */
export interface EngineState {
  readonly account: Account;
  readonly credential: CredentialStanding;
  /** No logon is made: the user is changing the password. */
  readonly isPaused: boolean;
  readonly companyProxy: Reachability;
  /** The company proxy that new connections go to; undefined when none can be reached. */
  readonly upstream: HostPort | undefined;
  /** How that one took the last connection. */
  readonly upstreamAnswer?: DialAnswer | undefined;
  readonly offNetwork: OffNetwork;
  /** Where the local proxy listens. */
  readonly addresses: readonly HostPort[];
}

/** What became of a credential that was tried with one logon. */
export type CredentialCheck =
  | { readonly kind: 'accepted' }
  /** The company proxy took the logon and said no. A credential that was in use stays in use. */
  | { readonly kind: 'refused'; readonly problem: Problem }
  /** There was no answer to the logon, or it was never sent: nothing has changed. */
  | { readonly kind: 'unclear'; readonly problem: Problem };

/** Logons of one account on one day. */
export interface LogonCount {
  readonly sent: number;
  readonly refused: number;
  /** Sent, and nobody knows what became of them. */
  readonly unanswered: number;
}

/** A port that speaks no HTTP. */
export interface ServiceState {
  readonly kind: 'socks' | 'tunnel';
  readonly address: HostPort;
  /** Where a tunnel leads. */
  readonly target?: HostPort;
  /** Tunnels that were opened here and are open now. */
  readonly openTunnels: number;
}

export type UnboundReason = 'own' | 'in-use' | 'no-such-address' | 'not-allowed' | 'other';

/** A port of the settings that could not be opened, beside others that are. */
export interface UnboundPort {
  readonly kind: 'http' | ServiceState['kind'];
  /** `[address:]port`, as the settings have it. */
  readonly place: string;
  /** Where a tunnel was to lead. */
  readonly target?: HostPort;
  /** The line of the cntlm.conf that says so; 0: there is none. */
  readonly line: number;
  /** `own`: another setting has opened it already. */
  readonly why: UnboundReason;
}
