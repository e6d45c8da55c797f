import { NtlmError } from './ntlm-error';

/** Every message begins with `NTLMSSP\0` and its type (MS-NLMP 2.2.1). */
const signature = Buffer.from('NTLMSSP\0', 'latin1');
const headerBytes = 12;

/** Checks signature and type. @throws NtlmError not-ntlm, wrong-type or truncated */
export function checkHeader(message: Buffer, type: 1 | 2 | 3): void {
  if (message.length < headerBytes)
    throw new NtlmError('truncated', `a message of only ${message.length} bytes`);
  if (!message.subarray(0, signature.length).equals(signature)) {
    throw new NtlmError('not-ntlm', 'the message does not begin with NTLMSSP');
  }
  const actual = message.readUInt32LE(8);
  if (actual !== type)
    throw new NtlmError('wrong-type', `a message of type ${actual} in place of type ${type}`);
}

/** Writes signature and type. */
export function writeHeader(message: Buffer, type: 1 | 2 | 3): void {
  signature.copy(message);
  message.writeUInt32LE(type, 8);
}
