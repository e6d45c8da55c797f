import type { NetworkInterfaceInfo } from 'node:os';

/** A VPN's end is a way to a network and not on one. */
const tunnel = /^(utun|ipsec|ppp|gif|stf)\d/;

/**
 * The IPv4 networks that this machine is on, as entries of macOS's list of hosts without a proxy: `192.168.1.0/24`, with
 * the base masked, as CFNetwork compares it. The list takes no networks of IPv6.
 *
 * @param interfaces as `os.networkInterfaces()` tells them
 * @returns in a fixed order, each once
 */
export function onLinkNetworks(
  interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>,
): string[] {
  const networks = Object.entries(interfaces).flatMap(([name, addresses = []]) =>
    tunnel.test(name) ? [] : addresses.flatMap(networkOf),
  );
  return [...new Set(networks)].toSorted();
}

function networkOf({ family, internal, cidr }: NetworkInterfaceInfo): string[] {
  if (family !== 'IPv4' || internal || cidr === null) return [];
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
