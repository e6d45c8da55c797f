import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BodyDecoder, type BodyLimits } from './body-decoder';
import type { BodyFraming } from './body-framing';
import { chunkPrefix, lastChunk } from './head-writer';
import { Http1Error } from './http1-error';

const chunked: BodyFraming = { kind: 'chunked' };

function bytes(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

function decode(framing: BodyFraming, pieces: Buffer[], limits?: Partial<BodyLimits>) {
  const data: Buffer[] = [];
  const decoder = new BodyDecoder(framing, (chunk) => data.push(chunk), limits);
  let rest: Buffer | undefined;
  for (const piece of pieces) {
    const left = decoder.push(piece);
    if (left !== undefined) rest = Buffer.concat([rest ?? Buffer.alloc(0), left]);
  }
  return { decoder, data, body: Buffer.concat(data).toString('latin1'), rest: rest?.toString('latin1') };
}

/** The code with which a chunked body is refused, the same whole and in drips; undefined if it is not. */
function refusal(text: string, limits?: Partial<BodyLimits>): unknown {
  const codes = [[bytes(text)], Array.from(bytes(text), (byte) => Buffer.from([byte]))].map((pieces) => {
    try {
      decode(chunked, pieces, limits);
      return undefined;
    } catch (error) {
      if (error instanceof Http1Error) return error.code;
      throw error;
    }
  });
  expect(codes[1]).toBe(codes[0]);
  return codes[0];
}

describe('a body without bytes', () => {
  it.each<BodyFraming>([{ kind: 'none' }, { kind: 'length', length: 0 }])(
    'of %j is done at once',
    (framing) => {
      const { decoder, body, rest } = decode(framing, [bytes('next')]);
      expect([decoder.isDone, body, rest]).toEqual([true, '', 'next']);
      expect(new BodyDecoder(framing, () => undefined).isDone).toBe(true);
      decoder.end();
    },
  );
});

describe('a body of known length', () => {
  const framing: BodyFraming = { kind: 'length', length: 5 };

  it('ends after its bytes', () => {
    const { decoder, body, rest } = decode(framing, [bytes('he'), bytes('llo, next')]);
    expect([decoder.isDone, body, rest]).toEqual([true, 'hello', ', next']);
  });

  it('gives an empty rest at its very end', () => {
    expect(decode(framing, [bytes('hello')]).rest).toBe('');
  });

  it('passes pieces on without copying them', () => {
    const piece = bytes('hell');
    const tail = bytes('o, next');
    const { data } = decode(framing, [piece, tail]);
    expect(data[0]).toBe(piece);
    expect(data[1]?.buffer).toBe(tail.buffer);
  });

  it('is incomplete before', () => {
    const { decoder, rest } = decode(framing, [bytes('hell')]);
    expect([decoder.isDone, rest]).toEqual([false, undefined]);
    expect(() => decoder.end()).toThrow(expect.objectContaining({ code: 'incomplete' }));
  });
});

describe('a body until close', () => {
  it('is done when the connection ends', () => {
    const { decoder, body, rest } = decode({ kind: 'until-close' }, [bytes('a'), bytes('b')]);
    expect([decoder.isDone, body, rest]).toEqual([false, 'ab', undefined]);
    decoder.end();
    expect(decoder.isDone).toBe(true);
  });
});

describe('a chunked body', () => {
  it.each([
    ['0\r\n\r\n', ''],
    ['5\r\nhello\r\n0\r\n\r\n', 'hello'],
    ['2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n', 'hello'],
    ['00000005\r\nhello\r\n000\r\n\r\n', 'hello'],
    ['A\r\n0123456789\r\n0\r\n\r\n', '0123456789'],
    ['a\r\n0123456789\r\n0\r\n\r\n', '0123456789'],
    ['5;a=b;c="d;e"\r\nhello\r\n0;x\r\n\r\n', 'hello'],
    ['5;\t\xff\r\n\r\n\r\n0\r\n0\r\n\r\n', '\r\n\r\n0'],
    ['5   \r\nhello\r\n0   \r\n\r\n', 'hello'],
    ['5 \t ;a=b\r\nhello\r\n0\t;\r\n\r\n', 'hello'],
    ['5 \t\r\nhello\r\n0 \r\nA: b\r\n\r\n', 'hello'],
  ])('%j is decoded, whole and in drips', (text, body) => {
    for (const pieces of [
      [bytes(`${text}next`)],
      Array.from(bytes(`${text}next`), (byte) => Buffer.from([byte])),
    ]) {
      const result = decode(chunked, pieces);
      expect([result.body, result.rest, result.decoder.isDone]).toEqual([body, 'next', true]);
    }
  });

  it('may have any number of chunks', () => {
    expect(decode(chunked, [bytes(`${'01\r\nx\r\n'.repeat(50)}0\r\n\r\n`)]).body).toBe('x'.repeat(50));
  });

  it('gives its trailers', () => {
    const { decoder, rest } = decode(chunked, [bytes('1\r\nx\r\n0\r\nX-Sum: 1\r\nx-b:\r\n\r\nGET')]);
    expect(decoder.trailers).toEqual(['X-Sum', '1', 'x-b', '']);
    expect(rest).toBe('GET');
  });

  it('gives trailers that tell of framing as well, which is decided', () => {
    const { decoder, rest } = decode(chunked, [
      bytes('0\r\ncontent-length: 5\r\nTransfer-Encoding: gzip\r\n\r\nGET'),
    ]);
    expect(decoder.trailers).toEqual(['content-length', '5', 'Transfer-Encoding', 'gzip']);
    expect(rest).toBe('GET');
  });

  it('gives the data of a piece in one slice', () => {
    const whole = bytes(`10000\r\n${'x'.repeat(65_536)}`);
    const { data } = decode(chunked, [
      whole.subarray(0, 7),
      whole.subarray(7, 40_000),
      whole.subarray(40_000),
    ]);
    expect(data.map(({ length }) => length)).toEqual([39_993, 25_543]);
  });

  it('passes data on without copying it', () => {
    const piece = bytes('5\r\nhello\r\n0\r\n\r\n');
    expect(decode(chunked, [piece]).data[0]?.buffer).toBe(piece.buffer);
  });

  it('is incomplete at every byte before its end', () => {
    const text = '3;x\r\nabc\r\n0\r\nA: b\r\n\r\n';
    for (let length = 0; length < text.length; length += 1) {
      const { decoder } = decode(chunked, [bytes(text.slice(0, length))]);
      expect(() => decoder.end()).toThrow(expect.objectContaining({ code: 'incomplete' }));
    }
  });

  it.each([
    ['no size', '\r\n'],
    ['an extension without a size', ';a\r\n'],
    ['not hex', 'g\r\n'],
    ['0x', '0x5\r\nhello'],
    ['a sign', '-5\r\n'],
    ['a space before the size', ' 5\r\nhello'],
    ['a digit behind the padding', '5 5\r\nhello'],
    ['another blank behind the size', '5\x0b\r\nhello'],
    ['a no-break space behind the size', '5\xa0\r\nhello'],
    ['a line feed behind the padding', '5 \nhello'],
    ['a bare CR behind the padding', '5 \r hello'],
    ['data without a line break behind the padding', '5 hello'],
    ['a line feed behind the size', '5\nhello'],
    ['a bare CR behind the size', '5\rhello'],
    ['a line feed in an extension', '5;a\nhello'],
    ['a bare CR in an extension', '5;a\rb\r\nhello'],
    ['a NUL in an extension', '5;\0\r\nhello'],
    ['data that is longer', '4\r\nhello\r\n'],
    ['a line feed behind the data', '5\r\nhello\n0\r\n\r\n'],
    ['a bare CR behind the data', '5\r\nhello\r0\r\n\r\n'],
    ['sixteen digits', '0000000000000005\r\nhello'],
    ['2^53', '20000000000000\r\n'],
    ['a size of fifteen digits', 'fffffffffffffff\r\n'],
    ['0x0b, no hex digit in any case', '\x01\r\n'],
    ['@, next to the letters', '@\r\n'],
    ['backquote, next to the letters', '`\r\n'],
  ])('is refused with %s', (_, text) => {
    expect(refusal(text)).toBe('bad-chunk');
  });

  it.each([
    ['no colon', 'A\r\n\r\n', 'bad-header'],
    ['a folded line', 'A: b\r\n c\r\n\r\n', 'bad-header'],
    ['a line feed', 'A: b\nC: d\r\n\r\n', 'bad-header'],
    ['only line feeds', '\n', 'bad-header'],
    ['a space before the colon', 'A : b\r\n\r\n', 'bad-header'],
    ['too many lines', 'A: b\r\n'.repeat(11), 'too-many-lines'],
    ['too many bytes', `A: ${'b'.repeat(200)}`, 'head-too-large'],
  ])('is refused with %s in the trailers', (_, text, code) => {
    expect(refusal(`0\r\n${text}`, { maxLines: 10, maxHeadBytes: 200 })).toBe(code);
  });

  it.each([
    ['carry extensions', `;${'a'.repeat(20)}`],
    ['pad its sizes', `${' '.repeat(20)};`],
  ])('may %s, but not much more than its data', (_, text) => {
    // 16 bytes are free for each chunk, and as many as it has data: here 3 are left of each.
    expect(
      refusal(`1${text}\r\nx\r\n`.repeat(5).concat('0\r\n\r\n'), { maxExtensionBytes: 32 }),
    ).toBeUndefined();
    expect(refusal(`1${text}\r\nx\r\n`.repeat(6), { maxExtensionBytes: 32 })).toBe('bad-chunk');
    expect(refusal(`5${text}\r\nhello\r\n`.repeat(20_000).concat('0\r\n\r\n'))).toBeUndefined();
    expect(refusal(`5${text.repeat(1_000)}`)).toBe('bad-chunk');
  });
});

describe('any body', () => {
  const pieceLengths = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 60 });

  function cut(data: Buffer, lengths: readonly number[]): Buffer[] {
    const pieces: Buffer[] = [];
    let at = 0;
    for (const length of lengths) {
      pieces.push(data.subarray(at, at + length));
      at += length;
    }
    return [...pieces, data.subarray(at)];
  }

  it('comes out as it was put in, however it is chunked and cut', () => {
    const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300, size: 'max' }), { maxLength: 10 });
    fc.assert(
      fc.property(chunks, pieceLengths, fc.boolean(), (parts, lengths, hasTrailers) => {
        const trailers = hasTrailers ? ['X-Sum', 'abc'] : [];
        const body = Buffer.concat(parts);
        const encoded = Buffer.concat([
          ...parts.flatMap((part) => [bytes(chunkPrefix(part.length)), part, bytes('\r\n')]),
          bytes(lastChunk(trailers)),
          bytes('next'),
        ]);
        const result = decode(chunked, cut(encoded, lengths));
        expect(Buffer.concat(result.data).equals(body)).toBe(true);
        expect([result.rest, result.decoder.trailers]).toEqual(['next', trailers]);
        const framing: BodyFraming = { kind: 'length', length: body.length };
        const plain = decode(framing, cut(Buffer.concat([body, bytes('next')]), lengths));
        expect([plain.body, plain.rest]).toEqual([body.toString('latin1'), 'next']);
      }),
      { numRuns: 300 },
    );
  });

  it('throws nothing but Http1Error, and means the same in drips', () => {
    const parts = fc.constantFrom('0', '1', 'f', '\r\n', '\r', '\n', ';', 'x', 'A: b', '\r\n\r\n', '\0', ' ');
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 40 }), (text) => {
        expect([undefined, 'bad-chunk', 'bad-header']).toContain(refusal(text.join('')));
      }),
      { numRuns: 2_000 },
    );
  });
});
