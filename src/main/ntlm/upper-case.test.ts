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
    ['νίκος', 'ΝΊΚΟΣ'],
    ['ışık', 'ıŞıK'],
    ['µſǅ', 'µſǅ'],
    ['ნინო', 'ნინო'],
    ['a😀b', 'A😀B'],
    ['\ud83da', '\ud83dA'],
    ['', ''],
  ])('of %j is %j', (text, upper) => {
    expect(upperCase(text)).toBe(upper);
  });
});
