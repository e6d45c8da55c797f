/** An IPv4 address as eight hexadecimal digits; a leading zero would be octal for some, so that it is none. */
function ipv4Digits(text: string): string | undefined {
  const bytes = text.split('.');
  const isAddress =
    bytes.length === 4 && bytes.every((byte) => /^(?:0|[1-9]\d{0,2})$/.test(byte) && Number(byte) <= 255);
  return isAddress ? bytes.map((byte) => Number(byte).toString(16).padStart(2, '0')).join('') : undefined;
}

const mappedPrefix = `${'0'.repeat(20)}ffff`;

/**
 * An IP address as hexadecimal digits, eight for IPv4 and 32 for IPv6, so that addresses of one family are compared as
 * texts. A zone counts for nothing, and an IPv4 address mapped into IPv6 (RFC 4291, 2.5.5.2) is that IPv4 address.
 *
 * @returns undefined for what is no IP address
 */
export function ipDigits(text: string): string | undefined {
  if (!text.includes(':')) return ipv4Digits(text);
  let address = text.replace(/%.*$/, '').toLowerCase();
  const [, before, embedded] = /^(.*:)([\d.]+\.[\d.]+)$/.exec(address) ?? [];
  if (before !== undefined && embedded !== undefined) {
    const digits = ipv4Digits(embedded);
    if (digits === undefined) return undefined;
    address = `${before}${digits.slice(0, 4)}:${digits.slice(4)}`;
  }
  const halves = address.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const [head = [], tail] = halves;
  if (halves.length > 2) return undefined;
  const left = 8 - head.length - (tail?.length ?? 0);
  // `::` stands for at least one group.
  const groups =
    tail === undefined ? head : [...head, ...Array<string>(Math.max(1, left)).fill('0'), ...tail];
  if (groups.length !== 8 || !groups.every((group) => /^[\da-f]{1,4}$/.test(group))) return undefined;
  const digits = groups.map((group) => group.padStart(4, '0')).join('');
  return digits.startsWith(mappedPrefix) ? digits.slice(mappedPrefix.length) : digits;
}

/** Whether a text is an IPv4 address: four decimal numbers up to 255. */
export function isIPv4(text: string): boolean {
  return ipv4Digits(text) !== undefined;
}

/** Whether a text is an IPv6 address without a zone (RFC 4291, 2.2). */
export function isIPv6(text: string): boolean {
  return text.includes(':') && !text.includes('%') && ipDigits(text) !== undefined;
}

/** Whether a text is an IPv4 or IPv6 address. */
export function isIpAddress(text: string): boolean {
  return isIPv4(text) || isIPv6(text);
}

/** The address of these digits as people write it; IPv6 as RFC 5952 has it. */
export function formatIp(digits: string): string {
  if (digits.length === 8)
    return (digits.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)).join('.');
  const text = (digits.match(/.{4}/g) ?? []).map((group) => group.replace(/^0{1,3}/, '')).join(':');
  const zeros = text.match(/(?<![^:])0(?::0)+(?![^:])/g) ?? [];
  const longest = zeros.toSorted((one, other) => other.length - one.length)[0];
  if (longest === undefined) return text;
  const at = text.search(new RegExp(`(?<![^:])${longest}(?![^:])`));
  return `${text.slice(0, at).replace(/:$/, '')}::${text.slice(at + longest.length).replace(/^:/, '')}`;
}

/** Addresses of one family, both ends included, as `ipDigits` has them. */
export interface IpRange {
  readonly first: string;
  readonly last: string;
}

/** The network of an address and a number of leading bits; undefined when there are not so many. */
export function networkRange(digits: string, length: number): IpRange | undefined {
  const bits = digits.length * 4;
  if (length > bits) return undefined;
  const hosts = (1n << BigInt(bits - length)) - 1n;
  const value = BigInt(`0x${digits}`);
  return { first: hex(value & ~hosts, digits.length), last: hex(value | hosts, digits.length) };
}

/** The fewest networks that are together a range, in their order: `10.0.0.0/8`. A single address has no length. */
export function networksOf({ first, last }: IpRange): string[] {
  const bits = first.length * 4;
  const end = BigInt(`0x${last}`);
  const networks: string[] = [];
  for (let at = BigInt(`0x${first}`); at <= end; ) {
    let free = 0;
    while (
      free < bits &&
      (at & ((1n << BigInt(free + 1)) - 1n)) === 0n &&
      at + (1n << BigInt(free + 1)) - 1n <= end
    )
      free += 1;
    const address = formatIp(hex(at, first.length));
    networks.push(free === 0 ? address : `${address}/${bits - free}`);
    at += 1n << BigInt(free);
  }
  return networks;
}

function hex(value: bigint, length: number): string {
  return value.toString(16).padStart(length, '0');
}
