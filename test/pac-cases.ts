/*
 * Expressions and what they are in a PAC: for our helper library, and for Chromium's beside it.
 */

/** What is said of hosts by their names alone. */
export const hostCases = [
  ['dnsDomainIs("www.a.com", ".a.com")', true],
  ['dnsDomainIs("www.A.com", ".a.com")', false],
  ['dnsDomainIs("wwwa.com", "a.com")', true],
  ['dnsDomainIs("a.com", ".a.com")', false],
  ['isPlainHostName("intranet")', true],
  ['isPlainHostName("www.a.com")', false],
  ['isPlainHostName("fd00::1")', false],
  ['localHostOrDomainIs("www", "www.a.com")', true],
  ['localHostOrDomainIs("www.a.com", "www.a.com")', true],
  ['localHostOrDomainIs("ww", "www.a.com")', false],
  ['localHostOrDomainIs("www.b.com", "www.a.com")', false],
  ['dnsDomainLevels("www")', 0],
  ['dnsDomainLevels("www.a.com")', 2],
  ['getClientVersion()', '1.0'],
] as const;

/** Patterns, case counts. */
export const patternCases = [
  ['shExpMatch("http://www.a.com/x", "*.a.com/*")', true],
  ['shExpMatch("x.a.com", "(*.a.com|a.com)")', true],
  ['shExpMatch("a.com", "(*.a.com|a.com)")', true],
  ['shExpMatch("b.com", "(*.a.com|a.com)")', false],
  ['shExpMatch("pc7", "pc[0-9]")', true],
  ['shExpMatch("axb", "a.b")', false],
  ['shExpMatch("ab", "a?b")', false],
  ['shExpMatch("axb", "a?b")', true],
  ['shExpMatch("A.com", "a.com")', false],
] as const;

/** What a name or an address is, and the names that are asked for. */
export const lookupCases = [
  ['dnsResolve("a.corp.example")', '10.1.2.3', ['a.corp.example']],
  ['dnsResolve("six.corp.example")', null, ['six.corp.example']],
  ['dnsResolve("gone.example")', null, ['gone.example']],
  ['dnsResolve("b\\u00fccher.example")', '10.4.4.4', ['xn--bcher-kva.example']],
  ['dnsResolve("10.0.0.1")', '10.0.0.1', []],
  ['dnsResolve(null)', null, []],
  ['dnsResolve(undefined)', null, []],
  ['dnsResolve("")', null, []],
  ['dnsResolve("a\\u0000.corp.example")', null, []],
  ['dnsResolve("a b")', null, []],
  ['isResolvable("a.corp.example")', true, ['a.corp.example']],
  ['isResolvable("gone.example")', false, ['gone.example']],
  ['dnsResolveEx("a.corp.example")', '10.1.2.3;fd00::3', ['a.corp.example']],
  ['dnsResolveEx("FD00::1")', 'FD00::1', []],
  ['dnsResolveEx("gone.example") === ""', true, ['gone.example']],
  ['isResolvableEx("six.corp.example")', true, ['six.corp.example']],
  ['isResolvableEx("gone.example")', false, ['gone.example']],
  ['myIpAddress()', '10.9.8.7', []],
  ['myIpAddressEx()', '10.9.8.7;fd00::7', []],
  ['isInNet("a.corp.example", "10.0.0.0", "255.0.0.0")', true, ['a.corp.example']],
  ['isInNet("10.1.2.3", "10.1.9.9", "255.255.0.0")', true, []],
  ['isInNet("10.1.2.3", "10.1.300.0", "255.255.0.0")', false, []],
  ['isInNet("10.1.2.3", "10.1.0.0", "255.256.0.0")', false, []],
  ['isInNet(null, "0.0.0.0", "0.0.0.0")', false, []],
  ['isInNet("gone.example", "0.0.0.0", "0.0.0.0")', false, ['gone.example']],
  ['convert_addr("10.1.2.3")', 0x0a010203, []],
  ['convert_addr("255.0.0.256")', -16777216, []],
] as const;

/** Addresses that are only compared. */
export const addressCases = [
  ['isInNetEx("198.95.249.79", "198.95.249.79/32")', true],
  ['isInNetEx("198.95.249.79", "198.95.249.79")', true],
  ['isInNetEx("198.95.249.78", "198.95.249.79")', false],
  ['isInNetEx("198.95.6.8", "198.95.0.0/16")', true],
  ['isInNetEx("198.95.6.8", "198.95.0.0/33")', false],
  ['isInNetEx("3ffe:8311:ffff::1", "3ffe:8311:ffff::/48")', true],
  ['isInNetEx("3ffe:8311:fffe::1", "3ffe:8311:ffff::/47")', true],
  ['isInNetEx("3ffe:8311:fffe::1", "3ffe:8311:ffff::/48")', false],
  ['isInNetEx("3ffe::1", "3ffe::/129")', false],
  ['isInNetEx("10.0.0.1", "::/0")', true],
  ['isInNetEx("10.0.0.1", "::ffff:a00:0/104")', true],
  ['isInNetEx("10.0.0.1", "fd00::/8")', false],
  ['isInNetEx("::ffff:10.0.0.1", "10.0.0.0/8")', true],
  ['isInNetEx("fd00::1", "0.0.0.0/0")', false],
  ['isInNetEx("::ffff:10.0.0.1", "::ffff:a00:0/112")', true],
  ['isInNetEx("1::2::3", "::/0")', false],
  ['isInNetEx("a.corp.example", "0.0.0.0/0")', false],
  ['isInNetEx(null, "0.0.0.0/0")', null],
  [
    'sortIpAddressList("10.2.3.9;2001:4898:28:3::2;::1;127.0.0.1;10.2.3.10")',
    '::1;2001:4898:28:3::2;10.2.3.9;10.2.3.10;127.0.0.1',
  ],
  ['sortIpAddressList(" 10.0.0.2 ; 10.0.0.1 ")', '10.0.0.1;10.0.0.2'],
  ['sortIpAddressList("10.0.0.1;10.0.0.300")', false],
  ['sortIpAddressList("")', false],
  ['sortIpAddressList(null)', null],
] as const;

/** What the language must have. */
export const languageCases = [
  ['BigInt.asUintN(32, 4294967295n)', '4294967295'],
  ['BigInt.asUintN(32, -1n)', '4294967295'],
  ['BigInt.asUintN(64, -1n)', '18446744073709551615'],
  ['BigInt.asUintN(8, 257n)', '1'],
  ['BigInt.asUintN(0, 7n)', '0'],
  ['Math.max(...[1, 2])', '2'],
  ['new (function A() { this.x = 5; })().x', '5'],
  ['typeof alert + typeof console.log', 'functionfunction'],
  ['typeof require + typeof process + typeof latchkeyLent + typeof WebAssembly', 'undefined'.repeat(4)],
] as const;
