import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { isLoopbackAddress, OwnMachine } from './own-machine';

function at(address: string, internal = false): NetworkInterfaceInfo {
  const common = { address, netmask: '', mac: '', internal, cidr: null };
  return address.includes(':') ? { ...common, family: 'IPv6', scopeid: 0 } : { ...common, family: 'IPv4' };
}

const interfaces = (): NodeJS.Dict<NetworkInterfaceInfo[]> => ({
  lo0: [at('127.0.0.1', true), at('::1', true), at('10.254.254.254', true)],
  en0: [at('192.0.2.7'), at('fe80::1c'), at('2001:db8::7')],
});

function machine(...hosts: string[]): OwnMachine {
  const listeners = hosts.map((host) => ({ host, port: 3128 }));
  return new OwnMachine(listeners, interfaces, () => 'Alices-Mac.corp.example');
}

describe('isLoopbackAddress', () => {
  it.each(['127.0.0.1', '127.255.0.9', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1', '::FFFF:7f00:1'])(
    'takes %s',
    (address) => {
      expect(isLoopbackAddress(address)).toBe(true);
    },
  );

  it.each(['128.0.0.1', '0.0.0.0', '::', '::2', '::ffff:10.0.0.1', '192.0.2.7', 'localhost', '', undefined])(
    'does not take %s',
    (address) => {
      expect(isLoopbackAddress(address)).toBe(false);
    },
  );
});

describe('a client of another machine', () => {
  const judge = machine('::').judgeForRemote;

  it.each([
    ['127.0.0.1', 'the loopback address'],
    ['127.9.8.7', 'another one'],
    ['::1', 'that of IPv6'],
    ['::ffff:127.0.0.1', 'IPv4 inside IPv6'],
    ['::ffff:7f00:1', 'the same in hexadecimal'],
    ['0:0:0:0:0:ffff:7f00:0001', 'the same at length'],
    ['::127.0.0.1', 'IPv4-compatible'],
    ['64:ff9b::127.0.0.1', 'NAT64'],
    ['2002:7f00:1::1', '6to4'],
    ['0.0.0.0', 'which the kernel takes for the loopback address'],
    ['::', 'so with IPv6'],
    ['::ffff:0.0.0.0', 'and IPv4 inside IPv6'],
    ['169.254.169.254', 'an address of the link'],
    ['::ffff:169.254.1.1', 'inside IPv6'],
    ['fe80::1', 'one of IPv6'],
    ['febf::1%en0', 'with a zone'],
    ['10.254.254.254', 'a second address of the loopback interface'],
  ])('does not reach %s: %s', (address) => {
    expect(judge(address, 8080)).toBe('forbidden-address');
  });

  it.each(['10.0.0.1', '192.0.2.7', '2001:db8::7', 'fec0::1', '::ffff:192.0.2.8', '169.253.0.1'])(
    'reaches %s',
    (address) => {
      expect(judge(address, 8080)).toBeUndefined();
    },
  );
});

describe('the local proxy as a target', () => {
  it.each(['127.0.0.1', '127.0.0.2', '0.0.0.0', '::', '::1', '::ffff:7f00:1'])(
    'is known by %s where it listens on a loopback address',
    (address) => {
      const { judgeForLocal } = machine('127.0.0.1');
      expect(judgeForLocal(address, 3128)).toBe('loop');
      expect(judgeForLocal(address, 3129)).toBeUndefined();
    },
  );

  it('is known by every address of the machine where it listens on all', () => {
    for (const wildcard of ['::', '0.0.0.0']) {
      const { judgeForLocal, judgeForRemote } = machine(wildcard);
      for (const address of ['127.0.0.1', '192.0.2.7', '::ffff:c000:207', '2001:DB8::7', 'fe80::1c']) {
        expect(judgeForLocal(address, 3128)).toBe('loop');
        expect(judgeForRemote(address, 3128)).toBe('loop');
      }
      expect(judgeForLocal('192.0.2.8', 3128)).toBeUndefined();
    }
  });

  it('is known by the one address that it listens on', () => {
    const { judgeForLocal } = machine('192.0.2.7');
    expect(judgeForLocal('::ffff:192.0.2.7', 3128)).toBe('loop');
    // Another program may listen there.
    expect(judgeForLocal('127.0.0.1', 3128)).toBeUndefined();
    expect(judgeForLocal('2001:db8::7', 3128)).toBeUndefined();
  });
});

describe('the local proxy as a Host', () => {
  const own = (host: string, listener: string, port = 3128): boolean =>
    machine(listener).isOwnHost({ host, port });

  it.each(['127.0.0.1', '127.0.0.3', 'localhost', 'LOCALHOST', 'localhost.', '::1', '::ffff:7f00:1'])(
    '%s is its own',
    (host) => {
      expect(own(host, '127.0.0.1')).toBe(true);
      expect(own(host, '::')).toBe(true);
      expect(own(host, '127.0.0.1', 80)).toBe(false);
    },
  );

  it.each([
    'attacker.example',
    'localhost.attacker.example',
    'x.localhost',
    'localhost..',
    '127.0.0.1.nip.example',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0',
    '0.0.0.0',
    '::',
    '192.0.2.8',
    'local',
    '',
  ])('%s is not', (host) => {
    expect(own(host, '127.0.0.1')).toBe(false);
    expect(own(host, '::')).toBe(false);
  });

  it.each(['alices-mac', 'ALICES-MAC.local', 'alices-mac.local.', 'alices-mac.corp.example', '192.0.2.7'])(
    '%s is where it listens on every address',
    (host) => {
      expect(own(host, '::')).toBe(true);
      expect(own(host, '0.0.0.0')).toBe(true);
      expect(own(host, '127.0.0.1')).toBe(false);
    },
  );
});
