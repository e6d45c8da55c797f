import { describe, expect, it } from 'vitest';
import type { Surroundings } from '../platform/ports';
import { parseProxiesInForce, proxySettings } from '../platform/system-proxy/scutil-proxies';
import { cntlmPlaces, findExisting } from './find-existing';

const everythingOn = `<dictionary> {
  ExceptionsList : <array> {
    0 : *.local
    1 : 169.254/16
  }
  ExcludeSimpleHostnames : 1
  FTPPassive : 1
  HTTPEnable : 1
  HTTPPort : 8080
  HTTPProxy : proxy.corp
  HTTPSEnable : 1
  HTTPSPort : 8443
  HTTPSProxy : secure.corp
  ProxyAutoConfigEnable : 1
  ProxyAutoConfigURLString : http://wpad.corp.com/proxy.pac
  ProxyAutoDiscoveryEnable : 1
  SOCKSEnable : 1
  SOCKSPort : 9527
  SOCKSProxy : localhost
}
`;

function surroundings(files: Readonly<Record<string, string>>, proxy?: string): Surroundings {
  return {
    readFile: (path) => Promise.resolve(files[path]),
    writeFile: () => Promise.reject(new Error('nothing is to be written')),
    systemProxy: () =>
      Promise.resolve(
        proxy === undefined ? undefined : { ...proxySettings(parseProxiesInForce(proxy)), service: 'Wi-Fi' },
      ),
  };
}

describe('findExisting', () => {
  it('finds a cntlm.conf, and says what is left out of it', async () => {
    const conf =
      'Username alice\nDomain CORP\nPassNTLMv2 0123456789ABCDEF0123456789ABCDEF\nProxy p1:8080\nProxy p2:8080\nNoProxy a, b\nFlags 0x1\n';
    expect(await findExisting(surroundings({ [cntlmPlaces[0]]: conf }))).toEqual([
      {
        kind: 'cntlm-conf',
        file: cntlmPlaces[0],
        upstreams: [
          { host: 'p1', port: 8080 },
          { host: 'p2', port: 8080 },
        ],
        account: { domain: 'CORP', user: 'alice' },
        pac: undefined,
        hasCredential: true,
        noProxyCount: 2,
        domain: 'CORP',
        remarks: [{ severity: 'warning', line: 7, matter: { kind: 'not-supported', keyword: 'Flags' } }],
      },
    ]);
  });

  it('finds the proxy and the PAC of the Mac', async () => {
    expect(await findExisting(surroundings({}, everythingOn))).toEqual([
      { kind: 'system-pac', url: 'http://wpad.corp.com/proxy.pac', service: 'Wi-Fi' },
      { kind: 'system-proxy', upstream: { host: 'proxy.corp', port: 8080 }, service: 'Wi-Fi' },
    ]);
  });

  it('offers no local proxy, and no file that cannot be used', async () => {
    const text = everythingOn.replace('proxy.corp', '127.0.0.1').replace('ProxyAutoConfigEnable : 1', '');
    const files = { [cntlmPlaces[1]]: 'Username\n' };
    expect(await findExisting(surroundings(files, text))).toEqual([]);
    const served = everythingOn.replace('proxy.corp', '127.0.0.1').replace('wpad.corp.com', '127.0.0.1:3128');
    expect(await findExisting(surroundings({}, served))).toEqual([]);
  });

  it('passes over a file that may not be read', async () => {
    const denied = { ...surroundings({}), readFile: () => Promise.reject(new Error('EACCES')) };
    expect(await findExisting(denied)).toEqual([]);
  });
});
