import { describe, expect, it } from 'vitest';
import { decodePac } from './decode-pac';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('the text of a PAC', () => {
  it.each([
    ['UTF-8', bytes('// \xc3\xa9'), undefined, '// é'],
    ['UTF-8 with a mark', bytes('\xef\xbb\xbf// \xc3\xa9'), undefined, '// é'],
    ['UTF-16 with a mark', bytes('\xff\xfe/\0/\0\xe9\0'), undefined, '//é'],
    ['UTF-16 the other way', bytes('\xfe\xff\0/\0/\0\xe9'), 'utf-8', '//é'],
    ['UTF-16 that is said', bytes('/\0/\0\xe9\0'), 'utf-16le', '//é'],
    ['windows-1252', bytes('// \xe9 \x80 \x93\x9f\x81'), undefined, '// é € “Ÿ\u0081'],
    ['windows-1252 that is said to be UTF-8', bytes('// \xe9\x80'), 'utf-8', '// é€'],
    ['windows-1252 that is said to be Latin-1', bytes('// \xe9\x80'), 'ISO-8859-1', '// é€'],
    ['UTF-8 that is said to be Latin-1', bytes('// \xc3\xa9'), 'iso-8859-1', '// é'],
    ['another one that is said', bytes('// \x82\xa0'), 'shift_jis', '// あ'],
    ['what nobody knows', bytes('// \xe9'), 'x-none', '// é'],
    ['nothing', bytes(''), undefined, ''],
    ['CRLF', bytes('a\r\nb'), undefined, 'a\r\nb'],
  ])('is read from %s', (_, file, charset, expected) => {
    expect(decodePac(file, charset)).toBe(expected);
  });

  it('is read without HTTP headers that were saved into the file, and keeps its lines', () => {
    const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/x-ns-proxy-autoconfig\r\nX-Empty:\r\n\r\n';
    expect(decodePac(bytes(`${head}// \xe9\r\nvar x;`))).toBe('\n\n\n\n// é\r\nvar x;');
    expect(decodePac(bytes(`${head.replaceAll('\r', '')}var x;`))).toBe('\n\n\n\nvar x;');
    expect(decodePac(bytes(`${head}\xef\xbb\xbfvar x;`))).toBe('\n\n\n\nvar x;');
  });

  it('loses nothing that only looks like headers', () => {
    expect(decodePac(bytes('HTTP: var x;'))).toBe('HTTP: var x;');
    expect(decodePac(bytes('WPAD:\nfunction f() {}'))).toBe('WPAD:\nfunction f() {}');
  });
});
