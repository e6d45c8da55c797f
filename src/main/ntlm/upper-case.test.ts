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
    // The first and the last Georgian letter, and letters behind them.
    ['\u10d0\u10ff', '\u10d0\u10ff'],
    ['\u10cf\u1e01ỳ', '\u10cf\u1e00Ỳ'],
    ['a😀b', 'A😀B'],
    ['\ud83da', '\ud83dA'],
    ['', ''],
  ])('of %j is %j', (text, upper) => {
    expect(upperCase(text)).toBe(upper);
  });
});
