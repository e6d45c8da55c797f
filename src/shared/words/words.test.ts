import { describe, expect, it } from 'vitest';
import type { FieldProblem } from '../fields';
import type { Hop } from '../problem';
import type { AppProblem } from '../app-problem';
import type { Connection, Language, NotificationsState } from '../state';
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
  'socks-sign-in-refused': { kind: 'socks-sign-in-refused' },
  loop: { kind: 'loop', target: upstream },
  'needless-sign-in': { kind: 'needless-sign-in' },
  'origin-sign-in-lost': { kind: 'origin-sign-in-lost', target: upstream },
  'out-of-descriptors': { kind: 'out-of-descriptors' },
  'target-denied': { kind: 'target-denied', target: upstream },
  'name-not-found': { kind: 'name-not-found', hop },
  'connection-refused': { kind: 'connection-refused', hop },
  'connect-timed-out': { kind: 'connect-timed-out', hop },
  unreachable: { kind: 'unreachable', hop, detail: 'EHOSTUNREACH' },
  'client-sign-in-needed': { kind: 'client-sign-in-needed' },
  'client-sign-in-refused': { kind: 'client-sign-in-refused', account },
  'client-account-waits': { kind: 'client-account-waits', account, retryAfterMs: 5_000 },
  'method-not-offered': { kind: 'method-not-offered', hop, method: 'Basic', offered: ['NTLM'] },
  'no-lm-hash': { kind: 'no-lm-hash', method: 'LM' },
  'closed-early': { kind: 'closed-early', hop },
  'local-network-denied': { kind: 'local-network-denied', hop },
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
  'untrusted-certificate': { kind: 'untrusted-certificate', hop, detail: 'self-signed certificate' },
  'not-agreed': { kind: 'not-agreed', hop },
  'no-pac-answer': { kind: 'no-pac-answer', target: upstream, detail: 'no answer within 2 s' },
  'sign-in-paused': { kind: 'sign-in-paused', hop, account },
  'account-missing': { kind: 'account-missing', hop },
  internal: { kind: 'internal' },
  'port-in-use': { kind: 'port-in-use', port: 3128, freePort: 3129, holder: 'cntlm' },
  'port-not-allowed': { kind: 'port-not-allowed', port: 80 },
  'upstream-is-latchkey': { kind: 'upstream-is-latchkey', upstream },
  'unknown-host': { kind: 'unknown-host', host: 'mac.corp' },
  'keychain-locked': { kind: 'keychain-locked' },
  'keychain-denied': { kind: 'keychain-denied' },
  'keychain-not-built': { kind: 'keychain-not-built' },
  'keychain-absent': { kind: 'keychain-absent' },
  'keychain-failed': { kind: 'keychain-failed', detail: 'error -1' },
  'settings-damaged': { kind: 'settings-damaged', keptAs: 'settings.damaged.json' },
  'settings-not-saved': { kind: 'settings-not-saved', detail: 'disk full' },
  'settings-elsewhere': { kind: 'settings-elsewhere', file: '/etc/cntlm.conf', line: 3, keyword: 'Listen' },
  'setting-managed': { kind: 'setting-managed', name: 'pac', by: 'Corp', contact: 'it@corp.example' },
  'managed-wrong': { kind: 'managed-wrong', key: 'PAC', file: '/etc/latchkey/managed.json' },
  'no-such-address': { kind: 'no-such-address', host: '10.0.0.9' },
  'not-listening': { kind: 'not-listening', place: '10.0.0.9:3128', file: 'c.conf', line: 7, why: 'own' },
  'socks-users-unknown': { kind: 'socks-users-unknown', users: ['dave'] },
  'file-unreadable': { kind: 'file-unreadable', file: 'cntlm.conf', detail: 'not there' },
  'cntlm-conf': { kind: 'cntlm-conf', file: 'cntlm.conf', line: 3, matter: { kind: 'bad-proxy' } },
  'login-item-refused': { kind: 'login-item-refused' },
  'kerberos-unused': { kind: 'kerberos-unused', upstream, trouble: 'expired' },
  'pac-not-read': { kind: 'pac-not-read', error: 'no such host', isOld: true },
  'pac-silent': { kind: 'pac-silent', detail: 'no answer within 2 s' },
  'pac-not-agreed': { kind: 'pac-not-agreed', upstreams: [{ host: 'p2.corp', port: 443, isTls: true }] },
  'notifications-off': { kind: 'notifications-off' },
  'icon-hidden': { kind: 'icon-hidden' },
  'shell-block-edited': { kind: 'shell-block-edited', file: '~/.zshrc', line: 12 },
  'shell-file-refused': { kind: 'shell-file-refused', file: '~/.zshrc', why: 'other', detail: 'disk full' },
  'command-taken': { kind: 'command-taken', path: '~/bin/latchkey', target: '/opt/latchkey' },
  'command-has-no-folder': {
    kind: 'command-has-no-folder',
    folder: '~/.local/bin',
    file: '~/.zshrc',
    line: 'export PATH="$HOME/.local/bin:$PATH"',
  },
  'command-app-not-installed': { kind: 'command-app-not-installed' },
  'command-not-linked': { kind: 'command-not-linked', path: '~/bin/latchkey', detail: 'disk full' },
  'update-failed': { kind: 'update-failed', why: 'damaged', version: '1.1.0', detail: 'sha512' },
  'updates-unsupported': { kind: 'updates-unsupported' },
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
  'not-a-pac': { kind: 'not-a-pac' },
  'not-an-account': { kind: 'not-an-account' },
  'is-url': { kind: 'is-url' },
  'has-port': { kind: 'has-port' },
  'not-a-network': { kind: 'not-a-network' },
  'not-a-range': { kind: 'not-a-range' },
  'number-range': { kind: 'number-range', min: 1, max: 90 },
  'too-long': { kind: 'too-long', limit: 15 },
  'bad-character': { kind: 'bad-character', character: ',' },
  'not-a-place': { kind: 'not-a-place' },
  'not-a-tunnel': { kind: 'not-a-tunnel' },
  'not-a-header': { kind: 'not-a-header' },
  'header-reserved': { kind: 'header-reserved' },
  'not-a-rule': { kind: 'not-a-rule' },
  duplicate: { kind: 'duplicate' },
};

const connections: readonly (readonly [string, Connection])[] = [
  ['off', { kind: 'off' }],
  ['needs-setup', { kind: 'needs-setup' }],
  ['starting', { kind: 'starting' }],
  ['asking', { kind: 'starting', isAskingKeychain: true }],
  ['signed in', { kind: 'on', route: { kind: 'upstream', upstream, hasSignedIn: true } }],
  ['not signed in', { kind: 'on', route: { kind: 'upstream', upstream, hasSignedIn: false } }],
  ['direct', { kind: 'on', route: { kind: 'direct' } }],
  ['refusing', { kind: 'waiting', why: { kind: 'network' } }],
  ['local network', { kind: 'waiting', why: { kind: 'local-network' } }],
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
      notifications: 'unknown',
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
        notifications: 'unknown',
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
    expect([...same].toSorted()).toEqual([
      'Details',
      'Deutsch',
      'English',
      'Internet',
      'Latchkey',
      'NTLMv2',
      'Name',
      'PAC',
      'Port',
      'SOCKS5',
      'Terminal',
      'Terminals',
    ]);
  });

  it('have the message of a notification for who sees none', () => {
    const about = (notifications: NotificationsState): string =>
      describeConnection({
        language: 'en',
        connection: { kind: 'off' },
        account: {
          account,
          standing: 'unproven',
          today: { sent: 0, refused: 0, unanswered: 0 },
          daysLeft: 1,
          isForSessionOnly: false,
        },
        settings: defaultAppSettings,
        systemProxy: { kind: 'off', notes: [] },
        notifications,
      }).tooltip;
    expect(about('off')).toBe(`${about('on')}. Your password expires tomorrow`);
  });

  it('say when off whether this Mac has its own settings back', () => {
    const off = (usesSystemProxy: boolean): string =>
      describeConnection({
        language: 'en',
        connection: { kind: 'off' },
        account: undefined,
        settings: { ...defaultAppSettings, usesSystemProxy },
        systemProxy: { kind: 'off', notes: [] },
        notifications: 'unknown',
      }).sentence;
    expect(off(true)).toBe('This Mac’s own proxy settings are back in place');
    expect(off(false)).not.toBe(off(true));
  });
});
