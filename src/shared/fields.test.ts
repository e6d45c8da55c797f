import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type FieldProblem,
  readAccessEntry,
  readAccount,
  readHostPort,
  readNumber,
  readPort,
  readSocksName,
  readSocksPassword,
  readWorkstation,
  type Reading,
  isPac,
  readPac,
  readUpstream,
} from './fields';
import { formatHostPort } from './settings';

function good<Value>(value: Value): Reading<Value> {
  return { kind: 'good', value };
}

function problemOf(reading: Reading<unknown>): FieldProblem['kind'] | undefined {
  return reading.kind === 'bad' ? reading.problem.kind : undefined;
}

describe('readUpstream', () => {
  it.each<[string, unknown]>([
    ['proxy.corp:8080', { kind: 'good', value: { host: 'proxy.corp', port: 8080 } }],
    [' https://proxy.corp:443/ ', { kind: 'good', value: { host: 'proxy.corp', port: 443, isTls: true } }],
    ['https://[::1]:443', { kind: 'good', value: { host: '::1', port: 443, isTls: true } }],
    [
      'https://proxy.corp',
      { kind: 'bad', problem: { kind: 'port-missing', proposed: 'https://proxy.corp:443' } },
    ],
    ['https://proxy.corp:99999', { kind: 'bad', problem: { kind: 'port-range' } }],
  ])('reads %j', (text, reading) => {
    expect(readUpstream(text)).toEqual(reading);
  });
});

describe('a PAC', () => {
  it.each([
    ['http://pac.corp/proxy.pac', true, true],
    ['https://pac.corp/?f=proxy', true, true],
    ['/etc/proxy.pac', true, true],
    ['http://u:p@pac.corp/proxy.pac', true, false],
    ['http://proxy.corp:8080', false, true],
    ['https://proxy.corp:8080/', false, true],
    ['proxy.pac', false, false],
    ['mac', false, false],
    ['', false, false],
  ])('is %j: %s, and can be read: %s', (text, isOne, isGood) => {
    expect([isPac(text), readPac(text).kind === 'good']).toEqual([isOne, isGood]);
  });
});

describe('readHostPort', () => {
  it.each([
    ['proxy.corp:8080', { host: 'proxy.corp', port: 8080 }],
    ['  proxy.corp:8080 ', { host: 'proxy.corp', port: 8080 }],
    ['http://proxy.corp:8080/', { host: 'proxy.corp', port: 8080 }],
    ['10.1.4.2:3128', { host: '10.1.4.2', port: 3128 }],
    ['[::1]:3128', { host: '::1', port: 3128 }],
    ['web_proxy:80', { host: 'web_proxy', port: 80 }],
  ])('reads %s', (text, value) => {
    expect(readHostPort(text)).toEqual(good(value));
  });

  it.each([
    ['', 'empty'],
    ['proxy.corp:0', 'port-range'],
    ['proxy.corp:65536', 'port-range'],
    ['proxy.corp:eighty', 'port-range'],
    ['10.1.4.256:8080', 'not-an-address'],
    ['10.1.4:8080', 'not-an-address'],
    ['[fe80::zz]:1', 'not-an-address'],
    ['proxy corp:8080', 'not-a-host'],
    ['-proxy:8080', 'not-a-host'],
    ['::1', 'not-a-host'],
    ['user@proxy:8080', 'not-a-host'],
    ['http://wpad.corp/wpad.dat', 'is-pac'],
    ['http://corp/proxy.pac', 'is-pac'],
    ['https://proxy.corp:8080', 'is-https'],
    [`${'a'.repeat(60)}.`.repeat(5) + 'b:1', 'too-long'],
  ])('says what is wrong with %s', (text, kind) => {
    expect(problemOf(readHostPort(text))).toBe(kind);
  });

  it('proposes the usual port and does not assume it', () => {
    expect(readHostPort('proxy.corp')).toEqual({
      kind: 'bad',
      problem: { kind: 'port-missing', proposed: 'proxy.corp:8080' },
    });
    expect(readHostPort('[::1]:')).toMatchObject({ problem: { proposed: '[::1]:8080' } });
  });

  it('reads what formatHostPort writes', () => {
    const host = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6());
    fc.assert(
      fc.property(host, fc.integer({ min: 1, max: 65_535 }), (name, port) => {
        fc.pre(!/\.(?:pac|dat)$/i.test(name));
        const value = { host: name, port };
        expect(readHostPort(formatHostPort(value))).toEqual(good(value));
      }),
    );
  });

  it('answers to any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(['good', 'bad']).toContain(readHostPort(text).kind);
      }),
    );
  });
});

describe('readAccount', () => {
  it.each([
    ['CORP\\alice', { domain: 'CORP', user: 'alice' }],
    [' corp.example\\alice smith ', { domain: 'corp.example', user: 'alice smith' }],
    ['alice@corp.example', { domain: '', user: 'alice@corp.example' }],
  ])('reads %s', (text, value) => {
    expect(readAccount(text)).toEqual(good(value));
  });

  it.each(['alice', 'CORP/alice', 'CORP\\', '\\alice', 'CORP\\a\\b', 'alice@', '@corp', 'a b@corp'])(
    'does not take %s',
    (text) => {
      expect(problemOf(readAccount(text))).toBe('not-an-account');
    },
  );
});

describe('readAccessEntry', () => {
  it.each(['10.1.7.3', '10.1.7.0/24', '0.0.0.0/0', 'build-mac.corp'])('takes %s', (text) => {
    expect(readAccessEntry(text)).toEqual(good(text));
  });

  it.each([
    ['10.1.7.0/240', 'not-a-network'],
    ['corp/24', 'not-a-network'],
    ['10.1.7', 'not-an-address'],
    ['10.1.7.3:80', 'has-port'],
    ['http://mac', 'is-url'],
    ['*', 'not-a-host'],
  ])('says what is wrong with %s', (text, kind) => {
    expect(problemOf(readAccessEntry(text))).toBe(kind);
  });
});

describe('the other fields', () => {
  it.each([
    ['3128', good(3128)],
    [' 1 ', good(1)],
    ['65535', good(65_535)],
  ])('read the port %s', (text, reading) => {
    expect(readPort(text)).toEqual(reading);
  });

  it.each(['0', '65536', '-1', '1e3', '31.28', '0x50'])('do not take %s for a port', (text) => {
    expect(problemOf(readPort(text))).toBe('port-range');
  });

  it('read numbers between their limits', () => {
    expect(readNumber('90', 1, 3650)).toEqual(good(90));
    expect(readNumber('0', 1, 3650)).toEqual({
      kind: 'bad',
      problem: { kind: 'number-range', min: 1, max: 3650 },
    });
    expect(problemOf(readNumber('3651', 1, 3650))).toBe('number-range');
    expect(problemOf(readNumber('', 1, 3650))).toBe('empty');
  });

  it('read the name and the password of a SOCKS5 user, as long as RFC 1929 has room for', () => {
    expect(readSocksName(' dave ')).toEqual(good('dave'));
    expect(readSocksName('ä'.repeat(127))).toEqual(good('ä'.repeat(127)));
    expect(problemOf(readSocksName('ä'.repeat(128)))).toBe('too-long');
    expect(problemOf(readSocksName('a:b'))).toBe('bad-character');
    expect(problemOf(readSocksName(''))).toBe('empty');
    expect(readSocksPassword(' a:b ')).toEqual(good(' a:b '));
    expect(problemOf(readSocksPassword('🔑'.repeat(64)))).toBe('too-long');
    expect(problemOf(readSocksPassword(''))).toBe('empty');
  });

  it('read a workstation name as Windows takes it, or none', () => {
    expect(readWorkstation('MAC-ALICE')).toEqual(good('MAC-ALICE'));
    expect(readWorkstation('')).toEqual(good(''));
    expect(problemOf(readWorkstation('A-NAME-THAT-IS-TOO-LONG'))).toBe('too-long');
    expect(problemOf(readWorkstation('MAC ALICE'))).toBe('bad-character');
  });
});
