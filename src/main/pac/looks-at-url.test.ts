import { describe, expect, it } from 'vitest';
import { looksAtUrl } from './looks-at-url';

describe('whether a function looks at the address', () => {
  it.each([
    ['function FindProxyForURL(url, host) { return host; }', false],
    ['function FindProxyForURL ( u , host ) { return host.u2 + $u; }', false],
    ['function FindProxyForURL() { return "DIRECT"; }', false],
    ['function FindProxyForURL(url, host) { return url; }', true],
    ['function FindProxyForURL($, host) { return $; }', true],
    ['function FindProxyForURL(url, host) { return arguments[0]; }', true],
    ['function FindProxyForURL(url, host) { return eval("u" + "rl"); }', true],
    ['function FindProxyForURL(url, host) { return \\u0075rl; }', true],
    ['function FindProxyForURL(...all) { return all[0]; }', true],
    ['function FindProxyForURL({ length }, host) { return host; }', true],
    ['function FindProxyForURL(url = 1, host) { return host; }', true],
    ['(url, host) => host', true],
    ['function FindProxyForURL() { [native code] } FindProxyForURL = other', true],
  ])('%s: %s', (source, expected) => {
    expect(looksAtUrl(source, source)).toBe(expected);
  });
});
