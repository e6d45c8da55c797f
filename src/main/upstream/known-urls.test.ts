import { describe, expect, it } from 'vitest';
import type { CompanyProxyFacts } from '../../shared/company-proxy';
import { KnownUrls } from './known-urls';
import { nobodysTrial, type Trial } from './trial';

const upstream = { host: 'proxy.test', port: 8080 };
const elsewhere = { host: 'proxy.test', port: 8081 };
const page = (name: string, path = ''): Trial => ({
  method: 'HEAD',
  target: `http://${name}/${path}`,
  host: name,
});
const tunnel = (name: string): Trial => ({ method: 'CONNECT', target: `${name}:443`, host: `${name}:443` });
const check = page('check.test');
const any = (): boolean => true;

/** A memory of one company proxy, and what it was told. */
function bookOf(facts: CompanyProxyFacts = {}) {
  const told: CompanyProxyFacts[] = [];
  let known = facts;
  return {
    told,
    recall: () => known,
    remember: (_: unknown, more: CompanyProxyFacts) => {
      told.push(more);
      known = { ...known, ...more };
    },
  };
}

const warm = (urls: KnownUrls): string[] => [...urls.warmUrls(upstream, 0)].map(({ trial }) => trial.target);

describe('what decides about a credential', () => {
  it('is the eldest URL where none is trusted', () => {
    const urls = new KnownUrls(check, undefined);
    expect(urls.isAnchor(upstream, page('a'))).toBe(false);
    for (const name of ['a', 'b']) urls.worked(upstream, page(name), false, true);
    expect([urls.isAnchor(upstream, page('a')), urls.isAnchor(upstream, page('b'))]).toEqual([true, false]);
    expect(urls.isAnchor(elsewhere, page('a'))).toBe(false);
    urls.failed(upstream, page('a'));
    expect([urls.isAnchor(upstream, page('a')), urls.isAnchor(upstream, page('b'))]).toEqual([false, true]);
  });

  it('are the trusted ones: remembered, chosen, the check URL, and the one that nobody has', () => {
    const urls = new KnownUrls(check, bookOf({ knownUrl: 'http://wiki.corp/' }));
    urls.worked(upstream, page('a'), false, true);
    urls.worked(upstream, page('chosen'), true, true);
    urls.worked(upstream, check, false, true);
    urls.worked(upstream, nobodysTrial, false, true);
    for (const trial of [page('wiki.corp'), page('chosen'), check, nobodysTrial]) {
      expect(urls.isAnchor(upstream, trial)).toBe(true);
    }
    expect(urls.isAnchor(upstream, page('a'))).toBe(false);
    expect(urls.best(upstream, any)).toEqual(page('wiki.corp'));
    // Trusted still, but it was slow: it decides nothing until it works again.
    urls.worked(upstream, page('wiki.corp'), false, false);
    expect(urls.isAnchor(upstream, page('wiki.corp'))).toBe(false);
    expect(urls.best(upstream, any)).toEqual(page('chosen'));
    urls.worked(upstream, page('wiki.corp'), false, true);
    expect(urls.best(upstream, any)).toEqual(page('wiki.corp'));
  });

  it('stays trusted, however it works later', () => {
    const urls = new KnownUrls(undefined, undefined);
    urls.worked(upstream, page('a'), false, true);
    urls.worked(upstream, page('b'), false, true);
    urls.worked(upstream, page('b'), true, true);
    urls.worked(upstream, page('b'), false, true);
    expect(urls.best(upstream, any)).toEqual(page('b'));
    expect(urls.isAnchor(upstream, page('a'))).toBe(false);
  });
});

describe('what is known', () => {
  it('is the first URL that worked, however slowly, and later what was quick', () => {
    const urls = new KnownUrls(undefined, undefined);
    urls.worked(upstream, page('slow'), false, false);
    urls.worked(upstream, page('second'), false, false);
    expect(urls.best(upstream, any)).toEqual(page('slow'));
    expect(urls.best(upstream, (_trial, host) => host === 'second')).toBeUndefined();
    expect([urls.isKnown(upstream, page('slow')), urls.isKnown(upstream, page('second'))]).toEqual([
      false,
      false,
    ]);
    urls.worked(upstream, page('quick'), false, true);
    expect(urls.best(upstream, any)).toEqual(page('quick'));
    expect(urls.best(upstream, (_trial, host) => host !== 'quick')).toEqual(page('slow'));
    urls.failed(upstream, page('quick'));
    expect(urls.isKnown(upstream, page('quick'))).toBe(false);
    expect(urls.best(upstream, any)).toEqual(page('slow'));
    urls.failed(upstream, page('unknown'));
    expect(urls.best(upstream, any)).toEqual(page('slow'));
  });

  it('are 32 URLs, the eldest, with room for a trusted one', () => {
    const urls = new KnownUrls(check, undefined);
    for (let index = 0; index < 32; index += 1) urls.worked(upstream, page(`p${index}`), false, true);
    expect(urls.isKnown(upstream, page('p31'))).toBe(true);
    urls.worked(upstream, page('late'), false, true);
    expect(urls.isKnown(upstream, page('late'))).toBe(false);
    urls.worked(upstream, check, false, true);
    expect([urls.isKnown(upstream, check), urls.isKnown(upstream, page('p31'))]).toEqual([true, false]);
    expect(urls.isKnown(upstream, page('p30'))).toBe(true);
  });

  it('is remembered once: the first site, what is chosen, and whether nobody is answered', () => {
    const book = bookOf();
    const urls = new KnownUrls(check, book);
    urls.worked(upstream, nobodysTrial, false, true);
    urls.worked(upstream, nobodysTrial, false, true);
    urls.worked(upstream, page('a', 'secret'), false, true);
    urls.worked(upstream, page('b'), false, true);
    urls.worked(upstream, page('a'), true, true);
    urls.worked(upstream, page('b'), true, true);
    urls.failed(upstream, page('a'));
    urls.failed(upstream, nobodysTrial);
    urls.failed(upstream, nobodysTrial);
    expect(book.told).toEqual([
      { answersNobodys: true },
      { knownUrl: 'http://a/' },
      { knownUrl: 'http://b/' },
      { answersNobodys: false },
    ]);
  });

  it('is remembered of no URL that names no site', () => {
    const book = bookOf();
    new KnownUrls(undefined, book).worked(upstream, tunnel(''), false, true);
    expect(book.told).toEqual([]);
    const another = bookOf({ knownUrl: 'http://a/' });
    new KnownUrls(undefined, another).worked(upstream, tunnel(''), true, true);
    expect(another.told).toEqual([]);
  });

  it('is remembered of a company proxy of which nothing was', () => {
    const told: CompanyProxyFacts[] = [];
    const empty = {
      recall: () => undefined,
      remember: (_: unknown, more: CompanyProxyFacts) => told.push(more),
    };
    new KnownUrls(undefined, empty).worked(upstream, nobodysTrial, false, true);
    expect(told).toEqual([{ answersNobodys: true }]);
  });
});

describe('hosts that have lost logons', () => {
  it('are counted, each on its company proxy, until it has gone away or the network has changed', () => {
    const urls = new KnownUrls(undefined, undefined);
    const counts = (): number[] => [upstream, elsewhere].map((each) => urls.setAside.lossCount(each, 'a'));
    expect(counts()).toEqual([0, 0]);
    for (const each of [upstream, upstream, elsewhere]) urls.setAside.lost(each, 'a', 0);
    expect(counts()).toEqual([2, 1]);
    urls.setAside.forgive(upstream);
    expect(counts()).toEqual([0, 1]);
    expect([urls.setAside.has(upstream, 'a', 0), urls.setAside.has(elsewhere, 'a', 0)]).toEqual([
      false,
      true,
    ]);
    urls.setAside.beginEpoch();
    expect(counts()).toEqual([0, 0]);
  });

  it('are the 1,024 latest', () => {
    const urls = new KnownUrls(undefined, undefined);
    for (let index = 0; index < 1_024; index += 1) urls.setAside.lost(upstream, `h${index}`, 0);
    // Once more: it is not the eldest now.
    urls.setAside.lost(upstream, 'h0', 0);
    expect([urls.setAside.has(upstream, 'h0', 0), urls.setAside.has(upstream, 'h1', 0)]).toEqual([
      true,
      true,
    ]);
    urls.setAside.lost(upstream, 'another', 0);
    const isAside = ['h0', 'h1', 'h2', 'another'].map((host) => urls.setAside.has(upstream, host, 0));
    expect(isAside).toEqual([true, false, true, true]);
  });
});

describe('what connections are signed in with beforehand', () => {
  it('is the URL that nobody has, and no check URL where there is none', () => {
    expect(warm(new KnownUrls(undefined, undefined))).toEqual([nobodysTrial.target]);
    const [, own] = [...new KnownUrls(check, undefined, true).warmUrls(upstream, 0)];
    expect(own).toEqual({ trial: check, isFree: true, isKnown: false });
  });

  it('is nothing doubtful, no tunnel, nothing twice, and no host that is set aside', () => {
    const urls = new KnownUrls(undefined, bookOf({ knownUrl: 'http://wiki.corp/' }));
    urls.worked(upstream, tunnel('a'), false, true);
    urls.worked(upstream, page('b', 'page'), false, true);
    urls.see(page('c', 'page'), []);
    urls.see(tunnel('wiki.corp'), []);
    expect(warm(urls)).toEqual([nobodysTrial.target, 'http://wiki.corp/', 'http://b/page']);
    urls.worked(upstream, page('wiki.corp'), false, false);
    urls.see(tunnel('b'), []);
    // Doubtful as what has worked; as a host of tunnels nobody knows.
    expect(warm(urls)).toEqual([nobodysTrial.target, 'http://b/page', 'http://wiki.corp/', 'http://b/']);
    urls.setAside.lost(upstream, 'b', 0);
    expect(warm(urls)).toEqual([nobodysTrial.target, 'http://wiki.corp/']);
    expect([...urls.warmUrls(upstream, 0)].map(({ isKnown }) => isKnown)).toEqual([false, false]);
  });

  it('is nothing that was slow the last time', () => {
    const urls = new KnownUrls(undefined, bookOf({ knownUrl: 'http://wiki.corp/' }));
    urls.worked(upstream, page('wiki.corp'), false, false);
    expect(urls.best(upstream, any)).toEqual(page('wiki.corp'));
    expect(warm(urls)).toEqual([nobodysTrial.target]);
  });

  it('is what the eight latest tunnels were for', () => {
    const urls = new KnownUrls(undefined, undefined);
    for (let index = 0; index < 8; index += 1) urls.see(tunnel(`h${index}`), []);
    urls.see(tunnel('h0'), []);
    urls.see(page('h9'), []);
    expect(warm(urls).slice(1)).toEqual([1, 2, 3, 4, 5, 6, 7, 0].map((index) => `http://h${index}/`));
    urls.see(tunnel('h8'), []);
    expect(warm(urls).slice(1)).toEqual([2, 3, 4, 5, 6, 7, 0, 8].map((index) => `http://h${index}/`));
  });
});

describe('the second opinion', () => {
  it('is of a host that was known before the other one was asked for, as far as that is known', () => {
    const urls = new KnownUrls(check, undefined);
    urls.see(page('friend'), []);
    urls.worked(upstream, page('friend'), false, true);
    for (let index = 1; index < 2_047; index += 1) urls.see(page(`h${index}`), []);
    urls.see(page('last'), []);
    urls.see(page('none'), []);
    expect(urls.opinionOn(upstream, 'last', 0)).toEqual(page('friend'));
    // There is no room left for it: since when it is asked for is not known.
    expect(urls.opinionOn(upstream, 'none', 0)).toEqual(check);
  });

  it('is of a host that nobody was seen to ask for', () => {
    const urls = new KnownUrls(check, undefined);
    urls.worked(upstream, page('unseen'), false, true);
    urls.see(page('other'), []);
    expect(urls.opinionOn(upstream, 'other', 0)).toEqual(page('unseen'));
  });

  it('is never of the host itself, nor of one that is set aside or doubtful', () => {
    const urls = new KnownUrls(check, bookOf({ knownUrl: 'http://wiki.corp/' }));
    expect(urls.opinionOn(upstream, 'other', 0)).toEqual(page('wiki.corp'));
    expect(urls.opinionOn(upstream, 'wiki.corp', 0)).toEqual(check);
    urls.setAside.lost(upstream, 'wiki.corp', 0);
    expect(urls.opinionOn(upstream, 'other', 0)).toEqual(check);
    urls.setAside.beginEpoch();
    urls.worked(upstream, page('wiki.corp'), false, false);
    expect(urls.opinionOn(upstream, 'other', 0)).toEqual(check);
    // About the check URL whatever has worked may speak, if need be.
    expect(urls.opinionOn(upstream, 'check.test', 0)).toEqual(page('wiki.corp'));
    expect(new KnownUrls(check, undefined).opinionOn(upstream, 'check.test', 0)).toBeUndefined();
    expect(new KnownUrls(undefined, undefined).opinionOn(upstream, 'other', 0)).toBeUndefined();
  });
});
