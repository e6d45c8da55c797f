import type { NtlmDialect } from './dialect';
import { checkHeader, writeHeader } from './message-header';
import { flagsOf, keyExchangeFlags } from './negotiate-flags';
import { NtlmError } from './ntlm-error';
import { PayloadWriter } from './payload-field';

/*
 *  0            8      12       16                     24                      32            40
 *  +------------+------+--------+----------------------+-----------------------+-------------+
 *  | NTLMSSP\0  |  1   | flags  | DomainNameFields (0) | WorkstationFields (0) | Version (0) |
 *  +------------+------+--------+----------------------+-----------------------+-------------+
 */
const messageBytes = 40;

/**
 * The NEGOTIATE_MESSAGE, type 1 (MS-NLMP 2.2.1.1): flags only, no names. For a dialect always the same 40 bytes: without
 * NTLMSSP_NEGOTIATE_VERSION the field Version is zero, not absent, and there are servers that insist on it.
 *
 * @param isSigned whether a signature is offered, which SPNEGO's mechListMIC takes
 */
export function encodeNegotiateMessage(isSigned = false, dialect: NtlmDialect = 'NTLMv2'): Buffer {
  const message = Buffer.alloc(messageBytes);
  writeHeader(message, 1);
  const flags = flagsOf(dialect);
  message.writeUInt32LE((isSigned ? flags | keyExchangeFlags : flags) >>> 0, 12);
  const payload = new PayloadWriter(messageBytes);
  payload.write(message, 16, Buffer.alloc(0));
  payload.write(message, 24, Buffer.alloc(0));
  return payload.finish(message);
}

/** What a server needs of a type 1 message. @throws NtlmError */
export function decodeNegotiateMessage(message: Buffer): { readonly flags: number } {
  checkHeader(message, 1);
  if (message.length < 16) throw new NtlmError('truncated', 'the message ends before its flags');
  return { flags: message.readUInt32LE(12) };
}
