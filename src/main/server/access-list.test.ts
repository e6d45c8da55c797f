import { describe, expect, it } from 'vitest';
import type { AccessRule } from '../../shared/settings';
import { createAccessList, createRuleFinder, UnknownHostError } from './access-list';

const names = new Map([['buildhost', '10.0.0.7']]);
const resolve = (name: string): Promise<string | undefined> => Promise.resolve(names.get(name));
const allow = (host: string, prefixLength = 32): AccessRule => ({ action: 'allow', host, prefixLength });
const deny = (host: string, prefixLength = 32): AccessRule => ({ action: 'deny', host, prefixLength });

describe('createAccessList', () => {
  it.each<[string, AccessRule[], string, boolean]>([
    ['no rules', [], '192.0.2.1', true],
    ['no match', [deny('10.0.0.0', 8)], '192.0.2.1', true],
    ['a subnet', [deny('10.0.0.0', 8)], '10.200.1.1', false],
    ['host bits are masked off', [deny('10.1.2.3', 8)], '10.200.1.1', false],
    ['the first match wins', [allow('10.0.0.0', 8), deny('*')], '10.1.1.1', true],
    ['the rest is denied', [allow('10.0.0.0', 8), deny('*')], '192.0.2.1', false],
    ['a name', [allow('buildhost'), deny('0.0.0.0', 0)], '10.0.0.7', true],
    ['not that name', [allow('buildhost'), deny('0.0.0.0', 0)], '10.0.0.8', false],
    ['IPv4 inside IPv6', [deny('10.0.0.0', 8)], '::ffff:10.1.1.1', false],
    ['the IPv6 loopback is the loopback', [allow('127.0.0.1'), deny('*')], '::1', true],
    ['IPv6 and Deny 0/0', [deny('0.0.0.0', 0)], '2001:db8::1', false],
    ['IPv6 and an Allow of an IPv4 network', [allow('10.0.0.0', 8), deny('*')], '2001:db8::1', false],
    ['IPv6 and a narrow Deny', [deny('10.0.0.0', 8)], '2001:db8::1', false],
    ['IPv6 behind Allow *', [allow('*'), deny('10.0.0.0', 8)], '2001:db8::1', true],
    ['IPv6 and a narrow Deny before Allow *', [deny('10.0.0.5'), allow('*')], '2001:db8::1', false],
    ['IPv6 and nothing but an Allow', [allow('10.0.0.0', 8)], '2001:db8::1', true],
    ['IPv6 with a zone', [deny('10.0.0.5')], 'fe80::1%en0', false],
    ['the IPv6 loopback and a narrow Deny', [deny('10.0.0.5')], '::1', true],
    ['the IPv6 loopback and a Deny of the loopback', [deny('127.0.0.0', 8)], '::1', false],
    ['an odd boundary, below', [deny('10.0.0.128', 25)], '10.0.0.127', true],
    ['an odd boundary, above', [deny('10.0.0.128', 25)], '10.0.0.128', false],
    ['the bits of a name', [deny('buildhost', 24)], '10.0.0.200', false],
    ['a name with no bits is everybody', [deny('nowhere', 0)], '192.0.2.1', false],
    ['an IPv6 network', [allow('2001:db8::', 32), deny('*')], '2001:db8:1::2', true],
    ['beside an IPv6 network', [allow('2001:db8::', 32), deny('*')], '2001:db9::1', false],
    ['an IPv6 address', [deny('2001:db8::1', 128)], '2001:DB8:0:0::1', false],
    ['another IPv6 address', [deny('2001:db8::1', 128)], '2001:db8::2', true],
    ['every IPv6 address', [deny('::', 0)], '2001:db8::1', false],
    ['IPv4 and every IPv6 address', [deny('::', 0)], '192.0.2.1', true],
    ['a link-local address with a zone', [allow('fe80::', 10), deny('*')], 'fe80::1%en0', true],
    ['the IPv6 loopback by its own name', [allow('::1', 128), deny('*')], '127.0.0.1', true],
    ['IPv4 inside IPv6 in a rule', [deny('::ffff:10.0.0.1', 128)], '10.0.0.1', false],
    ['no address and an IPv6 Deny', [deny('2001:db8::', 32)], '', false],
    ['no address and Deny *', [deny('*')], '', false],
    ['no address and a narrow Deny', [deny('10.0.0.5')], '', false],
  ])('%s', async (_title, rules, address, expected) => {
    expect((await createAccessList(rules, resolve))(address)).toBe(expected);
  });

  it.each<[string, () => Promise<string | undefined>]>([
    ['nothing', () => Promise.resolve(undefined)],
    ['an IPv6 address', () => Promise.resolve('::1')],
    ['a failure', () => Promise.reject(new Error('queryA ETIMEOUT nowhere'))],
  ])('refuses a name that resolves to %s', async (_title, resolveBadly) => {
    const attempt = createAccessList([allow('nowhere')], resolveBadly);
    await expect(attempt).rejects.toThrow(UnknownHostError);
    await expect(attempt).rejects.toMatchObject({ code: 'unknown-host', host: 'nowhere' });
  });

  it('tells which rule decides', async () => {
    const [first, second, last] = [allow('10.1.7.0', 24), deny('10.1.0.0', 16), allow('2001:db8::', 32)];
    const find = await createRuleFinder([first, second, last], resolve);
    expect(find('10.1.7.9')).toBe(first);
    expect(find('::ffff:10.1.9.20')).toBe(second);
    expect(find('2001:db8::1')).toBe(second);
    expect(find('192.0.2.1')).toBeUndefined();
  });

  it('resolves each name once, at the start', async () => {
    const asked: string[] = [];
    const isAllowed = await createAccessList([deny('buildhost'), allow('10.0.0.1'), deny('*')], (name) => {
      asked.push(name);
      return resolve(name);
    });
    expect([isAllowed('10.0.0.7'), isAllowed('10.0.0.1'), isAllowed('10.0.0.2')]).toEqual([
      false,
      true,
      false,
    ]);
    expect(asked).toEqual(['buildhost']);
  });
});
