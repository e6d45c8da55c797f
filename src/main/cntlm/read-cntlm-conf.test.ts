import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccessRule } from '../../shared/settings';
import { type CntlmConf, type CntlmConfResult, readCntlmConf } from './read-cntlm-conf';

const base = 'Username alice\nProxy proxy.corp.test:8080\n';
const digits = 'E097C611EA19C676CD79309A3A2F59A3';

/** Text as its UTF-8 bytes look in Latin-1. */
const utf8 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** Reads lines behind the two that every file needs; their numbers begin with 3. */
function read(...lines: string[]): CntlmConfResult {
  return readCntlmConf(`${base}${lines.map((line) => `${line}\n`).join('')}`);
}

function confOf(result: CntlmConfResult): CntlmConf {
  if (result.conf === undefined) throw new Error(JSON.stringify(result.diagnostics));
  return result.conf;
}

function linesOf({ diagnostics }: CntlmConfResult, severity: 'error' | 'warning'): number[] {
  return diagnostics.filter((each) => each.severity === severity).map(({ line }) => line);
}

function messagesOf({ diagnostics }: CntlmConfResult): string {
  return diagnostics.map(({ message }) => message).join('\n');
}

describe('readCntlmConf', () => {
  it('reads a whole file', () => {
    const result = readCntlmConf(
      [
        '# company',
        'Username alice',
        'Domain corp',
        `PassNTLMv2 ${digits.toLowerCase()}`,
        `PassNT ${digits}`,
        'Auth ntlmv2',
        'Workstation mac7',
        'Proxy proxy1.corp.test:8080',
        'Proxy proxy2.corp.test:3128',
        'NoProxy localhost, 127.0.0.*, 10.*',
        'NoProxy *.corp.test',
        'Listen 3128',
        'Listen 127.0.0.2:3129',
        'Listen [::1]:3130',
        'Gateway Yes',
        'Allow 127.0.0.1',
        'Deny 0/0',
        '',
      ].join('\n'),
    );
    expect(result.diagnostics).toEqual([]);
    expect(result.conf).toEqual({
      account: { domain: 'corp', user: 'alice' },
      workstation: 'mac7',
      password: undefined,
      passNtlmv2: { digits, line: 4 },
      passNt: { digits, line: 5 },
      upstreams: [
        { host: 'proxy1.corp.test', port: 8080 },
        { host: 'proxy2.corp.test', port: 3128 },
      ],
      noProxy: ['localhost', '127.0.0.*', '10.*', '*.corp.test'],
      listen: [{ port: 3128 }, { host: '127.0.0.2', port: 3129 }, { host: '::1', port: 3130 }],
      gateway: true,
      access: [
        { action: 'allow', host: '127.0.0.1', prefixLength: 32 },
        { action: 'deny', host: '*', prefixLength: 0 },
      ],
    } satisfies CntlmConf);
  });

  it('needs a user and a proxy, and nothing else', () => {
    expect(readCntlmConf('').conf).toBeUndefined();
    expect(linesOf(readCntlmConf(''), 'error')).toEqual([0, 0]);
    const result = read();
    expect(result.diagnostics).toEqual([]);
    expect(confOf(result)).toMatchObject({
      account: { domain: '', user: 'alice' },
      listen: [{ port: 3128 }],
      noProxy: [],
      access: [],
      gateway: false,
    });
  });

  it('puts the diagnostics in the order of the lines', () => {
    const result = readCntlmConf('Auth LM\nBogus x\nPassNT 12\nListen 0\n');
    expect(result.diagnostics.map(({ line }) => line)).toEqual([0, 0, 1, 2, 3, 4]);
  });

  it.each(['Username', 'Domain', 'Password', 'Workstation', 'Gateway', 'Auth', 'PassNT', 'PassNTLMv2'])(
    'takes the first %s',
    (keyword) => {
      const good = keyword === 'Auth' ? 'NTLMv2' : keyword === 'Gateway' ? 'yes' : digits;
      const result = readCntlmConf(
        `Proxy p:1\n${keyword === 'Username' ? '' : 'Username u\n'}${keyword} ${good}\n${keyword.toUpperCase()} second\n`,
      );
      expect(linesOf(result, 'error')).toEqual([]);
      expect(linesOf(result, 'warning')).toEqual([keyword === 'Username' ? 3 : 4]);
      expect(JSON.stringify(result)).not.toContain('second');
    },
  );

  it.each([
    ['Domain', 'domain'],
    ['Username', 'user'],
  ] as const)('reads a %s in UTF-8, and says so', (keyword, property) => {
    const result = readCntlmConf(`Proxy p:1\n${keyword} ${utf8('Jörg')}\nUsername u\n`);
    expect(confOf(result).account[property]).toBe('Jörg');
    expect(linesOf(result, 'warning')).toContain(2);
  });

  it.each([
    ['UTF-8', utf8('pässword'), 'pässword', [3]],
    ['UTF-8 that ends with the byte A0', utf8('voilà'), 'voilà', [3]],
    ['Latin-1', 'p\u00e4ssword', 'pässword', []],
    ['Latin-1 that ends with the byte A0', 'abc\u00a0', 'abc\u00a0', []],
    ['ASCII', 'p%41ss', 'p%41ss', []],
    ['quotation marks', '" a#b "', ' a#b ', []],
  ])('reads a password in %s', (_title, value, password, warnings) => {
    const result = read(`Password ${value}`);
    expect(confOf(result).password).toBe(password);
    expect(linesOf(result, 'warning')).toEqual(warnings);
  });

  it('ignores every hash beside a password', () => {
    const result = read(`PassNTLMv2 ${digits}`, 'PassNT zz', 'PassLM 12', 'Password secret');
    expect(confOf(result)).toMatchObject({ password: 'secret', passNtlmv2: undefined, passNt: undefined });
    expect(linesOf(result, 'warning')).toEqual([3, 4, 5]);
  });

  it.each(['PassNTLMv2', 'PassNT'])('takes nothing for %s but 32 digits', (keyword) => {
    for (const [value, said] of [
      [digits.slice(0, 8), '8'],
      [digits.slice(1), '31'],
      [`${digits}0`, '33'],
      [`G${digits.slice(1)}`, 'characters'],
      [`${digits.slice(0, 16)} ${digits.slice(16)}`, 'characters'],
    ] as const) {
      const result = read(`${keyword} ${value}`);
      expect(linesOf(result, 'error')).toEqual([3]);
      expect(messagesOf(result)).toContain(said);
      expect(messagesOf(result)).not.toContain(value.slice(0, 8));
    }
    for (const sample of [
      '1AD35398BE6565DDB5C4EF70C0593492',
      '77b9081511704ee852f94227cf48a793',
      'D5826E9C665C37C80B53397D5C07BBCB',
    ]) {
      const result = read(`${keyword} ${sample}`);
      expect(linesOf(result, 'error')).toEqual([3]);
      expect(messagesOf(result)).toContain('sample');
    }
  });

  it('warns that cntlm hashes names beyond ASCII differently', () => {
    expect(
      linesOf(readCntlmConf(`Proxy p:1\nUsername J\u00f6rg\nPassNTLMv2 ${digits}\n`), 'warning'),
    ).toEqual([3]);
    expect(linesOf(readCntlmConf(`Proxy p:1\nUsername J\u00f6rg\nPassNT ${digits}\n`), 'warning')).toEqual(
      [],
    );
  });

  it.each(['NTLM', 'ntlm2sr', 'NT', 'LM', 'GSS', 'bogus'])('refuses Auth %s', (value) => {
    const result = read(`Auth ${value}`);
    expect(linesOf(result, 'error')).toEqual([3]);
    expect(messagesOf(result)).toContain('NTLMv2');
  });

  it.each([
    ['h:1', { host: 'h', port: 1 }, 0],
    ['10.0.0.1:65535', { host: '10.0.0.1', port: 65_535 }, 0],
    ['[fe80::1]:8080', { host: 'fe80::1', port: 8080 }, 0],
    ['fe80::1:8080', { host: 'fe80::1', port: 8080 }, 0],
    ['h 8080', { host: 'h', port: 8080 }, 0],
    ['h \t 8080', { host: 'h', port: 8080 }, 0],
    ['http://h:8080', { host: 'h', port: 8080 }, 1],
    ['HTTP://h:8080/', { host: 'h', port: 8080 }, 1],
    ['= h:8080', { host: 'h', port: 8080 }, 1],
  ])('reads Proxy %s', (value, expected, warningCount) => {
    const result = readCntlmConf(`Username u\nProxy ${value}\n`);
    expect(confOf(result).upstreams).toEqual([expected]);
    expect(linesOf(result, 'warning')).toHaveLength(warningCount);
  });

  it.each([
    'h',
    ':8080',
    'h:',
    'h:0',
    'h:65536',
    'h:123456',
    'h:-1',
    'h:8o80',
    'h:80:80',
    'h 80 80',
    '[fe80::1]',
    '[h]x:80',
    'a,b:80',
    'https://h:8080',
    'socks5://h:8080',
    'http://h:8080/path',
    'http://h/',
    'h ; x',
  ])('refuses Proxy %s', (value) => {
    const result = readCntlmConf(`Username u\nProxy ${value}\n`);
    expect(linesOf(result, 'error')).toEqual([2]);
  });

  it.each([
    ['3128', { port: 3128 }],
    ['127.0.0.1:3128', { host: '127.0.0.1', port: 3128 }],
    ['localhost:3128', { host: 'localhost', port: 3128 }],
    ['[::]:3128', { host: '::', port: 3128 }],
    ['::1:3128', { host: '::1', port: 3128 }],
  ])('reads Listen %s', (value, expected) => {
    expect(confOf(read(`Listen ${value}`)).listen).toEqual([expected]);
  });

  it.each(['0', '65536', 'x', '*:3128', ':3128', 'localhost', '127.0.0.1:', '-1'])(
    'refuses Listen %s',
    (value) => {
      expect(linesOf(read(`Listen ${value}`), 'error')).toEqual([3]);
    },
  );

  it.each([
    ['yes', true, []],
    ['YES', true, []],
    ['no', false, []],
    ['true', false, [3]],
    ['1', false, [3]],
    ['on', false, [3]],
  ])('reads Gateway %s', (value, gateway, warnings) => {
    const result = read(`Gateway ${value}`);
    expect(confOf(result).gateway).toBe(gateway);
    expect(linesOf(result, 'warning')).toEqual(warnings);
  });

  it.each<[string, Omit<AccessRule, 'action'>, number[]]>([
    ['*', { host: '*', prefixLength: 0 }, []],
    ['0/0', { host: '*', prefixLength: 0 }, []],
    ['10.0.0.1', { host: '10.0.0.1', prefixLength: 32 }, []],
    ['10.0.0.0/8', { host: '10.0.0.0', prefixLength: 8 }, []],
    ['0.0.0.0/0', { host: '0.0.0.0', prefixLength: 0 }, []],
    ['255.255.255.254/31', { host: '255.255.255.254', prefixLength: 31 }, []],
    ['10.1.2.3/8', { host: '10.1.2.3', prefixLength: 8 }, [3]],
    ['10.1.2.3/0', { host: '10.1.2.3', prefixLength: 0 }, [3]],
    ['build-host.corp.test', { host: 'build-host.corp.test', prefixLength: 32 }, []],
    ['build_host/24', { host: 'build_host', prefixLength: 24 }, []],
  ])('reads Allow and Deny %s', (value, rule, warnings) => {
    for (const action of ['allow', 'deny'] as const) {
      const result = read(`${action.toUpperCase()} ${value}`);
      expect(confOf(result).access).toEqual([{ action, ...rule }]);
      expect(linesOf(result, 'warning')).toEqual(warnings);
    }
  });

  it.each([
    '10.0.0.0/33',
    '10.0.0.0/255.0.0.0',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '10.0.0',
    '10.0.0.',
    '10.0.0.256',
    '10.0.0.1.2',
    '010.0.0.1',
    '10..0.1',
    '0',
    '*/8',
    '::1',
    'fe80::/10',
    'a b',
    'a,b',
    '/8',
  ])('refuses Allow %s', (value) => {
    expect(linesOf(read(`Allow ${value}`), 'error')).toEqual([3]);
  });

  it('keeps the order of Allow and Deny', () => {
    const result = read('Deny a', 'Allow b', 'Deny c');
    expect(confOf(result).access.map(({ action, host }) => `${action} ${host}`)).toEqual([
      'deny a',
      'allow b',
      'deny c',
    ]);
  });

  it.each([
    ['a,b', ['a', 'b'], []],
    ['a b', ['a', 'b'], []],
    [' a ,\t b,,c ', ['a', 'b', 'c'], []],
    ['10.0.0.0/8', ['10.0.0.0/8'], [3]],
    ['.corp.test', ['.corp.test'], [3]],
    ['"a, b"', ['a', 'b'], []],
  ])('reads NoProxy %s', (value, noProxy, warnings) => {
    const result = read(`NoProxy ${value}`);
    expect(confOf(result).noProxy).toEqual(noProxy);
    expect(linesOf(result, 'warning')).toEqual(warnings);
  });

  it.each([
    'Tunnel 1:h:2',
    'SOCKS5Proxy 1080',
    'SOCKS5User a:b',
    'SOCKS5Users a:b',
    'Header X-A: b',
    'Flags 0x06820000',
    'NTLMToBasic yes',
    'ISAScannerSize 1',
    'ISAScannerAgent a',
    'Pac /a',
    'PacFile /a',
    'SSPI NTLM',
    'PidFile /a',
    'Uid a',
  ])('ignores what cntlm knows and Latchkey does not: %s', (line) => {
    const result = read(line);
    expect(confOf(result)).toEqual(confOf(read()));
    expect(linesOf(result, 'warning')).toEqual([3]);
    expect(messagesOf(result)).toContain('not supported');
  });

  it('ignores PassLM and what is no keyword', () => {
    const result = read(`PassLM ${digits}`, 'Bogus x');
    expect(confOf(result)).toEqual(confOf(read()));
    expect(linesOf(result, 'warning')).toEqual([3, 4]);
  });

  it.each([
    ['a hash in a line of its own', `${digits} x`],
    ['a password in a line of its own', 'hunter2 x'],
    ['a password in a URL', 'Proxy http://alice:hunter2@proxy.corp.test:8080'],
    ['a password in the wrong place', 'Auth hunter2'],
    ['a password for a port', 'Listen hunter2'],
    ['a password for a rule', 'Deny hunter2 x'],
    ['a password with a comment sign', 'Password hunter2#x'],
    ['an open quotation mark', 'Password "hunter2'],
    ['a short hash', `PassNT ${digits.slice(1)}`],
  ])('says no secret: %s', (_title, line) => {
    const result = read(line);
    expect(result.diagnostics).not.toEqual([]);
    expect(messagesOf(result)).not.toContain('hunter2');
    expect(messagesOf(result)).not.toContain(digits.slice(1, 9));
  });

  it('never throws, and stays within the file', () => {
    const keyword = fc.constantFrom(
      'Username',
      'Domain',
      'Password',
      'PassNTLMv2',
      'PassNT',
      'Auth',
      'Proxy',
      'NoProxy',
      'Listen',
      'Gateway',
      'Allow',
      'Deny',
      'Workstation',
      'Tunnel',
      'Bogus',
      '',
      '[x]',
      '#',
      '=',
    );
    const byte = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
    const value = fc.oneof(
      fc.string({ unit: byte, maxLength: 12 }),
      fc.string({ unit: fc.constantFrom('1', ':', '[', ']', '/', '.', '*', ' ', '"', 'a'), maxLength: 12 }),
    );
    const line = fc.tuple(keyword, fc.constantFrom('', ' ', '='), value).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
        const text = lines.join('\n');
        const { conf, diagnostics } = readCntlmConf(text);
        const lineCount = text.split('\n').length;
        for (const diagnostic of diagnostics) {
          expect(diagnostic.line).toBeGreaterThanOrEqual(0);
          expect(diagnostic.line).toBeLessThanOrEqual(lineCount);
        }
        expect(conf === undefined).toBe(diagnostics.some(({ severity }) => severity === 'error'));
        for (const { port } of [...(conf?.upstreams ?? []), ...(conf?.listen ?? [])]) {
          expect(port >= 1 && port <= 65_535).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(readCntlmConf(text).diagnostics.length).toBeGreaterThan(0);
      }),
    );
  });
});
