import { describe, expect, it } from 'vitest';
import { releaseNotes } from './release-notes';

describe('what is new', () => {
  it.each([
    ['- One\n- Two', ['One', 'Two']],
    [
      'Some words\n\n- One, which\n  goes on\n* Two with `code` and **weight**\n',
      ['One, which goes on', 'Two with code and weight'],
    ],
    [
      '<h2>New</h2><ul><li>One &amp; <a href="https://corp.example/">a link</a></li>\n<li>Two</li></ul>',
      ['One & a link', 'Two'],
    ],
    ['# Title\nOne line\nAnother', ['One line', 'Another']],
    ['', []],
  ])('in %j is a line each', (text, lines) => {
    expect(releaseNotes(text)).toEqual(lines);
  });

  it('is short, and no more than a page shows', () => {
    const lines = releaseNotes(Array.from({ length: 40 }, () => `- ${'word '.repeat(100)}`).join('\n'));
    expect(lines).toHaveLength(12);
    for (const line of lines) expect(line).toMatch(/^(?:word ?){1,32}…$/);
  });
});
