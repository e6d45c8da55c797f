import { createHash, X509Certificate } from 'node:crypto';
import { type AddressInfo, connect as connectTcp, type Socket } from 'node:net';
import { connect, createServer } from 'node:tls';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selfSignedCertificate } from '../../../test/company-proxy/self-signed-certificate';
import { tags, writeElement } from '../spnego/der';
import { certificateOf, channelBindings } from './channel-bindings';

const oid = (hex: string): Buffer => writeElement(tags.objectIdentifier, Buffer.from(hex, 'hex'));
const sequence = (...parts: Buffer[]): Buffer => writeElement(tags.sequence, ...parts);

/** As much of a certificate as is looked at (RFC 5280, 4.1). */
const certificate = (...algorithm: Buffer[]): Buffer =>
  sequence(sequence(Buffer.alloc(300, 7)), sequence(...algorithm), writeElement(0x03, Buffer.alloc(64)));

/** MS-NLMP 2.2.2.1 and RFC 2744, 3.11: four zeros of 32 bits, the length of the data, the data. */
function expected(cert: Buffer, hash: string): Buffer {
  const data = Buffer.concat([
    Buffer.from('746c732d7365727665722d656e642d706f696e743a', 'hex'),
    createHash(hash).update(cert).digest(),
  ]);
  const struct = Buffer.concat([Buffer.alloc(16), Buffer.of(data.length, 0, 0, 0), data]);
  return createHash('md5').update(struct).digest();
}

describe('the channel bindings', () => {
  it.each([
    ['RSA with MD5', '2a864886f70d010104', 'sha256'],
    ['RSA with SHA-1', '2a864886f70d010105', 'sha256'],
    ['RSA with SHA-256', '2a864886f70d01010b', 'sha256'],
    ['RSA with SHA-384', '2a864886f70d01010c', 'sha384'],
    ['RSA with SHA-512', '2a864886f70d01010d', 'sha512'],
    ['ECDSA with SHA-1', '2a8648ce3d0401', 'sha256'],
    ['ECDSA with SHA-256', '2a8648ce3d040302', 'sha256'],
    ['ECDSA with SHA-384', '2a8648ce3d040303', 'sha384'],
    ['ECDSA with SHA-512', '2a8648ce3d040304', 'sha512'],
  ])('of a certificate signed by %s', (_name, algorithm, hash) => {
    const cert = certificate(oid(algorithm));
    expect(channelBindings(cert)).toEqual(expected(cert, hash));
  });

  it('of RSASSA-PSS are made with the hash that its parameters name', () => {
    const pss = oid('2a864886f70d01010a');
    const named = (hash: string): Buffer =>
      certificate(pss, sequence(writeElement(tags.context0, sequence(oid(hash)))));
    const [sha384, sha1] = [named('608648016503040202'), named('2b0e03021a')];
    expect(channelBindings(sha384)).toEqual(expected(sha384, 'sha384'));
    expect(channelBindings(sha1)).toEqual(expected(sha1, 'sha256'));
    const unnamed = certificate(pss, sequence(writeElement(tags.context0 + 2, Buffer.of(2, 1, 20))));
    expect(channelBindings(unnamed)).toEqual(expected(unnamed, 'sha256'));
  });

  it('are none where the signature has no hash of its own, or there is no certificate', () => {
    expect(channelBindings(certificate(oid('2b6570')))).toBeUndefined();
    expect(channelBindings(Buffer.from('no certificate'))).toBeUndefined();
  });

  it('of any bytes are 16 bytes or none', () => {
    const { cert } = selfSignedCertificate();
    const { raw } = new X509Certificate(cert);
    fc.assert(
      fc.property(fc.nat(raw.length), fc.uint8Array({ maxLength: 40 }), (kept, tail) => {
        const bindings = channelBindings(Buffer.concat([raw.subarray(0, kept), tail]));
        expect([undefined, 16]).toContain(bindings?.length);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the certificate of a connection', () => {
  it('is that of the server where TLS is spoken, and none otherwise', async () => {
    const { key, cert } = selfSignedCertificate();
    const server = createServer({ key, cert });
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
    });
    const where = { host: '127.0.0.1', port };
    const secure = connect({ ...where, ca: cert, checkServerIdentity: () => undefined });
    const plain: Socket = connectTcp(where);
    await Promise.all([
      new Promise((resolve) => secure.once('secureConnect', resolve)),
      new Promise((resolve) => plain.once('connect', resolve)),
    ]);
    const { raw } = new X509Certificate(cert);
    expect(certificateOf(secure)).toEqual(raw);
    expect(channelBindings(raw)).toEqual(expected(raw, 'sha256'));
    expect(certificateOf(plain)).toBeUndefined();
    secure.destroy();
    plain.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
});
