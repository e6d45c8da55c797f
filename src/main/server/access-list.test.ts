import { describe, expect, it } from 'vitest';
import type { AccessRule } from '../../shared/settings';
import { createAccessList, UnknownHostError } from './access-list';

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
  ])('%s', async (_title, rules, address, expected) => {
    expect((await createAccessList(rules, resolve))(address)).toBe(expected);
  });

  it('refuses a name without an address', async () => {
    await expect(createAccessList([allow('nowhere')], resolve)).rejects.toThrow(UnknownHostError);
  });
});
