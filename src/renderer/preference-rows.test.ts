import { describe, expect, it } from 'vitest';
import { exampleNamed } from '../../e2e/gallery/states';
import { wordsFor } from '../shared/words/words-for';
import { preferenceGroups, searchPreferences } from './screens/preferences/preference-rows';

const { state } = exampleNamed('preferences-ports', 'en');
const groups = preferenceGroups(state, wordsFor('en'));
const found = (query: string): string[] =>
  searchPreferences(groups, query).map(({ label, page, value }) =>
    [page, label, value].filter(Boolean).join(' > '),
  );

describe('the preferences', () => {
  it('are in the order of use', () => {
    expect(groups.map((rows) => rows.map(({ section }) => section))).toEqual([
      ['company-proxies', 'pac', 'sign-in', 'password-age', 'no-proxy', 'off-network'],
      ['this-mac', 'terminal', 'port-and-access', 'socks-and-tunnels', 'headers'],
      ['log', 'update', 'advanced'],
    ]);
  });

  it('leave out what this system has no setting for', () => {
    const systemProxy = { kind: 'unsupported', notes: [] } as const;
    const rows = preferenceGroups({ ...state, systemProxy }, wordsFor('en')).flat();
    expect(rows.map(({ section }) => section)).not.toContain('this-mac');
  });
});

describe('the search', () => {
  it('finds pages by their names, what is on them by its own, and both by values', () => {
    expect(found('port')).toEqual([
      'Port and access > 3128, by rules',
      'Port and access > Port > 3128',
      'SOCKS and tunnels > SOCKS5 ports > 1080',
    ]);
    expect(found('5432')).toEqual(['SOCKS and tunnels > 5432:db.corp.example:5432']);
    expect(found('no corp')).toEqual(['No proxy for > *.corp']);
    expect(found('LOG')[0]).toBe('Log > Usual');
  });

  it('does not bring all of a page for its name', () => {
    expect(found('headers')).toEqual(['Headers > 2']);
  });

  it('finds nothing for what is not there', () => {
    expect(found('bluetooth')).toEqual([]);
  });
});
