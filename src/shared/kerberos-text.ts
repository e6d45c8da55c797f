import type { KerberosTrouble } from './kerberos';

const reasons: Readonly<Record<KerberosTrouble, readonly [why: string, remedy: string]>> = {
  'no-ticket': [
    'there is none',
    'Get one with `kinit`, or by unlocking your session on the company network.',
  ],
  expired: ['it has expired', 'Get a new one with `kinit`.'],
  clock: [
    'the clocks of this computer and of the domain are too far apart',
    'Set the clock of this computer, or let it be set.',
  ],
  'unknown-service': [
    'the domain knows no such service',
    'Give the company proxy by the full name that the domain knows it by.',
  ],
  'no-kdc': ['no domain controller answers', 'It works again once this computer is on the company network.'],
  slow: ['the domain controller takes too long', 'It is tried again by itself.'],
  refused: [
    'the company proxy did not take it',
    'Ask your IT department whether Kerberos works on the company proxy.',
  ],
  'not-built': [
    'the library for it was not built',
    'Run `npm ci` in Latchkey’s folder; on Linux install libkrb5-dev first.',
  ],
  failed: ['Kerberos has failed', 'See what `kinit` and `klist` say.'],
};

/** Why no ticket is used, and what to do, as the command line says it. @param name of the company proxy */
export function describeKerberosTrouble(
  name: string,
  trouble: KerberosTrouble,
): { readonly sentence: string; readonly remedy: string } {
  const [why, remedy] = reasons[trouble];
  return { sentence: `No Kerberos ticket for ${name}: ${why}. The password is used instead.`, remedy };
}
