import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SignInMethod } from '../../shared/settings';
import type { AccessRule } from '../../shared/settings';
import type { ConfMatter } from '../../shared/conf-remark';
import { confRemark } from '../../shared/words/conf-remarks/en';
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
  if (result.conf === undefined) throw new Error(JSON.stringify(result.remarks));
  return result.conf;
}

function linesOf({ remarks }: CntlmConfResult, severity: 'error' | 'warning'): number[] {
  return remarks.filter((each) => each.severity === severity).map(({ line }) => line);
}

function mattersOf({ remarks }: CntlmConfResult): ConfMatter[] {
  return remarks.map(({ matter }) => matter);
}

function messagesOf({ remarks }: CntlmConfResult): string {
  return remarks.map(({ matter }) => confRemark(matter)).join('\n');
}

const byKind = (one: ConfMatter, other: ConfMatter): number => one.kind.localeCompare(other.kind);

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
        'SOCKS5Proxy 1080',
        'SOCKS5Users dave:x:y',
        'Tunnel 11443:host.test:443',
        'Tunnel 127.0.0.2:11444:[2001:db8::1]:443',
        'Header User-Agent: Mozilla/5.0 (a)',
        '',
      ].join('\n'),
    );
    expect(result.remarks).toEqual([]);
    expect(result.conf).toEqual({
      account: { domain: 'corp', user: 'alice' },
      domain: 'corp',
      workstation: 'mac7',
      password: undefined,
      passNtlmv2: { digits, line: 4 },
      passNt: { digits, line: 5 },
      passLm: undefined,
      ntlmToBasic: false,
      upstreams: [
        { host: 'proxy1.corp.test', port: 8080 },
        { host: 'proxy2.corp.test', port: 3128 },
      ],
      pac: undefined,
      noProxy: ['localhost', '127.0.0.*', '10.*', '*.corp.test'],
      listen: [
        { port: 3128, line: 12 },
        { host: '127.0.0.2', port: 3129, line: 13 },
        { host: '::1', port: 3130, line: 14 },
      ],
      gateway: true,
      access: [
        { action: 'allow', host: '127.0.0.1', prefixLength: 32, line: 16 },
        { action: 'deny', host: '*', prefixLength: 0, line: 17 },
      ],
      socks: [{ port: 1080, line: 18 }],
      socksUsers: [{ user: 'dave', password: 'x:y' }],
      tunnels: [
        { listen: { port: 11_443, line: 20 }, target: { host: 'host.test', port: 443 } },
        {
          listen: { host: '127.0.0.2', port: 11_444, line: 21 },
          target: { host: '2001:db8::1', port: 443 },
        },
      ],
      headers: [{ name: 'User-Agent', value: 'Mozilla/5.0 (a)' }],
    } satisfies CntlmConf);
  });

  it('needs a proxy, and nothing else', () => {
    expect(readCntlmConf('').conf).toBeUndefined();
    expect(readCntlmConf('').remarks).toEqual([
      { severity: 'warning', line: 0, matter: { kind: 'no-username' } },
      { severity: 'error', line: 0, matter: { kind: 'no-proxy' } },
    ]);
    const result = read();
    expect(result.remarks).toEqual([]);
    expect(confOf(result)).toMatchObject({
      account: { domain: '', user: 'alice' },
      listen: [{ port: 3128 }],
      noProxy: [],
      access: [],
      gateway: false,
    });
  });

  it.each([
    ['Pac /etc/proxy.pac', '/etc/proxy.pac'],
    ['Pac yes\nPacFile /etc/proxy.pac', '/etc/proxy.pac'],
    ['Pac no\nPacFile /etc/proxy.pac', undefined],
    ['Pac http://pac.corp/proxy.pac', 'http://pac.corp/proxy.pac'],
  ])('finds the PAC of %j', (lines, pac) => {
    const result = read(lines);
    expect(result.remarks).toEqual([]);
    expect(confOf(result).pac).toBe(pac);
  });

  it('says what a PAC must be, and that it is the one to name the company proxies', () => {
    expect(linesOf(read('Pac proxy.pac'), 'error')).toEqual([3]);
    const alone = readCntlmConf('Username u\nPac /etc/proxy.pac\n');
    expect(alone.remarks).toEqual([
      { severity: 'warning', line: 0, matter: { kind: 'no-proxy-beside-pac' } },
    ]);
    expect(alone.conf).toMatchObject({ upstreams: [], pac: '/etc/proxy.pac' });
    expect(linesOf(readCntlmConf('Username u\nPac no\n'), 'error')).toEqual([0]);
  });

  it('puts the diagnostics in the order of the lines', () => {
    const result = readCntlmConf('Auth LM\nBogus x\nPassNT 12\nListen 0\n');
    expect(result.remarks.map(({ line }) => line)).toEqual([0, 0, 1, 2, 3, 4]);
  });

  it.each(['Username', 'Domain', 'Password', 'Workstation', 'Gateway', 'Auth', 'PassNT', 'PassNTLMv2'])(
    'takes the first %s',
    (keyword) => {
      const goods: Readonly<Record<string, string>> = { Auth: 'NTLMv2', Gateway: 'yes', Workstation: 'mac' };
      const good = goods[keyword] ?? digits;
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
    expect(confOf(result).account?.[property]).toBe('Jörg');
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

  it.each(['NTLM', 'ntlm2sr', 'NT', 'LM', 'GSS'])('takes NTLMv2 for Auth %s, and says so', (value) => {
    const result = read(`Auth ${value}`, `PassNT ${digits}`, `PassLM ${digits}`);
    expect(confOf(result).passNt?.digits).toBe(digits);
    expect(linesOf(result, 'warning')).toEqual([3, 5]);
    expect(messagesOf(result)).toContain('NTLMv2');
  });

  it('refuses an Auth that cntlm does not know either', () => {
    expect(mattersOf(read('Auth bogus'))).toEqual([{ kind: 'auth-unknown' }]);
  });

  it.each(['Username', 'Domain', 'Password', 'PassNTLMv2', 'PassNT', 'Workstation', 'Proxy'])(
    'refuses a %s that was never filled in',
    (keyword) => {
      for (const value of [
        '<username>',
        '{{ proxy_user }}',
        'YOUR_PASSWORD',
        'your-domain',
        'yourpassword',
        'changeme',
        'CHANGE_ME',
        '${CORP_USER}',
        '$USER',
        '%USERNAME%',
        '@@USER@@',
        '__USER__',
        '[username]',
        'xxxxxxxx',
        'enter your password here',
      ]) {
        const text = keyword === 'Proxy' ? `${value}:8080` : value;
        const line = `${keyword} ${text}`;
        const file = keyword === 'Username' ? `Proxy p:1\n${line}\n` : `${base}${line}\n`;
        expect([value, mattersOf(readCntlmConf(file))]).toEqual([
          value,
          expect.arrayContaining([{ kind: 'not-filled-in', keyword }]),
        ]);
        expect(readCntlmConf(file).conf).toBeUndefined();
      }
    },
  );

  it.each([
    'my-secret',
    'Passw0rd',
    'user',
    'p<>w',
    'a{{b',
    'changed',
    'yours',
    'type-r',
    '100%',
    '$1',
    'xx',
  ])('takes %s as it is', (value) => {
    expect(confOf(read(`Password ${value}`)).password).toBe(value);
  });

  it.each(['PassNT', 'PassNTLMv2'])('needs no other hash beside a good one: %s is malformed', (bad) => {
    const good = bad === 'PassNT' ? 'PassNTLMv2' : 'PassNT';
    const result = read(`${bad} 0123`, `${good} ${digits}`);
    expect(mattersOf(result)).toEqual([{ kind: 'other-hash-counts', keyword: bad, used: good }]);
    const { passNt, passNtlmv2 } = confOf(result);
    expect([passNt, passNtlmv2].filter((hash) => hash !== undefined)).toEqual([{ digits, line: 4 }]);
    expect(linesOf(read('PassNT 0123', 'PassNTLMv2 4567'), 'error')).toEqual([3, 4]);
  });

  it('keeps the domain of a file without Username', () => {
    const result = readCntlmConf('Proxy p:1\nDomain corp\n');
    expect(confOf(result)).toMatchObject({ account: undefined, domain: 'corp' });
    expect(mattersOf(result)).toEqual([{ kind: 'no-username' }]);
  });

  it('sends a long Workstation as cntlm does, and says so', () => {
    expect(confOf(read('Workstation A-NAME-THAT-IS-TOO-LONG')).workstation).toBe('A-NAME-THAT-IS-TOO-LONG');
    expect(mattersOf(read('Workstation A-NAME-THAT-IS-TOO-LONG'))).toEqual([
      { kind: 'workstation-long', limit: 15 },
    ]);
    const result = read(`Workstation ${'a'.repeat(64)}`);
    expect(confOf(result).workstation).toBe('a'.repeat(63));
    expect(mattersOf(result)).toEqual([{ kind: 'workstation-cut', limit: 63 }]);
  });

  it.each<[string, ConfMatter]>([
    ['Listen 3128 ; the port', { kind: 'semicolon-left-out', keyword: 'Listen' }],
    ['Proxy p:8080 ; the proxy', { kind: 'semicolon-left-out', keyword: 'Proxy' }],
    ['Domain corp ; x', { kind: 'semicolon-kept' }],
    ['Listen 127.0.0.1 3128', { kind: 'blank-for-colon', keyword: 'Listen' }],
    ['NoProxy localhost;127.0.0.*;10.*', { kind: 'semicolon-in-no-proxy' }],
    ['NoProxy *.CORP.EXAMPLE', { kind: 'case-in-no-proxy' }],
  ])('says of %s what is meant', (line, matter) => {
    expect(mattersOf(read(line))).toEqual([matter]);
  });

  it('says once that the case of NoProxy does not count', () => {
    expect(linesOf(read('NoProxy A', 'NoProxy B, C'), 'warning')).toEqual([3]);
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
    expect(confOf(read(`Listen ${value}`)).listen).toEqual([{ ...expected, line: 3 }]);
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
      expect(confOf(result).access).toEqual([{ action, ...rule, line: 3 }]);
      const said = result.remarks.filter(({ matter }) => !matter.kind.endsWith('this-machine'));
      expect(said.map(({ line }) => line)).toEqual(warnings);
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
    '::1::',
    'fe80::/129',
    'a b',
    'a,b',
    '/8',
  ])('refuses Allow %s', (value) => {
    expect(linesOf(read(`Allow ${value}`), 'error')).toEqual([3]);
  });

  it.each<[string, ConfMatter[]]>([
    ['SOCKS5User a:b', [{ kind: 'socks-user-singular' }]],
    ['SOCKS5Users a', [{ kind: 'bad-socks-user', keyword: 'SOCKS5Users' }]],
    ['SOCKS5Users <user>:b', [{ kind: 'not-filled-in', keyword: 'SOCKS5Users' }]],
    ['SOCKS5Proxy x', [{ kind: 'bad-listen', keyword: 'SOCKS5Proxy' }]],
    ['Tunnel 1:h', [{ kind: 'bad-tunnel' }]],
    ['Tunnel 1:h:0', [{ kind: 'bad-tunnel' }]],
    ['Tunnel a:1:h:2:3', [{ kind: 'bad-tunnel' }]],
    ['Tunnel *:1:h:2', [{ kind: 'bad-tunnel' }]],
    ['Header X-A', [{ kind: 'bad-header' }]],
    ['Header X A: b', [{ kind: 'bad-header' }]],
    ['Header Content-Length: 4', [{ kind: 'header-reserved' }]],
    ['Header Proxy-Authorization: Basic x', [{ kind: 'header-reserved' }]],
    ['Allow fe80::/10', [{ kind: 'rules-for-this-machine' }, { kind: 'access-ipv6', keyword: 'Allow' }]],
    ['Deny 127.0.0.0/8', [{ kind: 'rules-for-this-machine' }, { kind: 'denies-this-machine' }]],
  ])('says of %s what is wrong with it', (line, matters) => {
    expect(mattersOf(read(line)).toSorted(byKind)).toEqual(matters.toSorted(byKind));
  });

  it('takes the first of two headers with one name, as cntlm', () => {
    const result = read('Header X-A: 1', 'Header x-a: 2', 'Header X-B: 3');
    expect(confOf(result).headers).toEqual([
      { name: 'X-A', value: '1' },
      { name: 'X-B', value: '3' },
    ]);
    expect(mattersOf(result)).toEqual([{ kind: 'given-before', keyword: 'Header', firstLine: 3 }]);
  });

  it('says that rules refuse this machine, unless one before lets it in', () => {
    expect(mattersOf(read('Gateway yes', 'Deny 0/0'))).toEqual([{ kind: 'denies-this-machine' }]);
    expect(mattersOf(read('Gateway yes', 'Allow 127.0.0.1', 'Deny 0/0'))).toEqual([]);
    expect(mattersOf(read('Listen 0.0.0.0:3128', 'Allow 127.0.0.1', 'Deny 0/0'))).toEqual([]);
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
    // Rules of Latchkey's own, which are whole names to cntlm and fit none.
    ['10.0.0.0/8, a', ['a'], [3]],
    ['.corp.test, a', ['a'], [3]],
    ['a:80 <local> 10.0.0.1-10.0.0.9 [::1] a', ['a'], [3]],
    ['10.* ::1 fe80:* 10.0.0.1 a-b 10.1', ['10.*', '::1', 'fe80:*', '10.0.0.1', 'a-b', '10.1'], []],
    ['"a, b"', ['a', 'b'], []],
  ])('reads NoProxy %s', (value, noProxy, warnings) => {
    const result = read(`NoProxy ${value}`);
    expect(confOf(result).noProxy).toEqual(noProxy);
    expect(linesOf(result, 'warning')).toEqual(warnings);
  });

  it.each(['Flags 0x06820000', 'ISAScannerSize 1', 'ISAScannerAgent a', 'SSPI NTLM', 'PidFile /a', 'Uid a'])(
    'ignores what cntlm knows and Latchkey does not: %s',
    (line) => {
      const result = read(line);
      expect(confOf(result)).toEqual(confOf(read()));
      expect(linesOf(result, 'warning')).toEqual([3]);
      expect(messagesOf(result)).toContain('not supported');
    },
  );

  it.each([
    ['yes', true, []],
    ['YES', true, []],
    ['no', false, []],
    ['true', false, [3]],
  ])('reads NTLMToBasic %s', (value, ntlmToBasic, warnings) => {
    const result = read(`NTLMToBasic ${value}`);
    expect(confOf(result).ntlmToBasic).toBe(ntlmToBasic);
    expect(linesOf(result, 'warning')).toEqual(warnings);
  });

  it('goes by the method that the user has chosen, whatever Auth says', () => {
    const text = `Username a\nProxy b:1\nAuth NTLM\nPassLM ${digits}\nPassNT ${digits}\n`;
    const said = (method: SignInMethod): string[] =>
      readCntlmConf(text, method).remarks.map(({ matter }) => matter.kind);
    expect(said('NTLMv2')).toEqual(['auth-other', 'not-needed']);
    expect(said('NTLM')).toEqual([]);
    expect(said('LM')).toEqual(['auth-other']);
    expect(readCntlmConf(text, 'LM').conf?.passLm).toEqual({ digits, line: 4 });
    // One that is not needed stops nothing.
    const bad = text.replace(`PassLM ${digits}`, 'PassLM 12');
    expect(readCntlmConf(bad, 'NT').conf?.passLm).toBeUndefined();
    expect(readCntlmConf(bad, 'LM').conf).toBeUndefined();
  });

  it('ignores PassLM and what is no keyword', () => {
    const result = read(`PassLM ${digits}`, 'Bogus x');
    expect({ ...confOf(result), passLm: undefined }).toEqual(confOf(read()));
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
    expect(result.remarks).not.toEqual([]);
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
        const { conf, remarks } = readCntlmConf(text);
        const lineCount = text.split('\n').length;
        for (const { line: at } of remarks) {
          expect(at).toBeGreaterThanOrEqual(0);
          expect(at).toBeLessThanOrEqual(lineCount);
        }
        expect(conf === undefined).toBe(remarks.some(({ severity }) => severity === 'error'));
        for (const { port } of [...(conf?.upstreams ?? []), ...(conf?.listen ?? [])]) {
          expect(port >= 1 && port <= 65_535).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(readCntlmConf(text).remarks.length).toBeGreaterThan(0);
      }),
    );
  });
});
