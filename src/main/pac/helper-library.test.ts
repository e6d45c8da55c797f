import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressCases, hostCases, languageCases, lookupCases, patternCases } from '../../../test/pac-cases';
import { PacEngine } from './pac-engine';

/** Evaluates what stands in the query. */
const evaluator =
  'function FindProxyForURL(url) { return String((0, eval)(decodeURIComponent(url.slice(url.indexOf("?") + 1)))); }';
const addresses = new Map([
  ['a.corp.example', ['10.1.2.3', 'fd00::3']],
  ['six.corp.example', ['fd00::6']],
  ['xn--bcher-kva.example', ['10.4.4.4']],
]);

let asked: string[] = [];
let now = Date.UTC(2026, 11, 10, 12, 30, 15);
const engine = new PacEngine({
  resolve: (name) => {
    asked.push(name);
    const found = addresses.get(name);
    return found === undefined ? Promise.reject(new Error('ENOTFOUND')) : Promise.resolve(found);
  },
  ownAddresses: () => Promise.resolve(['10.9.8.7', 'fd00::7']),
  now: () => now,
  lookupMs: 60_000,
});

async function valueOf(expression: string): Promise<string> {
  asked = [];
  const { answer } = await engine.find(new URL(`http://host.example/?${encodeURIComponent(expression)}`));
  return answer ?? 'null';
}

beforeAll(async () => {
  await engine.load(evaluator);
});
afterAll(async () => {
  await engine.close();
});

describe('hosts', () => {
  it.each(hostCases)('%s is %s', async (expression, expected) => {
    expect(await valueOf(expression)).toBe(String(expected));
    expect(asked).toEqual([]);
  });
});

describe('shExpMatch', () => {
  it.each(patternCases)('%s is %s', async (expression, expected) => {
    expect(await valueOf(expression)).toBe(String(expected));
  });

  it('throws for a bad pattern', async () => {
    await expect(valueOf('shExpMatch("a", "(a")')).rejects.toThrow('SyntaxError');
  });
});

describe('names and addresses', () => {
  it.each(lookupCases)('%s is %s', async (expression, expected, names) => {
    expect(await valueOf(expression)).toBe(String(expected));
    expect(asked).toEqual(names);
  });

  it.each(addressCases)('%s is %s', async (expression, expected) => {
    expect(await valueOf(expression)).toBe(String(expected));
    expect(asked).toEqual([]);
  });
});

// 10 December 2026 is a Thursday. The tests' own time zone may be any: what is asked is asked in GMT.
describe('the time', () => {
  it.each([
    ['2026-12-10T12:30:15', 'weekdayRange("THU", "GMT")', true],
    ['2026-12-10T12:30:15', 'weekdayRange("thu", "GMT")', false],
    ['2026-12-10T12:30:15', 'weekdayRange("MON", "FRI", "GMT")', true],
    ['2026-12-12T12:30:15', 'weekdayRange("FRI", "MON", "GMT")', true],
    ['2026-12-10T12:30:15', 'weekdayRange("FRI", "MON", "GMT")', false],
    ['2026-12-10T12:30:15', 'weekdayRange()', false],
    ['2026-12-10T18:59:59', 'timeRange(9, 18, "GMT")', true],
    ['2026-12-10T19:00:00', 'timeRange(9, 18, "GMT")', false],
    ['2026-12-10T23:00:00', 'timeRange(22, 6, "GMT")', true],
    ['2026-12-10T06:59:00', 'timeRange(22, 6, "GMT")', true],
    ['2026-12-10T07:00:00', 'timeRange(22, 6, "GMT")', false],
    ['2026-12-10T12:30:15', 'timeRange(12, "GMT")', true],
    ['2026-12-10T12:30:15', 'timeRange("12", "GMT")', true],
    ['2026-12-10T12:30:15', 'timeRange(12, 30, 12, 30, "GMT")', true],
    ['2026-12-10T12:31:00', 'timeRange(12, 30, 12, 30, "GMT")', false],
    ['2026-12-10T00:10:00', 'timeRange(23, 30, 0, 15, "GMT")', true],
    ['2026-12-10T12:30:15', 'timeRange(12, 30, 15, 12, 30, 15, "GMT")', true],
    ['2026-12-10T12:30:16', 'timeRange(12, 30, 15, 12, 30, 15, "GMT")', false],
    ['2026-12-10T12:30:15', 'timeRange()', false],
    ['2026-12-10T12:30:15', 'dateRange(24, "DEC", "GMT")', false],
    ['2026-12-24T12:30:15', 'dateRange(24, "DEC", "GMT")', true],
    ['2026-12-25T12:30:15', 'dateRange(24, "DEC", "GMT")', false],
    ['2026-11-24T12:30:15', 'dateRange(24, "DEC", "GMT")', false],
    ['2026-12-10T12:30:15', 'dateRange(10, "GMT")', true],
    ['2026-12-10T12:30:15', 'dateRange("10", "GMT")', true],
    ['2026-12-10T12:30:15', 'dateRange(1, 15, "GMT")', true],
    ['2026-12-10T12:30:15', 'dateRange(25, 5, "GMT")', false],
    ['2026-12-28T12:30:15', 'dateRange(25, 5, "GMT")', true],
    ['2026-12-10T12:30:15', 'dateRange("DEC", "GMT")', true],
    ['2026-12-10T12:30:15', 'dateRange("NOV", "FEB", "GMT")', true],
    ['2026-12-10T12:30:15', 'dateRange("JAN", "MAR", "GMT")', false],
    ['2026-12-10T12:30:15', 'dateRange(2026, "GMT")', true],
    ['2026-12-10T12:30:15', 'dateRange(2020, 2025, "GMT")', false],
    ['2026-12-10T12:30:15', 'dateRange(1, "JUN", 15, "AUG", "GMT")', false],
    ['2026-12-10T12:30:15', 'dateRange(15, "NOV", 1, "FEB", "GMT")', true],
    ['2026-12-10T12:30:15', 'dateRange("OCT", 2026, "MAR", 2027, "GMT")', true],
    ['2026-12-10T12:30:15', 'dateRange(11, "DEC", 2026, 15, "AUG", 2027, "GMT")', false],
    ['2026-12-10T12:30:15', 'dateRange(10, "DEC", 2026, "GMT")', true],
    ['2026-12-10T12:30:15', 'dateRange("DECEMBER", "GMT")', false],
    ['2026-12-10T12:30:15', 'dateRange(1, "JUN", "AUG", "GMT")', false],
    ['2026-12-10T12:30:15', 'dateRange()', false],
    ['2026-12-10T12:30:15', 'new Date().toISOString()', '2026-12-10T12:30:15.000Z'],
    ['2026-12-10T12:30:15', 'Date.now() === new Date().getTime()', true],
  ])('at %s %s is %s', async (time, expression, expected) => {
    now = Date.parse(`${time}Z`);
    expect(await valueOf(expression)).toBe(String(expected));
  });

  it.each(['timeRange(1, 2, 3)', 'timeRange(1, 2, 3, 4, 5, "GMT")'])('%s throws', async (expression) => {
    await expect(valueOf(expression)).rejects.toThrow('timeRange takes');
  });

  it('is that of this time zone without GMT', async () => {
    now = new Date(2026, 11, 24, 22, 30).getTime();
    const expressions =
      'timeRange(22) && timeRange(22, 30, 22, 30) && dateRange(24, "DEC") && weekdayRange("THU")';
    expect(await valueOf(expressions)).toBe('true');
  });
});

describe('the language', () => {
  it.each(languageCases)('%s is %s', async (expression, expected) => {
    expect(await valueOf(expression)).toBe(expected);
  });
});
