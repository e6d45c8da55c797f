import { describe, expect, it } from 'vitest';
import type { KerberosTrouble } from '../../../shared/kerberos';
import { type KerberosLibrary, systemKerberos } from './system-kerberos';

/** A library whose steps do this. */
function library(step: () => Promise<string>): KerberosLibrary & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    GSS_MECH_OID_KRB5: 9,
    initializeClient: (service, { mechOID }) => {
      asked.push(`${service} ${mechOID}`);
      return Promise.resolve({ step });
    },
  };
}

const gss = 'Unspecified GSS failure.  Minor code may provide more information';

describe('a token', () => {
  it('is that of Kerberos itself, for HTTP at the host', async () => {
    const loaded = library(() => Promise.resolve(Buffer.from('AP-REQ').toString('base64')));
    const kerberos = systemKerberos({ nowMs: () => 0, load: () => Promise.resolve(loaded) });
    expect(await kerberos.token('proxy.corp')).toEqual({ kind: 'token', token: Buffer.from('AP-REQ') });
    expect(loaded.asked).toEqual(['HTTP@proxy.corp 9']);
  });

  // What MIT's library says through the package, and Apple's.
  it.each<[string, KerberosTrouble]>([
    [`${gss}: No Kerberos credentials available (default cache: FILE:/tmp/krb5cc_0)`, 'no-ticket'],
    [`${gss}: No credentials cache found (filename: /tmp/krb5cc_501)`, 'no-ticket'],
    ['No credentials were supplied, or the credentials were unavailable or inaccessible.', 'no-ticket'],
    [`${gss}: Ticket expired`, 'expired'],
    ['The referenced credential has expired.', 'expired'],
    [`${gss}: Clock skew too great`, 'clock'],
    [`${gss}: Server HTTP/proxy@CORP.TEST not found in Kerberos database`, 'unknown-service'],
    [`${gss}: Cannot contact any KDC for realm 'CORP.TEST'`, 'no-kdc'],
    ['unable to reach any KDC in realm CORP.TEST, tried 1 KDC', 'no-kdc'],
    ['something else', 'failed'],
  ])('that cannot be had is told why: %s', async (message, why) => {
    const loaded = library(() => Promise.reject(new Error(message)));
    const kerberos = systemKerberos({ nowMs: () => 0, load: () => Promise.resolve(loaded) });
    expect(await kerberos.token('proxy')).toEqual({ kind: 'none', why });
  });

  it('cannot be had without the library', async () => {
    const load = (): Promise<KerberosLibrary> => Promise.reject(new Error('no such file'));
    expect(await systemKerberos({ nowMs: () => 0, load }).token('proxy')).toEqual({
      kind: 'none',
      why: 'not-built',
    });
  });

  it('that takes too long is not waited for, nor is another one meanwhile', async () => {
    let end: (token: string) => void = () => undefined;
    const loaded = library(() => new Promise((resolve) => (end = resolve)));
    const kerberos = systemKerberos({ nowMs: () => 0, load: () => Promise.resolve(loaded), limitMs: 1 });
    const slow = { kind: 'none', why: 'slow' };
    expect(await kerberos.token('proxy')).toEqual(slow);
    expect(await kerberos.token('proxy')).toEqual(slow);
    expect(loaded.asked).toHaveLength(1);
    end('');
    await new Promise(setImmediate);
    void kerberos.token('proxy');
    await new Promise(setImmediate);
    expect(loaded.asked).toHaveLength(2);
    end('');
  });
});

describe('whether there is a ticket', () => {
  const withKlist = (script: string, nowMs: () => number): ReturnType<typeof systemKerberos> =>
    systemKerberos({
      nowMs,
      load: () => Promise.reject(new Error('is not to be loaded')),
      klist: { file: script, timeoutMs: 30_000 },
    });

  it('is what klist says', async () => {
    expect(await withKlist('true', () => 0).hasTicket()).toBe(true);
    expect(await withKlist('false', () => 0).hasTicket()).toBe(false);
    expect(await withKlist('/nonexistent/klist', () => 0).hasTicket()).toBe(false);
  });

  it('is asked anew after half a minute', () => {
    let nowMs = 0;
    const kerberos = withKlist('true', () => nowMs);
    const first = kerberos.hasTicket();
    nowMs = 30_000;
    expect(kerberos.hasTicket()).toBe(first);
    nowMs = 30_001;
    expect(kerberos.hasTicket()).not.toBe(first);
  });
});
