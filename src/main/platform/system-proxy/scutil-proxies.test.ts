import { describe, expect, it } from 'vitest';
import type { SystemProxyTarget } from '../../../shared/system-proxy';
import { parseProxiesInForce, proxySettings, whoIsInForce } from './scutil-proxies';

const target: SystemProxyTarget = { mode: 'manual', address: { host: '127.0.0.1', port: 3128 }, bypass: [] };

const whole = `<dictionary> {
  ExceptionsList : <array> {
    0 : *.local
    1 : 169.254/16
  }
  ExcludeSimpleHostnames : 1
  FTPPassive : 1
  HTTPEnable : 1
  HTTPPort : 3128
  HTTPProxy : 127.0.0.1
  HTTPSEnable : 1
  HTTPSPort : 3128
  HTTPSProxy : 127.0.0.1
}
`;

describe('what is in force', () => {
  const ask = (text: string, mode: SystemProxyTarget['mode'] = 'manual') =>
    whoIsInForce(parseProxiesInForce(text), { ...target, mode });

  it('is ours', () => {
    expect(ask(whole)).toMatchObject({ isOurs: true });
    const pac =
      '<dictionary> {\n  ProxyAutoConfigEnable : 1\n  ProxyAutoConfigURLString : http://127.0.0.1:3128/proxy.pac\n}\n';
    expect(ask(pac, 'pac')).toMatchObject({ isOurs: true });
    expect(ask(whole, 'pac')).toMatchObject({ isOurs: false });
  });

  it.each([
    ['no network', '<dictionary> {\n}\n', undefined],
    ['no configuration', 'No proxy configuration available\n', undefined],
    [
      'another proxy',
      whole.replaceAll('127.0.0.1', 'vpn.example'),
      { kind: 'proxy', address: { host: 'vpn.example', port: 3128 } },
    ],
    [
      'another secure proxy',
      whole.replace('HTTPSPort : 3128', 'HTTPSPort : 8443'),
      { kind: 'proxy', address: { host: '127.0.0.1', port: 8443 } },
    ],
    [
      'a PAC in front',
      whole.replace(
        'FTPPassive : 1',
        'ProxyAutoConfigEnable : 1\n  ProxyAutoConfigURLString : http://x/p.pac',
      ),
      { kind: 'pac', url: 'http://x/p.pac' },
    ],
    [
      'discovery in front',
      whole.replace('FTPPassive : 1', 'ProxyAutoDiscoveryEnable : 1'),
      { kind: 'auto-discovery' },
    ],
  ])('is not ours: %s', (_title, text, holder) => {
    expect(ask(text)).toEqual({ isOurs: false, holder });
  });

  it('takes entries of the list for no keys', () => {
    expect(parseProxiesInForce(whole)).not.toHaveProperty('0');
  });
});

describe('what is set', () => {
  const set = (text: string) => proxySettings(parseProxiesInForce(text));
  const everything = whole
    .replaceAll('127.0.0.1', 'proxy.corp')
    .replaceAll('3128', '8080')
    .replace(
      'FTPPassive : 1',
      'ProxyAutoConfigEnable : 1\n  ProxyAutoConfigURLString : http://wpad.corp.com/proxy.pac\n  SOCKSEnable : 1',
    );

  it('are proxies and a PAC', () => {
    expect(set(everything)).toEqual({
      http: { host: 'proxy.corp', port: 8080 },
      https: { host: 'proxy.corp', port: 8080 },
      pacUrl: 'http://wpad.corp.com/proxy.pac',
    });
  });

  it.each([
    ['no network', '<dictionary> {\n}\n'],
    ['no configuration', 'No proxy configuration available\n'],
    ['everything off', '<dictionary> {\n  HTTPEnable : 0\n  HTTPProxy : x\n  ProxyAutoConfigEnable : 0\n}\n'],
    ['nothing', ''],
    ['a port that is none', '<dictionary> {\n  HTTPEnable : 1\n  HTTPProxy : x\n  HTTPPort : 99999\n}\n'],
    [
      'another service',
      '<dictionary> {\n  __SCOPED__ : <dictionary> {\n    HTTPEnable : 1\n    HTTPProxy : x\n  }\n}',
    ],
  ])('is nothing where there is %s', (_title, text) => {
    expect(set(text)).toEqual({ http: undefined, https: undefined, pacUrl: undefined });
  });

  it('has the usual port where none is said', () => {
    const text = '<dictionary> {\n  HTTPEnable : 1\n  HTTPProxy : proxy.corp\n}\n';
    expect(set(text).http).toEqual({ host: 'proxy.corp', port: 80 });
  });
});
