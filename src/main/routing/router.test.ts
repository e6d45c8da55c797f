import { describe, expect, it, vi } from 'vitest';
import { createRouter } from './router';

const toNetwork = () => Promise.resolve([{ address: '2001:db8::1' }, { address: '10.1.2.3' }]);

describe('createRouter', () => {
  const route = createRouter(
    { noProxy: ['localhost', '*.corp.test', '*.test', '::1'], resolvesNames: false },
    toNetwork,
  );

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

  it('looks no name up unless that is wanted, nor without a network that it could be in', async () => {
    const resolve = vi.fn<typeof toNetwork>(toNetwork);
    const target = { host: 'wiki.example', port: 80 };
    const without = createRouter({ noProxy: ['10.0.0.0/8'], resolvesNames: false }, resolve);
    expect(without(target)).toEqual({ kind: 'upstream' });
    const aimless = createRouter({ noProxy: ['*.corp.test'], resolvesNames: true }, resolve);
    expect(aimless(target)).toEqual({ kind: 'upstream' });
    const named = createRouter({ noProxy: ['10.0.0.0/8', 'wiki.*'], resolvesNames: true }, resolve);
    expect(await named(target)).toEqual({ kind: 'direct', rule: 'wiki.*' });
    expect(resolve).not.toHaveBeenCalled();
  });

  it('compares what a name resolves to with the networks', async () => {
    const settings = { noProxy: ['192.168.0.0/16', '10.0.0.0/8:80'], resolvesNames: true };
    const looking = createRouter(settings, toNetwork);
    expect(await looking({ host: 'wiki.example', port: 80 })).toEqual({
      kind: 'direct',
      rule: '10.0.0.0/8:80',
    });
    expect(await looking({ host: 'wiki.example', port: 81 })).toEqual({ kind: 'upstream' });
  });

  it('leaves a name that nobody knows to the company proxy, and one that takes too long', async () => {
    const settings = { noProxy: ['10.0.0.0/8'], resolvesNames: true };
    const unknown = createRouter(settings, () => Promise.reject(new Error('ENOTFOUND')));
    expect(await unknown({ host: 'wiki.example', port: 80 })).toEqual({ kind: 'upstream' });
    vi.useFakeTimers();
    try {
      const slow = createRouter(settings, () => new Promise(() => undefined));
      const answer = slow({ host: 'wiki.example', port: 80 });
      await vi.advanceTimersByTimeAsync(2_000);
      expect(await answer).toEqual({ kind: 'upstream' });
    } finally {
      vi.useRealTimers();
    }
  });
});
