import { createContext, runInContext, runInNewContext } from 'node:vm';
import {
  assert,
  constantFrom,
  integer,
  ipV4,
  ipV6,
  oneof,
  property,
  array as someOf,
  string,
  tuple,
} from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NoProxyRules } from '../routing/no-proxy-rules';
import { type ProxyPacOptions, proxyPac } from './proxy-pac';
import { isComplete } from '../../../test/is-complete';

type FindProxy = (url: string, host: string) => string;

const proxy = 'PROXY 127.0.0.1:3128';
const either = `${proxy}; DIRECT`;

function textOf(options: Partial<ProxyPacOptions> = {}): string {
  return proxyPac({
    address: { host: '127.0.0.1', port: 3128 },
    noProxy: [],
    mayAllGoDirect: false,
    ...options,
  });
}

/** What a browser makes of it: an engine with nothing but JavaScript, where a look-up of a name would fail. */
function evaluate(options: Partial<ProxyPacOptions> = {}): FindProxy {
  const context = createContext(Object.create(null) as object, { microtaskMode: 'afterEvaluate' });
  return runInContext(`${textOf(options)}; FindProxyForURL`, context, { timeout: 60_000 }) as FindProxy;
}

function answer(host: string, options: Partial<ProxyPacOptions> = {}): string {
  return evaluate(options)(`http://${host}/`, host);
}

describe('proxyPac', () => {
  it.each([
    'localhost',
    'LOCALHOST.',
    'app.localhost',
    '127.0.0.1',
    '127.255.1.2',
    '::1',
    '[::1]',
    'printer.local',
    'Printer.Local.',
    '169.254.7.9',
    'fe80::1',
    '[FEBF::1]',
    'fe80::1%en0',
  ])('never sends %s to a proxy', (host) => {
    expect(answer(host)).toBe('DIRECT');
    expect(answer(host, { noProxy: ['*'] })).toBe('DIRECT');
    expect(answer(host, { mayAllGoDirect: true })).toBe('DIRECT');
  });

  it.each([
    'example.com',
    '127.0.0.1.example.com',
    '127.example.com',
    '169.254.example.com',
    'local',
    'nonlocal',
    'mylocalhost',
    'fe80.example.com',
    'fec0::1',
    '::11',
    '10.0.0.1',
  ])('sends %s to the local proxy, and elsewhere only where that is allowed', (host) => {
    expect(answer(host)).toBe(proxy);
    expect(answer(host, { noProxy: ['*.corp.example'] })).toBe(proxy);
    expect(answer(host, { mayAllGoDirect: true })).toBe(either);
  });

  it('lets the hosts of the rules go direct behind the local proxy', () => {
    const find = evaluate({ noProxy: ['*.corp.example', '10.*', '2001:db8::*'] });
    expect(find('', 'wiki.corp.example')).toBe(either);
    expect(find('', 'WIKI.Corp.Example.')).toBe(either);
    expect(find('', '10.1.2.3')).toBe(either);
    expect(find('', '[2001:db8::7]')).toBe(either);
    expect(find('', 'corp.example')).toBe(proxy);
    expect(find('', 'wiki-corp.example')).toBe(proxy);
  });

  it('names an IPv6 address in brackets', () => {
    expect(answer('example.com', { address: { host: '::1', port: 3128 } })).toBe('PROXY [::1]:3128');
  });

  it.each([
    ['a*b*c', 'abxbc', true],
    ['a*bc*bc', 'abc', false],
    ['*a*1', 'a1', true],
    ['*[!0-9]*', '123', false],
    ['[b-a]', 'b', false],
    ['x[!b-a]', 'xa', true],
    ['[]a]', ']', true],
    ['[a', '[a', true],
    ['[a-]', '-', true],
    ['[\\]]', ']', true],
    ['a\\', 'a\\', true],
    ['\\*', '*', true],
    ['[Z-_]', '_', false],
    ['', '', true],
    ['', 'a', false],
  ])('reads %j for %j as the router does: %j', (rule, host, isDirect) => {
    expect(new NoProxyRules([rule]).find({ host, port: 80 }) === rule).toBe(isDirect);
    expect(answer(host, { noProxy: [rule] })).toBe(isDirect ? either : proxy);
  });

  it('agrees with the router for any rules and hosts', () => {
    const letters = (text: string): string[] => text.split('');
    const withoutRules = evaluate();
    const rule = oneof(
      { weight: 5, arbitrary: string({ unit: constantFrom(...letters('aab1.-*?[]!^\\Z_')), maxLength: 8 }) },
      { weight: 1, arbitrary: string({ unit: 'binary', maxLength: 6 }) },
    );
    const host = oneof(
      { weight: 5, arbitrary: string({ unit: constantFrom(...letters('aab1.-:_]Z\\')), maxLength: 8 }) },
      { weight: 1, arbitrary: string({ unit: 'binary', maxLength: 6 }) },
      // The router is given a host without the brackets of an IPv6 address, and never asked about this machine.
    ).filter((name) => !/^\[.*\]$/.test(name) && withoutRules('', name) !== 'DIRECT');
    assert(
      property(
        someOf(rule, { maxLength: 4 }),
        someOf(host, { minLength: 1, maxLength: 8 }),
        (noProxy, hosts) => {
          const rules = new NoProxyRules(noProxy);
          const find = evaluate({ noProxy });
          for (const name of hosts) {
            expect(find('', name)).toBe(rules.find({ host: name, port: 80 }) === undefined ? proxy : either);
          }
        },
      ),
      { numRuns: isComplete ? 1_000 : 100 },
    );
  });

  it.each([
    ['.corp.example', 'http://corp.example/', true],
    ['.corp.example', 'http://a.b.corp.example/', true],
    ['.corp.example', 'http://xcorp.example/', false],
    ['<local>', 'http://wiki/', true],
    ['<local>', 'http://wiki.example/', false],
    ['<local>', 'http://[2001:db8::1]/', false],
    ['wiki:8080', 'http://wiki:8080/', true],
    ['wiki:8080', 'http://wiki/8080', false],
    ['wiki:443', 'https://wiki/', true],
    ['wiki:443', 'http://wiki/', false],
    ['wiki:80', 'ws://alice:x@wiki/', true],
    ['10.0.0.0/12', 'http://10.15.0.1/', true],
    ['10.0.0.0/12', 'http://10.16.0.1/', false],
    ['10.0.0.0/12', 'http://10.1.evil.example/', false],
    ['10.1.7.10-10.1.7.99', 'http://10.1.7.50/', true],
    ['10.1.7.10-10.1.7.99', 'http://10.1.7.9/', false],
    ['2001:db8::/32', 'http://[2001:db8:7::1]/', true],
    ['2001:db8::/32', 'http://[2001:db9::1]/', false],
    ['10.0.0.0/8', 'http://[::ffff:a01:203]/', true],
    ['[2001:db8::/32]:443', 'https://[2001:db8::1]/', true],
  ])('reads %s for %s as the router does: %s', (rule, url, isDirect) => {
    const { hostname, port, protocol } = new URL(url);
    const usual = /^(?:https|wss):/.test(protocol) ? 443 : 80;
    const target = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || usual };
    expect(new NoProxyRules([rule]).find(target) === rule).toBe(isDirect);
    // Browsers give the address of IPv6 with brackets or without.
    expect(evaluate({ noProxy: [rule] })(url, hostname)).toBe(isDirect ? either : proxy);
    expect(evaluate({ noProxy: [rule] })(url, target.host)).toBe(isDirect ? either : proxy);
  });

  it('compares addresses with networks as the router does', () => {
    const address = oneof(ipV4(), ipV6());
    const rule = oneof(
      tuple(ipV4(), integer({ min: 0, max: 32 })),
      tuple(ipV6(), integer({ min: 0, max: 128 })),
    ).map(([base, length]) => `${base}/${length}`);
    const withoutRules = evaluate();
    assert(
      property(someOf(rule, { maxLength: 3 }), someOf(address, { maxLength: 6 }), (noProxy, hosts) => {
        const find = evaluate({ noProxy });
        const rules = new NoProxyRules(noProxy);
        for (const host of hosts.filter((each) => withoutRules('', each) !== 'DIRECT'))
          expect(find('', host)).toBe(rules.find({ host, port: 80 }) === undefined ? proxy : either);
      }),
      { numRuns: isComplete ? 1_000 : 100 },
    );
  });

  it('holds hostile rules inside', () => {
    const hostile = [
      '/;throw 1//',
      "'];throw 1//",
      '"\\\'`${throw 1}',
      '\n\r\u2028\u2029throw 1',
      '</script><!--',
      '*/throw 1/*',
      '(a+)+$|(',
    ];
    const text = textOf({ noProxy: hostile });
    expect(text).not.toContain('throw 1');
    expect(text).not.toContain('</script');
    expect(text).toMatch(/^[\n\x20-\x7e]*$/);
    expect(text.split('\n')).toHaveLength(textOf({ noProxy: hostile.map(() => 'x') }).split('\n').length);
    const find = evaluate({ noProxy: hostile });
    expect(find('', 'example.com')).toBe(proxy);
    for (const host of hostile) expect(find('', host.replaceAll('\\', ''))).toBe(either);
  });

  it('needs nothing that an engine of ES3 does not have', () => {
    const text = textOf({
      noProxy: ['*.corp.example', '[!a-c]?', '[]', '10.0.0.0/8', '.corp:80', '<local>'],
    });
    expect(text).not.toMatch(
      /=>|`|\b(?:const|let|class)\b|\.(?:includes|startsWith|endsWith|some)\b|\(\?[<!]|\[\]\]/,
    );
    expect(text).not.toMatch(/dnsResolve|isResolvable|isInNet|myIpAddress/);
  });

  it('is not slow where stars and host are made for it', () => {
    const text = textOf({ noProxy: [`${'*a'.repeat(40)}*b`] });
    // Going back would not end in years.
    const script = `${text}; FindProxyForURL('', '${'a'.repeat(254)}c')`;
    expect(runInNewContext(script, {}, { timeout: 100_000 })).toBe(proxy);
  });
});
