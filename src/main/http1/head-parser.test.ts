import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HeadParser, requestHeadParser, responseHeadParser } from './head-parser';
import { Http1Error } from './http1-error';
import type { RequestHead, ResponseHead } from './message-head';

function bytes(text: string): Buffer {
  return Buffer.from(text, 'latin1');
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

  it.each([
    'GET /',
    'GET  HTTP/1.1',
    'GET /xHTTP/1.1',
    'GET / HTTP/2.0',
    'GET / HTTP/0.9',
    'GET / HTTP/1.',
    'GET / HTTP/1.x',
    'GET / HTTP/1.10',
    'GET / HTTP/11.1',
    'GET / http/1.1',
    'GET / HTTP/1.1 ',
    'GET  / HTTP/1.1',
    'GET /  HTTP/1.1',
    'GET /a b HTTP/1.1',
    'GET /a\tb HTTP/1.1',
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
    'PRI * HTTP/2.0',
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
    ['A: bare\rCR'],
    ['A: 1\r\r'],
    ['A: \x00'],
    ['A: \x1b'],
    ['A: \x7f'],
    ['A\x00: 1'],
    ['A'],
  ])('refuses %j, whole and in drips', (line) => {
    const text = `GET / HTTP/1.1\r\nHost: a\r\n${line}\r\nZ: 1\r\n\r\n`;
    expect(outcome(requestHeadParser(), bytes(text))).toBe('bad-header');
    expect(outcome(requestHeadParser(), ...byteByByte(text))).toBe('bad-header');
    const response = text.replace('GET / HTTP/1.1', 'HTTP/1.1 200 OK');
    expect(outcome(responseHeadParser(), bytes(response))).toBe('bad-header');
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
  const alphabet = fc.constantFrom(...'GET / HTTP/1.1\r\n200 OK:\r\n\t\0\xffab'.split(''));
  const hostile = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((data) => Buffer.from(data)),
    fc.array(alphabet, { maxLength: 200 }).map((parts) => bytes(parts.join(''))),
    fc
      .array(alphabet, { maxLength: 60 })
      .map((parts) => bytes(`GET / HTTP/1.1\r\n${parts.join('')}\r\n\r\n`)),
    fc.array(alphabet, { maxLength: 60 }).map((parts) => bytes(`HTTP/1.1 200 ${parts.join('')}\r\n\r\n`)),
  );

  it('throw nothing but Http1Error, and mean the same in drips', () => {
    fc.assert(
      fc.property(hostile, (data) => {
        for (const makeParser of [requestHeadParser, responseHeadParser]) {
          const whole = describeFirst(makeParser(), [data]);
          const dripped = describeFirst(
            makeParser(),
            Array.from(data, (byte) => Buffer.from([byte])),
          );
          expect(dripped).toEqual(whole);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  /** What becomes of the first head: the head, `more`, or `refused`. */
  function describeFirst(
    parser: HeadParser<RequestHead> | HeadParser<ResponseHead>,
    chunks: Buffer[],
  ): unknown {
    try {
      for (const chunk of chunks) {
        const parsed = parser.push(chunk);
        if (parsed !== undefined) return parsed.head;
      }
      return 'more';
    } catch (error) {
      if (error instanceof Http1Error) return 'refused';
      throw error;
    }
  }
});
