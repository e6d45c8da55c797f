import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EmulatedMac, emulatedService, emulateMac, type MacState, usualServices } from '../emulated-mac';
import { type CommandResult, runCommand } from '../servers/run-command';

/** The texts, streams and exit codes of macOS, byte by byte. Where it is not known what macOS says, README.md tells. */

const lan = 'USB 10/100/1000 LAN ';
const invalid = '** Error: The parameters were not valid.\n';
/** What shells, printf, AppleScript, globs and options have a meaning for. */
const hostileNames = [
  String.raw`It's "$(id)" \n * %s; `,
  ' leads',
  '-x',
  '*',
  "''",
  'back\\',
  'a\tb',
  'two\nlines',
  'Büro 🙂 ’',
  'x, Device: en0)',
];

let mac: EmulatedMac;

beforeEach(() => {
  mac = emulateMac();
});

afterEach(() => mac.remove());

const call = (command: string, args: readonly string[], env = {}, input = ''): Promise<CommandResult> =>
  runCommand(join(mac.commands, command), args, { env: { ...mac.env, ...env }, input });

const networksetup = (...args: readonly string[]): Promise<CommandResult> => call('networksetup', args);
const said = (stdout: string, exitCode = 0): CommandResult => ({ stdout, stderr: '', exitCode });
const complained = (stderr: string, exitCode = 1): CommandResult => ({ stdout: '', stderr, exitCode });
const unknown = (name: string): CommandResult =>
  said(`${name} is not a recognized network service.\n${invalid}`, 4);
const change = (changes: Partial<MacState>): void => mac.write({ ...mac.read(), ...changes });

function proxyText(isOn: boolean, host: string, port: number, authenticated = 0): CommandResult {
  return said(
    `Enabled: ${isOn ? 'Yes' : 'No'}\nServer: ${host}\nPort: ${port}\nAuthenticated Proxy Enabled: ${authenticated}\n`,
  );
}

describe('the listings of networksetup', () => {
  it.each([
    ['-version', 'networksetup, Version 1.8.4\nCopyright 2002-2020 Apple Inc. All rights reserved. \n'],
    [
      '-listallnetworkservices',
      `An asterisk (*) denotes that a network service is disabled.\nWi-Fi\n${lan}\n*Bluetooth PAN\nTailscale\n`,
    ],
    [
      '-listnetworkserviceorder',
      `An asterisk (*) denotes that a network service is disabled.
(1) Wi-Fi
(Hardware Port: Wi-Fi, Device: en0)

(2) ${lan}
(Hardware Port: ${lan}, Device: en5)

(*) Bluetooth PAN
(Hardware Port: Bluetooth PAN, Device: en9)

(4) Tailscale
(Hardware Port: io.tailscale.ipn.macsys, Device: )
`,
    ],
    [
      '-listallhardwareports',
      `
Hardware Port: Wi-Fi
Device: en0
Ethernet Address: 02:00:00:00:00:01

Hardware Port: ${lan}
Device: en5
Ethernet Address: 02:00:00:00:00:01

Hardware Port: Bluetooth PAN
Device: en9
Ethernet Address: 02:00:00:00:00:01

VLAN Configurations
===================
`,
    ],
  ])('%s', async (option, text) => {
    expect(await networksetup(option)).toEqual(said(text));
  });
});

describe('the getters of networksetup', () => {
  it.each([
    ['-getwebproxy', proxyText(true, 'proxy.corp.example', 8080), proxyText(false, '', 0)],
    ['-getsecurewebproxy', proxyText(false, 'secure.corp.example', 8443), proxyText(false, '', 0)],
    ['-getsocksfirewallproxy', proxyText(true, 'socks.corp.example', 1080), proxyText(false, '', 0)],
    [
      '-getautoproxyurl',
      said('URL: http://wpad.corp.example/proxy.pac?a=1&b=2\nEnabled: Yes\n'),
      said('URL: (null)\nEnabled: No\n'),
    ],
    ['-getproxyautodiscovery', said('Auto Proxy Discovery: On\n'), said('Auto Proxy Discovery: Off\n')],
    [
      '-getproxybypassdomains',
      said('*.local\n169.254/16\nintranet\n'),
      said(`There aren't any bypass domains set on ${lan}.\n`),
    ],
    ['-getnetworkserviceenabled', said('Enabled\n'), said('Enabled\n')],
  ])('%s', async (option, ofWiFi, ofLan) => {
    expect(await networksetup(option, 'Wi-Fi')).toEqual(ofWiFi);
    expect(await networksetup(option, lan)).toEqual(ofLan);
    for (const name of ['No Such Service', lan.trimEnd(), 'W*', '']) {
      // This one does not name it.
      expect(await networksetup(option, name)).toEqual(
        option === '-getautoproxyurl' ? said(`\n${invalid}`, 4) : unknown(name),
      );
    }
  });

  it('tell a disabled service, and a proxy with a password', async () => {
    mac.change('Wi-Fi', {
      isEnabled: false,
      web: { isOn: true, host: 'p', port: 1, isAuthenticated: true },
    });
    expect(await networksetup('-getnetworkserviceenabled', 'Wi-Fi')).toEqual(said('Disabled\n'));
    expect(await networksetup('-getwebproxy', 'Wi-Fi')).toEqual(proxyText(true, 'p', 1, 1));
  });
});

describe('the setters of networksetup', () => {
  const looks = {
    web: '-getwebproxy',
    pac: '-getautoproxyurl',
    discovery: '-getproxyautodiscovery',
    bypass: '-getproxybypassdomains',
  };

  it.each([
    [['-setwebproxy', '127.0.0.1', '3128', 'off'], 'web', proxyText(true, '127.0.0.1', 3128)],
    [['-setwebproxy', 'host', '0080', 'on', 'user', 'x'], 'web', proxyText(true, 'host', 80, 1)],
    [['-setwebproxy', '', '0', 'off'], 'web', proxyText(true, '', 0)],
    [['-setwebproxy', '', ''], 'web', proxyText(true, '', 0)],
    [['-setwebproxystate', 'off'], 'web', proxyText(false, 'proxy.corp.example', 8080)],
    [['-setautoproxyurl', "http://x/'ä?a=1&b"], 'pac', said("URL: http://x/'ä?a=1&b\nEnabled: Yes\n")],
    [['-setautoproxyurl', ''], 'pac', said('URL: (null)\nEnabled: Yes\n')],
    [
      ['-setautoproxystate', 'off'],
      'pac',
      said('URL: http://wpad.corp.example/proxy.pac?a=1&b=2\nEnabled: No\n'),
    ],
    [['-setproxyautodiscovery', 'off'], 'discovery', said('Auto Proxy Discovery: Off\n')],
    [['-setproxybypassdomains', 'a', "b'c d", '-x', ''], 'bypass', said("a\nb'c d\n-x\n\n")],
    [['-setproxybypassdomains', 'Empty', 'a'], 'bypass', said('Empty\na\n')],
    [['-setproxybypassdomains', 'Empty'], 'bypass', said("There aren't any bypass domains set on Wi-Fi.\n")],
  ] as const)('%j', async ([option, ...operands], what, expected) => {
    expect(await networksetup(option, 'Wi-Fi', ...operands)).toEqual(said(''));
    expect(await networksetup(looks[what], 'Wi-Fi')).toEqual(expected);
  });

  it.each([
    ['-setwebproxy'],
    ['-setwebproxy', 'h'],
    ['-setwebproxy', 'h', '123456'],
    ['-setwebproxy', 'h', '-1'],
    ['-setwebproxy', 'h', '1x'],
    ['-setwebproxy', 'h', '1', 'maybe'],
    ['-setwebproxystate'],
    ['-setsecurewebproxystate', 'ON'],
    ['-setsocksfirewallproxystate', ''],
    ['-setautoproxyurl'],
    ['-setautoproxystate', 'yes'],
    ['-setproxyautodiscovery'],
    ['-setproxybypassdomains'],
    ['-setwebproxyport', '1'],
    ['-getwebproxystate'],
    [''],
  ])('refuse what is not valid: %j', async (option, ...operands) => {
    const before = mac.read();
    expect(await networksetup(option, 'Wi-Fi', ...operands)).toEqual(said(invalid, 4));
    expect(mac.read()).toEqual(before);
  });

  it('do not know a service that there is not', async () => {
    expect(await networksetup('-setwebproxystate', 'nowhere', 'off')).toEqual(unknown('nowhere'));
    expect(await networksetup('-setautoproxyurl', lan.trimEnd(), 'x')).toEqual(unknown(lan.trimEnd()));
  });

  it('want an administrator', async () => {
    const expected = said('** Error: Command requires admin privileges.\n', 14);
    for (const changes of [{ user: 'standard' }, { user: 'admin', asksAdministrators: true }] as const) {
      change(changes);
      const before = mac.read();
      expect(await networksetup('-setwebproxystate', 'Wi-Fi', 'off')).toEqual(expected);
      expect(await networksetup('-setwebproxystate', 'nowhere', 'off')).toEqual(expected);
      expect(mac.read()).toEqual(before);
      expect(await networksetup('-getproxyautodiscovery', 'Wi-Fi')).toMatchObject({ exitCode: 0 });
    }
    expect(
      await call('networksetup', ['-setwebproxystate', 'Wi-Fi', 'off'], { LATCHKEY_MAC_ROOT: '1' }),
    ).toEqual(said(''));
  });

  it.each(hostileNames)('keep apart what is called %j', async (name) => {
    const other = emulatedService('Other');
    mac.write({ user: 'admin', services: [emulatedService(name), other] });
    expect(await networksetup('-setwebproxy', name, name, '1')).toEqual(said(''));
    expect(await networksetup('-setproxybypassdomains', name, name, '')).toEqual(said(''));
    expect(await networksetup('-getwebproxy', name)).toEqual(proxyText(true, name, 1));
    expect(await networksetup('-getproxybypassdomains', name)).toEqual(said(`${name}\n\n`));
    expect(await networksetup('-getwebproxy', `${name}x`)).toEqual(unknown(`${name}x`));
    expect(mac.read().services).toEqual([
      emulatedService(name, {
        web: { isOn: true, host: name, port: 1, isAuthenticated: false },
        bypass: [name, ''],
      }),
      other,
    ]);
    expect(mac.calls()[0]).toEqual({ command: 'networksetup', args: ['-setwebproxy', name, name, '1'] });
  });
});

describe('a Mac that misbehaves', () => {
  const failing = ['-setwebproxystate', 'Wi-Fi', 'maybe'] as const;

  it.each([
    [{ errorStream: 'stderr' }, failing, complained(invalid, 4)],
    [{ exitsZero: true }, failing, said(invalid)],
    [{ prelude: 'cp: denied\n%s' }, failing, said(`cp: denied\n%s${invalid}`, 4)],
    [{ prelude: 'x\n' }, ['-getproxyautodiscovery', lan], said('x\nAuto Proxy Discovery: Off\n')],
    [{ emptyServer: '(null)' }, ['-getwebproxy', lan], proxyText(false, '(null)', 0)],
    [{ isInSandbox: true }, failing, said('AuthorizationCreate() failed: -60008\n')],
  ] as const)('%j', async (behaviour, args, expected) => {
    change({ networksetup: behaviour });
    expect(await networksetup(...args)).toEqual(expected);
  });

  it('keeps an address, refuses, or ignores', async () => {
    change({ networksetup: { keepsServer: true } });
    await networksetup('-setsecurewebproxy', 'Wi-Fi', '', '0');
    expect(await networksetup('-getsecurewebproxy', 'Wi-Fi')).toEqual(
      proxyText(true, 'secure.corp.example', 8443),
    );
    const before = mac.read();
    mac.change('Wi-Fi', { ignores: true });
    expect(await networksetup('-setwebproxy', 'Wi-Fi', 'x', '1')).toEqual(said(''));
    expect(await networksetup(...failing)).toEqual(said(''));
    mac.change('Wi-Fi', { ignores: false, refuses: true });
    expect(await networksetup('-setwebproxy', 'Wi-Fi', 'x', '1')).toEqual(said(invalid, 4));
    expect(mac.read().services[0]).toEqual({ ...before.services[0], ignores: false, refuses: true });
  });
});

describe('scutil', () => {
  it('tells what is in force, as its session does', async () => {
    const inForce = async (): Promise<string> => {
      const { stdout } = await call('scutil', ['--proxy']);
      const session = await call('scutil', [], {}, 'show State:/Network/Global/Proxies\n');
      expect(session.stdout.replace('  No such key', 'No proxy configuration available')).toBe(stdout);
      return stdout;
    };
    expect(await inForce()).toBe(`<dictionary> {
  ExceptionsList : <array> {
    0 : *.local
    1 : 169.254/16
    2 : intranet
  }
  FTPPassive : 1
  HTTPEnable : 1
  HTTPPort : 8080
  HTTPProxy : proxy.corp.example
  ProxyAutoConfigEnable : 1
  ProxyAutoConfigURLString : http://wpad.corp.example/proxy.pac?a=1&b=2
  ProxyAutoDiscoveryEnable : 1
  SOCKSEnable : 1
  SOCKSPort : 1080
  SOCKSProxy : socks.corp.example
}
`);
    await networksetup('-setsecurewebproxy', 'Wi-Fi', 'secure', '0');
    expect(await inForce()).toContain('  HTTPSEnable : 1\n  HTTPSPort : 443\n  HTTPSProxy : secure\n');
    mac.change('Wi-Fi', { isEnabled: false });
    expect(await inForce()).toBe('<dictionary> {\n  FTPPassive : 1\n}\n');
    change({ store: { 'State:/Network/Global/Proxies': { HTTPProxy: "it's a vpn" } } });
    expect(await inForce()).toBe("<dictionary> {\n  HTTPProxy : it's a vpn\n}\n");
    mac.write({ user: 'admin', services: usualServices.slice(2) });
    expect(await inForce()).toBe('No proxy configuration available\n');
  });
});

describe('id and security', () => {
  it('tell who the user is, and what macOS wants of him', async () => {
    const right = ['authorizationdb', 'read', 'system.preferences.network'];
    expect(await call('id', ['-Gn'])).toEqual(said('staff everyone localaccounts admin\n'));
    expect(await call('security', right)).toMatchObject({
      stdout: expect.stringMatching(
        /^<\?xml [^]*\t<key>shared<\/key>\n\t<true\/>\n[^]*<\/plist>\n$/,
      ) as string,
      stderr: 'YES (0)\n',
      exitCode: 0,
    });
    change({ user: 'standard', asksAdministrators: true });
    expect(await call('id', ['-Gn'])).toEqual(said('staff everyone localaccounts\n'));
    expect((await call('security', right)).stdout).toContain('\t<key>shared</key>\n\t<false/>\n');
    expect(await call('id', ['-u'])).toEqual(complained('usage: id [user]\n'));
    expect(await call('security', ['authorizationdb', 'read', 'x'])).toEqual(complained('NO (-60005)\n'));
    expect(await call('security', ['x"'])).toEqual(complained('security: unknown command "x""\n'));
  });
});

describe('security show-keychain-info', () => {
  it('tells by its exit code how it is with the Keychain', async () => {
    const ask = (): Promise<CommandResult> => call('security', ['show-keychain-info']);
    expect(await ask()).toEqual({ stdout: '', stderr: 'Keychain "<NULL>" no-timeout\n', exitCode: 0 });
    const complaint = (exitCode: number): object => ({
      stdout: '',
      stderr: expect.stringMatching(/^security: SecKeychainCopySettings <NULL>: .+\n$/) as string,
      exitCode,
    });
    change({ security: { keychain: 'locked' } });
    expect(await ask()).toEqual(complaint(36));
    change({ security: { keychain: 'cancelled' } });
    expect(await ask()).toEqual(complaint(128));
    change({ security: { keychain: 'absent' } });
    expect(await ask()).toEqual(complaint(50));
  });
});

describe('pmset', () => {
  const settings = (mode: string): CommandResult =>
    said(`System-wide power settings:
Currently in use:
 standby              1
 Sleep On Power Button 1
 hibernatefile        /var/vm/sleepimage
 powernap             1
 networkoversleep     0
 disksleep            10
 sleep                1 (sleep prevented by powerd)
 hibernatemode        3
 ttyskeepawake        1
 displaysleep         10
 tcpkeepalive         1
${mode} womp                 1
`);

  it.each([
    [undefined, ' lowpowermode         0\n'],
    ['low', ' lowpowermode         1\n'],
    ['automatic', ' powermode            0\n'],
    ['low-of-three', ' powermode            1\n'],
    ['high', ' powermode            2\n'],
    ['unknown', ''],
  ] as const)('tells the settings in use: %s', async (powerMode, line) => {
    if (powerMode !== undefined) change({ powerMode });
    expect(await call('pmset', ['-g'])).toEqual(settings(line));
  });

  it('fails, and knows no more than that', async () => {
    expect(await call('pmset', ['-a', 'lowpowermode', '1'])).toEqual(said('Usage: pmset <options>\n', 1));
    change({ pmset: 'fails' });
    expect((await call('pmset', ['-g'])).exitCode).toBe(70);
  });
});

describe('osascript', () => {
  const script = (command: string, prompt = 'Prompt'): string =>
    `do shell script "${command}" with administrator privileges with prompt "${prompt}"`;
  const ask = (command: string, prompt?: string): Promise<CommandResult> =>
    call('osascript', ['-e', script(command, prompt)]);
  const failure = (command: string, text: string): CommandResult =>
    complained(`0:${script(command).length}: execution error: ${text}\n`);

  it('runs what it is told as root, and says it with the line ends of AppleScript', async () => {
    change({ user: 'standard' });
    expect(await ask(`'${mac.commands}/networksetup' -setwebproxystate Wi-Fi off`)).toEqual(said('\n'));
    expect(mac.read().services[0]?.web.isOn).toBe(false);
    expect(await ask(String.raw`printf 'a\\nb\\n\\n'; echo \"$0\\\" \\$x\" >/dev/null; cat`)).toEqual(
      said('a\rb\r\n'),
    );
    expect(await ask('true', String.raw`\"a\\b\" 🙂\nc\td`)).toEqual(said('\n'));
    expect(mac.calls().at(-1)).toEqual({ command: 'osascript', args: ['"a\\b" 🙂\nc\td'] });
  });

  it('says what went wrong', async () => {
    expect(await ask('exit 3')).toEqual(failure('exit 3', 'The command exited with a non-zero status. (3)'));
    // Its length is counted in UTF-16.
    expect(await ask('echo 🙂é >&2; exit 1')).toEqual(failure('echo 🙂é >&2; exit 1', '🙂é\n (1)'));
    change({ dialog: 'cancels' });
    expect(await ask('true')).toEqual(failure('true', 'User canceled. (-128)'));
    change({ dialog: 'wrong' });
    expect(await ask('true')).toEqual(
      failure('true', 'The administrator user name or password was incorrect. (-60007)'),
    );
  });

  it.each([
    'do shell script x',
    'do shell script "x"',
    `${script('x')} `,
    script('x\\q'),
    script('x').slice(0, -1),
    'do shell script "x\\',
    '',
  ])('understands no other script: %j', async (text) => {
    expect(await call('osascript', ['-e', text])).toEqual(
      complained('0:0: syntax error: A identifier can’t go after this identifier. (-2740)\n'),
    );
    expect(mac.calls()).toEqual([]);
  });
});

describe('changes at the same time', () => {
  const count = 12;

  it('do not get lost, whoever makes them', async () => {
    const before = mac.read().services;
    const calls = Array.from({ length: count }, (_, index) => [
      networksetup('-setwebproxy', 'Wi-Fi', 'host', String(index)),
      networksetup('-setsecurewebproxystate', 'Wi-Fi', 'on'),
      networksetup('-setproxybypassdomains', lan, String(index)),
      networksetup('-setproxyautodiscovery', 'Tailscale', 'on'),
    ]);
    mac.change('Wi-Fi', { isAutoDiscovering: false });
    for (const result of await Promise.all(calls.flat())) expect(result).toEqual(said(''));
    const [wiFi, ofLan, , tailscale] = mac.read().services;
    expect(wiFi).toMatchObject({
      web: { isOn: true, host: 'host' },
      secureWeb: { ...before[0]?.secureWeb, isOn: true },
      isAutoDiscovering: false,
    });
    expect(ofLan?.bypass).toHaveLength(1);
    expect(tailscale?.isAutoDiscovering).toBe(true);
    // One file each, that of the beginning, and that of the change from outside.
    expect(readdirSync(join(mac.folder, 'mac'))).toHaveLength(4 * count + 2);
    expect(mac.changes()).toHaveLength(4 * count);
  });

  it('are there as a whole or not at all when they are killed, and keep nobody from the next', async () => {
    const old = mac.read().services[0]?.web;
    const fresh = { isOn: true, host: 'x'.repeat(9_000), port: 1, isAuthenticated: false };
    for (let index = 0; index < count; index += 1) {
      const child = spawn(join(mac.commands, 'networksetup'), ['-setwebproxy', 'Wi-Fi', fresh.host, '1'], {
        env: { ...process.env, ...mac.env },
        stdio: 'ignore',
      });
      const ended = new Promise((resolve) => child.once('close', resolve));
      // From before it reads to after it has written, on most machines.
      await delay(index);
      child.kill('SIGKILL');
      await ended;
      const { stdout } = await networksetup('-getwebproxy', 'Wi-Fi');
      expect([proxyText(true, 'proxy.corp.example', 8080), proxyText(true, fresh.host, 1)]).toContainEqual(
        said(stdout),
      );
      expect([old, fresh]).toContainEqual(mac.read().services[0]?.web);
      mac.write({ user: 'admin', services: usualServices });
    }
    expect(await networksetup('-setwebproxy', 'Wi-Fi', 'after', '1')).toEqual(said(''));
    expect(mac.read().services[0]?.web.host).toBe('after');
  });
});
