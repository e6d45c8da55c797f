import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AppSettings, defaultAppSettings } from '../../shared/app-settings';
import { exportCntlmConf } from './export-cntlm-conf';
import { importCntlmConf } from './import-cntlm-conf';

const base: AppSettings = { ...defaultAppSettings, port: 4000, language: 'de' };
const needed = 'Username alice\nDomain CORP\nProxy proxy.corp:8080\n';

function settingsOf(record: Partial<AppSettings>): AppSettings {
  return { ...base, ...record, allowed: record.access === 'named' ? (record.allowed ?? []) : [] };
}

function read(text: string): Extract<ReturnType<typeof importCntlmConf>, { readonly kind: 'read' }> {
  const result = importCntlmConf(text, base);
  if (result.kind !== 'read') throw new Error(`${result.line}: ${result.detail}`);
  return result;
}

describe('importCntlmConf', () => {
  it('takes over what the file says, and keeps the rest', () => {
    const { settings, leftOut } = read(
      `${needed}Proxy p2:8080\nNoProxy a, *.b\nListen 3129\nWorkstation DESK\nGateway yes\nAllow 10.1.0.0/16\nAllow 10.2.3.4\nDeny 0/0\n`,
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
    expect(leftOut).toEqual([]);
  });

  it.each([
    ['Gateway yes\n', 'everyone'],
    ['Gateway no\nDeny 0/0\n', 'this-mac'],
    ['Gateway yes\nAllow 10.0.0.1\n', 'everyone'],
    // Deny rules between others cannot be said: nobody may connect rather than somebody who must not.
    ['Gateway yes\nDeny 10.0.0.1\nAllow *\n', 'this-mac'],
  ])('reads %j as %s', (lines, access) => {
    expect(read(needed + lines).settings).toMatchObject({ access, allowed: [] });
  });

  it('says what is left out', () => {
    const text = `${needed}Tunnel 1:h:2\nListen 10.0.0.1:3128\nListen 3129\nWorkstation A-NAME-THAT-IS-TOO-LONG\n`;
    expect(read(text).leftOut.map(({ line }) => line)).toEqual([4, 0, 0, 0]);
  });

  it('names the line that cannot be used, without its value', () => {
    const result = importCntlmConf(`${needed}PassNT secret\n`, base);
    expect(result).toMatchObject({ kind: 'bad', line: 4 });
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
      noProxy: fc.array(fc.stringMatching(/^[a-z*.]{1,12}$/), { maxLength: 40 }),
      port,
      workstation: fc.stringMatching(/^[A-Z0-9-]{0,15}$/),
      access: fc.constantFrom('this-mac' as const, 'everyone' as const, 'named' as const),
      allowed: fc.array(fc.constantFrom('10.1.0.0/16', '10.2.3.4', 'desk.corp'), { maxLength: 3 }),
    })
    .map(settingsOf);

  it('writes what is read as the same', () => {
    fc.assert(
      fc.property(settings, (each) => {
        expect(read(exportCntlmConf(each)).settings).toEqual(each);
      }),
    );
  });

  it('holds no secret, and says where it comes from', () => {
    const text = exportCntlmConf(base);
    expect(text).toContain('Latchkey');
    expect(text).not.toMatch(/^Pass/m);
  });
});
