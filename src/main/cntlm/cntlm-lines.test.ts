import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConfRemark } from '../../shared/conf-remark';
import { splitCntlmConf } from './cntlm-lines';

/** What the file says: `keyword=value` for each option, and the line of each diagnostic with its severity. */
function split(text: string): { options: string[]; notes: ConfRemark[] } {
  const notes: ConfRemark[] = [];
  const options = splitCntlmConf(text, (note) => notes.push(note));
  return { options: options.map(({ keyword, value }) => `${keyword}=${value}`), notes };
}

describe('splitCntlmConf', () => {
  it.each([
    ['a plain line', 'Username bob\n', ['Username=bob']],
    ['tabs and blanks', ' \t Username \t bob \t\n', ['Username=bob']],
    ['CR LF', 'Username bob\r\nDomain d\r\n', ['Username=bob', 'Domain=d']],
    ['empty lines', '\n\r\n  \t\n', []],
    ['comments', '# Username a\n  ; Username b\n', []],
    ['sections', '[local]\n [x] Username a\n', []],
    ['no value', 'Username\nDomain   \n', []],
    ['a comment for a value', 'Username # bob\nDomain ;corp\nProxy #h:1\n', []],
    ['a comment behind a value', 'Domain corp # x\nUsername bob#x\n', ['Domain=corp', 'Username=bob']],
    ['a semicolon behind a value', 'Domain corp ; x\n', ['Domain=corp ; x']],
    ['quotation marks', 'Password "a # b ; c " # d\n', ['Password=a # b ; c ']],
    ['what follows the quotation marks', 'Password "a"b"\n', ['Password=a']],
    ['no escapes', 'Password "a\\"b"\n', ['Password=a\\']],
    ['an open quotation mark', 'Password "abc\nDomain d\n', ['Domain=d']],
    ['empty quotation marks', 'Password ""\n', []],
    ['a quotation mark inside', 'Password a"b\n', ['Password=a"b']],
    ['nothing between keyword and value', 'Password"ab"\nProxy:1\n', ['Password=ab', 'Proxy=:1']],
    [
      'equals signs',
      'Username = bob\nDomain=corp\nPassword ==x\nAuth =\n',
      ['Username=bob', 'Domain=corp', 'Password==x'],
    ],
    ['an equals sign in quotation marks', 'Password "=x"\n', ['Password==x']],
    ['a value with blanks', 'Username Bob  Smith\n', ['Username=Bob  Smith']],
    ['case is kept', 'uSERNAME Bob\n', ['uSERNAME=Bob']],
    ['a byte order mark', '\u00ef\u00bb\u00bfUsername bob\n', ['Username=bob']],
    ['no keyword', '-x y\n\u00ffUsername bob\nDomain d\n', ['Domain=d']],
    ['no line break at the end', 'Username bob\nListen 3128', ['Username=bob', 'Listen=3128']],
    ['the byte A0 is no white space', 'Password voil\u00c3\u00a0\n', ['Password=voil\u00c3\u00a0']],
    ['the byte A0 before a comment', 'Password voil\u00c3\u00a0 # x\n', ['Password=voil\u00c3\u00a0']],
    ['order', 'Allow a\nDeny b\nAllow c\n', ['Allow=a', 'Deny=b', 'Allow=c']],
  ])('%s', (_title, text, expected) => {
    expect(split(text).options).toEqual(expected);
  });

  it.each([
    ['a plain file', '# c\n[s]\nUsername bob # c\nPassword "a#b ;c"\r\n', []],
    ['a byte order mark', '\u00ef\u00bb\u00bfUsername bob\n', [1]],
    ['an equals sign', '\nUsername = bob\n', [2]],
    ['a line that cntlm drops at the end', 'Username bob\nListen 3128', [2]],
    ['only a comment at the end', 'Username bob\n# the end', []],
    ['no keyword', '\n\n-x\n', [3]],
    ['an open quotation mark', 'Password "abc\n', [1]],
    ['a number sign inside a word', 'Password ab#cd\n', [1]],
    ['a line that is too long', `NoProxy ${'a,'.repeat(2100)}\n`, [1]],
  ])('warns of %s', (_title, text, lines) => {
    const { notes } = split(text);
    expect(notes.map(({ line }) => line)).toEqual(lines);
    expect(notes.every(({ severity }) => severity === 'warning')).toBe(true);
  });

  it('numbers the lines from 1', () => {
    expect(splitCntlmConf('\n\nUsername bob\n', () => undefined)).toEqual([
      { line: 3, keyword: 'Username', value: 'bob', isQuoted: false },
    ]);
  });

  it('never throws, and stays within the file', () => {
    const unit = fc.oneof(
      fc.constantFrom('\n', ' ', '\t', '\r', '"', '#', ';', '=', '[', 'Username', 'Proxy', 'x'),
      fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte)),
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 60 }), (units) => {
        const text = units.join('');
        const notes: ConfRemark[] = [];
        const options = splitCntlmConf(text, (note) => notes.push(note));
        const lineCount = text.split('\n').length;
        for (const { line } of [...options, ...notes]) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(lineCount);
        }
        expect(options.every(({ keyword }) => /^[A-Za-z0-9]+$/.test(keyword))).toBe(true);
        expect(options.every(({ value }) => value !== '' && !value.includes('\n'))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
