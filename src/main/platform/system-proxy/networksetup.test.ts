import { describe, expect, it } from 'vitest';
import { parseAutoDiscovery, parseBypass, parseEndpoint, parsePac, parseServiceOrder } from './networksetup';

describe('the order of services', () => {
  it('keeps names to the byte: their spaces, brackets and stars', () => {
    const text = [
      'An asterisk (*) denotes that a network service is disabled.',
      '(1) Wi-Fi',
      '(Hardware Port: Wi-Fi, Device: en0)',
      '',
      '(2) USB 10/100/1000 LAN ',
      '(Hardware Port: USB 10/100/1000 LAN, Device: en5)',
      '',
      '(*) iPhone USB',
      '(Hardware Port: iPhone USB, Device: en9)',
      '',
      '(4) Alice’s (old) "$HOME" *',
      '(Hardware Port: a, Device: b, Device: en7)',
      '',
      '(5) Tailscale',
      '(Hardware Port: io.tailscale.ipn.macsys, Device: )',
      '',
    ].join('\n');
    const services = [
      { name: 'Wi-Fi', isEnabled: true, device: 'en0' },
      { name: 'USB 10/100/1000 LAN ', isEnabled: true, device: 'en5' },
      { name: 'iPhone USB', isEnabled: false, device: 'en9' },
      { name: 'Alice’s (old) "$HOME" *', isEnabled: true, device: 'en7' },
      { name: 'Tailscale', isEnabled: true, device: '' },
    ];
    expect(parseServiceOrder(text)).toEqual(services);
    expect(parseServiceOrder(text.replaceAll('\n', '\r\n'))).toEqual(services);
  });
});

describe('a proxy', () => {
  it.each([
    ['Enabled: No\nServer: \nPort: 0\nAuthenticated Proxy Enabled: 0\n', false, '', 0, false],
    ['Enabled: No\nServer: (null)\nPort: 0\nAuthenticated Proxy Enabled: 0\n', false, '', 0, false],
    [
      'Enabled: Yes\nServer: p.corp\nPort: 8080\nAuthenticated Proxy Enabled: 1\n',
      true,
      'p.corp',
      8080,
      true,
    ],
    [
      'cp: /Library/Preferences/SystemConfiguration/preferences.plist.old: Permission denied\nEnabled: Yes\nServer: ::1\nPort: 1\nAuthenticated Proxy Enabled: 0\n',
      true,
      '::1',
      1,
      false,
    ],
  ])('is read from %j', (text, isOn, host, port, isAuthenticated) => {
    expect(parseEndpoint(text)).toEqual({ isOn, host, port, isAuthenticated });
  });

  it('is not read from what is none', () => {
    expect(() => parseEndpoint('Authenticated Proxy Enabled: 0\n')).toThrow('was not understood');
    expect(() => parsePac('')).toThrow('was not understood');
    expect(() => parseAutoDiscovery('On')).toThrow('was not understood');
  });
});

describe('the other settings', () => {
  it('are read', () => {
    expect(parsePac('URL: (null)\nEnabled: No\n')).toEqual({ isOn: false, url: '' });
    expect(parsePac('URL: http://x/y?a=b\nEnabled: Yes\n')).toEqual({ isOn: true, url: 'http://x/y?a=b' });
    expect(parseAutoDiscovery('Auto Proxy Discovery: On\n')).toBe(true);
    expect(parseBypass('*.local\n169.254/16\n')).toEqual(['*.local', '169.254/16']);
  });

  it('take the sentence for an empty list for no entry', () => {
    expect(parseBypass("There aren't any bypass domains set on Wi-Fi.\n")).toEqual([]);
    expect(parseBypass("There aren't any bypass domains set on this device.\n")).toEqual([]);
    expect(parseBypass('Es sind keine gesetzt\n')).toEqual([]);
  });
});
