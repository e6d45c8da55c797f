import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findPanelFile } from './panel-files';

const root = '/app/out/renderer';

describe('findPanelFile', () => {
  it('finds the page and what belongs to it', () => {
    expect(findPanelFile('latchkey://panel/', root)).toEqual({
      path: '/app/out/renderer/index.html',
      contentType: 'text/html; charset=utf-8',
    });
    expect(findPanelFile('latchkey://panel/assets/index-a1.js?x#y', root)?.path).toBe(
      '/app/out/renderer/assets/index-a1.js',
    );
  });

  it.each([
    'latchkey://panel/../../package.json',
    'latchkey://panel/%2e%2e/%2e%2e/secret.html',
    'latchkey://panel/..%2f..%2fsecret.html',
    'latchkey://panel/assets/..%5c..%5csecret.html',
    'latchkey://panel/index.html%00.png',
    'latchkey://panel/settings.json',
    'latchkey://panel/%E0%A4%A',
    'latchkey://other/index.html',
    'file:///app/out/renderer/index.html',
    'not a url',
  ])('finds nothing for %s', (url) => {
    const found = findPanelFile(url, root);
    expect(found === undefined || found.path.startsWith(`${root}/`)).toBe(true);
    expect(found?.path ?? '').not.toContain('..');
    if (!url.includes('package.json') && !url.includes('%2e%2e/')) expect(found).toBeUndefined();
  });

  it('never leaves the folder', () => {
    const part = fc.constantFrom('..', '.', '%2e%2e', '%2f', '/', 'a.html', '%5c', '%00', '....', '%252e');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const found = findPanelFile(`latchkey://panel/${parts.join('/')}`, root);
        expect(found === undefined || found.path.startsWith(`${root}/`)).toBe(true);
      }),
    );
  });
});
