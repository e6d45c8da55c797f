import { X509Certificate } from 'node:crypto';
import { connect } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { selfSignedCertificate } from './self-signed-certificate';
import { type Origin, startOrigin } from './start-origin';

describe('selfSignedCertificate', () => {
  let origin: Origin | undefined;

  afterEach(async () => {
    await origin?.close();
  });

  it('is trusted by a TLS client that is given it as authority', async () => {
    const tls = selfSignedCertificate();
    origin = await startOrigin({ tls });
    const socket = connect({
      host: '127.0.0.1',
      port: origin.port,
      ca: tls.cert,
      servername: 'localhost',
    });
    const isAuthorized = await new Promise((resolve, reject) => {
      socket.once('secureConnect', () => resolve(socket.authorized)).once('error', reject);
    });
    socket.destroy();
    expect(isAuthorized).toBe(true);
  });

  it('names localhost and 127.0.0.1 and is valid from yesterday for 30 days', () => {
    const now = Date.UTC(2026, 0, 2, 3, 4, 5);
    const certificate = new X509Certificate(selfSignedCertificate(now).cert);
    expect(certificate.checkHost('localhost')).toBe('localhost');
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(certificate.ca).toBe(true);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(Date.parse(certificate.validFrom)).toBe(Date.UTC(2026, 0, 1, 3, 4, 5));
    expect(Date.parse(certificate.validTo)).toBe(Date.UTC(2026, 0, 31, 3, 4, 5));
  });
});
