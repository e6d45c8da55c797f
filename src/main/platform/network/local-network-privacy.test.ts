import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { localNetworkPrivacy } from './local-network-privacy';

function at(cidr: string, family: 'IPv4' | 'IPv6' = 'IPv4', internal = false): NetworkInterfaceInfo {
  const [address = ''] = cidr.split('/');
  const known = { address, netmask: '', mac: '', internal, cidr };
  return family === 'IPv4' ? { ...known, family } : { ...known, family, scopeid: 4 };
}

const interfaces = () => ({
  lo0: [at('127.0.0.1/8', 'IPv4', true), at('::1/128', 'IPv6', true)],
  en0: [at('10.1.7.20/22'), at('fe80::14/64', 'IPv6'), at('2001:db8:7::20/64', 'IPv6')],
  utun4: [at('10.9.0.2/16')],
});
const denied = { errno: 'EHOSTUNREACH', address: '10.1.4.8', afterMs: 2 };

describe('localNetworkPrivacy', () => {
  const isForbidden = localNetworkPrivacy('darwin', interfaces);

  it.each(['10.1.4.8', '10.1.7.254', 'fe80::1%en0', '2001:db8:7::1'])(
    'takes a neighbour for it: %s',
    (address) => {
      expect(isForbidden({ ...denied, address })).toBe(true);
    },
  );

  it.each([
    ['behind a gateway', { address: '10.1.8.1' }],
    ['at the other end of a VPN', { address: '10.9.3.4' }],
    ['the loopback address', { address: '127.0.0.1' }],
    ['this Mac itself', { address: '10.1.7.20' }],
    ['of a name without an address', { address: undefined }],
    ['that refuses', { errno: 'ECONNREFUSED' }],
    ['that is not there: nobody has answered for seconds', { afterMs: 5_000 }],
  ])('does not take an address %s for it', (_what, change) => {
    expect(isForbidden({ ...denied, ...change })).toBe(false);
  });

  it('knows it on macOS alone', () => {
    expect(localNetworkPrivacy('linux', interfaces)(denied)).toBe(false);
  });
});
