import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HeadParser, requestHeadParser, responseHeadParser } from './head-parser';
import { encodeRequestHead, encodeResponseHead } from './head-writer';
import { Http1Error } from './http1-error';
import type { RequestHead, ResponseHead } from './message-head';

function bytes(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

/** In one piece, in every two pieces, and byte by byte. */
function allCuts(text: string): Buffer[][] {
  const whole = bytes(text);
  const inTwo = Array.from(whole, (_, cut) => [whole.subarray(0, cut), whole.subarray(cut)]);
  return [...inTwo, byteByByte(text)];
}

/** The code of the refusal, or what was parsed. */
function outcome(parser: HeadParser<RequestHead> | HeadParser<ResponseHead>, ...chunks: Buffer[]): unknown {
  try {
    let result: unknown;
    for (const chunk of chunks) result = parser.push(chunk);
    return result;
  } catch (error) {
    if (error instanceof Http1Error) return error.code;
    throw error;
  }
}

function byteByByte(text: string): Buffer[] {
  return Array.from(bytes(text), (byte) => Buffer.from([byte]));
}

describe('requestHeadParser', () => {
  it('gives method, target, version and header lines as they were sent', () => {
    expect(
      requestHeadParser().push(bytes('GET http://a/b?c HTTP/1.1\r\nHost: a\r\nX-y:\t1 2 \t\r\nZ:\r\n\r\n')),
    ).toEqual({
      head: {
        kind: 'request',
        method: 'GET',
        target: 'http://a/b?c',
        minorVersion: 1,
        headers: ['Host', 'a', 'X-y', '1 2', 'Z', ''],
      },
      rest: Buffer.alloc(0),
    });
  });

  it('gives what is behind the head without copying it', () => {
    const chunk = bytes('POST / HTTP/1.1\r\n\r\nbody');
    const rest = requestHeadParser().push(chunk)?.rest;
    expect(rest?.toString()).toBe('body');
    expect(rest?.buffer).toBe(chunk.buffer);
  });

  it('parses one head after the other', () => {
    const parser = requestHeadParser();
    const first = parser.push(bytes('GET /1 HTTP/1.1\r\nA: 1\r\n\r\nGET /2 HTTP/1.0\r\n\r\nGET'));
    const second = parser.push(first?.rest ?? Buffer.alloc(0));
    expect(first?.head).toMatchObject({ target: '/1', headers: ['A', '1'] });
    expect(second?.head).toMatchObject({ target: '/2', minorVersion: 0, headers: [] });
    expect(parser.push(second?.rest ?? Buffer.alloc(0))).toBeUndefined();
    expect(parser.push(bytes(' /3 HTTP/1.1\r\n\r\n'))?.head).toMatchObject({ target: '/3' });
  });

  it('tells whether a head has begun', () => {
    const parser = requestHeadParser();
    const seen = [parser.isEmpty];
    for (const piece of ['', '\r\n', '\r\n', 'G', 'ET / HTTP/1.1\r\n', 'A: 1\r\n', '\r\n', '\r\n']) {
      parser.push(bytes(piece));
      seen.push(parser.isEmpty);
    }
    expect(seen).toEqual([true, true, true, true, false, false, false, true, true]);
  });

  it('skips empty lines before a request line, however they are cut', () => {
    const text = '\r\n\r\n\r\nGET / HTTP/1.1\r\nA: 1\r\n\r\n';
    for (let cut = 0; cut < text.length; cut += 1) {
      const parsed = outcome(requestHeadParser(), bytes(text.slice(0, cut)), bytes(text.slice(cut)));
      expect(parsed).toMatchObject({ head: { method: 'GET', headers: ['A', '1'] } });
    }
    expect(outcome(requestHeadParser(), ...byteByByte(text))).toMatchObject({ head: { target: '/' } });
  });

  it.each([
    ['GET / HTTP/1.0', 0],
    ['GET / HTTP/1.1', 1],
    ['GET / HTTP/1.9', 1],
  ])('treats the version of %j as 1.%d', (line, minorVersion) => {
    expect(requestHeadParser().push(bytes(`${line}\r\n\r\n`))?.head.minorVersion).toBe(minorVersion);
  });

  it.each(['HTTP/0.9', 'HTTP/2.0', 'HTTP/2.1', 'HTTP/3.0', 'HTTP/9.9'])(
    'tells a request of %s from one that is none',
    (version) => {
      for (const line of [`GET / ${version}`, `PRI * ${version}`, `GET /a b ${version}`]) {
        const text = `${line}\r\nHost: a\r\n\r\n`;
        for (const pieces of allCuts(text))
          expect(outcome(requestHeadParser(), ...pieces)).toBe('bad-version');
      }
    },
  );

  it.each(['LIST', 'VERSION-CONTROL', 'RPC_IN_DATA', 'BITS_POST', 'get', 'M', "!#$%&'*+-.^_`|~09azAZ"])(
    'takes the method %j, as it is a token',
    (method) => {
      expect(outcome(requestHeadParser(), bytes(`${method} / HTTP/1.1\r\n\r\n`))).toMatchObject({
        head: { method, target: '/' },
      });
    },
  );

  it.each([
    ['/\xc3\x9cbersicht?q=\xe4', '/\xc3\x9cbersicht?q=\xe4'],
    ['http://b\xfccher.example/\xff', 'http://b\xfccher.example/\xff'],
    ['/a|b{c}^`"<>\\%zz', '/a|b{c}^`"<>\\%zz'],
    ['http://a/a b', 'http://a/a%20b'],
    ['http://a/a  b c?d e', 'http://a/a%20%20b%20c?d%20e'],
    ['/a HTTP/1.1 b', '/a%20HTTP/1.1%20b'],
    [' /', '/'],
    ['/   ', '/'],
    ['  /a b ', '/a%20b'],
    ['* *', '*%20*'],
  ])('reads the target %j as %j', (sent, target) => {
    for (const pieces of allCuts(`GET ${sent} HTTP/1.1\r\nHost: a\r\n\r\n`)) {
      expect(outcome(requestHeadParser(), ...pieces)).toMatchObject({ head: { method: 'GET', target } });
    }
  });

  it('reads a target of nothing but blanks between two letters in no time', () => {
    const target = `/a${' '.repeat(60_000)}b`;
    const head = requestHeadParser().push(bytes(`GET ${target} HTTP/1.1\r\n\r\n`))?.head;
    expect(head?.target).toBe(`/a${'%20'.repeat(60_000)}b`);
  });

  it.each([
    'GET /',
    'GET  HTTP/1.1',
    'GET /xHTTP/1.1',
    'GET / HTTP/1.',
    'GET / HTTP/1.x',
    'GET / HTTP/1.10',
    'GET / HTTP/11.1',
    'GET / http/1.1',
    'GET / HTTP/1.1 ',
    'GET   HTTP/1.1',
    'GET HTTP/1.1',
    'GET / HTTP/2',
    'GET / HTTP/2.x',
    'GET / HTTP/a.0',
    'GET / XTTP/2.0',
    'GET / /HTTP/2.0',
    'G(T / HTTP/2.0',
    'GET /a\tb HTTP/1.1',
    'GET \t/ HTTP/1.1',
    'GET /\t HTTP/1.1',
    'GET /a \0b HTTP/1.1',
    'GET /a \x7fb HTTP/1.1',
    'GET /a\0 HTTP/2.0',
    'GET\t/ HTTP/1.1',
    'GET /a\x7f HTTP/1.1',
    'GET /a\x00 HTTP/1.1',
    'G(T / HTTP/1.1',
    'GÉT / HTTP/1.1',
    ' GET / HTTP/1.1',
    ' / HTTP/1.1',
    'HTTP/1.1',
    ' HTTP/1.1',
    'HTTP/1.1 200 OK',
    'GET / HTTP/1.1\rX',
    '\nGET / HTTP/1.1',
    '\rGET / HTTP/1.1',
  ])('refuses the request line %j, whole and in drips', (line) => {
    const text = `${line}\r\nHost: a\r\n\r\n`;
    expect(outcome(requestHeadParser(), bytes(text))).toBe('bad-start-line');
    expect(outcome(requestHeadParser(), ...byteByByte(text))).toBe('bad-start-line');
  });
});

describe('responseHeadParser', () => {
  it.each([
    ['HTTP/1.1 200 OK', 200, 'OK', 1],
    ['HTTP/1.0 407 Proxy Authentication Required', 407, 'Proxy Authentication Required', 0],
    ['HTTP/1.1 200 ', 200, '', 1],
    ['HTTP/1.1 200', 200, '', 1],
    ['HTTP/1.1 999 \xe9\tx', 999, '\xe9\tx', 1],
    ['HTTP/1.7 100 Continue', 100, 'Continue', 1],
  ])('reads the status line %j', (line, status, reason, minorVersion) => {
    const head = { kind: 'response', status, reason, minorVersion, headers: ['A', 'b'] };
    expect(responseHeadParser().push(bytes(`${line}\r\nA: b\r\n\r\n`))?.head).toEqual(head);
  });

  it.each([
    ['X : 1', ['X', '1']],
    ['X \t : 1 ', ['X', '1']],
    ['Content-Length : 5', ['Content-Length', '5']],
    ['Transfer-Encoding\t: chunked', ['Transfer-Encoding', 'chunked']],
    ['X: 1\r\n 2', ['X', '1 2']],
    ['X: 1 \t\r\n\t \t2 \r\n 3', ['X', '1 2 3']],
    ['X:\r\n 2', ['X', '2']],
    ['X: 1\r\n \r\n\t\r\n 2', ['X', '1 2']],
    ['X : 1\r\n 2', ['X', '1 2']],
    ['X: 1\r\n Y: 2', ['X', '1 Y: 2']],
    ['no colon', []],
    ['nocolon', []],
    [': no name', []],
    [':', []],
    [' : ', ['A', 'b :']],
    ['A B: 1', []],
    ['A(: 1', []],
    ['\xc9: 1', []],
    ['\xa0A: 1', []],
    ['<!-- a: b -->', []],
    // What continues a line that is dropped is dropped with it, and does not go to the field before.
    ['no colon\r\n folded\r\n\tX: 1', []],
    ['no colon\r\nX: 1', ['X', '1']],
  ])('reads the line %j as browsers do', (line, fields) => {
    const headers = fields[0] === 'A' ? [...fields, 'Z', ''] : ['A', 'b', ...fields, 'Z', ''];
    for (const pieces of allCuts(`HTTP/1.1 200 OK\r\nA: b\r\n${line}\r\nZ:\r\n\r\n`)) {
      expect(outcome(responseHeadParser(), ...pieces)).toMatchObject({ head: { headers } });
    }
  });

  it('drops a folded line that has no field before it', () => {
    for (const pieces of allCuts('HTTP/1.1 200 OK\r\n X: 1\r\n \r\n\t2\r\nA: b\r\n\r\n')) {
      expect(outcome(responseHeadParser(), ...pieces)).toMatchObject({ head: { headers: ['A', 'b'] } });
    }
  });

  it('does not let a head continue the one before it', () => {
    const parser = responseHeadParser();
    const first = parser.push(
      bytes('HTTP/1.1 100 Continue\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\n c\r\nD:\r\n\r\n'),
    );
    expect(first?.head.headers).toEqual(['A', 'b']);
    expect(parser.push(first?.rest ?? Buffer.alloc(0))?.head.headers).toEqual(['D', '']);
    expect(first?.head.headers).toEqual(['A', 'b']);
  });

  it.each([
    'Content-Length: 5\r\n 6',
    'content-length: 5\r\n ',
    'Content-Length:\r\n 5',
    'Content-Length : 5\r\n 6',
    'Transfer-Encoding: chunked\r\n\t, gzip',
    'Transfer-Encoding:\r\n chunked',
    'Content-Length 5',
    'Content-Length',
    'X Content-Length: 5',
    ': Content-Length: 5',
    'Content-Length\xa0: 5',
    '\xa0Transfer-Encoding: chunked',
    'Transfer-Encoding[]: chunked',
    'no colon\r\n Content-Length: 5',
  ])('refuses %j, as it may be meant as framing', (line) => {
    for (const pieces of allCuts(`HTTP/1.1 200 OK\r\nA: b\r\n${line}\r\nZ: 1\r\n\r\n`)) {
      expect(outcome(responseHeadParser(), ...pieces)).toBe('bad-framing');
    }
  });

  it('refuses a field of framing that is folded behind the status line', () => {
    const text = 'HTTP/1.1 200 OK\r\n Content-Length: 5\r\n\r\n';
    expect(outcome(responseHeadParser(), bytes(text))).toBe('bad-framing');
  });

  it.each(['\n', '\r\n'])('takes lines that end with LF alone beside lines that end with %j', (mixed) => {
    const text = `HTTP/1.1 200 OK\nA: b${mixed}C : d\n e${mixed}${mixed}`;
    for (const pieces of allCuts(`${text}body\n\r\n\r\n`)) {
      const parser = responseHeadParser();
      let read = '';
      let head: ResponseHead | undefined;
      for (const piece of pieces) {
        const parsed = head === undefined ? parser.push(piece) : { head, rest: piece };
        head = parsed?.head;
        read += parsed?.rest.toString('latin1') ?? '';
      }
      expect(head).toMatchObject({ status: 200, reason: 'OK', headers: ['A', 'b', 'C', 'd e'] });
      expect(read).toBe('body\n\r\n\r\n');
    }
  });

  it('tells the status of the answer whose head is not complete', () => {
    const parser = responseHeadParser();
    const seen = [parser.statusSoFar];
    for (const piece of ['HTTP/1.1 10', '3 Early\r', '\n', 'A: b\r\n', '\r\n', 'HTTP/1.1 200 OK\n', '\n']) {
      parser.push(bytes(piece));
      seen.push(parser.statusSoFar);
    }
    expect(seen).toEqual([undefined, undefined, undefined, 103, 103, undefined, 200, undefined]);
  });

  it.each([
    ['HTTP/1.1 404 Not Found\r\nA: \0\r\n', 'bad-header', 404],
    ['HTTP/1.1 407 \r\nA: b\rc', 'bad-header', 407],
    ['HTTP/1.1 200 OK\r\nContent-Length\r\n', 'bad-framing', 200],
    [`HTTP/1.1 200 OK\r\n${'A: b\r\n'.repeat(20)}`, 'too-many-lines', 200],
    [`HTTP/1.1 200 OK\r\nA: ${'b'.repeat(300)}`, 'head-too-large', 200],
    ['HTTP/1.1 200 O\0\r\n', 'bad-start-line', undefined],
    ['HTTP/1.1 100 Continue\r\n\r\nHTTP/2 200\r\n', 'bad-start-line', undefined],
  ])('refuses %j with the status of its status line', (text, code, status) => {
    for (const pieces of allCuts(text)) {
      const parser = responseHeadParser({ maxLines: 10, maxHeadBytes: 250 });
      const push = (piece: Buffer): void => {
        const parsed = parser.push(piece);
        if (parsed !== undefined && parsed.rest.length > 0) push(parsed.rest);
      };
      expect(() => pieces.forEach(push)).toThrow(expect.objectContaining({ code, status }));
    }
  });

  it.each([
    '',
    'HTTP/1.1',
    'HTTP/1.1 ',
    'HTTP/1.1 20',
    'HTTP/1.1 2000',
    'HTTP/1.1 2x0 OK',
    'HTTP/1.1 099 OK',
    'HTTP/1.1 -20 OK',
    'HTTP/1.1  200 OK',
    'HTTP/1.1\t200 OK',
    'HTTP/1.1 200\tOK',
    'HTTP/1.1 200 O\x00K',
    'HTTP/1.1 200 O\x1bK',
    'HTTP/2 200',
    'HTTP/2.0 200 OK',
    'ICY 200 OK',
    'GET / HTTP/1.1',
    '\nHTTP/1.1 200 OK',
    '\rHTTP/1.1 200 OK',
    'HTTP/1.1 200 OK\rA: b',
  ])('refuses the status line %j, whole and in drips', (line) => {
    const text = `${line}\r\nA: b\r\n\r\n`;
    expect(outcome(responseHeadParser(), bytes(text))).toBe('bad-start-line');
    expect(outcome(responseHeadParser(), ...byteByByte(text))).toBe('bad-start-line');
  });
});

describe('header lines', () => {
  it.each([
    [': no name'],
    ['no colon'],
    ['A : space before the colon'],
    ['A\t: tab before the colon'],
    ['A B: space in the name'],
    ['A(: not a token'],
    ['\xc9: obs-text in the name'],
    [' A: begins with a space'],
    ['A: 1\r\n folded'],
    ['A: 1\r\n\tfolded'],
    ['A: 1\r\n \r\nB: 2'],
    ['A: bare\nLF'],
    ['A'],
  ])('refuses %j in a request, however it is cut', (line) => {
    for (const pieces of allCuts(`GET / HTTP/1.1\r\nHost: a\r\n${line}\r\nZ: 1\r\n\r\n`)) {
      expect(outcome(requestHeadParser(), ...pieces)).toBe('bad-header');
    }
  });

  it.each([
    ['A: bare\rCR'],
    ['A: 1\r\r'],
    ['A: \x00'],
    ['A: \x1b'],
    ['A: \x7f'],
    ['A\x00: 1'],
    ['A \x00: 1'],
    ['A: 1\r\n \x00'],
    ['no colon\x00'],
    ['no colon\rContent-Length: 5'],
    ['\x00: no name'],
  ])('refuses %j, however it is cut', (line) => {
    const text = `GET / HTTP/1.1\r\nHost: a\r\n${line}\r\nZ: 1\r\n\r\n`;
    for (const pieces of allCuts(text)) expect(outcome(requestHeadParser(), ...pieces)).toBe('bad-header');
    const response = text.replace('GET / HTTP/1.1', 'HTTP/1.1 200 OK');
    for (const pieces of allCuts(response))
      expect(outcome(responseHeadParser(), ...pieces)).toBe('bad-header');
  });

  it.each([
    ["!#$%&'*+-.^_`|~09azAZ: 1", ["!#$%&'*+-.^_`|~09azAZ", '1']],
    ['A: \x80\xff', ['A', '\x80\xff']],
    ['A: b\tc  d', ['A', 'b\tc  d']],
    ['A: \xa0b\xa0', ['A', '\xa0b\xa0']],
    ['A: \t ', ['A', '']],
    ['A:::', ['A', '::']],
  ])('accepts %j', (line, headers) => {
    expect(requestHeadParser().push(bytes(`GET / HTTP/1.1\r\n${line}\r\n\r\n`))?.head.headers).toEqual(
      headers,
    );
  });

  it('refuses line feeds alone as soon as they come, not when the peer gives up', () => {
    expect(outcome(requestHeadParser(), bytes('GET / HTTP/1.1\nHost: a\n\n'))).toBe('bad-start-line');
    expect(outcome(requestHeadParser(), bytes('GET / HTTP/1.1\r\nHost: a\n\n'))).toBe('bad-header');
  });

  it('refuses a TLS handshake at its first byte', () => {
    expect(outcome(requestHeadParser(), Buffer.from([0x16, 0x03, 0x01, 0x02]))).toBe('bad-start-line');
  });
});

describe('limits', () => {
  const lines = (count: number): string => 'A: b\r\n'.repeat(count);

  it('counts every byte of the head and none behind it', () => {
    const text = `GET / HTTP/1.1\r\n${lines(3)}\r\n`;
    const fits = { maxHeadBytes: text.length };
    const tooSmall = { maxHeadBytes: text.length - 1 };
    for (const chunks of [[bytes(`${text}body of any length`)], byteByByte(text)]) {
      expect(outcome(requestHeadParser(fits), ...chunks)).toMatchObject({ head: { target: '/' } });
      expect(outcome(requestHeadParser(tooSmall), ...chunks)).toBe('head-too-large');
    }
  });

  it('counts the lines', () => {
    const text = `GET / HTTP/1.1\r\n${lines(9)}\r\n`;
    for (const chunks of [[bytes(text)], byteByByte(text)]) {
      expect(outcome(requestHeadParser({ maxLines: 10 }), ...chunks)).toMatchObject({
        head: { target: '/' },
      });
      expect(outcome(requestHeadParser({ maxLines: 9 }), ...chunks)).toBe('too-many-lines');
    }
  });

  it('gives each head the whole of it', () => {
    const text = `GET / HTTP/1.1\r\n${lines(3)}\r\n`;
    const parser = requestHeadParser({ maxHeadBytes: text.length, maxLines: 4 });
    for (const pieces of [[bytes(text)], byteByByte(text), [bytes(text)], byteByByte(text)]) {
      expect(outcome(parser, ...pieces)).toMatchObject({ head: { target: '/' } });
    }
  });

  it('takes 256 KiB of header lines of an answer by default, in one line and in many', () => {
    for (const fields of [`A: ${'x'.repeat(262_138)}\r\n`, `A: ${'x'.repeat(34)}\r\n`.repeat(6_500)]) {
      const pieces = [bytes(`HTTP/1.1 200 OK\r\n${fields}\r\n`)];
      expect(outcome(responseHeadParser(), ...pieces)).toMatchObject({ head: { status: 200 } });
    }
    expect(outcome(responseHeadParser(), bytes(`HTTP/1.1 200 OK\r\nA: ${'x'.repeat(280_000)}`))).toBe(
      'head-too-large',
    );
    expect(outcome(responseHeadParser(), bytes(`HTTP/1.1 200 OK\n${'a\n'.repeat(9_000)}`))).toBe(
      'too-many-lines',
    );
  });

  it('reads a value that is folded into thousands of lines', () => {
    const text = `HTTP/1.1 200 OK\r\nA: x\r\n${` ${'y'.repeat(40)}\r\n`.repeat(6_000)}\r\n`;
    expect(responseHeadParser().push(bytes(text))?.head.headers[1]).toHaveLength(1 + 6_000 * 41);
  });

  it('takes 64 KiB of header lines by default, and refuses an endless line or empty lines without end', () => {
    const large = `GET / HTTP/1.1\r\nA: ${'x'.repeat(65_530)}\r\n\r\n`;
    expect(requestHeadParser().push(bytes(large))?.head.headers[1]).toHaveLength(65_530);
    expect(outcome(requestHeadParser(), bytes('x'.repeat(80_000)))).toBe('head-too-large');
    expect(outcome(requestHeadParser(), bytes('\r\n'.repeat(3_000)))).toBe('too-many-lines');
    expect(outcome(requestHeadParser({ maxHeadBytes: 100 }), bytes('\r\n'.repeat(300)))).toBe(
      'head-too-large',
    );
  });

  it('reads a head of 64 KiB that comes in single bytes', () => {
    const text = `GET / HTTP/1.1\r\nA: ${'x'.repeat(60_000)}\r\n\r\n`;
    expect(outcome(requestHeadParser(), ...byteByByte(text))).toMatchObject({ head: { target: '/' } });
  });
});

describe('any bytes', () => {
  const alphabet = fc.constantFrom(
    ...'GET / HTTP/1.1\r\n200 OK:\r\n\t\0\xffab'.split(''),
    'Content-Length',
    '\r\n ',
  );
  const hostile = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((data) => Buffer.from(data)),
    fc.array(alphabet, { maxLength: 200 }).map((parts) => bytes(parts.join(''))),
    fc
      .array(alphabet, { maxLength: 60 })
      .map((parts) => bytes(`GET / HTTP/1.1\r\n${parts.join('')}\r\n\r\n`)),
    fc.array(alphabet, { maxLength: 60 }).map((parts) => bytes(`HTTP/1.1 200 ${parts.join('')}\r\n\r\n`)),
  );

  it('throw nothing but Http1Error, and mean the same however they are cut', () => {
    const pieceLengths = fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 40 });
    fc.assert(
      fc.property(hostile, pieceLengths, (data, lengths) => {
        for (const makeParser of [requestHeadParser, responseHeadParser]) {
          const whole = describeFirst(makeParser(), [data]);
          const drips = Array.from(data, (byte) => Buffer.from([byte]));
          expect(describeFirst(makeParser(), drips)).toEqual(whole);
          expect(describeFirst(makeParser(), cut(data, lengths))).toEqual(whole);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('are read as one line of each field, with nothing in it that could be read in another way', () => {
    fc.assert(
      fc.property(hostile, (data) => {
        for (const makeParser of [requestHeadParser, responseHeadParser]) {
          const parsed = describeFirst(makeParser(), [data]);
          if (!('head' in parsed)) continue;
          const { head } = parsed;
          const text = head.kind === 'request' ? encodeRequestHead(head) : encodeResponseHead(head);
          expect(describeFirst(makeParser(), [bytes(text)])).toEqual({ head, rest: 0 });
        }
      }),
      { numRuns: 2_000 },
    );
  });

  function cut(data: Buffer, lengths: readonly number[]): Buffer[] {
    const pieces: Buffer[] = [];
    let at = 0;
    for (const length of lengths) {
      pieces.push(data.subarray(at, at + length));
      at += length;
    }
    return [...pieces, data.subarray(at)];
  }

  type Description =
    | { readonly head: RequestHead | ResponseHead; readonly rest: number }
    | { readonly status: number | undefined; readonly code?: string };

  /** The first head and how many bytes are behind it, or how far it came and why it did not come further. */
  function describeFirst(
    parser: HeadParser<RequestHead> | HeadParser<ResponseHead>,
    chunks: Buffer[],
  ): Description {
    let left = chunks.reduce((sum, { length }) => sum + length, 0);
    try {
      for (const chunk of chunks) {
        left -= chunk.length;
        const parsed = parser.push(chunk);
        if (parsed !== undefined) return { head: parsed.head, rest: parsed.rest.length + left };
      }
      return { status: parser.statusSoFar };
    } catch (error) {
      if (error instanceof Http1Error) return { code: error.code, status: error.status };
      throw error;
    }
  }
});
