import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAbsoluteForm, parseAuthority } from './request-target';

describe('parseAuthority', () => {
  it.each([
    ['example.com:443', { host: 'example.com', port: 443 }],
    ['[::1]:8443', { host: '::1', port: 8443 }],
    ['10.0.0.1:1', { host: '10.0.0.1', port: 1 }],
  ])('reads %s', (text, expected) => {
    expect(parseAuthority(text)).toEqual(expected);
  });

  it.each([
    '',
    'example.com',
    ':443',
    'example.com:',
    'example.com:0',
    'example.com:65536',
    'example.com:999999',
  ])('refuses %j', (text) => {
    expect(parseAuthority(text)).toBeUndefined();
  });

  it.each([
    'user@example.com:443',
    'a b:1',
    '::1:443',
    '[::1:443',
    'a/b:1',
    `${'a'.repeat(256)}:1`,
    'a\\b:1',
  ])('refuses %j', (text) => {
    expect(parseAuthority(text)).toBeUndefined();
  });
});

describe('parseAbsoluteForm', () => {
  it.each([
    ['http://example.com/a?b#c', 'http', 'example.com', 80, 'example.com', '/a?b'],
    ['HTTP://Example.com', 'http', 'Example.com', 80, 'Example.com', '/'],
    ['http://example.com?q', 'http', 'example.com', 80, 'example.com', '/?q'],
    ['http://user:pw@example.com:8080/', 'http', 'example.com', 8080, 'example.com:8080', '/'],
    ['http://[::1]:3/x', 'http', '::1', 3, '[::1]:3', '/x'],
    ['https://example.com/', 'https', 'example.com', 443, 'example.com', '/'],
    ['ftp://example.com/f', 'ftp', 'example.com', 21, 'example.com', '/f'],
  ])('reads %s', (target, scheme, host, port, hostHeader, originForm) => {
    expect(parseAbsoluteForm(target)).toEqual({
      scheme,
      address: { host, port },
      host: hostHeader,
      originForm,
    });
  });

  it.each([
    '/path',
    '*',
    'example.com:443',
    'http:///path',
    'gopher://example.com/',
    'http://:80/',
    'http://a:b/',
  ])('refuses %j', (target) => {
    expect(parseAbsoluteForm(target)).toBeUndefined();
  });

  it('never throws, and an origin-form begins with a slash', () => {
    fc.assert(
      fc.property(fc.string(), (text) =>
        (parseAbsoluteForm(`http://${text}`)?.originForm ?? '/').startsWith('/'),
      ),
    );
    expect(parseAbsoluteForm('http://x')?.originForm).toBe('/');
  });
});
