import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { electronArguments } from './launch-app';

/**
 * What Electron's default app takes for the app: the first argument without a dash that is no module to preload. Whatever
 * comes after it is the app's own.
 */
function appAmong(given: readonly string[]): string | undefined {
  for (let index = 0; index < given.length; index += 1) {
    const argument = given[index] ?? '';
    if (argument === '-r' || argument === '--require') index += 1;
    else if (!argument.startsWith('-')) return argument;
  }
  return undefined;
}

test('Electron is given the app before anything else that it could take for one', () => {
  const root = join(__dirname, '..');
  const given = electronArguments(root, 'de-DE');
  // Playwright puts its own in front.
  const ofPlaywright = ['-r', 'loader.js', '--no-sandbox', '--inspect=0', '--remote-debugging-port=0'];
  expect(appAmong([...ofPlaywright, ...given])).toBe(root);
  expect(existsSync(join(root, 'package.json'))).toBe(true);
  expect(given.slice(given.indexOf('-AppleLanguages'))).toEqual(['-AppleLanguages', '(de-DE)']);
  expect(given.indexOf('-r')).toBe(0);
  expect(existsSync(given[1] ?? '')).toBe(true);
});
