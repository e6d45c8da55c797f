import { describe, expect, it } from 'vitest';
import { compileGlob } from '../routing/glob';
import { NoProxyRules } from '../routing/no-proxy-rules';
import { cntlmNoProxy } from './cntlm-no-proxy';

describe('cntlmNoProxy', () => {
  it.each([
    ['intra', ['intra']],
    ['*.corp', ['*.corp']],
    ['web-[0-9]*', ['web-[0-9]*']],
    ['.corp', ['corp', '*.corp']],
    ['10.0.0.0/8', ['10.*']],
    ['10.1.7.0/24', ['10.1.7.*']],
    ['10.1.7.3', ['10.1.7.3']],
    ['172.16.0.0/14', ['172.16.*', '172.17.*', '172.18.*', '172.19.*']],
    ['10.0.0.1-10.0.0.3', ['10.0.0.1', '10.0.0.2', '10.0.0.3']],
    ['2001:db8::7', ['2001:db8::7']],
  ])('says %s as %j', (rule, patterns) => {
    expect(cntlmNoProxy([rule])).toEqual({ entries: patterns, gaps: [] });
  });

  it.each(['<local>', 'intra:80', '2001:db8::/32', '0.0.0.0/0', '10.0.0.0/9'])(
    'has no words for %s',
    (rule) => {
      expect(cntlmNoProxy(['a', rule])).toEqual({ entries: ['a'], gaps: [rule] });
    },
  );

  it('says of addresses what the rule says', () => {
    const rules = ['172.16.0.0/12', '192.168.4.0/22', '.corp', '10.0.0.250-10.0.1.2'];
    const matchers = cntlmNoProxy(rules).entries.map(compileGlob);
    const hosts = ['172.15.9.9', '172.16.0.1', '172.31.255.1', '172.32.0.1', '192.168.3.1', '192.168.7.9'];
    hosts.push('192.168.8.1', 'corp', 'a.corp', 'acorp', '10.0.0.249', '10.0.0.250', '10.0.1.2', '10.0.1.3');
    for (const host of hosts) {
      const isDirect = new NoProxyRules(rules).find({ host, port: 80 }) !== undefined;
      expect([host, matchers.some((matches) => matches(host))]).toEqual([host, isDirect]);
    }
  });
});
