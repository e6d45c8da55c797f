import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AppSettings, defaultAppSettings } from '../../shared/app-settings';
import { exportCntlmConf } from './export-cntlm-conf';
import { createAccessList } from '../server/access-list';
import { importCntlmConf } from './import-cntlm-conf';
import { toEngineSettings } from './to-engine-settings';

const base: AppSettings = { ...defaultAppSettings, port: 4000, language: 'de' };
const needed = 'Username alice\nDomain CORP\nProxy proxy.corp:8080\n';

/** Settings as the app has them: no list without the choice that it belongs to. */
function settingsOf(record: Partial<AppSettings>): AppSettings {
  const { access } = record;
  const isOpen = access === 'named' || access === 'everyone';
  const places = (entries: readonly string[] = []): string[] =>
    entries.map((each) => (isOpen ? each.replace(/^(?:[\d.]+:|\[::1\]:)(?=\d)/, '*:') : each));
  return {
    ...base,
    ...record,
    allowed: access === 'named' ? (record.allowed ?? []) : [],
    rules: access === 'rules' ? (record.rules ?? []) : [],
    // With a port for this Mac alone the rules are about nobody else.
    alsoListen: access === 'rules' ? ['10.0.0.5:3129', '*:4001'] : places(record.alsoListen),
    socks: places(record.socks),
    tunnels: places(record.tunnels),
  };
}

function read(text: string): Extract<ReturnType<typeof importCntlmConf>, { readonly kind: 'read' }> {
  const result = importCntlmConf(text, base);
  if (result.kind !== 'read') throw new Error(JSON.stringify(result.remarks));
  return result;
}

describe('importCntlmConf', () => {
  it('takes over what the file says, and keeps the rest', () => {
    const { settings, remarks } = read(
      `${needed}Proxy p2:8080\nNoProxy a, *.b\nListen 3129\nWorkstation DESK\nGateway yes\nAllow 127.0.0.1\nAllow 10.1.0.0/16\nAllow 10.2.3.4\nDeny 0/0\n`,
    );
    expect(settings).toEqual({
      ...base,
      account: { domain: 'CORP', user: 'alice' },
      upstreams: [
        { host: 'proxy.corp', port: 8080 },
        { host: 'p2', port: 8080 },
      ],
      noProxy: ['a', '*.b'],
      port: 3129,
      workstation: 'DESK',
      access: 'named',
      allowed: ['10.1.0.0/16', '10.2.3.4'],
    });
    expect(remarks).toEqual([]);
  });

  it.each<[string, Partial<AppSettings>]>([
    ['', { access: 'this-mac' }],
    ['Gateway yes\n', { access: 'everyone' }],
    ['Gateway True\nAllow 127.0.0.1\nDeny 0/0\n', { access: 'this-mac' }],
    ['Gateway no\nDeny 0/0\n', { access: 'rules', rules: ['deny *'] }],
    ['Gateway yes\nAllow 10.0.0.1\n', { access: 'everyone' }],
    [
      'Gateway yes\nAllow 127.0.0.1\nAllow 10.0.0.0/8\nDeny 0/0\n',
      { access: 'named', allowed: ['10.0.0.0/8'] },
    ],
    ['Gateway yes\nDeny 0/0\n', { access: 'rules', rules: ['deny *'], alsoListen: ['*:3128'] }],
    [
      'Gateway yes\nDeny 10.0.0.1\nAllow *\n',
      { access: 'rules', rules: ['deny 10.0.0.1', 'allow *'], alsoListen: ['*:3128'] },
    ],
    ['Listen 0.0.0.0:3128\nAllow 127.0.0.1\nDeny 0/0\n', { access: 'named', allowed: [] }],
    [
      'Listen 3128\nListen 10.0.0.5:3128\nAllow 10.0.0.0/8\nAllow 127.0.0.1\nDeny 0/0\n',
      {
        access: 'rules',
        rules: ['allow 10.0.0.0/8', 'allow 127.0.0.1', 'deny *'],
        alsoListen: ['10.0.0.5:3128'],
      },
    ],
    ['Listen 10.0.0.5:3128\n', { access: 'rules', alsoListen: ['10.0.0.5:3128'] }],
    ['Listen 3128\nListen 3129\n', { access: 'this-mac', alsoListen: ['3129'] }],
    [
      'SOCKS5Proxy 1080\nTunnel 1:h:2\nHeader X-A: b\n',
      { socks: ['1080'], tunnels: ['1:h:2'], headers: ['X-A: b'] },
    ],
    ['SOCKS5Proxy 1080\nSOCKS5Users a:b\n', { socks: ['1080'], socksUsers: ['a'] }],
  ])('reads %j', (lines, settings) => {
    const { alsoListen, allowed, rules, socks, tunnels, headers } = base;
    expect(read(needed + lines).settings).toMatchObject({
      port: 3128,
      alsoListen,
      allowed,
      rules,
      socks,
      tunnels,
      headers,
      ...settings,
    });
  });

  /** Listen, Gateway, Allow and Deny with one meaning, whichever host reads them. */
  it.each([
    'Gateway yes\nAllow 127.0.0.1\nAllow 10.0.0.0/8\nDeny 0/0\n',
    'Gateway yes\nDeny 10.0.0.1\nAllow *\n',
    'Listen 0.0.0.0:3128\nAllow 127.0.0.1\nDeny 10.0.0.0/8\n',
    'Gateway yes\nDeny 0/0\n',
    'Gateway no\nDeny 0/0\n',
  ])('lets the same clients in as the command line with %j', async (lines) => {
    const { settings, conf } = read(needed + lines);
    const engine = toEngineSettings(settings, { domain: '', user: 'x' }, 'mac');
    const resolve = () => Promise.resolve(undefined);
    const ofApp = await createAccessList(engine.access, resolve);
    const ofFile = await createAccessList(conf.access, resolve);
    const reaches = ['127.0.0.1', '10.0.0.1', '10.9.9.9', '192.0.2.1', '2001:db8::1'];
    const isReached = (address: string): boolean =>
      conf.gateway || conf.listen.some(({ host }) => host === '0.0.0.0') || address === '127.0.0.1';
    for (const address of reaches.filter(isReached)) {
      expect([address, ofApp(address)]).toEqual([address, ofFile(address)]);
    }
  });

  it('says what is more or less than in the file, and takes the names of SOCKS5 users over', () => {
    const text = `${needed}SOCKS5Proxy 1080\nSOCKS5Users a:b\nListen 10.0.0.1:3128\nWorkstation A-NAME-THAT-IS-TOO-LONG\n`;
    expect(read(text).remarks.map(({ line, matter }) => [line, matter.kind])).toEqual([
      [6, 'listens-here-too'],
      [7, 'workstation-long'],
    ]);
    expect(read(text).settings).toMatchObject({ socks: ['1080'], socksUsers: ['a'] });
    expect(JSON.stringify([read(text).remarks, read(text).settings])).not.toContain('a:b');
    expect(read(text).settings.workstation).toBe('A-NAME-THAT-IS-TOO-LONG');
  });

  it('names the line that cannot be used, without its value', () => {
    const result = importCntlmConf(`${needed}PassNT secret\n`, base);
    expect(result).toMatchObject({ kind: 'bad', remarks: [{ line: 4, severity: 'error' }] });
    expect(JSON.stringify(result)).not.toContain('secret');
  });

  it('has two readings of a hash, and one of a password', () => {
    const digits = '0123456789ABCDEF0123456789ABCDEF';
    expect(read(`${needed}PassNTLMv2 ${digits}\n`).readings.map(({ format }) => format)).toEqual([
      'inverted',
      'plain',
    ]);
    expect(read(`${needed}Password pw\n`).readings).toHaveLength(1);
    expect(read(needed).readings).toEqual([]);
  });
});

describe('exportCntlmConf', () => {
  const host = fc.stringMatching(/^[a-z][a-z0-9.-]{0,20}[a-z0-9]$/);
  const port = fc.integer({ min: 1, max: 65_535 });
  const settings: fc.Arbitrary<AppSettings> = fc
    .record({
      account: fc.record({
        domain: fc.stringMatching(/^[A-Z#]{0,8}$/),
        user: fc.stringMatching(/^[a-z#;][a-z .#;@]{0,8}[a-z]$/),
      }),
      upstreams: fc.array(fc.record({ host, port }), { minLength: 1, maxLength: 4 }),
      noProxy: fc.uniqueArray(fc.stringMatching(/^[a-z*](?:[a-z*.]{0,10}[a-z*])?$/), { maxLength: 40 }),
      port,
      workstation: fc.stringMatching(/^[A-Z0-9-]{0,15}$/),
      access: fc.constantFrom('this-mac' as const, 'everyone' as const, 'named' as const, 'rules' as const),
      rules: fc.array(
        fc.constantFrom('allow 10.1.0.0/16', 'deny 2001:db8::/32', 'deny *', 'allow desk.corp'),
        {
          maxLength: 3,
        },
      ),
      alsoListen: fc.constantFrom([], ['127.0.0.2:4001']),
      socks: fc.constantFrom([], ['127.0.0.1:1080']),
      tunnels: fc.constantFrom([], ['127.0.0.1:5432:db.corp:5432'], ['[::1]:22:[2001:db8::1]:22']),
      headers: fc.constantFrom([], ['X-A: b', 'X-B: c # d']),
      allowed: fc.array(fc.constantFrom('10.1.0.0/16', '10.2.3.4', 'desk.corp'), { maxLength: 3 }),
    })
    .map(settingsOf);

  it('writes what is read as the same', () => {
    fc.assert(
      fc.property(settings, (each) => {
        const { text, gaps } = exportCntlmConf(each, { target: '0.94' });
        const [rules, tunnels] = [each.rules, each.tunnels].map((list) =>
          list.filter((line) => !line.includes('::')),
        );
        expect(read(text).settings).toEqual({ ...each, rules, tunnels });
        const isLeftOut =
          tunnels?.length !== each.tunnels.length ||
          (each.access === 'rules' && rules?.length !== each.rules.length);
        expect(gaps.some(({ kind }) => kind === 'lines')).toBe(isLeftOut);
      }),
    );
  });

  it('lets nobody in whom the settings refuse', () => {
    const { text } = exportCntlmConf({ ...base, alsoListen: ['*:4001'] }, { target: '0.94' });
    expect(text).toMatch(/\nListen 0\.0\.0\.0:4001\n(?:.*\n)*Allow 127\.0\.0\.1\nDeny 0\/0\n/);
  });

  it('holds no secret, and says where it comes from', () => {
    const { text } = exportCntlmConf(base, { target: '0.92.3' });
    expect(text).toContain('Latchkey');
    expect(text).not.toMatch(/^Pass/m);
  });

  it.each([
    ['NTLMv2', ['Auth NTLMv2'], []],
    ['NT', ['Auth NT'], []],
    ['NTLM2SR', ['Auth NTLM2SR'], []],
    // cntlm does not sign in with it.
    ['Basic', ['Auth NTLMv2'], [{ kind: 'basic' }]],
  ] as const)('writes Auth for %s', (signInMethod, lines, gaps) => {
    const exported = exportCntlmConf(
      { ...base, upstreams: [{ host: 'p', port: 1 }], signInMethod, ntlmToBasic: true },
      { target: '0.94' },
    );
    expect(exported.text.match(/^(?:Auth|NTLMToBasic) .*$/gm)).toEqual([...lines, 'NTLMToBasic yes']);
    expect(exported.gaps).toEqual(gaps);
    const read = importCntlmConf(exported.text, { ...base, signInMethod });
    if (read.kind !== 'read') throw new Error('it has mistakes');
    expect(read.settings).toMatchObject({ signInMethod, ntlmToBasic: true });
  });

  it.each(['0.92.3', '0.94'] as const)(
    'writes a hash as cntlm %s reads it, when it is asked to',
    (target) => {
      const hash = Buffer.from('E097C611EA19C676CD79309A3A2F59A3', 'hex');
      const owned = { ...base, account: { domain: 'CORP', user: 'alice' } };
      const credential = { account: owned.account, method: 'NTLMv2', secret: hash } as const;
      const { text } = exportCntlmConf(owned, { target, credential });
      const written = {
        '0.92.3': '1F6839EE15E639893286CF65C5D0A65C',
        '0.94': 'E097C611EA19C676CD79309A3A2F59A3',
      };
      expect(text).toContain(`\nPassNTLMv2 ${written[target]}\n`);
      expect(text).toContain(`for cntlm ${target}`);
    },
  );

  it('leaves out what cntlm has no words for, and says so', () => {
    const six = { host: '2001:db8::1', port: 8080 };
    const settings: AppSettings = {
      ...base,
      account: { domain: 'CORP', user: 'jürgen' },
      upstreams: [six, { host: 'proxy.corp', port: 8080 }],
      noProxy: ['.corp', '<local>', '172.16.0.0/14', 'wiki:80'],
    };
    const { text, gaps } = exportCntlmConf(settings, { target: '0.92.3' });
    expect(gaps).toEqual([
      { kind: 'no-proxy', rules: ['<local>', 'wiki:80'] },
      { kind: 'upstream', upstream: six },
      { kind: 'account' },
    ]);
    expect(text).toContain('\nNoProxy corp, *.corp, 172.16.*, 172.17.*, 172.18.*, 172.19.*\n');
    expect(text).toContain('# cntlm has no words for <local>, wiki:80.');
    expect(text.match(/^Proxy .*$/gm)).toEqual(['Proxy proxy.corp:8080']);
    expect(exportCntlmConf(settings, { target: '0.94' }).text).toContain('\nProxy [2001:db8::1]:8080\n');
  });

  it.each(['0.92.3', '0.94'] as const)('tells cntlm %s no password in what it leaves out', (target) => {
    const secret = 'p[a:"s"#s';
    const settings: AppSettings = { ...base, socks: ['1080'], socksUsers: ['dave'] };
    const exported = exportCntlmConf(settings, { target, socksUsers: [{ user: 'dave', password: secret }] });
    expect(exported.gaps).toEqual([{ kind: 'socks-users' }]);
    expect(JSON.stringify(exported)).not.toContain(JSON.stringify(secret).slice(1, -1));
    expect(exported.text).not.toMatch(/^SOCKS5/m);
    const good = exportCntlmConf(settings, { target, socksUsers: [{ user: 'dave', password: 'p[a:s#s' }] });
    expect(good).toMatchObject({
      gaps: [],
      text: expect.stringContaining('\nSOCKS5Users "dave:p[a:s#s"\n') as string,
    });
    expect(good.text).toContain('\nSOCKS5Proxy 1080\n');
  });

  it('leaves out what cntlm would cut, or read in another way, and says so', () => {
    const long = 'a'.repeat(64);
    const header = 'X-A: "b" # c';
    const longHeader = `X-B: ${'c'.repeat(4096)}`;
    const settings: AppSettings = {
      ...base,
      account: { domain: 'CORP', user: long },
      workstation: 'ü'.repeat(32),
      headers: [header, longHeader, 'X-C: d # e'],
      noProxy: ['he"llo', 'good.example'],
      upstreams: [{ host: 'p.corp', port: 443, isTls: true }],
      pac: 'mac',
    };
    const { text, gaps } = exportCntlmConf(settings, { target: '0.94' });
    expect(gaps).toEqual([
      { kind: 'no-proxy', rules: ['he"llo'] },
      { kind: 'upstream', upstream: { host: 'p.corp', port: 443, isTls: true } },
      { kind: 'pac', place: 'mac' },
      {
        kind: 'lines',
        lines: [
          `Username ${long}`,
          `Workstation ${'ü'.repeat(32)}`,
          `Header "${header}"`,
          `Header ${longHeader}`,
        ],
      },
    ]);
    expect(text).not.toContain(long);
    expect(text).toContain('\nHeader "X-C: d # e"\n');
    expect(text).toContain('# cntlm cannot read this value of Header, which is left out\n');
    expect(exportCntlmConf({ ...base, pac: '/etc/p.pac' }, { target: '0.92.3' }).gaps).toEqual([
      { kind: 'pac', place: '/etc/p.pac' },
    ]);
    expect(exportCntlmConf({ ...base, pac: '/etc/p.pac' }, { target: '0.94' }).text).toContain(
      '\nPac /etc/p.pac\n',
    );
  });
});
