import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePacAnswer } from './parse-answer';

const direct = { kind: 'direct' } as const;

describe('an answer', () => {
  it.each([
    ['DIRECT', [direct]],
    ['PROXY a:8080', [{ kind: 'http', host: 'a', port: 8080 }]],
    ['PROXY a:1;DIRECT', [{ kind: 'http', host: 'a', port: 1 }, direct]],
    ['proxy a:1; direct;', [{ kind: 'http', host: 'a', port: 1 }, direct]],
    [' \tPROXY\t a:1 ;; DIRECT \r\n', [{ kind: 'http', host: 'a', port: 1 }, direct]],
    ['PROXY a', [{ kind: 'http', host: 'a', port: 80 }]],
    ['HTTP a', [{ kind: 'http', host: 'a', port: 80 }]],
    [
      'HTTPS a; HTTPS b:8443',
      [
        { kind: 'https', host: 'a', port: 443 },
        { kind: 'https', host: 'b', port: 8443 },
      ],
    ],
    [
      'SOCKS a; SOCKS4 a',
      [
        { kind: 'socks4', host: 'a', port: 1080 },
        { kind: 'socks4', host: 'a', port: 1080 },
      ],
    ],
    [
      'SOCKS5 a:9; SOCKS5 a',
      [
        { kind: 'socks5', host: 'a', port: 9 },
        { kind: 'socks5', host: 'a', port: 1080 },
      ],
    ],
    ['PROXY [fd00::1]:3128', [{ kind: 'http', host: 'fd00::1', port: 3128 }]],
    ['PROXY a_b.corp:1', [{ kind: 'http', host: 'a_b.corp', port: 1 }]],
    ['', []],
    [' ; ;', []],
  ])('%j names its ways', (answer, ways) => {
    expect(parsePacAnswer(answer)).toEqual({ ways, notUnderstood: [] });
  });

  it('keeps the order of five', () => {
    const { ways } = parsePacAnswer('PROXY a:1; PROXY b:2; SOCKS5 c:3; HTTPS d:4; DIRECT');
    expect(
      ways.map((way) => (way.kind === 'direct' ? way.kind : `${way.kind} ${way.host}:${way.port}`)),
    ).toEqual(['http a:1', 'http b:2', 'socks5 c:3', 'https d:4', 'direct']);
  });

  it.each([
    'PROXY',
    'PROXY a:0',
    'PROXY a:65536',
    'PROXY a b',
    'PROXY http://a:1',
    'PROXY u@a:1',
    'QUIC a:1',
    'DIRECT a',
    'a:8080',
    'PROXY :1',
    'PROXY fd00::1',
    'PROXY a:',
  ])('passes by %j, and says so', (entry) => {
    expect(parsePacAnswer(`${entry}; DIRECT`)).toEqual({ ways: [direct], notUnderstood: [entry] });
  });

  it('is read whatever it is', () => {
    const word = fc.constantFrom(
      'PROXY',
      'direct',
      'SOCKS5',
      'Https',
      ';',
      ' ',
      ':',
      '[',
      ']',
      '::1',
      'a',
      '80',
      '\0',
      'é',
    );
    const answers = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(word).map((words) => words.join('')),
    );
    fc.assert(
      fc.property(answers, (answer) => {
        const { ways, notUnderstood } = parsePacAnswer(answer);
        const entries = answer.split(';').filter((entry) => entry.trim() !== '');
        expect(ways.length + notUnderstood.length).toBe(entries.length);
        for (const way of ways) {
          if (way.kind === 'direct') continue;
          expect(way.port).toBeGreaterThan(0);
          expect(way.port).toBeLessThan(65_536);
          expect(way.host).toMatch(/^[^\s/@[\]]+$/);
        }
        // What was read is read again from what it says.
        const words = { http: 'PROXY', https: 'HTTPS', socks4: 'SOCKS', socks5: 'SOCKS5' } as const;
        const said = ways.map((way) => {
          if (way.kind === 'direct') return 'DIRECT';
          return `${words[way.kind]} ${way.host.includes(':') ? `[${way.host}]` : way.host}:${way.port}`;
        });
        expect(parsePacAnswer(said.join(';'))).toEqual({ ways, notUnderstood: [] });
      }),
      { numRuns: 2_000, seed: 15 },
    );
  });
});
