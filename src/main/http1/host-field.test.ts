import { describe, expect, it } from 'vitest';
import { checkHost } from './host-field';
import type { HeaderList, RequestHead } from './message-head';

function request(headers: HeaderList, part: Partial<RequestHead> = {}): RequestHead {
  return { kind: 'request', method: 'GET', target: 'http://other.test/', minorVersion: 1, headers, ...part };
}

const badHost = expect.objectContaining({ name: 'Http1Error', code: 'bad-host' });

describe('checkHost', () => {
  it.each([
    'a',
    'example.com',
    'example.com.',
    'my_host.example:8080',
    'example.com:',
    '127.0.0.1:80',
    '[::1]',
    '[fe80::1%25en0]:443',
    '[v1.a:b]',
    'xn--bcher-kva.example',
    'b\xc3\xbccher.example',
    'a%20b',
    "!$&'()*+,;=~-",
    '',
  ])('takes %j', (host) => {
    for (const method of ['GET', 'CONNECT']) {
      expect(() => checkHost(request(['A', 'b', 'host', host], { method }))).not.toThrow();
    }
  });

  it.each([
    'a b',
    'a\tb',
    'a/b',
    'http://a',
    'user@a',
    'a?b',
    'a#b',
    'a\\b',
    'a<b',
    'a>',
    '"a"',
    'a|b',
    'a^',
    'a`',
    '{a}',
    'a:b',
    'a:80:80',
    'a:80 ',
    'a:-1',
    ':80',
    ':',
    '::1',
    '[::1',
    '::1]',
    '[]',
    '[::1]a',
    '[::1]:a',
    '[a b]',
    '[[::1]]',
    'a[::1]',
    'a, b',
  ])('refuses %j', (host) => {
    for (const method of ['GET', 'CONNECT']) {
      for (const minorVersion of [0, 1] as const) {
        expect(() => checkHost(request(['Host', host], { method, minorVersion }))).toThrow(badHost);
      }
    }
  });

  it('refuses two, be they the same', () => {
    for (const second of ['a', 'b', '']) {
      for (const minorVersion of [0, 1] as const) {
        const head = request(['Host', 'a', 'X', 'y', 'HOST', second], { minorVersion });
        expect(() => checkHost(head)).toThrow(badHost);
      }
    }
  });

  it('misses one in HTTP/1.1, but not in HTTP/1.0 or for CONNECT', () => {
    expect(() => checkHost(request(['X', 'Host']))).toThrow(badHost);
    expect(() => checkHost(request([], { minorVersion: 0 }))).not.toThrow();
    expect(() => checkHost(request([], { method: 'CONNECT', target: 'a:443' }))).not.toThrow();
  });
});
