import { describe, expect, it } from 'vitest';
import { ForbiddenUrls } from './forbidden-urls';

const upstream = { host: 'proxy.test', port: 8080 };
const hourMs = 3_600_000;

describe('ForbiddenUrls', () => {
  it('believes for an hour what one company proxy has said of one URL', () => {
    const urls = new ForbiddenUrls();
    urls.add(upstream, 'HEAD http://a.test/', 1_000);
    expect(urls.has(upstream, 'HEAD http://a.test/', 1_000 + hourMs - 1)).toBe(true);
    expect(urls.has(upstream, 'HEAD http://b.test/', 1_000)).toBe(false);
    expect(urls.has({ ...upstream, port: 8081 }, 'HEAD http://a.test/', 1_000)).toBe(false);
    expect(urls.has(upstream, 'HEAD http://a.test/', 1_000 + hourMs)).toBe(false);
    // And has forgotten it then.
    expect(urls.has(upstream, 'HEAD http://a.test/', 1_000)).toBe(false);
  });

  it('forgets what was accepted meanwhile', () => {
    const urls = new ForbiddenUrls();
    urls.add(upstream, 'a', 0);
    urls.add(upstream, 'b', 0);
    urls.delete(upstream, 'a');
    expect([urls.has(upstream, 'a', 1), urls.has(upstream, 'b', 1)]).toEqual([false, true]);
  });

  it('keeps the 256 latest', () => {
    const urls = new ForbiddenUrls();
    for (let index = 0; index < 256; index += 1) urls.add(upstream, String(index), 0);
    expect(urls.has(upstream, '0', 1)).toBe(true);
    urls.add(upstream, '256', 0);
    expect(urls.has(upstream, '0', 1)).toBe(false);
    expect([1, 256].every((index) => urls.has(upstream, String(index), 1))).toBe(true);
  });
});
