import { describe, expect, it } from 'vitest';
import {
  forwardableTrailers,
  hasToken,
  headerValue,
  headerValues,
  keepsAlive,
  listMembers,
  withoutHopByHop,
  withoutProxyAuthentication,
} from './headers';
import type { HeaderList } from './message-head';

const headers: HeaderList = ['Via', '1.1 a', 'X', 'via', 'VIA', '1.0 b, 1.1 c'];

describe('headerValue, headerValues', () => {
  it('find lines whatever the case of their name', () => {
    expect(headerValues(headers, 'via')).toEqual(['1.1 a', '1.0 b, 1.1 c']);
    expect(headerValue(headers, 'vIa')).toBe('1.1 a');
    expect(headerValue(headers, 'x')).toBe('via');
  });

  it('find nothing where nothing is', () => {
    expect(headerValues(headers, 'host')).toEqual([]);
    expect(headerValue(headers, '1.1 a')).toBeUndefined();
  });
});

describe('listMembers', () => {
  it.each([
    [
      ['a, b', 'c'],
      ['a', 'b', 'c'],
    ],
    [[' ,a ,, \t b,'], ['a', 'b']],
    [['', ','], []],
    [
      ['NTLM, Negotiate abc==, Basic realm="a, \\"b\\", c", X'],
      ['NTLM', 'Negotiate abc==', 'Basic realm="a, \\"b\\", c"', 'X'],
    ],
    [['"a\\", b", c'], ['"a\\", b"', 'c']],
    [['a, "open, b'], ['a', '"open, b']],
    [
      ['"a"', '"b"'],
      ['"a"', '"b"'],
    ],
    [['\xa0a\xa0'], ['\xa0a\xa0']],
  ])('splits %j', (lines, members) => {
    const list = lines.flatMap((line) => ['L', line, 'Other', 'z']);
    expect(listMembers(list, 'l')).toEqual(members);
  });
});

describe('hasToken', () => {
  it('compares whole members without regard to case', () => {
    const list = ['Connection', 'Keep-Alive, Upgrade'];
    expect(hasToken(list, 'connection', 'upgrade')).toBe(true);
    expect(hasToken(list, 'connection', 'keep')).toBe(false);
    expect(hasToken(list, 'te', 'upgrade')).toBe(false);
  });
});

describe('withoutHopByHop', () => {
  it('removes the fields of one connection and those that Connection names', () => {
    const end = ['Trailer', 'X-Sum', 'X-Other', '3', 'Proxy-Authorization', 'p'];
    const nominated = ['Connection', 'close, X-Hop', 'X-Hop', '1', 'x-hop', '2', 'Keep-Alive', 'timeout=5'];
    const always = [
      'Proxy-Connection',
      'a',
      'TE',
      'trailers',
      'Transfer-Encoding',
      'chunked',
      'Upgrade',
      'h2c',
    ];
    expect(withoutHopByHop(['Host', 'a', ...nominated, ...always, ...end])).toEqual(['Host', 'a', ...end]);
  });

  it.each(['Host', 'Content-Length', 'Content-Type', 'Content-Encoding', 'Content-Range', 'Cache-Control'])(
    'keeps %s although Connection names it',
    (name) => {
      expect(withoutHopByHop([name, '1', 'Connection', name.toLowerCase(), 'A', '2'])).toEqual([
        name,
        '1',
        'A',
        '2',
      ]);
    },
  );
});

describe('forwardableTrailers', () => {
  it.each([
    'Content-Length',
    'transfer-encoding',
    'TE',
    'Trailer',
    'Host',
    'Via',
    'Connection',
    'Keep-Alive',
    'Proxy-Connection',
    'Upgrade',
    'Authorization',
    'WWW-Authenticate',
    'Proxy-Authenticate',
    'proxy-authorization',
    'Proxy-Authentication-Info',
    'Authentication-Info',
    'Set-Cookie',
    'Cookie',
    'Content-Type',
    'Content-Encoding',
    'Content-Range',
    'Content-Language',
    'Content-Location',
    'content-anything',
    'Cache-Control',
    'Expect',
    'Max-Forwards',
    'Range',
    'If-None-Match',
    'Age',
    'Date',
    'Expires',
    'Location',
    'Retry-After',
    'Vary',
    'Warning',
  ])('leaves out %s', (name) => {
    expect(forwardableTrailers(['A', '1', name, 'x', name.toUpperCase(), 'y', 'b', '2'])).toEqual([
      'A',
      '1',
      'b',
      '2',
    ]);
  });

  it('leaves out what Connection names', () => {
    expect(forwardableTrailers(['Connection', 'X-Hop', 'x-hop', '1', 'A', '2'])).toEqual(['A', '2']);
  });

  it('keeps what is made for trailers', () => {
    const kept = [
      'grpc-status',
      '0',
      'Server-Timing',
      'a',
      'ETag',
      '"b"',
      'Content-Digest',
      'c',
      'X-Sum',
      '',
    ];
    expect(forwardableTrailers(kept)).toEqual(kept);
    expect(forwardableTrailers([])).toEqual([]);
  });
});

describe('withoutProxyAuthentication', () => {
  it('removes what the proxy itself consumes', () => {
    const list = ['Proxy-Authenticate', 'NTLM', 'proxy-authorization', 'x', 'Proxy-Authentication-Info', 'y'];
    const kept = ['Authorization', 'z', 'WWW-Authenticate', 'w'];
    expect(withoutProxyAuthentication([...list, ...kept])).toEqual(kept);
  });
});

describe('keepsAlive', () => {
  it.each<[0 | 1, HeaderList, boolean]>([
    [1, [], true],
    [1, ['Connection', 'close'], false],
    [1, ['Connection', 'Foo, CLOSE'], false],
    [1, ['Connection', 'keep-alive'], true],
    [1, ['Proxy-Connection', 'close'], false],
    [1, ['Connection', 'keep-alive', 'Connection', 'close'], false],
    [0, [], false],
    [0, ['Connection', 'Keep-Alive'], true],
    [0, ['Proxy-Connection', 'Keep-Alive'], true],
    [0, ['Proxy-Connection', 'keep-alive', 'Connection', 'close'], false],
    [0, ['Connection', 'upgrade'], false],
  ])('of HTTP/1.%d with %j is %s', (minorVersion, list, expected) => {
    expect(keepsAlive({ kind: 'response', status: 200, reason: '', minorVersion, headers: list })).toBe(
      expected,
    );
    expect(keepsAlive({ kind: 'request', method: 'GET', target: '/', minorVersion, headers: list })).toBe(
      expected,
    );
  });
});
