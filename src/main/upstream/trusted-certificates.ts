import { readFileSync } from 'node:fs';
import type * as Tls from 'node:tls';

/** Where the systems that Node 20 cannot ask keep what they trust. */
const systemFile = '/etc/ssl/certs/ca-certificates.crt';

let trusted: string[] | undefined;

/**
 * The authorities that this system trusts, as PEM, with those that Node brings: a company's own is in the Keychain of its Macs. Of a
 * Node before 22.15, which cannot ask the Keychain, they are those of the system's file. SSL_CERT_FILE names another file, as for
 * OpenSSL. Read once.
 */
export function trustedCertificates(): string[] {
  trusted ??= [...ofSystem(), ...process.getBuiltinModule('node:tls').rootCertificates];
  return trusted;
}

function ofSystem(): readonly string[] {
  const file = process.env['SSL_CERT_FILE'];
  if (file !== undefined && file !== '') return fileText(file);
  // It is not there in every Node that the command line runs in.
  const { getCACertificates: ask }: Partial<Pick<typeof Tls, 'getCACertificates'>> =
    process.getBuiltinModule('node:tls');
  return ask === undefined ? fileText(systemFile) : [...ask('system'), ...ask('extra')];
}

function fileText(path: string): readonly string[] {
  try {
    return [readFileSync(path, 'latin1')];
  } catch {
    // Then only what Node brings is trusted: whoever that does not suffice for is told by the certificate that is refused.
    return [];
  }
}
