import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

const dayMs = 86_400_000;
const validDays = 30;

/** Tags of X.690, 8. */
const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Contents of the object identifiers, encoded as X.690, 8.19 has it. */
const objectIds = {
  ecdsaWithSha256: '2a8648ce3d040302',
  commonName: '550403',
  subjectAltName: '551d11',
  basicConstraints: '551d13',
} as const;

/** One element of DER: tag, length, content (X.690, 8.1). */
function element(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag]), lengthOctets(body.length), body]);
}

function lengthOctets(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  if (length < 0x100) return Buffer.from([0x81, length]);
  return Buffer.from([0x82, length >> 8, length & 0xff]);
}

function sequence(...content: readonly Buffer[]): Buffer {
  return element(tags.sequence, ...content);
}

function objectId(name: keyof typeof objectIds): Buffer {
  return element(tags.objectIdentifier, Buffer.from(objectIds[name], 'hex'));
}

/** No unused bits. */
function bitString(content: Buffer): Buffer {
  return element(tags.bitString, Buffer.from([0]), content);
}

/** YYMMDDHHMMSSZ, the form for years before 2050 (RFC 5280, 4.1.2.5.1). */
function utcTime(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/[-:T]/g, '').slice(2, 14);
  return element(tags.utcTime, Buffer.from(`${digits}Z`, 'latin1'));
}

function commonName(name: string): Buffer {
  const attribute = sequence(objectId('commonName'), element(tags.utf8String, Buffer.from(name, 'utf8')));
  return sequence(element(tags.set, attribute));
}

/** CA:TRUE, critical: the certificate is its own issuer (RFC 5280, 4.2.1.9). */
function basicConstraints(): Buffer {
  const isTrue = element(tags.boolean, Buffer.from([0xff]));
  return sequence(objectId('basicConstraints'), isTrue, element(tags.octetString, sequence(isTrue)));
}

/** RFC 5280, 4.2.1.6: [2] is a DNS name, [7] an address. */
function subjectAltName(): Buffer {
  const names = sequence(
    element(0x82, Buffer.from('localhost', 'latin1')),
    element(0x87, Buffer.from([127, 0, 0, 1])),
  );
  return sequence(objectId('subjectAltName'), element(tags.octetString, names));
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/**
 * A new P-256 key and a certificate for localhost and 127.0.0.1 (RFC 5280), both PEM. It is valid from yesterday for
 * 30 days, and stands as its own authority: give `cert` to a client as `ca`.
 */
export function selfSignedCertificate(nowMs: number = Date.now()): {
  readonly key: string;
  readonly cert: string;
} {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const serial = randomBytes(16);
  // Positive, and no leading zero octet, which DER forbids.
  serial.writeUInt8((serial.readUInt8(0) & 0x3f) | 0x40, 0);
  const algorithm = sequence(objectId('ecdsaWithSha256'));
  const name = commonName('localhost');
  const notBefore = nowMs - dayMs;
  const toBeSigned = sequence(
    element(0xa0, element(tags.integer, Buffer.from([2]))), // version 3
    element(tags.integer, serial),
    algorithm,
    name,
    sequence(utcTime(notBefore), utcTime(notBefore + validDays * dayMs)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    element(0xa3, sequence(basicConstraints(), subjectAltName())),
  );
  const signature = sign('sha256', toBeSigned, privateKey);
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: pem('CERTIFICATE', sequence(toBeSigned, algorithm, bitString(signature))),
  };
}
