import type { Kerberos, KerberosToken, KerberosTrouble } from '../../../shared/kerberos';
import { type MacCommand, runMacCommand } from '../macos/run-mac-command';

/** The part of the package kerberos that is used. */
export interface KerberosLibrary {
  readonly GSS_MECH_OID_KRB5: number;
  initializeClient(
    service: string,
    options: { readonly mechOID: number },
  ): Promise<{ step(challenge: string): Promise<string> }>;
}

export interface SystemKerberosOptions {
  /** A monotonic clock in milliseconds. */
  readonly nowMs: () => number;
  /** How the library is loaded. */
  readonly load?: () => Promise<KerberosLibrary>;
  /** What says whether there is a ticket. */
  readonly klist?: MacCommand;
  /** How long a ticket for the company proxy may take, in milliseconds. */
  readonly limitMs?: number;
}

/** How long an answer of klist is good for. */
const freshMs = 30_000;
const klistTimeoutMs = 2_000;
/** The domain controller has to be asked for a ticket once. */
const defaultLimitMs = 5_000;

/** What MIT's library and Apple's say; the package passes no codes. */
const texts: readonly (readonly [RegExp, KerberosTrouble])[] = [
  [/expired/i, 'expired'],
  [/(clock|time) skew/i, 'clock'],
  [/server .*(not found|unknown)|unknown server/i, 'unknown-service'],
  [/(contact|find|locate|resolve|reach).*kdc/i, 'no-kdc'],
  [/no (kerberos )?credentials|credentials cache|no ticket|credential not found/i, 'no-ticket'],
];

/** kerberos is optional: where it could not be built, importing it fails. */
async function importKerberos(): Promise<KerberosLibrary> {
  const { default: kerberos } = await import('kerberos');
  return kerberos;
}

function troubleOf(error: unknown): KerberosTrouble {
  const text = error instanceof Error ? error.message : '';
  return texts.find(([pattern]) => pattern.test(text))?.[1] ?? 'failed';
}

/**
 * The system's Kerberos, through the package kerberos, which is loaded when the first token is asked for, and through klist. Only
 * Kerberos itself is asked of the library, never its SPNEGO: that might send a logon with NTLM of its own accord.
 */
export function systemKerberos({
  nowMs,
  load = importKerberos,
  klist = { file: 'klist', timeoutMs: klistTimeoutMs },
  limitMs = defaultLimitMs,
}: SystemKerberosOptions): Kerberos {
  let looked: { readonly atMs: number; readonly answer: Promise<boolean> } | undefined;
  /** Calls that have not come back in time: each keeps a thread busy. */
  let stuckCount = 0;

  const ask = async (host: string): Promise<KerberosToken> => {
    let library: KerberosLibrary;
    try {
      library = await load();
    } catch {
      return { kind: 'none', why: 'not-built' };
    }
    try {
      const client = await library.initializeClient(`HTTP@${host}`, { mechOID: library.GSS_MECH_OID_KRB5 });
      return { kind: 'token', token: Buffer.from(await client.step(''), 'base64') };
    } catch (error) {
      return { kind: 'none', why: troubleOf(error) };
    }
  };

  return {
    hasTicket: () => {
      if (looked === undefined || nowMs() - looked.atMs > freshMs) {
        const answer = runMacCommand(klist, ['-s']).then(
          (result) => result.kind === 'ended' && result.exitCode === 0,
        );
        looked = { atMs: nowMs(), answer };
      }
      return looked.answer;
    },
    token: async (host) => {
      if (stuckCount > 0) return { kind: 'none', why: 'slow' };
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<KerberosToken>((resolve) => {
        timer = setTimeout(() => {
          stuckCount += 1;
          void asking.finally(() => (stuckCount -= 1));
          resolve({ kind: 'none', why: 'slow' });
        }, limitMs);
      });
      const asking = ask(host);
      try {
        return await Promise.race([asking, late]);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
