import { describe, expect, it } from 'vitest';
import { type BodyFraming, requestFraming, responseFraming } from './body-framing';
import type { HeaderList, RequestHead, ResponseHead } from './message-head';

const none: BodyFraming = { kind: 'none' };
const chunked: BodyFraming = { kind: 'chunked' };
const untilClose: BodyFraming = { kind: 'until-close' };

function request(headers: HeaderList, method = 'POST', minorVersion: 0 | 1 = 1): RequestHead {
  return { kind: 'request', method, target: '/', minorVersion, headers };
}

function response(status: number, headers: HeaderList, minorVersion: 0 | 1 = 1): ResponseHead {
  return { kind: 'response', status, reason: '', minorVersion, headers };
}

describe('requestFraming', () => {
  it.each<[HeaderList, BodyFraming]>([
    [[], none],
    [['Content-Length', '0'], { kind: 'length', length: 0 }],
    [['content-length', '12'], { kind: 'length', length: 12 }],
    [['Content-Length', '007'], { kind: 'length', length: 7 }],
    [['Content-Length', '5', 'Content-Length', '5'], { kind: 'length', length: 5 }],
    [['Content-Length', '5, 5'], { kind: 'length', length: 5 }],
    [['Content-Length', '9007199254740991'], { kind: 'length', length: Number.MAX_SAFE_INTEGER }],
    [['Transfer-Encoding', 'chunked'], chunked],
    [['Transfer-Encoding', 'Chunked'], chunked],
  ])('of %j is %j', (headers, framing) => {
    expect(requestFraming(request(headers))).toEqual(framing);
  });

  it('lets a CONNECT say that it has no body', () => {
    expect(requestFraming(request(['Content-Length', '0'], 'CONNECT'))).toEqual({
      kind: 'length',
      length: 0,
    });
  });

  it.each<[string, RequestHead]>([
    ['a CONNECT with a body', request(['Content-Length', '5'], 'CONNECT')],
    ['a CONNECT with a chunked body', request(['Transfer-Encoding', 'chunked'], 'CONNECT')],
    ['identity in a request', request(['Transfer-Encoding', 'identity'])],
    ['gzip in a request', request(['Transfer-Encoding', 'gzip'])],
    ['chunked that is not last', request(['Transfer-Encoding', 'chunked, gzip'])],
    ['chunked in HTTP/1.0', request(['Transfer-Encoding', 'chunked'], 'POST', 0)],
  ])('refuses %s', (_, head) => {
    expect(() => requestFraming(head)).toThrow(expect.objectContaining({ code: 'bad-framing' }));
  });
});

describe('responseFraming', () => {
  it.each<[string, number, HeaderList, string, BodyFraming]>([
    ['a length', 200, ['Content-Length', '3'], 'GET', { kind: 'length', length: 3 }],
    ['chunked', 200, ['Transfer-Encoding', 'chunked'], 'GET', chunked],
    ['identity', 200, ['Transfer-Encoding', 'identity'], 'GET', untilClose],
    ['nothing said', 200, [], 'GET', untilClose],
    ['HEAD', 200, ['Content-Length', '3'], 'HEAD', none],
    ['HEAD, chunked', 200, ['Transfer-Encoding', 'chunked'], 'HEAD', none],
    ['100', 100, [], 'POST', none],
    ['101', 101, ['Content-Length', '3'], 'GET', none],
    ['204', 204, ['Content-Length', '3'], 'GET', none],
    ['304', 304, ['Content-Length', '3'], 'GET', none],
    ['CONNECT 200', 200, ['Content-Length', '3', 'Transfer-Encoding', 'chunked'], 'CONNECT', none],
    ['CONNECT 407', 407, ['Content-Length', '3'], 'CONNECT', { kind: 'length', length: 3 }],
    ['CONNECT 502 without a length', 502, [], 'CONNECT', untilClose],
  ])('of %s', (_, status, headers, method, framing) => {
    expect(responseFraming(response(status, headers), method)).toEqual(framing);
  });
});

describe('both', () => {
  it.each<[string, HeaderList, 0 | 1]>([
    ['different lengths', ['Content-Length', '5', 'Content-Length', '6'], 1],
    ['different lengths in one line', ['Content-Length', '5, 6'], 1],
    ['the same length written differently', ['Content-Length', '5', 'Content-Length', '05'], 1],
    ['an empty length', ['Content-Length', ''], 1],
    ['an empty member', ['Content-Length', '5,'], 1],
    ['a sign', ['Content-Length', '+5'], 1],
    ['a negative length', ['Content-Length', '-1'], 1],
    ['hex digits', ['Content-Length', '0x5'], 1],
    ['a fraction', ['Content-Length', '5.0'], 1],
    ['an exponent', ['Content-Length', '5e1'], 1],
    ['a space between digits', ['Content-Length', '5 5'], 1],
    ['a no-break space', ['Content-Length', '5\xa0'], 1],
    ['2^53', ['Content-Length', '9007199254740992'], 1],
    ['a very long number', ['Content-Length', '9'.repeat(400)], 1],
    ['a length and chunked', ['Content-Length', '5', 'Transfer-Encoding', 'chunked'], 1],
    ['a length and an empty Transfer-Encoding', ['Transfer-Encoding', '', 'Content-Length', '5'], 1],
    ['chunked and an empty member', ['Transfer-Encoding', 'chunked,'], 1],
    ['chunked twice', ['Transfer-Encoding', 'chunked, chunked'], 1],
    ['chunked in two lines', ['Transfer-Encoding', 'chunked', 'Transfer-Encoding', 'chunked'], 1],
    ['an empty Transfer-Encoding', ['Transfer-Encoding', ''], 1],
    ['a coding that is not undone here', ['Transfer-Encoding', 'gzip, chunked'], 1],
    ['chunked with a parameter', ['Transfer-Encoding', 'chunked;q=1'], 1],
    ['chunked in quotes', ['Transfer-Encoding', '"chunked"'], 1],
    ['xchunked', ['Transfer-Encoding', 'xchunked'], 1],
    ['chunked behind a no-break space', ['Transfer-Encoding', '\xa0chunked'], 1],
    ['chunked and identity', ['Transfer-Encoding', 'chunked, identity'], 1],
    ['Transfer-Encoding in HTTP/1.0', ['Transfer-Encoding', 'chunked'], 0],
  ])('refuse %s', (_, headers, minorVersion) => {
    const refusal = expect.objectContaining({ name: 'Http1Error', code: 'bad-framing' });
    expect(() => requestFraming(request(headers, 'POST', minorVersion))).toThrow(refusal);
    expect(() => responseFraming(response(200, headers, minorVersion), 'GET')).toThrow(refusal);
  });
});
