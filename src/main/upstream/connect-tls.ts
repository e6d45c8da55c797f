import { isIP, type Socket, type TcpNetConnectOpts } from 'node:net';
import type { SecureContext } from 'node:tls';
import { trustedCertificates } from './trusted-certificates';

let context: SecureContext | undefined;

/** Opens TLS over a TCP connection, with the certificate checked for that host against what this system trusts. */
export function connectTls(how: TcpNetConnectOpts & { readonly host: string }): Socket {
  // Not loaded at the start: few need it, and it takes as long as all the rest of Node's own.
  const { connect, createSecureContext } = process.getBuiltinModule('node:tls');
  context ??= createSecureContext({ ca: trustedCertificates() });
  return connect({
    ...how,
    secureContext: context,
    ALPNProtocols: ['http/1.1'],
    // RFC 6066, 3: a literal address is no name.
    ...(isIP(how.host) === 0 ? { servername: how.host } : {}),
  });
}

/** What OpenSSL and Node say where a certificate is none to be trusted, for this host. */
const certificateErrors: ReadonlySet<string> = new Set([
  'CERT_CHAIN_TOO_LONG',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REJECTED',
  'CERT_REVOKED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** Whether it is the certificate that is wrong. */
export function isCertificateError(error: Error): boolean {
  return 'code' in error && typeof error.code === 'string' && certificateErrors.has(error.code);
}
