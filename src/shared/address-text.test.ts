import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatListen,
  formatRule,
  formatTunnel,
  parseHeader,
  parseHostPort,
  parseListen,
  parsePort,
  parseRule,
  parseTunnel,
} from './address-text';
import {
  readAccessEntry,
  readAccount,
  readHeaderEntry,
  readHostPort,
  readListenEntry,
  readPac,
  readPort,
  readRuleEntry,
  readSocksName,
  readTunnelEntry,
  readUpstream,
  readWorkstation,
} from './fields';
import { readNoProxyRule } from './no-proxy-rule';
import { readPacSource } from './pac';
import { formatHostPort } from './settings';

/** From one seed: what fails once fails again, as small as it can be made. */
const runs = { numRuns: 3_000, seed: 20_261_201 } as const;

/** Texts that are nearly right, and any others. */
const text = fc.oneof(
  fc.string({ unit: fc.constantFrom(...Array.from('0123456789:.[]/*aF% -,')), maxLength: 24 }),
  fc.tuple(fc.ipV6(), fc.integer({ min: -1, max: 70_000 })).map(([host, port]) => `[${host}]:${port}`),
  fc.tuple(fc.ipV4(), fc.nat(99_999), fc.domain(), fc.nat(99_999)).map((parts) => parts.join(':')),
  fc
    .constantFrom('allow ', 'deny ', 'X-A: ', 'http://', 'https://')
    .chain((start) => fc.string({ maxLength: 16 }).map((rest) => start + rest)),
  fc.string({ unit: 'binary', maxLength: 40 }),
);

describe('the parsers of what people type', () => {
  it('never throw, and never take a port that there is not', () => {
    const ports = (value: unknown): number[] => {
      if (typeof value !== 'object' || value === null) return [];
      return Object.entries(value).flatMap(([key, each]) =>
        key === 'port' && typeof each === 'number' ? [each] : ports(each),
      );
    };
    const readers = [
      parsePort,
      parseHostPort,
      parseListen,
      parseTunnel,
      parseHeader,
      parseRule,
      readPacSource,
      readAccessEntry,
      readAccount,
      readHeaderEntry,
      readHostPort,
      readListenEntry,
      readPac,
      readPort,
      readRuleEntry,
      readSocksName,
      readTunnelEntry,
      readUpstream,
      readWorkstation,
      readNoProxyRule,
    ] as const;
    fc.assert(
      fc.property(text, (each) => {
        for (const read of readers) {
          for (const port of ports(read(each))) expect(port >= 1 && port <= 65_535).toBe(true);
        }
      }),
      runs,
    );
  });

  it('read what they write as the same', () => {
    const pairs: readonly (readonly [parse: (text: string) => unknown, format: (value: never) => string])[] =
      [
        [parseHostPort, formatHostPort],
        [parseListen, formatListen],
        [parseTunnel, formatTunnel],
        [parseRule, formatRule],
      ];
    fc.assert(
      fc.property(text, (each) => {
        for (const [parse, format] of pairs) {
          const value = parse(each);
          expect(value === undefined ? value : parse(format(value as never))).toEqual(value);
        }
      }),
      runs,
    );
  });

  it('take an entry again as they have written it', () => {
    fc.assert(
      fc.property(text, (each) => {
        for (const read of [
          readAccessEntry,
          readListenEntry,
          readTunnelEntry,
          readHeaderEntry,
          readRuleEntry,
        ]) {
          const reading = read(each);
          expect(reading.kind === 'bad' ? reading : read(reading.value)).toEqual(reading);
        }
      }),
      runs,
    );
  });
});
