import { expect, it } from 'vitest';
import { systemEntropy } from './system-entropy';

it('gives out as many random bytes as asked for, and none of them twice', () => {
  const taken = Array.from({ length: 2_000 }, (_, index) =>
    systemEntropy.randomBytes(index % 2 === 0 ? 8 : 16),
  );
  expect(taken.slice(0, 2).map(({ length }) => length)).toEqual([8, 16]);
  expect(new Set(taken.map((bytes) => bytes.toString('hex'))).size).toBe(taken.length);
  // Two that shared memory would change with each other.
  const before = taken.map((bytes) => bytes.toString('hex'));
  taken[0]?.fill(0);
  expect(taken.slice(1).map((bytes) => bytes.toString('hex'))).toEqual(before.slice(1));
  expect(systemEntropy.randomBytes(10_000)).toHaveLength(10_000);
});
