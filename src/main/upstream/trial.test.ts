import { describe, expect, it } from 'vitest';
import { OutgoingRequest } from './outgoing-request';
import {
  hostOf,
  isNobodys,
  nobodysTrial,
  requestOf,
  siteOf,
  type Trial,
  trialForUrl,
  trialKey,
  trialOf,
} from './trial';

const head = (target: string): Trial => ({ method: 'HEAD', target, host: 'unused.test' });
const connect = (target: string): Trial => ({ method: 'CONNECT', target, host: 'unused.test' });

describe('the host of a trial', () => {
  it.each([
    ['http://a.test/', 'a.test'],
    ['http://A.Test/Path', 'a.test'],
    ['http://a.test:8080/b', 'a.test'],
    ['http://a.test./b', 'a.test'],
    ['http://a.test.:8080/b', 'a.test'],
    ['http://a.test?b', 'a.test'],
    ['http://a.test#b', 'a.test'],
    ['http://user:pass@a.test/', 'a.test'],
    ['http://b.test@a.test:80/', 'a.test'],
    ['http://a@b@c.test/', 'c.test'],
    ['http://[::1]:80/', '[::1]'],
    ['http://a.test/?b=http://c.test/', 'a.test'],
  ])('of a HEAD of %s is %s', (target, host) => {
    expect(hostOf(head(target))).toBe(host);
  });

  it.each([
    ['a.test:443', 'a.test'],
    ['A.test.:443', 'a.test'],
    ['[fd00::1]:8443', '[fd00::1]'],
    ['a//b:443', 'a'],
  ])('of a CONNECT to %s is %s', (target, host) => {
    expect(hostOf(connect(target))).toBe(host);
  });
});

describe('a trial', () => {
  it('for a URL is a HEAD of it, or a tunnel to its host', () => {
    expect(trialForUrl(new URL('http://a.test:8080/b?c'))).toEqual({
      method: 'HEAD',
      target: 'http://a.test:8080/b?c',
      host: 'a.test:8080',
    });
    expect(trialForUrl(new URL('https://a.test/b'))).toEqual(connectTo('a.test:443'));
    expect(trialForUrl(new URL('https://a.test:8443/b'))).toEqual(connectTo('a.test:8443'));
  });

  it('of a request has its target and its Host, and its method where that is CONNECT', () => {
    const lines = ['host-of-none', 'x', 'Accept', 'host', 'hOsT', 'a.test'];
    expect(trialOf(new OutgoingRequest('POST', 'http://a.test/b', lines))).toEqual({
      method: 'HEAD',
      target: 'http://a.test/b',
      host: 'a.test',
    });
    expect(trialOf(new OutgoingRequest('CONNECT', 'a.test:443', ['Host', 'a.test:443']))).toEqual(
      connectTo('a.test:443'),
    );
  });

  it('of a request without any header has no Host', () => {
    expect(trialOf(new OutgoingRequest('GET', 'http://a.test/', [])).host).toBe('');
  });

  it('is sent without a body; that of the URL which nobody has is answered by no cache', () => {
    const request = requestOf(connectTo('a.test:443'));
    expect([request.method, request.target, request.headers]).toEqual([
      'CONNECT',
      'a.test:443',
      ['Host', 'a.test:443'],
    ]);
    const { method, target, headers } = requestOf(nobodysTrial);
    expect([method, target]).toEqual(['HEAD', 'http://latchkey.invalid/']);
    expect(headers).toEqual(['Host', 'latchkey.invalid', 'Cache-Control', 'only-if-cached']);
    expect([isNobodys(nobodysTrial), isNobodys(head('http://a.test/'))]).toEqual([true, false]);
  });

  it('is another one for another method or target, and the same for another Host', () => {
    expect(trialKey(head('a.test:443'))).not.toBe(trialKey(connect('a.test:443')));
    expect(trialKey(head('http://a.test/'))).not.toBe(trialKey(head('http://a.test/b')));
    expect(trialKey({ ...head('http://a.test/'), host: 'b.test' })).toBe(trialKey(head('http://a.test/')));
  });

  it.each<[Trial, string | undefined]>([
    [head('http://user:secret@a.test:8080/b?token=c#d'), 'http://a.test:8080/'],
    [head('http://a.test/b'), 'http://a.test/'],
    [connect('a.test:443'), 'https://a.test/'],
    [connect('a.test:8443'), 'https://a.test:8443/'],
    [head('about:blank'), undefined],
    [head('nothing'), undefined],
    [connect(':443'), undefined],
  ])('%j is remembered as %s', (trial, site) => {
    expect(siteOf(trial)).toBe(site);
  });
});

function connectTo(authority: string): Trial {
  return { method: 'CONNECT', target: authority, host: authority };
}
