import { describe, expect, it } from 'vitest';
import { type BodyFraming, normaliseContentLength, requestFraming, responseFraming } from './body-framing';
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

  it.each<HeaderList>([
    [],
    ['Content-Length', '0'],
    ['Content-Length', '5'],
    ['Content-Length', '5', 'Content-Length', '6'],
    ['Content-Length', 'x'],
    ['Transfer-Encoding', 'chunked'],
    ['Transfer-Encoding', 'gzip'],
    ['Transfer-Encoding', 'chunked', 'Content-Length', '5'],
  ])('of a CONNECT is none, whatever it says: %j %j', (...headers) => {
    expect(requestFraming(request(headers, 'CONNECT'))).toEqual(none);
    expect(requestFraming(request(headers, 'CONNECT', 0))).toEqual(none);
  });

  it.each<[string, HeaderList]>([
    ['gzip', ['Transfer-Encoding', 'gzip, chunked']],
    ['deflate', ['Transfer-Encoding', 'deflate , \tChunked']],
    ['an unknown coding', ['Transfer-Encoding', 'x-foo, chunked']],
    ['identity', ['Transfer-Encoding', 'identity, chunked']],
    ['two of them', ['Transfer-Encoding', 'gzip, x-foo, chunked']],
    ['one with a parameter', ['Transfer-Encoding', 'x-foo;a="b", chunked']],
    ['one in a line of its own', ['Transfer-Encoding', 'gzip', 'Host', 'a', 'transfer-encoding', 'chunked']],
  ])('tells %s before chunked, which is not understood, from faulty framing', (_, headers) => {
    const refusal = expect.objectContaining({ name: 'Http1Error', code: 'unknown-coding' });
    expect(() => requestFraming(request(headers))).toThrow(refusal);
    // In an answer there is no such difference: whoever asked gets a 502.
    const badFraming = expect.objectContaining({ code: 'bad-framing', status: 200 });
    expect(() => responseFraming(response(200, headers), 'GET')).toThrow(badFraming);
    // Where the length is in doubt, that comes first.
    for (const head of [request([...headers, 'Content-Length', '5']), request(headers, 'POST', 0)]) {
      expect(() => requestFraming(head)).toThrow(expect.objectContaining({ code: 'bad-framing' }));
    }
  });

  it('refuses identity, which has no end in a request', () => {
    const head = request(['Transfer-Encoding', 'identity']);
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
    ['an empty member before chunked', ['Transfer-Encoding', ',chunked'], 1],
    ['an empty member between', ['Transfer-Encoding', 'gzip,,chunked'], 1],
    ['an empty line before chunked', ['Transfer-Encoding', '', 'Transfer-Encoding', 'chunked'], 1],
    ['gzip', ['Transfer-Encoding', 'gzip'], 1],
    ['gzip behind chunked', ['Transfer-Encoding', 'chunked, gzip'], 1],
    ['chunked twice around gzip', ['Transfer-Encoding', 'chunked, gzip, chunked'], 1],
    ['chunked with a parameter before chunked', ['Transfer-Encoding', 'chunked;a=b, chunked'], 1],
    ['what is no coding before chunked', ['Transfer-Encoding', 'a b, chunked'], 1],
    ['two blanks and a no-break space', ['Transfer-Encoding', 'gzip, \xa0chunked'], 1],
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

describe('normaliseContentLength', () => {
  const length = (value: number): BodyFraming => ({ kind: 'length', length: value });
  const five = ['Content-Length', '5'];

  it.each<[string, HeaderList, BodyFraming, number | undefined, HeaderList]>([
    ['doubled lengths', ['A', 'b', ...five, ...five], length(5), 200, ['A', 'b', ...five]],
    [
      'a doubled length in one line',
      ['content-length', '5, 5', 'A', 'b'],
      length(5),
      200,
      ['A', 'b', ...five],
    ],
    ['leading zeros', ['Content-Length', '005'], length(5), undefined, five],
    ['doubled lengths of a request', [...five, ...five], length(5), undefined, five],
    ['a length with 204', ['A', 'b', ...five], none, 204, ['A', 'b']],
    ['lengths with 100', [...five, 'Content-Length', 'x'], none, 100, []],
    ['a length with 101', five, none, 101, []],
    ['a length with CONNECT', ['A', 'b', ...five], none, undefined, ['A', 'b']],
    ['doubled lengths of an answer to HEAD', [...five, 'A', 'b', ...five], none, 200, ['A', 'b', ...five]],
    [
      'differing lengths of an answer to HEAD',
      [...five, 'Content-Length', '6', 'A', 'b'],
      none,
      200,
      ['A', 'b'],
    ],
    ['no length in 304', ['Content-Length', '-1'], none, 304, []],
    ['a length beside chunked', five, chunked, 200, []],
    ['a length beside a body until close', five, untilClose, 200, []],
  ])('mends %s', (_, headers, framing, status, expected) => {
    expect(normaliseContentLength(headers, framing, status)).toEqual(expected);
  });

  it.each<[string, HeaderList, BodyFraming, number | undefined]>([
    ['one length', ['A', 'b', 'content-length', '5'], length(5), 200],
    ['one length of a request', five, length(5), undefined],
    ['no length', ['A', 'b'], chunked, 200],
    ['one length of an answer to HEAD', five, none, 200],
    ['one length of 304', five, none, 304],
  ])('leaves %s as it is', (_, headers, framing, status) => {
    expect(normaliseContentLength(headers, framing, status)).toBe(headers);
  });
});
