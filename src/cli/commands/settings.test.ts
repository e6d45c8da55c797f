import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandFixture } from '../../../test/command-fixture';
import type { AppSettings, SettingsPatch } from '../../shared/app-settings';
import { settingNames } from '../../shared/setting-text';

let fixture: CommandFixture;

beforeEach(async () => {
  fixture = await CommandFixture.create();
  await fixture.listen();
  fixture.core.answer('change-settings', ({ patch }) => {
    fixture.core.setSettings(patch as Partial<AppSettings>);
    return { kind: 'done' };
  });
});

afterEach(() => fixture.remove());

describe('latchkey settings get', () => {
  it('shows all of them, as `set` takes them', async () => {
    expect(await fixture.run(['settings', 'get'])).toMatchObject({
      code: 0,
      out: [
        'isOn                    on',
        'upstreams               proxy.corp:8080',
        'pac                     none',
        'pacFallback             direct',
        'refusedProxies          none',
        'noProxy                 localhost, 127.0.0.*, *.local',
        'resolvesNames           off',
        'port                    3128',
        'alsoListen              none',
        'access                  this-mac',
        'allowed                 none',
        'rules                   none',
        'socks                   none',
        'socksUsers              none',
        'tunnels                 none',
        'headers                 none',
        'offNetwork              refuse',
        'offNetworkWaitSeconds   30',
        'signInMethod            NTLMv2',
        'ntlmToBasic             off',
        'workstation             none',
        'maxPasswordAgeDays      none',
        'remindDays              7',
        'usesSystemProxy         off',
        'systemProxyMode         manual',
        'bypassesLocalNetworks   off',
        'bypassesNoProxy         off',
        'writesShellBlock        off',
        'keepsWarm               on',
        'checksForUpdates        on',
        'logLevel                info',
        'language                system',
        'account                 CORP-UK\\testuser',
      ],
    });
    expect(fixture.core.commands).toEqual([]);
  });

  it.each([
    ['port', '3128'],
    ['keepsWarm', 'on'],
    ['checksForUpdates', 'on'],
    ['maxPasswordAgeDays', 'none'],
    ['upstreams', 'proxy.corp:8080'],
    ['account', 'CORP-UK\\testuser'],
  ])('shows %s alone', async (name, value) => {
    expect(await fixture.run(['settings', 'get', name])).toMatchObject({ code: 0, out: [value] });
  });

  it('gives JSON to a program', async () => {
    const all = await fixture.run(['settings', 'get', '--json']);
    const { version: _, ...settings } = fixture.core.state().settings;
    expect(JSON.parse(all.out.join('\n'))).toEqual(settings);
    const one = await fixture.run(['settings', 'get', 'noProxy', '--json']);
    expect(one.out).toEqual(['["localhost","127.0.0.*","*.local"]']);
    expect((await fixture.run(['settings', 'get', 'maxPasswordAgeDays', '--json'])).out).toEqual(['null']);
  });

  it('knows what there is', async () => {
    const { code, error, out } = await fixture.run(['settings', 'get', 'prot']);
    expect(error).toMatch(/^latchkey: there is no setting 'prot'; there are isOn, upstreams, .*, account$/);
    expect([code, out]).toEqual([2, []]);
    expect((await fixture.run(['settings', 'get', 'version'])).code).toBe(2);
  });
});

describe('latchkey settings set', () => {
  it('warns when it is not saved', async () => {
    fixture.core.set({
      notices: [{ kind: 'settings-not-saved', detail: 'ENOSPC: no space left on device' }],
    });
    const { code, err, out } = await fixture.run(['settings', 'set', 'remindDays', '3']);
    expect(err).toEqual([
      'latchkey: warning: it is in force until this Latchkey ends, and not saved: The settings file cannot be written: ' +
        'ENOSPC: no space left on device. Check the free space and the permissions of the disk.',
    ]);
    expect([code, out]).toEqual([0, ['remindDays              3']]);
  });

  const examples: readonly [name: string, text: string, patch: SettingsPatch, shown: string][] = [
    ['port', '3129', { port: 3129 }, '3129'],
    ['upstreams', 'one.corp:8080', { upstreams: [{ host: 'one.corp', port: 8080 }] }, 'one.corp:8080'],
    [
      'upstreams',
      'one.corp:8080, [2001:db8::1]:3128',
      {
        upstreams: [
          { host: 'one.corp', port: 8080 },
          { host: '2001:db8::1', port: 3128 },
        ],
      },
      'one.corp:8080, [2001:db8::1]:3128',
    ],
    ['upstreams', 'none', { upstreams: [] }, 'none'],
    [
      'noProxy',
      'localhost,*.corp.example',
      { noProxy: ['localhost', '*.corp.example'] },
      'localhost, *.corp.example',
    ],
    ['noProxy', '10.0.0.0/8', { noProxy: ['10.0.0.0/8'] }, '10.0.0.0/8'],
    ['noProxy', '.Corp, 10/8', { noProxy: ['.corp', '10/8'] }, '.corp, 10/8'],
    ['noProxy', 'none', { noProxy: [] }, 'none'],
    ['access', 'everyone', { access: 'everyone' }, 'everyone'],
    ['allowed', '192.0.2.1', { allowed: ['192.0.2.1'] }, '192.0.2.1'],
    ['alsoListen', '3129, *:3130', { alsoListen: ['3129', '*:3130'] }, '3129, *:3130'],
    [
      'rules',
      'allow 10.0.0.0/8, deny *',
      { rules: ['allow 10.0.0.0/8', 'deny *'] },
      'allow 10.0.0.0/8, deny *',
    ],
    ['socks', '1080', { socks: ['1080'] }, '1080'],
    ['tunnels', '[::1]:22:git.test:22', { tunnels: ['[::1]:22:git.test:22'] }, '[::1]:22:git.test:22'],
    ['headers', 'X-A: b', { headers: ['X-A: b'] }, 'X-A: b'],
    [
      'headers',
      '["Accept-Language: de, en"]',
      { headers: ['Accept-Language: de, en'] },
      '["Accept-Language: de, en"]',
    ],
    ['offNetwork', 'direct', { offNetwork: 'direct' }, 'direct'],
    ['pac', 'mac', { pac: 'mac' }, 'mac'],
    [
      'pac',
      'http://pac.corp/proxy.pac?x=a,b',
      { pac: 'http://pac.corp/proxy.pac?x=a,b' },
      'http://pac.corp/proxy.pac?x=a,b',
    ],
    ['pac', '/etc/proxy.pac', { pac: '/etc/proxy.pac' }, '/etc/proxy.pac'],
    ['pac', 'none', { pac: '' }, 'none'],
    ['pacFallback', 'list', { pacFallback: 'list' }, 'list'],
    ['refusedProxies', 'p.corp:1', { refusedProxies: [{ host: 'p.corp', port: 1 }] }, 'p.corp:1'],
    [
      'upstreams',
      'https://p.corp:443, q.corp:8080',
      {
        upstreams: [
          { host: 'p.corp', port: 443, isTls: true },
          { host: 'q.corp', port: 8080 },
        ],
      },
      'https://p.corp:443, q.corp:8080',
    ],
    ['offNetworkWaitSeconds', '5', { offNetworkWaitSeconds: 5 }, '5'],
    ['workstation', 'PC-4711', { workstation: 'PC-4711' }, 'PC-4711'],
    ['workstation', '4711', { workstation: '4711' }, '4711'],
    ['workstation', 'a,b', { workstation: 'a,b' }, 'a,b'],
    ['workstation', 'none', { workstation: '' }, 'none'],
    ['maxPasswordAgeDays', '90', { maxPasswordAgeDays: 90 }, '90'],
    ['maxPasswordAgeDays', 'none', { maxPasswordAgeDays: null }, 'none'],
    ['remindDays', '0', { remindDays: 0 }, '0'],
    ['systemProxyMode', 'pac', { systemProxyMode: 'pac' }, 'pac'],
    ['bypassesLocalNetworks', 'on', { bypassesLocalNetworks: true }, 'on'],
    ['bypassesNoProxy', 'on', { bypassesNoProxy: true }, 'on'],
    ['resolvesNames', 'on', { resolvesNames: true }, 'on'],
    ['keepsWarm', 'off', { keepsWarm: false }, 'off'],
    ['signInMethod', 'NT', { signInMethod: 'NT' }, 'NT'],
    ['ntlmToBasic', 'on', { ntlmToBasic: true }, 'on'],
    ['checksForUpdates', 'off', { checksForUpdates: false }, 'off'],
    ['logLevel', 'debug', { logLevel: 'debug' }, 'debug'],
    ['language', 'de', { language: 'de' }, 'de'],
  ];

  it.each(examples)('%s %s', async (name, text, patch, shown) => {
    expect(await fixture.run(['settings', 'set', name, text])).toMatchObject({
      code: 0,
      out: [`${name.padEnd(24)}${shown}`],
    });
    expect(fixture.core.commands).toEqual([{ kind: 'change-settings', patch }]);
    // What is shown can be set.
    expect(await fixture.run(['settings', 'set', name, shown])).toMatchObject({ code: 0 });
    expect(fixture.core.commands.at(-1)).toEqual({ kind: 'change-settings', patch });
  });

  it('can be done with each of them', () => {
    expect(new Set(examples.map(([name]) => name))).toEqual(new Set(settingNames));
  });

  it.each([
    ['port', '0', /it takes a number from 1 to 65535$/],
    ['port', '65536', /from 1 to 65535$/],
    ['port', 'x', /a number from 1 to 65535$/],
    ['port', '3128.5', /a number from 1 to 65535$/],
    ['access', 'nobody', /this-mac, named, everyone or rules$/],
    ['offNetwork', 'on', /direct, refuse or wait$/],
    ['noProxy', 'a, 10.0.0.0/33', /'10\.0\.0\.0\/33': A network looks like 10\.1\.7\.0\/24\.$/],
    ['allowed', '10.1', /'10\.1': That is not an address\.$/],
    ['language', 'none', /system, en or de$/],
    ['keepsWarm', 'yes', /on or off$/],
    ['maxPasswordAgeDays', '0', /a number from 1 to 3650 or none$/],
    ['maxPasswordAgeDays', '4000', /from 1 to 3650 or none$/],
    ['remindDays', '91', /from 0 to 90$/],
    ['workstation', 'x'.repeat(64), /at most 63 characters, or none$/],
    ['tunnels', '1:h', /words with commas between, or none$/],
    ['headers', 'Content-Length: 4', /words with commas between, or none$/],
    ['rules', 'permit 10.0.0.1', /words with commas between, or none$/],
    ['upstreams', 'proxy.corp', /host:port, or https:\/\/host:port for TLS, several with commas between$/],
    ['pac', 'proxy.pac', /it takes mac, wpad, a URL, the whole path of a file, or none$/],
    ['upstreams', 'proxy.corp:99999', /host:port/],
  ])('%s %s is a mistake, which says what it may be', async (name, text, words) => {
    const { code, error, out } = await fixture.run(['settings', 'set', name, text]);
    expect(error).toMatch(
      new RegExp(`^latchkey: '${text.replaceAll('.', '\\.')}' cannot be the value of ${name}: `),
    );
    expect(error).toMatch(words);
    expect([code, out]).toEqual([2, []]);
    expect(fixture.core.commands).toEqual([]);
  });

  it.each(['version', 'account', 'isOn', 'usesSystemProxy', 'writesShellBlock', 'prot', '__proto__'])(
    '%s is none of those that it changes',
    async (name) => {
      const { code, error } = await fixture.run(['settings', 'set', name, 'on']);
      expect(error).toBe(`latchkey: there is no setting '${name}'; there are ${settingNames.join(', ')}`);
      expect(code).toBe(2);
      expect(fixture.core.commands).toEqual([]);
    },
  );

  it('says which line of which file to change', async () => {
    fixture.core.answer('change-settings', {
      kind: 'failed',
      problem: { kind: 'settings-elsewhere', file: '/etc/cntlm.conf', line: 3, keyword: 'NoProxy' },
    });
    expect(await fixture.run(['settings', 'set', 'noProxy', '*.corp'])).toMatchObject({
      code: 1,
      out: [],
      error:
        'latchkey: NoProxy is said by line 3 of /etc/cntlm.conf, which Latchkey only reads. Change it there; `latchkey reload` has a file read again.',
    });
    fixture.core.answer('change-settings', {
      kind: 'failed',
      problem: { kind: 'settings-elsewhere', file: 'the command line', line: 0, keyword: '--port' },
    });
    expect((await fixture.run(['settings', 'set', 'port', '9'])).error).toMatch(
      /^latchkey: --port is said by the command line, /,
    );
  });

  it('says that it was called off, or could not be written', async () => {
    fixture.core.answer('change-settings', { kind: 'cancelled' });
    expect(await fixture.run(['settings', 'set', 'port', '9'])).toMatchObject({
      code: 1,
      error: 'latchkey: it was called off',
    });
    fixture.core.answer('change-settings', {
      kind: 'failed',
      problem: { kind: 'settings-not-saved', detail: 'ENOSPC' },
    });
    expect((await fixture.run(['settings', 'set', 'port', '9'])).error).toContain(
      'cannot be written: ENOSPC.',
    );
  });
});
