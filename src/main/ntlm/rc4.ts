/**
 * RC4, which is its own inverse. Needed once, for the session key of key exchange (MS-NLMP 3.4.5.1); OpenSSL 3 has
 * it only in the legacy provider.
 */
export function rc4(key: Uint8Array, data: Uint8Array): Buffer {
  const state = Uint8Array.from(identity);
  for (let i = 0, j = 0; i < 256; i += 1) {
    const value = state[i] ?? 0;
    j = (j + value + (key[i % key.length] ?? 0)) & 0xff;
    state[i] = state[j] ?? 0;
    state[j] = value;
  }
  const output = Buffer.alloc(data.length);
  for (let index = 0, j = 0; index < data.length; index += 1) {
    const i = (index + 1) & 0xff;
    const value = state[i] ?? 0;
    j = (j + value) & 0xff;
    const other = state[j] ?? 0;
    state[i] = other;
    state[j] = value;
    output[index] = (data[index] ?? 0) ^ (state[(value + other) & 0xff] ?? 0);
  }
  return output;
}

const identity = Uint8Array.from({ length: 256 }, (_, index) => index);
