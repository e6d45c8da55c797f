import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportCntlmConf } from '../../src/main/app/export-cntlm-conf';
import { makeCredential } from '../../src/main/upstream/credential';
import { type AppSettings, defaultAppSettings } from '../../src/shared/app-settings';
import { invertDigits } from '../../src/main/cntlm/hash-digits';
import type { ConfTarget } from '../../src/shared/conf-export';
import { type CompanyProxy, startCompanyProxy } from '../company-proxy/start-company-proxy';
import { type Origin, startOrigin } from '../company-proxy/start-origin';
import { requestVia } from '../servers/clients';
import { freePorts } from '../servers/ports';
import { runCommand } from '../servers/run-command';
import { requireServers } from '../servers/require-servers';
import { cntlmHashes, startCntlmWith } from '../servers/start-cntlm';

const isPossible = requireServers('cntlm', 'curl');
/** Another cntlm, of 0.94, where its command is named: no package has it. */
const newer = process.env['CNTLM_094'];
/** Debian's, and that. */
const versions: readonly (readonly [target: ConfTarget, command: string])[] = [
  ['0.92.3', 'cntlm'],
  ...(newer === undefined ? [] : [['0.94', newer] as const]),
];
const account = { domain: 'CORP', user: 'alice' };
const password = 'Sesame-1';

describe.skipIf(!isPossible).each(versions)('a cntlm.conf exported for %s', (target, command) => {
  let proxy: CompanyProxy;
  let origin: Origin;

  beforeAll(async () => {
    [proxy, origin] = await Promise.all([
      startCompanyProxy({ accounts: [{ ...account, password }] }),
      startOrigin(),
    ]);
  });
  afterAll(async () => {
    await Promise.all([proxy?.close(), origin?.close()]);
  });

  const cases: readonly (readonly [string, Partial<AppSettings>])[] = [
    ['the usual settings', {}],
    [
      'every kind of no-proxy rule',
      {
        noProxy: [
          '.corp.example',
          '*.intra',
          'web-*',
          'h[0-9]',
          '10.0.0.0/8',
          '172.16.0.0/12',
          '192.168.1.10-192.168.1.20',
          '2001:db8::7',
          '2001:db8::/32',
          '<local>',
          'wiki:8080',
        ],
      },
    ],
    ['a long list', { noProxy: Array.from({ length: 500 }, (_, index) => `host-${index}.corp.example`) }],
    ['named clients', { access: 'named', allowed: ['10.1.0.0/16', '192.0.2.7', 'localhost'] }],
    ['everybody', { access: 'everyone' }],
    [
      'ports of IPv6, and rules for it',
      {
        alsoListen: ['[::1]:4001'],
        access: 'rules',
        rules: ['deny 2001:db8::/32'],
        tunnels: ['[::1]:22:[2001:db8::1]:22'],
      },
    ],
    ['a workstation', { workstation: 'MAC-ALICE' }],
    ['headers, of which one has a comment sign', { headers: ['User-Agent: A # B', 'X-Cost-Center: 4711'] }],
    ['rules in order', { access: 'rules', rules: ['allow 127.0.0.1', 'deny 10.0.0.0/8', 'allow *'] }],
    ['everything that is too long', { headers: [`X-A: ${'b'.repeat(5_000)}`], workstation: 'W'.repeat(63) }],
  ];

  it.each(cases)('starts cntlm with %s, and serves a request', async (_name, changes) => {
    const [port = 0] = await freePorts(1);
    const upstreams = [{ host: '127.0.0.1', port: proxy.port }];
    const settings: AppSettings = { ...defaultAppSettings, account, upstreams, port, ...changes };
    const credential = makeCredential(account, settings.signInMethod, password);
    const before = proxy.logons.length;
    // Loopback of this test stands for the world: its own rule would send the request direct.
    const noProxy = settings.noProxy.filter((rule) => rule !== '127.0.0.*');
    const socksUsers = settings.socksUsers.map((user) => ({ user, password: 'p#w' }));
    const { text } = exportCntlmConf({ ...settings, noProxy }, { target, credential, socksUsers });
    const cntlm = await startCntlmWith(text, port, command);
    try {
      const answer = await requestVia(port, `http://127.0.0.1:${origin.port}/`);
      expect(answer.status).toBe(200);
      expect(proxy.logons.length).toBeGreaterThan(before);
    } finally {
      await cntlm.close();
    }
  });

  it('without a hash takes the line that it asks for', async () => {
    const [port = 0] = await freePorts(1);
    const upstreams = [{ host: '127.0.0.1', port: proxy.port }];
    const settings: AppSettings = { ...defaultAppSettings, account, upstreams, port, noProxy: ['localhost'] };
    const { text } = exportCntlmConf(settings, { target });
    expect(text).not.toMatch(/^Pass/m);
    const { passNtlmV2 } = cntlmHashes({ ...account, password });
    // Debian's prints them inverted.
    const digits = target === '0.92.3' ? passNtlmV2 : invertDigits(passNtlmV2);
    const cntlm = await startCntlmWith(`${text}PassNTLMv2 ${digits}\n`, port, command);
    try {
      expect((await requestVia(port, `http://127.0.0.1:${origin.port}/`)).status).toBe(200);
    } finally {
      await cntlm.close();
    }
  });

  it('lets the users of SOCKS5 in, and nobody else', async () => {
    const [port = 0, socksPort = 0] = await freePorts(2);
    const upstreams = [{ host: '127.0.0.1', port: proxy.port }];
    const own: AppSettings = { ...defaultAppSettings, account, upstreams, port, noProxy: ['localhost'] };
    const settings: AppSettings = { ...own, socks: [String(socksPort)], socksUsers: ['dave'] };
    const credential = makeCredential(account, 'NTLMv2', password);
    const socksUsers = [{ user: 'dave', password: 'p#w' }];
    const { text } = exportCntlmConf(settings, { target, credential, socksUsers });
    const cntlm = await startCntlmWith(text, port, command);
    const fetchAs = async (who: string): Promise<boolean> => {
      const by = ['--socks5-hostname', `${who}127.0.0.1:${socksPort}`];
      const page = `http://127.0.0.1:${origin.port}/`;
      return (await runCommand('curl', ['-s', '-m', '30', ...by, page])).exitCode === 0;
    };
    try {
      expect([await fetchAs('dave:p%23w@'), await fetchAs('dave:x@'), await fetchAs('')]).toEqual([
        true,
        false,
        false,
      ]);
    } finally {
      await cntlm.close();
    }
  });
});
