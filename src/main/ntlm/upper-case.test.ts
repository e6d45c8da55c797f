import { describe, expect, it } from 'vitest';
import { upperCase } from './upper-case';

describe('upperCase', () => {
  it.each([
    ['alice', 'ALICE'],
    ['jürgen', 'JÜRGEN'],
    ['straße', 'STRAßE'],
    ['ﬁn', 'ﬁN'],
    ['øyvind', 'ØYVIND'],
    ['жанна', 'ЖАННА'],
    ['a😀b', 'A😀B'],
    ['', ''],
  ])('of %j is %j', (text, upper) => {
    expect(upperCase(text)).toBe(upper);
  });
});
