import { NtlmError } from './ntlm-error';

/*
 *   0       2       4               8
 *  +-------+-------+---------------+
 *  |  Len  |MaxLen | BufferOffset  |   little-endian; the offset counts from the start of the message
 *  +-------+-------+---------------+
 */

/** Bytes that a field takes in the fixed part of a message. */
const fieldBytes = 8;

/**
 * The payload that the field at this position points at (MS-NLMP 2.2.1). The peer controls the numbers.
 *
 * @throws NtlmError truncated when the field is not there, bad-length when it points outside the message
 */
export function readField(message: Buffer, position: number, name: string): Buffer {
  if (position + fieldBytes > message.length) {
    throw new NtlmError('truncated', `the message ends before its field ${name}`);
  }
  const length = message.readUInt16LE(position);
  // An empty field may point anywhere.
  if (length === 0) return message.subarray(0, 0);
  const offset = message.readUInt32LE(position + 4);
  if (offset + length > message.length) {
    throw new NtlmError('bad-length', `the field ${name} points outside the message`);
  }
  return message.subarray(offset, offset + length);
}

/** Lays out payloads one behind the other and writes the fields that point at them. */
export class PayloadWriter {
  readonly #payloads: Buffer[] = [];
  #offset: number;

  /** @param fixedBytes length of the fixed part, behind which the payload begins */
  constructor(fixedBytes: number) {
    this.#offset = fixedBytes;
  }

  /** Appends a payload and writes its field at this position of the fixed part. */
  write(fixed: Buffer, position: number, payload: Buffer): void {
    if (payload.length > 0xffff) throw new NtlmError('bad-length', 'a field of more than 65535 bytes');
    fixed.writeUInt16LE(payload.length, position);
    fixed.writeUInt16LE(payload.length, position + 2);
    fixed.writeUInt32LE(this.#offset, position + 4);
    this.#offset += payload.length;
    this.#payloads.push(payload);
  }

  /** The message: fixed part and payloads. */
  finish(fixed: Buffer): Buffer {
    return Buffer.concat([fixed, ...this.#payloads]);
  }
}
