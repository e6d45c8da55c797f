import { describe, expect, it } from 'vitest';
import { noProxyVariable } from './no-proxy-variable';

describe('noProxyVariable', () => {
  const always = 'localhost,127.0.0.1,::1';
  const all = ['curl', 'Go', 'Python'];

  it.each([
    ['*.corp', '.corp', []],
    ['.corp', 'corp', []],
    ['intra', 'intra', []],
    ['intra:8080', 'intra:8080', ['curl']],
    ['10.*', '10.0.0.0/8', ['Python']],
    ['172.16.*', '172.16.0.0/16', ['Python']],
    ['172.16.0.0/12', '172.16.0.0/12', ['Python']],
    ['127.0.0.*', '127.0.0.0/24', []],
    ['10.0.0.1-10.0.0.3', '10.0.0.1,10.0.0.2/31', ['Python']],
    ['10.1.7.3', '10.1.7.3', []],
    ['10.1.7.3:80', '10.1.7.3:80', ['curl']],
    ['2001:db8::/32', '2001:db8::/32', ['Python']],
    ['[2001:db8::7]:80', '[2001:db8::7]:80', ['curl']],
    ['10.0.0.0/8:80', undefined, all],
    ['0.0.0.1-255.255.255.254', undefined, all],
    ['<local>', undefined, all],
    ['a*b', undefined, all],
    ['x?', undefined, all],
    ['y[1-2]', undefined, all],
    ['a,b', undefined, all],
  ])('says %s as %s, which is not for %j', (rule, entry, readers) => {
    expect(noProxyVariable([rule])).toEqual({
      value: entry === undefined ? always : `${always},${entry}`,
      gaps: readers.length === 0 ? [] : [{ rule, readers }],
    });
  });

  it('says everything with a lone star', () => {
    expect(noProxyVariable(['a', '*'])).toEqual({ value: '*', gaps: [] });
  });
});
