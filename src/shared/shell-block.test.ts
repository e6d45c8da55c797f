import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasShellBlock, insertShellBlock, removeShellBlock, shellBlock } from './shell-block';

const lines = ["export http_proxy='http://127.0.0.1:3128'"];
const startFile = fc
  .array(fc.constantFrom('export A=1', '', '# a comment', '\r', ' ', '# >>> latchkey >>>', 'x\u00e9'))
  .chain((rows) => fc.boolean().map((isEnded) => rows.join('\n') + (isEnded ? '\n' : '')));

describe('the block in a start file', () => {
  it('is at the end, and shows as its preview says', () => {
    expect(insertShellBlock('export A=1\n', lines)).toBe(`export A=1\n${shellBlock(lines)}`);
    expect(shellBlock(lines)).toMatch(/^# >>> latchkey >>> .*\nexport http_proxy=.*\n# <<< latchkey <<<\n$/);
  });

  it('is removed to the byte, whatever the file is like', () => {
    fc.assert(
      fc.property(startFile, (text) => {
        const inserted = insertShellBlock(text, lines);
        expect(hasShellBlock(inserted)).toBe(true);
        expect(inserted).toContain(lines[0]);
        expect(removeShellBlock(inserted)).toBe(text);
      }),
    );
  });

  it('is there once, also when it is inserted again', () => {
    fc.assert(
      fc.property(startFile, (text) => {
        const twice = insertShellBlock(insertShellBlock(text, ['old']), lines);
        expect(twice).toBe(insertShellBlock(text, lines));
      }),
    );
  });

  it('leaves what was written behind it', () => {
    const text = `${insertShellBlock('a', lines)}b\n`;
    expect(removeShellBlock(text)).toBe('ab\n');
    expect(removeShellBlock(`${insertShellBlock('a\n', lines)}b\n`)).toBe('a\nb\n');
  });

  it('is left alone when its end is missing', () => {
    const cut = shellBlock(lines).replace(/# <<<.*\n/, '');
    expect(hasShellBlock(cut)).toBe(false);
    expect(removeShellBlock(cut)).toBe(cut);
  });
});
