import { BlockList, isIP } from 'node:net';
import { hostname as systemHostname, type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import type { HostPort } from '../../shared/settings';

/** The addresses of this machine by interface, as the system has them now. */
export type Interfaces = () => NodeJS.Dict<NetworkInterfaceInfo[]>;

// A block list takes IPv4 inside IPv6 (::ffff:a.b.c.d) for IPv4. The others are what carries IPv4 in other ways: IPv4-compatible
// (RFC 4291, 2.5.5.1), NAT64 (RFC 6052, 2.1) and 6to4 (RFC 3056, 2).
const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');
loopback.addSubnet('::7f00:0', 104, 'ipv6');

/** The kernel takes 0.0.0.0 and `::` for the loopback address. */
const unspecified = new BlockList();
unspecified.addSubnet('0.0.0.0', 8, 'ipv4');
unspecified.addAddress('::', 'ipv6');

const linkLocal = new BlockList();
linkLocal.addSubnet('169.254.0.0', 16, 'ipv4');
linkLocal.addSubnet('fe80::', 10, 'ipv6');
linkLocal.addSubnet('::a9fe:0', 112, 'ipv6');

/** Translators must not carry these, but not all keep to it. */
const translated = new BlockList();
for (const [prefix, bits] of [
  ['64:ff9b::', 96],
  ['2002:', 16],
] as const) {
  for (const [network, networkBits] of [
    ['0', 8],
    ['7f00', 8],
    ['a9fe', 16],
  ] as const) {
    const address = bits === 96 ? `${prefix}${network}:0` : `${prefix}${network}::`;
    translated.addSubnet(address, bits + networkBits, 'ipv6');
  }
}

function isIn(list: BlockList, address: string): boolean {
  const version = isIP(address);
  return version !== 0 && list.check(address, version === 6 ? 'ipv6' : 'ipv4');
}

/** Whether an IP address is this machine's own for every machine: 127.0.0.0/8, ::1, and the former inside IPv6. */
export function isLoopbackAddress(address: string | undefined): boolean {
  return address !== undefined && isIn(loopback, address);
}

/** Whether an IP address is one of these, in whatever way they are written. */
function isOneOf(addresses: readonly string[], address: string): boolean {
  const list = new BlockList();
  for (const each of addresses) {
    // The zone of an address of a link says which link; an address is judged without.
    const [plain = ''] = each.split('%');
    list.addAddress(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4');
  }
  return isIn(list, address);
}

/** What must not be connected to, and why. */
export type Refusal = 'forbidden-address' | 'loop';

/** Judges the address of a connection before it is made; undefined when it may be made. */
export type JudgeAddress = (address: string, port: number) => Refusal | undefined;

/**
 * This machine as the target of connections, and where on it the local proxy listens. Addresses are judged, not names: a
 * name, or an address in another spelling, means what the resolver makes of it.
 */
export class OwnMachine {
  readonly #listeners: readonly HostPort[];
  readonly #interfaces: Interfaces;
  readonly #hostname: () => string;

  /** @param listeners where the local proxy listens; hosts are IP addresses */
  constructor(
    listeners: readonly HostPort[],
    interfaces: Interfaces = networkInterfaces,
    hostname: () => string = systemHostname,
  ) {
    this.#listeners = listeners;
    this.#interfaces = interfaces;
    this.#hostname = hostname;
  }

  /** For connections on behalf of a client of this machine: anywhere but back here. */
  readonly judgeForLocal: JudgeAddress = (address, port) =>
    this.#listensAt(address, port) ? 'loop' : undefined;

  /**
   * For connections on behalf of another machine: not to what listens on this one for nobody else, nor to what is on its
   * links only.
   */
  readonly judgeForRemote: JudgeAddress = (address, port) => {
    if (this.#listensAt(address, port)) return 'loop';
    const isForbidden =
      [loopback, unspecified, linkLocal, translated].some((list) => isIn(list, address)) ||
      this.#isInternal(address);
    return isForbidden ? 'forbidden-address' : undefined;
  };

  /** Whether a target, as it is written, is plainly the local proxy itself. What it resolves to may be so as well. */
  isOwnTarget({ host, port }: HostPort): boolean {
    // Asked for each request, nearly all of which are for another port.
    if (!this.#listeners.some((listener) => listener.port === port)) return false;
    const name = host.toLowerCase().replace(/\.$/, '');
    if (isIP(name) !== 0) return this.#listensAt(name, port);
    if (name === 'localhost' || name.endsWith('.localhost')) return this.#listensAt('127.0.0.1', port);
    return this.isOwnHost({ host, port });
  }

  /**
   * Whether a Host header means the local proxy as a web server: an address that it listens on, `localhost`, or the name of
   * this machine when it listens on every address. Any other name may be one that a web site has pointed here.
   */
  isOwnHost({ host, port }: HostPort): boolean {
    const name = host.toLowerCase().replace(/\.$/, '');
    const version = isIP(name);
    if (version !== 0) return !isIn(unspecified, name) && this.#listensAt(name, port);
    if (name === 'localhost') return this.#listensAt('127.0.0.1', port);
    if (!this.#listeners.some((each) => each.port === port && isIn(unspecified, each.host))) return false;
    const own = this.#hostname().toLowerCase();
    const [label = own] = own.split('.');
    return name !== '' && (name === own || name === label || name === `${label}.local`);
  }

  #listensAt(address: string, port: number): boolean {
    return this.#listeners.some((listener) => listener.port === port && this.#isAt(listener.host, address));
  }

  #isAt(listener: string, address: string): boolean {
    // Both loopback addresses are listened on as a rule; another one of them is no way round.
    const isLoopback = isIn(loopback, address) || isIn(unspecified, address);
    if (isLoopback) return isIn(loopback, listener) || isIn(unspecified, listener);
    if (!isIn(unspecified, listener)) return isOneOf([listener], address);
    return isOneOf(
      this.#addresses().map((own) => own.address),
      address,
    );
  }

  /** Whether it is on an interface that no other machine is connected to, as a second address of the loopback interface. */
  #isInternal(address: string): boolean {
    const internal = this.#addresses().filter((own) => own.internal);
    return isOneOf(
      internal.map((own) => own.address),
      address,
    );
  }

  #addresses(): NetworkInterfaceInfo[] {
    return Object.values(this.#interfaces()).flatMap((list) => list ?? []);
  }
}
