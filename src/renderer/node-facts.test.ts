import { describe, expect, it } from 'vitest';
import { exampleNamed } from '../../e2e/gallery/states';
import type { AppState } from '../shared/state';
import { wordsFor } from '../shared/words/words-for';
import type { NodeName } from './road';
import { nodeFacts } from './screens/status/node-facts';

const words = wordsFor('en');

function factsOf(node: NodeName, example: string): Record<string, string> {
  return Object.fromEntries(nodeFacts(node, exampleNamed(example, 'en').state, words, Date.now()));
}

describe('what is known of a node', () => {
  it('says who has taken the Mac’s setting, since when, and what Latchkey has done', () => {
    expect(factsOf('mac', 'mac-taken-over')).toEqual({
      'Proxy setting': '127.0.0.1:8888',
      'Listens there': 'Inspector',
      Since: expect.stringMatching(/\d/),
      'Set back by Latchkey': '3 times, then left',
    });
  });

  it('says where the company proxy is, how it answers, and what it has taken', () => {
    expect(factsOf('company-proxy', 'on')).toMatchObject({
      Address: '10.1.4.2:8080',
      'Answers in': '3 ms',
      'Last accepted': expect.stringMatching(/\d/),
      'Signs in with': 'NTLMv2',
    });
  });

  it('calls a method by its name', () => {
    const { state } = exampleNamed('on', 'en');
    const account = state.account && { ...state.account, signedInWith: 'NT' as const };
    expect(nodeFacts('company-proxy', { ...state, account }, words, Date.now())).toContainEqual([
      'Signs in with',
      'NTLMv1',
    ]);
  });

  it('says what terminals are told, and where requests go', () => {
    const { state } = exampleNamed('on', 'en');
    const facts = (node: NodeName, changed: Partial<AppState>): Record<string, string> =>
      Object.fromEntries(nodeFacts(node, { ...state, ...changed }, words, Date.now()));
    const told = facts('terminals', { settings: { ...state.settings, writesShellBlock: true } });
    expect(told).toEqual({
      [words.route.address]: 'http://127.0.0.1:3128',
      [words.route.newTerminals]: words.route.told,
    });
    const untold = facts('terminals', {
      addresses: [],
      settings: { ...state.settings, writesShellBlock: false },
    });
    expect(untold).toEqual({
      [words.route.address]: words.route.nowhere,
      [words.route.newTerminals]: words.route.notTold,
    });
    expect(facts('internet', {})[words.route.going]).toBe(words.route.throughCompanyProxy);
    expect(facts('internet', { connection: { kind: 'off' } })[words.route.going]).toBe(
      words.route.nothingGoes,
    );
    expect(facts('internet', {})[words.status.openTunnels]).toBe(String(state.traffic.openTunnels));
  });

  it('says nothing of what is not known', () => {
    expect(factsOf('company-proxy', 'refusing')).not.toHaveProperty('Signs in with');
    expect(factsOf('mac', 'on-mac-off')).toEqual({ 'Proxy setting': 'not Latchkey' });
  });
});
