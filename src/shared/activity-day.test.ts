import { describe, expect, it } from 'vitest';
import { dayHolder, domainRuleFor, peakHour } from './activity-day';

describe('domainRuleFor', () => {
  it.each([
    ['packages.example.org', '*.example.org'],
    ['a.b.example.org', '*.b.example.org'],
    ['Example.Org.', '.example.org'],
    // Below these are strangers.
    ['bbc.co.uk', '.bbc.co.uk'],
    ['www.bbc.co.uk', '*.bbc.co.uk'],
    ['co.uk', undefined],
    ['intranet', undefined],
    ['10.1.2.3', undefined],
    ['::1', undefined],
    ['', undefined],
  ])('offers for %j %j', (host, rule) => {
    expect(domainRuleFor(host)).toBe(rule);
  });
});

describe('peakHour', () => {
  it('is the hour in which most was loaded, the first of equal ones', () => {
    const hours = [0, 5, 9, 9, 1].map((downBytes) => ({ downBytes, upBytes: 100 }));
    expect(peakHour(hours)).toEqual({ hour: 2, downBytes: 9 });
    expect(peakHour([{ downBytes: 0, upBytes: 7 }])).toBeUndefined();
    expect(peakHour([])).toBeUndefined();
  });
});

describe('dayHolder', () => {
  it('keeps of a PAC nothing but its host', () => {
    const url = 'https://alice:secret@pac.corp:8443/token/abc?user=alice';
    expect(dayHolder({ kind: 'pac', url })).toEqual({ kind: 'pac', host: 'pac.corp' });
    expect(dayHolder({ kind: 'pac', url: 'file:///Users/alice/proxy.pac' })).toEqual({
      kind: 'pac',
      host: '',
    });
    expect(dayHolder({ kind: 'pac', url: 'http://[fd00::1]/p.pac' })).toEqual({
      kind: 'pac',
      host: '[fd00::1]',
    });
    expect(dayHolder({ kind: 'auto-discovery' })).toEqual({ kind: 'auto-discovery' });
    expect(dayHolder(undefined)).toBeUndefined();
  });
});
