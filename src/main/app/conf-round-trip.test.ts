import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AppSettings, defaultAppSettings } from '../../shared/app-settings';
import type { ConfTarget } from '../../shared/conf-export';
import { isPlaceholder } from '../cntlm/is-placeholder';
import { invertDigits } from '../cntlm/hash-digits';
import { exportCntlmConf } from './export-cntlm-conf';
import { importCntlmConf } from './import-cntlm-conf';

/** So many files, from one seed: the same each time, and what fails is made as small as it can be. */
const runs = { numRuns: 1_000, seed: 20_261_201 } as const;

/** What a cntlm.conf may say, in the order in which a person might: a line is a keyword and a value. */
type Line = readonly [keyword: string, value: string];

const letter = fc.constantFrom(...Array.from('abcdefghijklmnopqrstuvwxyz0123456789'));
const label = fc.string({ unit: letter, minLength: 1, maxLength: 8 }).filter((text) => /[a-z]/.test(text));
const hostName = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.join('.'));
const ipv4 = fc.ipV4().filter((address) => address !== '0.0.0.0' && !address.startsWith('127.'));
const ipv6 = fc.constantFrom('[2001:db8::1]', '[fe80::7]', '[2001:db8:0:1::2]');
const port = fc.integer({ min: 1, max: 65_535 }).map(String);
const often = <T>(arbitrary: fc.Arbitrary<T>, other: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 12, arbitrary }, { weight: 1, arbitrary: other });
const host = often(fc.oneof(hostName, ipv4), ipv6);

/** A text with what the grammar makes difficult; a value never begins or ends with a blank. */
const text = (extra: string): fc.Arbitrary<string> =>
  fc
    .string({ unit: fc.constantFrom(...Array.from(`abcXYZ019-_.${extra}`)), minLength: 1, maxLength: 12 })
    .filter((value) => value.trim() === value && /[a-zA-Z]/.test(value) && !isPlaceholder(value));

const digits = fc.string({
  unit: fc.constantFrom(...Array.from('0123456789abcdefABCDEF')),
  minLength: 32,
  maxLength: 32,
});
const once = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<readonly T[]> =>
  fc.oneof(
    { weight: 2, arbitrary: arbitrary.map((value) => [value]) },
    { weight: 1, arbitrary: fc.constant([]) },
  );
const listen = (from: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 3, arbitrary: port },
    {
      weight: 2,
      arbitrary: fc.tuple(fc.constantFrom('127.0.0.1', '0.0.0.0'), port).map((each) => each.join(':')),
    },
    { weight: 1, arbitrary: fc.tuple(from, port).map((each) => each.join(':')) },
  );
const whom = often(
  fc.oneof(
    fc.constantFrom('*', '0/0', '127.0.0.1'),
    hostName,
    ipv4,
    fc.integer({ min: 1, max: 31 }).chain((bits) => ipv4.map((address) => `${address}/${bits}`)),
  ),
  fc.constantFrom('2001:db8::1', '2001:db8::/32'),
);
const pattern = fc.oneof(
  hostName,
  ipv4,
  fc
    .tuple(fc.constantFrom('*.', 'web-', '10.', '?'), label, fc.constantFrom('', '*', '.*'))
    .map((each) => each.join('')),
);
const header = fc
  .tuple(fc.constantFrom('User-Agent', 'X-Cost-Center', 'X-A', 'Accept-Language'), text(' #"(;,:'))
  .map(([name, value]) => `${name}: ${value}`);

/** Two that want one port cannot both have it. */
const portOf = (listens: string): string => listens.replace(/^.*:/, '');

const keyed = (keyword: string, values: fc.Arbitrary<readonly string[]>): fc.Arbitrary<readonly Line[]> =>
  values.map((all) => all.map((value) => [keyword, value] as const));

const conf = fc
  .tuple(
    keyed('Username', fc.array(text('@ #;$ä'), { minLength: 1, maxLength: 1 })),
    keyed('Domain', once(text('#-;'))),
    keyed('Workstation', once(text('-#'))),
    keyed('PassNTLMv2', fc.array(digits, { minLength: 1, maxLength: 1 })),
    // What is passed by, or explained.
    fc.subarray<Line>([
      ['PassLM', '00112233445566778899AABBCCDDEEFF'],
      ['Flags', '0x06820000'],
      ['ISAScannerSize', '1024'],
      ['ISAScannerAgent', 'Wget/'],
      ['SSPI', 'NTLM'],
      ['PidFile', '/var/run/cntlm.pid'],
      ['Uid', 'cntlm'],
      ['Bogus', 'x'],
    ]),
    keyed('Auth', once(fc.constantFrom('NTLMv2', 'ntlmv2'))),
    // One that every cntlm can say.
    keyed(
      'Proxy',
      fc.tuple(hostName, port).map((each) => [each.join(':')]),
    ),
    keyed(
      'Proxy',
      fc.uniqueArray(
        fc.tuple(host, port).map((each) => each.join(':')),
        { maxLength: 3 },
      ),
    ),
    keyed(
      'Pac',
      fc.oneof(
        { weight: 4, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.constant(['/etc/a b#.pac']) },
      ),
    ),
    keyed(
      'NoProxy',
      fc.array(
        fc.uniqueArray(pattern, { minLength: 1, maxLength: 20 }).map((all) => all.join(', ')),
        { maxLength: 3 },
      ),
    ),
    keyed('Listen', fc.uniqueArray(listen(host), { minLength: 1, maxLength: 3, selector: portOf })),
    keyed('Gateway', once(fc.constantFrom('yes', 'no', 'YES'))),
    fc.array(
      fc.tuple(fc.constantFrom('Allow', 'Deny'), whom).map(([action, each]): Line => [action, each]),
      { maxLength: 4 },
    ),
    keyed('SOCKS5Proxy', fc.uniqueArray(listen(host), { maxLength: 2, selector: portOf })),
    keyed(
      'SOCKS5Users',
      fc.uniqueArray(
        fc.tuple(text('-'), text(':#"; [')).map((each) => each.join(':')),
        { maxLength: 2, selector: (each) => each.split(':', 1)[0] },
      ),
    ),
    keyed(
      'Tunnel',
      fc.uniqueArray(
        fc.tuple(listen(host), host, port).map((each) => each.join(':')),
        { maxLength: 2 },
      ),
    ),
    keyed('Header', fc.uniqueArray(header, { maxLength: 3, selector: (each) => each.split(':', 1)[0] })),
  )
  .map((parts) => parts.flat());

/** A value as cntlm needs it; where it cannot be written, it is not written. */
function written([keyword, value]: Line): string[] {
  const isQuoted = /^\s|\s$|#|^["=;]|[ \t];/.test(value);
  if (isQuoted && value.includes('"')) return [];
  return [`${keyword} ${isQuoted ? `"${value}"` : value}`];
}

const fileOf = (lines: readonly Line[]): string =>
  Buffer.from(`${lines.flatMap(written).join('\n')}\n`, 'utf8').toString('latin1');

const base: AppSettings = { ...defaultAppSettings, noProxy: [] };

function read(file: string) {
  const result = importCntlmConf(file, base);
  if (result.kind === 'bad') throw new Error(JSON.stringify(result.remarks));
  return result;
}

/** What a file says; a rule for a network is one for the same whichever of its addresses it names. */
const meaning = ({ settings }: ReturnType<typeof read>): Partial<AppSettings> => ({
  ...settings,
  noProxy: [...new Set(settings.noProxy.map((rule) => rule.toLowerCase()))],
});

function exportOf(file: string, target: ConfTarget) {
  const before = read(file);
  const secret = Buffer.from(before.conf.passNtlmv2?.digits ?? '', 'hex');
  const account = before.settings.account ?? { domain: '', user: '' };
  const credential = { account, method: 'NTLMv2', secret } as const;
  const { socksUsers } = before.conf;
  return { before, ...exportCntlmConf(before.settings, { target, credential, socksUsers }) };
}

const latin1 = (exported: string): string => Buffer.from(exported, 'utf8').toString('latin1');

/** The keywords that each cntlm knows; it passes all others by. */
const keywords: Readonly<Record<ConfTarget, RegExp>> = {
  '0.92.3':
    /^(?:Username|Domain|Workstation|PassNTLMv2|Auth|Proxy|NoProxy|Listen|Gateway|Allow|Deny|SOCKS5Proxy|SOCKS5Users|Tunnel|Header)$/,
  '0.94':
    /^(?:Username|Domain|Workstation|PassNTLMv2|Auth|Proxy|Pac|NoProxy|Listen|Gateway|Allow|Deny|SOCKS5Proxy|SOCKS5Users|Tunnel|Header)$/,
};

describe('a cntlm.conf that is taken over and written again', () => {
  it.each(['0.92.3', '0.94'] as const)('says the same to cntlm %s, but for what is told', (target) => {
    let complete = 0;
    fc.assert(
      fc.property(conf, (lines) => {
        const { before, text: exported, gaps } = exportOf(fileOf(lines), target);
        const after = read(latin1(exported));
        const toldOf = new Set(gaps.map(({ kind }) => kind));
        if (toldOf.size === 0 || (toldOf.size === 1 && toldOf.has('account'))) {
          complete += 1;
          expect(meaning(after)).toEqual(meaning(before));
          expect(after.conf.socksUsers).toEqual(before.conf.socksUsers);
        }
        // What nothing is told of is there, whatever else is not.
        for (const key of ['account', 'workstation'] as const) {
          expect(after.settings[key]).toEqual(before.settings[key]);
        }
        const isLeft = (line: string): boolean =>
          gaps.some((gap) => gap.kind === 'lines' && gap.lines.some((each) => each.endsWith(line)));
        expect(after.settings.headers).toEqual(before.settings.headers.filter((each) => !isLeft(each)));
        expect(after.settings.tunnels.length).toBe(
          before.settings.tunnels.filter((each) => !isLeft(each.replace(/^\*:/, '0.0.0.0:'))).length,
        );
        // Nobody is let in by SOCKS5 who was not before.
        if (before.settings.socksUsers.length > 0 && after.settings.socks.length > 0) {
          expect(after.conf.socksUsers).toEqual(before.conf.socksUsers);
        }
        const expected = before.conf.passNtlmv2?.digits ?? '';
        expect(after.conf.passNtlmv2?.digits).toBe(target === '0.92.3' ? invertDigits(expected) : expected);
      }),
      runs,
    );
    // The test would prove little if most of them were told of.
    expect(complete).toBeGreaterThan(runs.numRuns / 4);
  });

  it.each(['0.92.3', '0.94'] as const)('is within the grammar of cntlm %s', (target) => {
    fc.assert(
      fc.property(conf, (lines) => {
        const { text: exported } = exportOf(fileOf(lines), target);
        expect(exported.endsWith('\n')).toBe(true);
        for (const line of exported.split('\n')) {
          expect(Buffer.byteLength(line, 'utf8')).toBeLessThan(4095);
          if (line === '' || line.startsWith('#')) continue;
          const [, keyword = '', value = ''] = /^([A-Za-z0-9]+) (.*)$/.exec(line) ?? [];
          expect(keyword).toMatch(keywords[target]);
          const isQuoted = value.startsWith('"');
          // Between quotation marks everything is as it stands; elsewhere a comment, a blank or nothing would cut it.
          expect(value).toMatch(isQuoted ? /^"[^"]+"$/ : /^[^\s#;="][^#]*$/);
          expect(value).toBe(value.trim());
          const bare = Buffer.byteLength(isQuoted ? value.slice(1, -1) : value, 'utf8');
          if (/^(?:Username|Domain|Workstation|Auth|PassNTLMv2)$/.test(keyword))
            expect(bare).toBeLessThan(64);
          if (keyword === 'Proxy') expect(bare).toBeLessThan(64 + 6);
          if (target === '0.92.3' && /^(?:Proxy|Listen|SOCKS5Proxy)$/.test(keyword))
            expect(value).not.toMatch(/:.*:/);
        }
      }),
      runs,
    );
  });
});
