import { describe, expect, it } from 'vitest';
import type { ConfMatter } from '../../conf-remark';
import * as german from './de';
import * as english from './en';

const keyword = 'PassNT';

/** One of each kind: a kind that is missing does not compile. */
const matters: { readonly [Kind in ConfMatter['kind']]: Extract<ConfMatter, { kind: Kind }> } = {
  'byte-order-mark': { kind: 'byte-order-mark' },
  'line-too-long': { kind: 'line-too-long', limit: 4095 },
  'no-keyword': { kind: 'no-keyword' },
  'equals-sign': { kind: 'equals-sign' },
  'open-quotation-mark': { kind: 'open-quotation-mark' },
  'comment-in-word': { kind: 'comment-in-word' },
  'semicolon-kept': { kind: 'semicolon-kept' },
  'semicolon-left-out': { kind: 'semicolon-left-out', keyword },
  'no-line-break': { kind: 'no-line-break' },
  'not-needed': { kind: 'not-needed', keyword },
  'not-supported': { kind: 'not-supported', keyword },
  'given-before': { kind: 'given-before', keyword, firstLine: 2 },
  'read-as-utf8': { kind: 'read-as-utf8', keyword },
  'not-filled-in': { kind: 'not-filled-in', keyword },
  'hash-characters': { kind: 'hash-characters', keyword },
  'hash-length': { kind: 'hash-length', keyword, length: 31 },
  'hash-sample': { kind: 'hash-sample', keyword },
  'other-hash-counts': { kind: 'other-hash-counts', keyword, used: 'PassNTLMv2' },
  'hash-beyond-ascii': { kind: 'hash-beyond-ascii' },
  'hash-beside-password': { kind: 'hash-beside-password', keyword },
  'hashes-differ': { kind: 'hashes-differ' },
  'hash-of-another': { kind: 'hash-of-another', keyword },
  'no-credential': { kind: 'no-credential' },
  'no-username': { kind: 'no-username' },
  'no-proxy': { kind: 'no-proxy' },
  'no-proxy-beside-pac': { kind: 'no-proxy-beside-pac' },
  'bad-pac': { kind: 'bad-pac', keyword },
  'network-in-no-proxy': { kind: 'network-in-no-proxy' },
  'dot-in-no-proxy': { kind: 'dot-in-no-proxy' },
  'rule-in-no-proxy': { kind: 'rule-in-no-proxy' },
  'semicolon-in-no-proxy': { kind: 'semicolon-in-no-proxy' },
  'case-in-no-proxy': { kind: 'case-in-no-proxy' },
  'proxy-scheme': { kind: 'proxy-scheme' },
  'bad-proxy': { kind: 'bad-proxy' },
  'bad-listen': { kind: 'bad-listen', keyword },
  'blank-for-colon': { kind: 'blank-for-colon', keyword },
  'bad-access': { kind: 'bad-access', keyword },
  'bits-beyond': { kind: 'bits-beyond', keyword, prefixLength: 8 },
  'auth-other': { kind: 'auth-other', auth: 'LM', used: 'NTLMv2' },
  'auth-unknown': { kind: 'auth-unknown' },
  'gateway-off': { kind: 'gateway-off', keyword: 'Gateway' },
  'workstation-long': { kind: 'workstation-long', limit: 15 },
  'workstation-cut': { kind: 'workstation-cut', limit: 63 },
  'access-ipv6': { kind: 'access-ipv6', keyword },
  'rules-for-this-machine': { kind: 'rules-for-this-machine' },
  'denies-this-machine': { kind: 'denies-this-machine' },
  'bad-tunnel': { kind: 'bad-tunnel' },
  'bad-header': { kind: 'bad-header' },
  'header-reserved': { kind: 'header-reserved' },
  'bad-socks-user': { kind: 'bad-socks-user', keyword },
  'socks-user-singular': { kind: 'socks-user-singular' },
  'listens-here-too': { kind: 'listens-here-too' },
  'value-unusable': { kind: 'value-unusable' },
};

describe('what was never filled in', () => {
  it.each([
    ['Username', 'put your own value there', 'hier gehört der eigene Wert hin'],
    ['PassNTLMv2', 'type your password in instead', 'stattdessen das Passwort eintippen'],
    ['Password', 'type your password in instead', 'stattdessen das Passwort eintippen'],
  ])('of %s names the way out', (name, inEnglish, inGerman) => {
    const matter = { kind: 'not-filled-in', keyword: name } as const;
    expect(english.confRemark(matter)).toContain(inEnglish);
    expect(german.confRemark(matter)).toContain(inGerman);
  });
});

describe.each(Object.values(matters))('$kind', (matter) => {
  it('has one sentence in each language, which names no command and has no full stop', () => {
    const texts = [english.confRemark(matter), german.confRemark(matter)];
    for (const text of texts) expect(text).toMatch(/^[^`]{10,}[^.`]$/);
    expect(new Set(texts).size).toBe(2);
    const facts = Object.entries(matter).filter(([name]) => name !== 'kind');
    for (const [, fact] of facts) for (const text of texts) expect(text).toContain(String(fact));
  });
});
