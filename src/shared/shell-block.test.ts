import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { insertShellBlock, previewShellBlock, removeShellBlock, type ShellBlockChange } from './shell-block';

const body = "export http_proxy='http://127.0.0.1:3128'\nexport no_proxy='localhost'\n";
const other = "export http_proxy='http://127.0.0.1:4000'\n";

/** The text that a change makes. */
function textOf(change: ShellBlockChange): string | undefined {
  expect(change.kind).toBe('changed');
  return change.kind === 'changed' ? change.text : undefined;
}

function inserted(text: string | undefined, lines = body): string {
  return textOf(insertShellBlock(text, lines)) ?? '';
}

/** Start files of every shape: all line ends, lone carriage returns, continued lines, no last line end, any byte. */
const line = fc.oneof(
  fc.constantFrom('', ' ', '\\', 'a \\', 'export A=1', '# comment', '# >>> conda initialize >>>', "'", '\r'),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const lineEnd = fc.constantFrom('\n', '\r\n', '\n\n', '\r');
const startFile = fc
  .tuple(fc.array(fc.tuple(line, lineEnd), { maxLength: 6 }), fc.oneof(fc.constant(''), line))
  .map(([lines, last]) => lines.flat().join('') + last)
  .filter((text) => !/latchkey/i.test(text));
const bodies = fc
  .array(fc.constantFrom('export A=1', "set -gx B 'x'", '', 'unset C', ': "ä"'), {
    minLength: 1,
    maxLength: 4,
  })
  .map((lines) => `${lines.join('\n')}\n`);

describe('insertShellBlock', () => {
  it('puts the block at the end', () => {
    const lines = inserted('alias ll=ls\n').split('\n');
    expect(lines[0]).toBe('alias ll=ls');
    expect(lines[1]).toMatch(/^# >>> Latchkey >>> /);
    expect(lines.slice(2, 4).join('\n')).toBe(body.trimEnd());
    expect(lines[4]).toMatch(/^# <<< Latchkey <<< [0-9a-f]{8} 0$/);
    expect(lines.slice(5)).toEqual(['']);
  });

  it('is idempotent, and puts newer lines into the same place', () => {
    fc.assert(
      fc.property(
        fc.option(startFile, { nil: undefined }),
        bodies,
        bodies,
        startFile,
        (text, one, two, more) => {
          const once = inserted(text, one);
          expect(insertShellBlock(once, one)).toEqual({ kind: 'unchanged' });
          const followed = once + more;
          const again = insertShellBlock(followed, two);
          if (one === two) expect(again).toEqual({ kind: 'unchanged' });
          else expect(again).toEqual({ kind: 'changed', text: inserted(text, two) + more });
        },
      ),
    );
  });

  it('takes lines without a last line end', () => {
    expect(inserted('', 'export A=1')).toBe(inserted('', 'export A=1\n'));
  });

  it.each(['export A=1\r\n', '# >>> Latchkey >>>\n', 'a\n# <<< latchkey\n'])('does not take %j', (lines) => {
    expect(() => insertShellBlock('', lines)).toThrow(RangeError);
  });

  it.each(['export BEFORE=1', 'export BEFORE=1\\', 'export BEFORE=1\\\n', '# \\', '', 'true #\n'])(
    'is read by sh behind %j',
    (text) => {
      const script = `${inserted(text)}printf %s "$http_proxy"`;
      const { stdout, stderr } = spawnSync('sh', ['-c', script], { encoding: 'utf8', env: {} });
      expect({ stdout, stderr }).toEqual({ stdout: 'http://127.0.0.1:3128', stderr: '' });
    },
  );
});

describe('removeShellBlock', () => {
  it('gives back every byte', () => {
    fc.assert(
      fc.property(fc.option(startFile, { nil: undefined }), bodies, (text, lines) => {
        expect(removeShellBlock(inserted(text, lines))).toEqual({ kind: 'changed', text });
      }),
      { numRuns: 1000 },
    );
  });

  it('gives back every byte after the lines were replaced, too', () => {
    fc.assert(
      fc.property(fc.option(startFile, { nil: undefined }), (text) => {
        expect(removeShellBlock(inserted(inserted(text), other))).toEqual({ kind: 'changed', text });
      }),
    );
  });

  it('leaves what was written behind the block, on a line of its own', () => {
    fc.assert(
      fc.property(
        startFile,
        startFile.filter((text) => text !== ''),
        (text, more) => {
          const rest = textOf(removeShellBlock(inserted(text) + more)) ?? '';
          const between = rest.slice(text.length, rest.length - more.length);
          expect(text + between + more).toBe(rest);
          expect(between).toBe('\n'.repeat(between.length));
          expect(text === '' || `${text}${between}`.endsWith('\n')).toBe(true);
          // A line end that was there is not doubled.
          if (text.endsWith('\n') && !text.endsWith('\\\n')) expect(between).toBe('');
        },
      ),
    );
  });

  it('leaves what was written in front of the file', () => {
    fc.assert(
      fc.property(startFile, startFile, (text, more) => {
        const head = `${more}\n`;
        expect(removeShellBlock(head + inserted(text))).toEqual({ kind: 'changed', text: head + text });
      }),
    );
  });

  it('is not misled when an editor changes all line ends', () => {
    const toCrlf = (text: string): string => text.replaceAll('\n', '\r\n');
    const unix = startFile.filter((text) => !text.includes('\r'));
    fc.assert(
      fc.property(unix, bodies, (text, lines) => {
        const converted = toCrlf(inserted(text, lines));
        expect(removeShellBlock(converted)).toEqual({ kind: 'changed', text: toCrlf(text) });
        expect(insertShellBlock(converted, lines)).toEqual({ kind: 'unchanged' });
      }),
    );
  });

  it('finds the block when an editor has taken the last line end away', () => {
    expect(removeShellBlock(inserted('a').trimEnd())).toEqual({ kind: 'changed', text: 'a' });
  });

  it('keeps a file that was made for the block once it holds something else', () => {
    expect(removeShellBlock(`${inserted(undefined)}alias ll=ls\n`)).toEqual({
      kind: 'changed',
      text: 'alias ll=ls\n',
    });
    expect(removeShellBlock(inserted(undefined))).toEqual({ kind: 'changed', text: undefined });
    expect(removeShellBlock(inserted(''))).toEqual({ kind: 'changed', text: '' });
  });

  it('finds nothing where there is none', () => {
    fc.assert(
      fc.property(fc.option(startFile, { nil: undefined }), (text) => {
        expect(removeShellBlock(text)).toEqual({ kind: 'unchanged' });
      }),
    );
  });
});

describe('a block that was edited', () => {
  /** What is said of it by each who would change it. */
  function verdicts(text: string): readonly ShellBlockChange[] {
    return [removeShellBlock(text), insertShellBlock(text, body), insertShellBlock(text, other)];
  }
  const edited = (line: number): readonly ShellBlockChange[] =>
    [1, 2, 3].map(() => ({ kind: 'edited', line }));

  it('is left alone, wherever a character of its lines was changed, added or taken away', () => {
    const head = 'alias ll=ls\n';
    const text = inserted(head);
    const bodyStart = text.indexOf(body);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: body.length - 1 }),
        fc.constantFrom('', 'x', '#', ' ', '\n'),
        fc.boolean(),
        (offset, put, isAdded) => {
          const at = bodyStart + offset;
          fc.pre(isAdded ? put !== '' : put !== text[at]);
          const changed = text.slice(0, at) + put + text.slice(isAdded ? at : at + 1);
          expect(verdicts(changed)).toEqual(edited(2));
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each<[string, (text: string) => string, number]>([
    ['without its end', (text) => text.replace(/# <<<.*\n/, ''), 2],
    ['without its beginning', (text) => text.replace(/# >>>.*\n/, ''), 4],
    ['with an indented beginning', (text) => text.replace('# >>>', '  # >>>'), 2],
    ['with another beginning', (text) => text.replace('written', 'WRITTEN'), 2],
    ['with words behind its end', (text) => `${text.trimEnd()} # mine\n`, 2],
    ['with another number', (text) => text.replace(/ 0\n$/, ' 1\n'), 2],
    ['made to look like a new file', (text) => text.replace(/ 0\n$/, ' 0 new-file\n'), 2],
    ['twice', (text) => text + text, 2],
    ['inside out', (text) => text.replace(/(# >>>.*\n)([^]*)(# <<<.*\n)/, '$3$2$1'), 2],
  ])('is left alone %s', (_title, edit, atLine) => {
    const text = inserted('a\n');
    expect(edit(text)).not.toBe(text);
    expect(verdicts(edit(text))).toEqual(edited(atLine));
  });
});

describe('previewShellBlock', () => {
  const before = '1\n2\n3\n4\n5\n';

  it('shows the block behind the lines before it', () => {
    const preview = previewShellBlock(before, inserted(before, 'export A=1\n'));
    expect(preview.map(({ kind, line: number }) => `${number} ${kind}`)).toEqual([
      '3 kept',
      '4 kept',
      '5 kept',
      '6 added',
      '7 added',
      '8 added',
    ]);
    expect(preview[4]?.text).toBe('export A=1');
  });

  it('shows a replaced line with its old and its new number', () => {
    const old = `${inserted(before, 'export A=1\n')}6\n`;
    const preview = previewShellBlock(old, inserted(old, 'export A=2\nexport B=2\n'), 0);
    expect(preview.map(({ kind, line: number, text }) => `${number} ${kind} ${text.slice(0, 14)}`)).toEqual([
      '7 removed export A=1',
      '8 removed # <<< Latchkey',
      '7 added export A=2',
      '8 added export B=2',
      '9 added # <<< Latchkey',
    ]);
  });

  it('shows a new file, a file that goes, and nothing where nothing changes', () => {
    const fresh = inserted(undefined, 'export A=1\n');
    expect(previewShellBlock(undefined, fresh).map(({ kind }) => kind)).toEqual(['added', 'added', 'added']);
    expect(previewShellBlock(fresh, undefined).map(({ kind }) => kind)).toEqual([
      'removed',
      'removed',
      'removed',
    ]);
    expect(previewShellBlock(before, before)).toEqual([]);
  });

  it('has every line when all are asked for', () => {
    fc.assert(
      fc.property(startFile, bodies, (text, lines) => {
        const after = inserted(text, lines);
        const preview = previewShellBlock(text, after, Number.POSITIVE_INFINITY);
        const shown = preview.filter(({ kind }) => kind !== 'removed').map((each) => each.text);
        expect(shown).toEqual(after.trimEnd().split(/\r?\n/));
        expect(preview.filter(({ kind }) => kind === 'removed')).toEqual([]);
      }),
    );
  });
});
