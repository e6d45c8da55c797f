import { BlockList, isIP } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';

/** A VPN's end is a way to a network and not on one. */
const tunnel = /^(utun|ipsec|ppp|gif|stf)\d/;

/** The addresses of this machine, as `os.networkInterfaces()` tells them. */
export type InterfaceTable = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/** Those by which this machine is on a network with others. */
function onNetworks(interfaces: InterfaceTable): NetworkInterfaceInfo[] {
  return Object.entries(interfaces).flatMap(([name, addresses = []]) =>
    tunnel.test(name) ? [] : addresses.filter(({ internal }) => !internal),
  );
}

/**
 * The IPv4 networks that this machine is on, as entries of macOS's list of hosts without a proxy: `192.168.1.0/24`, with
 * the base masked, as CFNetwork compares it. The list takes no networks of IPv6.
 *
 * @returns in a fixed order, each once
 */
export function onLinkNetworks(interfaces: InterfaceTable): string[] {
  return [...new Set(onNetworks(interfaces).flatMap(networkOf))].toSorted();
}

/** Whether an IP address is reached without a gateway, and is none of this machine's own: a neighbour. */
export function isOnLink(address: string, interfaces: InterfaceTable): boolean {
  const version = isIP(address);
  if (version === 0) return false;
  // The zone of a link-local address says which link.
  const [plain = ''] = address.split('%');
  const family = version === 6 ? 'ipv6' : 'ipv4';
  const own = new BlockList();
  const networks = new BlockList();
  for (const each of onNetworks(interfaces)) {
    const [base = '', bits = ''] = each.cidr?.split('/') ?? [];
    if (base === '' || each.family.toLowerCase() !== family) continue;
    own.addAddress(base, family);
    networks.addSubnet(base, Number(bits), family);
  }
  return networks.check(plain, family) && !own.check(plain, family);
}

function networkOf({ family, cidr }: NetworkInterfaceInfo): string[] {
  if (family !== 'IPv4' || cidr === null) return [];
  const [address = '', length = ''] = cidr.split('/');
  const bits = Number(length);
  // Half of the internet, point to point, or the link-local network, which is on the list anyway.
  if (bits < 8 || bits > 30 || address.startsWith('169.254.')) return [];
  const masked = address.split('.').map((byte, index) => {
    const kept = Math.min(8, Math.max(0, bits - index * 8));
    return Number(byte) & (0xff << (8 - kept)) & 0xff;
  });
  return [`${masked.join('.')}/${bits}`];
}
