import type { LookupAddress } from 'node:dns';
import { describe, expect, it } from 'vitest';
import { NameCache } from './name-cache';

const v4 = (address: string): LookupAddress => ({ address, family: 4 });

/** A resolver that answers what it is told to, and counts. */
function resolver(): { addresses: LookupAddress[]; questions: string[]; error: Error | undefined } {
  return { addresses: [v4('10.0.0.1')], questions: [], error: undefined };
}

function cacheOf(state: ReturnType<typeof resolver>): NameCache {
  return new NameCache((name) => {
    state.questions.push(name);
    return state.error === undefined ? Promise.resolve(state.addresses) : Promise.reject(state.error);
  });
}

/** What net.connect is told: the first address, or all of them, or the code of an error. */
function look(cache: NameCache, name: string, all = false): Promise<unknown> {
  return new Promise((resolve) => {
    cache.lookup(name, { all }, (error, address) => {
      resolve(error === null ? address : error.code);
    });
  });
}

describe('NameCache', () => {
  it('asks once, until it is cleared', async () => {
    const state = resolver();
    const cache = cacheOf(state);
    expect(await look(cache, 'proxy.test')).toBe('10.0.0.1');
    state.addresses = [v4('10.0.0.2'), v4('10.0.0.3')];
    expect(await look(cache, 'proxy.test')).toBe('10.0.0.1');
    cache.clear();
    expect(await look(cache, 'proxy.test', true)).toEqual(state.addresses);
    expect(state.questions).toHaveLength(2);
  });

  it('asks once for all who ask at the same time', async () => {
    const state = resolver();
    const cache = cacheOf(state);
    await Promise.all([look(cache, 'proxy.test'), look(cache, 'proxy.test')]);
    expect(state.questions).toEqual(['proxy.test']);
  });

  it('does not remember a failure, nor an empty answer as an address', async () => {
    const state = resolver();
    const cache = cacheOf(state);
    state.error = Object.assign(new Error('no'), { code: 'EAI_AGAIN' });
    expect(await look(cache, 'proxy.test')).toBe('EAI_AGAIN');
    state.error = undefined;
    state.addresses = [];
    expect(await look(cache, 'proxy.test')).toBe('ENOTFOUND');
    expect(state.questions).toHaveLength(2);
  });

  it('says whether a name has moved when its addresses do not answer', async () => {
    const state = resolver();
    const cache = cacheOf(state);
    expect(await cache.refresh('proxy.test')).toBe(false);
    await look(cache, 'proxy.test');
    expect(await cache.refresh('proxy.test')).toBe(false);
    state.addresses = [v4('10.0.0.2')];
    expect(await cache.refresh('proxy.test')).toBe(true);
    expect(await look(cache, 'proxy.test')).toBe('10.0.0.2');
    state.error = new Error('no');
    expect(await cache.refresh('proxy.test')).toBe(false);
    expect(await cache.refresh('10.0.0.2')).toBe(false);
  });
});
