import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { readElement, readTagged, tags } from '../spnego/der';
import { SpnegoError } from '../spnego/spnego-error';

type HashName = 'sha224' | 'sha256' | 'sha384' | 'sha512';

/** Of the signature algorithms that have one hash; MD5 and SHA-1 count as SHA-256 (RFC 5929, 4.1). */
const hashOfSignature: Readonly<Record<string, HashName>> = {
  // RSA (RFC 8017, A.2.4) with MD5, SHA-1, SHA-256, SHA-384, SHA-512, SHA-224.
  '2a864886f70d010104': 'sha256',
  '2a864886f70d010105': 'sha256',
  '2a864886f70d01010b': 'sha256',
  '2a864886f70d01010c': 'sha384',
  '2a864886f70d01010d': 'sha512',
  '2a864886f70d01010e': 'sha224',
  // DSA and ECDSA (RFC 3279, RFC 5758).
  '2a8648ce380403': 'sha256',
  '2a8648ce3d0401': 'sha256',
  '2a8648ce3d040301': 'sha224',
  '2a8648ce3d040302': 'sha256',
  '2a8648ce3d040303': 'sha384',
  '2a8648ce3d040304': 'sha512',
  '608648016503040301': 'sha224',
  '608648016503040302': 'sha256',
};

/** RSASSA-PSS, whose parameters name the hash (RFC 8017, A.2.3). */
const pss = '2a864886f70d01010a';

const hashes: Readonly<Record<string, HashName>> = {
  '608648016503040204': 'sha224',
  '608648016503040201': 'sha256',
  '608648016503040202': 'sha384',
  '608648016503040203': 'sha512',
};

/** The hash in a certificate's signatureAlgorithm (RFC 5280, 4.1); undefined where there is none of its own, as with Ed25519. */
function hashOf(certificate: Buffer): HashName | undefined {
  const tbs = readTagged(readTagged(certificate, tags.sequence).content, tags.sequence);
  const algorithm = readTagged(tbs.rest, tags.sequence).content;
  const { content: oid, rest: parameters } = readTagged(algorithm, tags.objectIdentifier);
  const name = oid.toString('hex');
  if (name !== pss) return hashOfSignature[name];
  const first = readElement(readTagged(parameters, tags.sequence).content);
  // Left out it is SHA-1.
  if (first.tag !== tags.context0) return 'sha256';
  const hash = readTagged(readTagged(first.content, tags.sequence).content, tags.objectIdentifier).content;
  return hashes[hash.toString('hex')] ?? 'sha256';
}

/**
 * The value of MsvAvChannelBindings for a TLS channel (MS-NLMP 2.2.2.1): MD5 of the gss_channel_bindings_struct whose
 * application data is tls-server-end-point (RFC 5929, 4), with no addresses.
 *
 * @param certificate of the server, in DER
 * @returns 16 bytes; undefined when the certificate is none that a binding is defined for
 */
export function channelBindings(certificate: Buffer): Buffer | undefined {
  let hashName: HashName | undefined;
  try {
    hashName = hashOf(certificate);
  } catch (error) {
    if (!(error instanceof SpnegoError)) throw error;
  }
  if (hashName === undefined) return undefined;
  const prefix = Buffer.from('tls-server-end-point:', 'latin1');
  const data = Buffer.concat([prefix, createHash(hashName).update(certificate).digest()]);
  // Kinds and lengths of the two addresses, and the length of what follows.
  const head = Buffer.alloc(20);
  head.writeUInt32LE(data.length, 16);
  return createHash('md5').update(head).update(data).digest();
}

/** The certificate of whoever is at the other end, in DER; undefined where no TLS is spoken. */
export function certificateOf(socket: Socket): Buffer | undefined {
  if (!('getPeerX509Certificate' in socket)) return undefined;
  return (socket as TLSSocket).getPeerX509Certificate()?.raw;
}
