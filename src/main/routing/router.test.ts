import { describe, expect, it } from 'vitest';
import { createRouter } from './router';

describe('createRouter', () => {
  const route = createRouter({ noProxy: ['localhost', '*.corp.test', '*.test', '::1'] });

  it.each([
    ['localhost', 'localhost'],
    ['wiki.corp.test', '*.corp.test'],
    ['wiki.corp.test.', '*.corp.test'],
    ['WIKI.CORP.TEST', '*.corp.test'],
    ['a.test', '*.test'],
    ['::1', '::1'],
  ])('sends %s directly, by the first rule that matches: %s', (host, rule) => {
    expect(route({ host, port: 80 })).toEqual({ kind: 'direct', rule });
  });

  it('sends everything else to the upstream', () => {
    expect(route({ host: 'example.com', port: 443 })).toEqual({ kind: 'upstream' });
  });
});
