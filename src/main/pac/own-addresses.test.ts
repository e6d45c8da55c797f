import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { expect, it } from 'vitest';
import { findOwnAddresses } from './own-addresses';

it('are those of this machine, each once', async () => {
  const found = await findOwnAddresses();
  const own = new Set(
    Object.values(networkInterfaces()).flatMap((each) => (each ?? []).map(({ address }) => address)),
  );
  expect(found.filter((address) => isIP(address) === 0 || !own.has(address))).toEqual([]);
  expect(new Set(found).size).toBe(found.length);
});
