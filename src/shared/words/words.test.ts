import { describe, expect, it } from 'vitest';
import type { FieldProblem } from '../fields';
import type { Hop } from '../problem';
import type { AppProblem, Connection, Language } from '../state';
import { defaultAppSettings } from '../app-settings';
import { de } from './de';
import { describeConnection } from './describe-connection';
import { en, type Words } from './en';
import { wordsFor } from './words-for';

const upstream = { host: 'proxy.corp', port: 8080 };
const hop: Hop = { role: 'upstream', address: upstream };
const account = { domain: 'CORP', user: 'alice' };

/** One of each kind: a kind that is missing does not compile. */
const problems: { readonly [Kind in AppProblem['kind']]: Extract<AppProblem, { kind: Kind }> } = {
  'bad-request': { kind: 'bad-request', detail: 'no host' },
  'head-too-large': { kind: 'head-too-large', limitBytes: 65_536 },
  'client-denied': { kind: 'client-denied' },
  loop: { kind: 'loop', target: upstream },
  'needless-sign-in': { kind: 'needless-sign-in' },
  'origin-sign-in-lost': { kind: 'origin-sign-in-lost', target: upstream },
  'out-of-descriptors': { kind: 'out-of-descriptors' },
  'target-denied': { kind: 'target-denied', target: upstream },
  'name-not-found': { kind: 'name-not-found', hop },
  'connection-refused': { kind: 'connection-refused', hop },
  'connect-timed-out': { kind: 'connect-timed-out', hop },
  unreachable: { kind: 'unreachable', hop, detail: 'EHOSTUNREACH' },
  'closed-early': { kind: 'closed-early', hop },
  silent: { kind: 'silent', hop },
  'broken-answer': { kind: 'broken-answer', hop, detail: 'no status line' },
  'server-error': { kind: 'server-error', hop, detail: '503' },
  'ntlm-not-offered': { kind: 'ntlm-not-offered', hop, offered: ['Basic'] },
  'bad-challenge': { kind: 'bad-challenge', hop, detail: 'too short' },
  'credential-refused': { kind: 'credential-refused', hop, account },
  'target-refused': { kind: 'target-refused', hop, account },
  'logon-pending': { kind: 'logon-pending', hop },
  'logon-unclear': { kind: 'logon-unclear', hop, retryAfterMs: 120_000 },
  'logon-lost': { kind: 'logon-lost', hop, retryAfterMs: 120_000 },
  'origin-asked': { kind: 'origin-asked', hop },
  'other-domain': { kind: 'other-domain', hop, named: 'CAFE', known: 'CORP' },
  'sign-in-not-asked': { kind: 'sign-in-not-asked', hop },
  'sign-in-paused': { kind: 'sign-in-paused', hop, account },
  internal: { kind: 'internal' },
  'port-in-use': { kind: 'port-in-use', port: 3128, freePort: 3129, holder: 'cntlm' },
  'port-not-allowed': { kind: 'port-not-allowed', port: 80 },
  'upstream-is-latchkey': { kind: 'upstream-is-latchkey', upstream },
  'unknown-host': { kind: 'unknown-host', host: 'mac.corp' },
  'keychain-locked': { kind: 'keychain-locked' },
  'keychain-denied': { kind: 'keychain-denied' },
  'keychain-absent': { kind: 'keychain-absent' },
  'keychain-failed': { kind: 'keychain-failed', detail: 'error -1' },
  'settings-damaged': { kind: 'settings-damaged', keptAs: 'settings.damaged.json' },
  'settings-not-saved': { kind: 'settings-not-saved', detail: 'disk full' },
  'file-unreadable': { kind: 'file-unreadable', file: 'cntlm.conf', detail: 'not there' },
  'cntlm-conf': { kind: 'cntlm-conf', file: 'cntlm.conf', line: 3, detail: 'no port' },
  'login-item-refused': { kind: 'login-item-refused' },
  'shell-block-edited': { kind: 'shell-block-edited', file: '~/.zshrc', line: 12 },
  'shell-file-refused': { kind: 'shell-file-refused', file: '~/.zshrc', why: 'other', detail: 'disk full' },
  'not-a-latchkey-task': { kind: 'not-a-latchkey-task', detail: 'a check is under way' },
};

const fieldProblems: { readonly [Kind in FieldProblem['kind']]: Extract<FieldProblem, { kind: Kind }> } = {
  empty: { kind: 'empty' },
  'port-missing': { kind: 'port-missing', proposed: 'proxy.corp:8080' },
  'port-range': { kind: 'port-range' },
  'not-a-host': { kind: 'not-a-host' },
  'not-an-address': { kind: 'not-an-address' },
  'is-pac': { kind: 'is-pac' },
  'is-https': { kind: 'is-https' },
  'not-an-account': { kind: 'not-an-account' },
  'is-url': { kind: 'is-url' },
  'has-port': { kind: 'has-port' },
  'network-length': { kind: 'network-length' },
  'not-a-network': { kind: 'not-a-network' },
  'number-range': { kind: 'number-range', min: 1, max: 90 },
  'too-long': { kind: 'too-long', limit: 15 },
  'bad-character': { kind: 'bad-character', character: ',' },
  duplicate: { kind: 'duplicate' },
};

const connections: readonly (readonly [string, Connection])[] = [
  ['off', { kind: 'off' }],
  ['needs-setup', { kind: 'needs-setup' }],
  ['starting', { kind: 'starting' }],
  ['signed in', { kind: 'on', route: { kind: 'upstream', upstream, hasSignedIn: true } }],
  ['not signed in', { kind: 'on', route: { kind: 'upstream', upstream, hasSignedIn: false } }],
  ['direct', { kind: 'on', route: { kind: 'direct' } }],
  ['refusing', { kind: 'waiting', why: { kind: 'network' } }],
  ['paused', { kind: 'waiting', why: { kind: 'paused' } }],
  ['spared', { kind: 'waiting', why: { kind: 'account-spared', problem: problems['logon-unclear'] } }],
  ['other domain', { kind: 'waiting', why: { kind: 'account-spared', problem: problems['other-domain'] } }],
  ['missing', { kind: 'password-needed', why: { kind: 'missing' } }],
  ['refused', { kind: 'password-needed', why: { kind: 'refused', upstream, atMs: 0 } }],
  ['keychain', { kind: 'password-needed', why: { kind: 'keychain', problem: problems['keychain-locked'] } }],
  ['failed', { kind: 'failed', problem: problems['port-in-use'] }],
];

const languages: readonly Language[] = ['en', 'de'];

/** Every text of a language that needs nothing to be filled in. */
function fixedTexts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((part: unknown) => fixedTexts(part));
}

function problemTexts(words: Words): readonly string[] {
  return Object.values(problems).flatMap((problem) => Object.values(words.problem(problem)));
}

describe.each(languages)('in %s', (language) => {
  const words = wordsFor(language);

  it.each(Object.values(problems))('$kind has a title, a sentence and a remedy', (problem) => {
    const { title, sentence, remedy } = words.problem(problem);
    expect(title).toMatch(/^(?:macOS|\p{Lu})[^.]+$/u);
    expect(sentence.length).toBeGreaterThan(title.length / 2);
    expect(remedy).toMatch(/^.+\.$/u);
  });

  it.each(Object.values(fieldProblems))('$kind in a field has one sentence', (problem) => {
    expect(words.field(problem)).toMatch(/^.+\.$/u);
  });

  it.each(connections)('%s is told in one way', (_name, connection) => {
    const described = describeConnection({
      language,
      connection,
      account: undefined,
      settings: { ...defaultAppSettings, account, upstreams: [upstream] },
      systemProxy: { kind: 'on', mode: 'manual', services: ['Wi-Fi'], notes: [] },
    });
    expect(described.headline).not.toBe('');
    expect(described.sentence).not.toBe('');
    expect(described.tooltip).toContain(described.sentence);
    expect(described.tooltip).toContain('Latchkey');
    // A lone sentence has no full stop.
    expect(described.sentence).not.toMatch(/^[^.]+\.$/);
  });

  it('names no command of the command line', () => {
    const texts = [...fixedTexts(words), ...problemTexts(words)];
    expect(texts.length).toBeGreaterThan(200);
    expect(texts.filter((text) => /`|latchkey [a-z]+ (?:set|retry)|latchkey check/.test(text))).toEqual([]);
  });

  it('keeps to the words of the product', () => {
    const texts = [...fixedTexts(words), ...problemTexts(words)].join('\n');
    expect(texts).not.toMatch(/upstream|authenticat|wrong password|oops|^error:/im);
    expect(texts).not.toMatch(/falsches Passwort|authentifizier/i);
  });

  it('has the same sentence for tray, tooltip and panel', () => {
    expect(
      describeConnection({
        language,
        connection: { kind: 'on', route: { kind: 'upstream', upstream, hasSignedIn: true } },
        account: undefined,
        settings: { ...defaultAppSettings, account },
        systemProxy: { kind: 'on', mode: 'manual', services: ['Wi-Fi'], notes: [] },
      }).tooltip,
    ).toBe(
      language === 'en'
        ? 'Latchkey is on. Signed in to proxy.corp:8080 as CORP\\alice'
        : 'Latchkey ist eingeschaltet. Bei proxy.corp:8080 als CORP\\alice angemeldet',
    );
  });
});

describe('the two languages', () => {
  it('differ in all but names', () => {
    const german = new Set(fixedTexts(de));
    const same = new Set(fixedTexts(en).filter((text) => german.has(text)));
    expect([...same].toSorted()).toEqual(['Deutsch', 'English', 'Latchkey', 'Name', 'Terminal']);
  });

  it('say when off whether this Mac has its own settings back', () => {
    const off = (usesSystemProxy: boolean): string =>
      describeConnection({
        language: 'en',
        connection: { kind: 'off' },
        account: undefined,
        settings: { ...defaultAppSettings, usesSystemProxy },
        systemProxy: { kind: 'off', notes: [] },
      }).sentence;
    expect(off(true)).toBe('This Mac’s own proxy settings are back in place');
    expect(off(false)).not.toBe(off(true));
  });
});
