import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requestHeadParser, responseHeadParser } from './head-parser';
import { chunkPrefix, encodeRequestHead, encodeResponseHead, lastChunk } from './head-writer';
import type { RequestHead, ResponseHead } from './message-head';

const request: RequestHead = { kind: 'request', method: 'GET', target: '/a', minorVersion: 1, headers: [] };
const response: ResponseHead = { kind: 'response', status: 200, reason: 'OK', minorVersion: 1, headers: [] };

/** What ends a line, or does so once it is latin1: the low bytes of U+010A and U+010D are LF and CR. */
const injections = ['\r\nX: 1', '\n', '\r', '\0', '\u{10a}X: 1', '\u{10d}', '\u{2028}', '\x7f'];

describe('heads', () => {
  it('are written with the version that is given', () => {
    expect(encodeRequestHead({ ...request, headers: ['Host', 'a', 'X', ''] })).toBe(
      'GET /a HTTP/1.1\r\nHost: a\r\nX: \r\n\r\n',
    );
    expect(encodeResponseHead({ ...response, minorVersion: 0, headers: ['A', '\xe9'] })).toBe(
      'HTTP/1.0 200 OK\r\nA: \xe9\r\n\r\n',
    );
    expect(encodeResponseHead({ ...response, reason: '' })).toBe('HTTP/1.1 200 \r\n\r\n');
  });

  it.each(injections)('refuse %j in every part', (text) => {
    const badHeader = expect.objectContaining({ name: 'Http1Error', code: 'bad-header' });
    const badStartLine = expect.objectContaining({ name: 'Http1Error', code: 'bad-start-line' });
    expect(() => encodeRequestHead({ ...request, method: `GET${text}` })).toThrow(badStartLine);
    expect(() => encodeRequestHead({ ...request, target: `/${text}` })).toThrow(badStartLine);
    expect(() => encodeRequestHead({ ...request, headers: [`A${text}`, 'b'] })).toThrow(badHeader);
    expect(() => encodeRequestHead({ ...request, headers: ['A', `b${text}`] })).toThrow(badHeader);
    expect(() => encodeResponseHead({ ...response, reason: `OK${text}` })).toThrow(badStartLine);
    expect(() => encodeResponseHead({ ...response, headers: ['A', `b${text}`] })).toThrow(badHeader);
    expect(() => lastChunk(['A', `b${text}`])).toThrow(badHeader);
  });

  it.each<Partial<RequestHead>>([
    { method: '' },
    { method: 'G T' },
    { target: '' },
    { target: '/a b' },
    { headers: ['', 'a'] },
    { headers: ['A:', 'b'] },
    { headers: ['A ', 'b'] },
    { headers: [' A', 'b'] },
  ])('refuse the request part %j', (part) => {
    expect(() => encodeRequestHead({ ...request, ...part })).toThrow(/cannot be written|not a token/);
  });

  it.each([99, 1000, 200.5, Number.NaN, -1])('refuse the status %d', (status) => {
    expect(() => encodeResponseHead({ ...response, status })).toThrow(/status/);
  });
});

describe('chunks', () => {
  it('are written in hex', () => {
    expect([chunkPrefix(1), chunkPrefix(255), chunkPrefix(65_536)]).toEqual(['1\r\n', 'ff\r\n', '10000\r\n']);
    expect(lastChunk()).toBe('0\r\n\r\n');
    expect(lastChunk(['X-Sum', '1'])).toBe('0\r\nX-Sum: 1\r\n\r\n');
  });

  it.each([0, -1, 1.5, Number.NaN])('are not written with the length %d', (length) => {
    expect(() => chunkPrefix(length)).toThrow(expect.objectContaining({ code: 'bad-chunk' }));
  });
});

describe('what is written', () => {
  const characters = (from: number, to: number) =>
    fc.integer({ min: from, max: to }).map((code) => String.fromCharCode(code));
  const tokens = fc.string({
    unit: fc.constantFrom(..."!#$%&'*+-.^_`|~0189AZaz".split('')),
    minLength: 1,
    maxLength: 20,
  });
  const texts = fc
    .string({
      unit: fc.oneof(characters(0x20, 0x7e), characters(0x80, 0xff), fc.constant('\t')),
      maxLength: 40,
    })
    .map((text) => text.replace(/^[ \t]+|[ \t]+$/g, ''));
  const targets = fc.string({ unit: characters(0x21, 0x7e), minLength: 1, maxLength: 40 });
  const minorVersions = fc.constantFrom<0 | 1>(0, 1);
  const headerLists = fc.array(fc.tuple(tokens, texts), { maxLength: 12 }).map((lines) => lines.flat());

  it('is parsed as it was', () => {
    fc.assert(
      fc.property(
        fc.record({ method: tokens, target: targets, minorVersion: minorVersions, headers: headerLists }),
        fc.record({
          status: fc.integer({ min: 100, max: 999 }),
          reason: texts,
          minorVersion: minorVersions,
          headers: headerLists,
        }),
        (sentRequest, sentResponse) => {
          const requestBytes = Buffer.from(`${encodeRequestHead(sentRequest)}rest`, 'latin1');
          const responseBytes = Buffer.from(`${encodeResponseHead(sentResponse)}rest`, 'latin1');
          const rest = Buffer.from('rest');
          expect(requestHeadParser().push(requestBytes)).toEqual({
            head: { kind: 'request', ...sentRequest },
            rest,
          });
          expect(responseHeadParser().push(responseBytes)).toEqual({
            head: { kind: 'response', ...sentResponse },
            rest,
          });
        },
      ),
      { numRuns: 500 },
    );
  });
});
