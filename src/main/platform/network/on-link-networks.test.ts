import { BlockList } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { onLinkNetworks } from './on-link-networks';
import { isBypassEntry } from '../system-proxy/service-proxies';

function ipv4(address: string, bits: number, internal = false): NetworkInterfaceInfo {
  return { address, netmask: '', family: 'IPv4', mac: '', internal, cidr: `${address}/${bits}` };
}

const ipv6: NetworkInterfaceInfo = {
  address: 'fd00::17',
  netmask: '',
  family: 'IPv6',
  mac: '',
  internal: false,
  scopeid: 0,
  cidr: 'fd00::17/64',
};

describe('onLinkNetworks', () => {
  it('tells the networks of this machine and leaves out what is no network of it', () => {
    expect(
      onLinkNetworks({
        lo0: [ipv4('127.0.0.1', 8, true)],
        en0: [ipv4('192.168.1.77', 24), ipv6],
        en5: [ipv4('10.129.200.3', 22), ipv4('192.168.1.78', 24)],
        en6: [ipv4('169.254.3.4', 16)],
        en7: undefined,
        en9: [ipv4('64.1.2.3', 4)],
        utun4: [ipv4('10.8.0.2', 24)],
        en8: [ipv4('100.64.0.1', 32)],
      }),
    ).toEqual(['10.129.200.0/22', '192.168.1.0/24']);
  });

  it('covers each address, whatever the order, with entries that macOS takes', () => {
    const address = fc.tuple(fc.ipV4(), fc.integer({ min: 8, max: 30 }));
    fc.assert(
      fc.property(fc.array(address, { maxLength: 6 }), (addresses) => {
        const named = addresses.map(([each, bits], index) => [`en${index}`, [ipv4(each, bits)]] as const);
        const networks = onLinkNetworks(Object.fromEntries(named));
        expect(onLinkNetworks(Object.fromEntries(named.toReversed()))).toEqual(networks);
        expect(networks.every(isBypassEntry)).toBe(true);
        const list = new BlockList();
        for (const network of networks) {
          const [base = '', bits = ''] = network.split('/');
          list.addSubnet(base, Number(bits), 'ipv4');
          // A base that is not masked would match nothing in CFNetwork.
          expect(ipNumber(base) % 2 ** (32 - Number(bits))).toBe(0);
        }
        for (const [each] of addresses) {
          if (!each.startsWith('169.254.')) expect(list.check(each, 'ipv4')).toBe(true);
        }
      }),
    );
  });
});

function ipNumber(address: string): number {
  return address.split('.').reduce((number, byte) => number * 256 + Number(byte), 0);
}
