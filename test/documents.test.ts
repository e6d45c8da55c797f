import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pictureOf, withAllBelow } from '../src/cli/command-picture';
import { createProgram } from '../src/cli/program';
import { settingNames } from '../src/shared/setting-text';
import { callsOf, commandsIn, commandsOf, isRun, wordsOf } from './documents/command-lines';
import { elsewhere, otherBlocks } from './documents/elsewhere';
import { commandGroups, commandNames, mistakeIn, optionNames } from './documents/mistake-in';
import { readDocument, readDocuments, root } from './documents/read-documents';
import { fakeTerminal } from './fake-terminal';

/**
 * What documents, help and messages say of commands is held to the program's own table, to package.json and to the files that
 * there are. test/real/documents.test.ts runs what can be run.
 */

const documents = readDocuments();
/** Every text in backticks, with where it stands. */
const spans = documents.flatMap(({ path, spans: all }) => all.map((span) => ({ ...span, path })));
/** Every command of a block. */
const commands = commandsIn(documents);

function filesBelow(folder: string, pattern: RegExp): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => pattern.test(name))
    .map((name) => `${folder}/${name}`);
}

const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** What is wrong, under where it stands. @param isMention whether values may be left out */
function mistakes(
  texts: readonly { readonly path: string; readonly line: number; readonly text: string }[],
  isMention: boolean,
): string[] {
  return texts.flatMap(({ path, line, text }) =>
    callsOf(text).flatMap((args) => {
      const mistake = mistakeIn(args, isMention) ?? wrongSetting(args);
      return mistake === undefined ? [] : [`${path}:${line}: ${text}: ${mistake}`];
    }),
  );
}

/** The table takes any word there. */
function wrongSetting([command, verb, name]: readonly string[]): string | undefined {
  if (command !== 'settings' || verb === undefined || name === undefined || name.startsWith('-'))
    return undefined;
  return [...settingNames, 'account'].includes(name) ? undefined : `there is no setting ${name}`;
}

describe('the documents', () => {
  it('are found, with what they show', () => {
    expect(documents.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        'README.md',
        'CONTRIBUTING.md',
        'docs/command-line.md',
        'docs/decisions/pac-engine.md',
      ]),
    );
    expect(commands.length).toBeGreaterThan(40);
    expect(spans.length).toBeGreaterThan(1000);
  });

  it('are read as Markdown has it', () => {
    const text = [
      'A `span\nover lines`, ``one with ` in it``.',
      '',
      '    latchkey status  # how it is',
      '    docker run \\',
      '      IMAGE',
      '',
      '- An item',
      '',
      '    that goes on with `code`',
      '',
      '```sh',
      'latchkey on|off',
      '```',
      '<!-- survivors: pac -->',
      '- a.ts 1: `off === on`',
      '<!-- end of survivors: pac -->',
      '`last`',
    ].join('\n');
    const { blocks, spans: found } = readDocument('a.md', text);
    expect(blocks.map(commandsOf)).toEqual([['latchkey status', 'docker run IMAGE'], ['latchkey on|off']]);
    expect(blocks.map(({ line, language }) => [line, language])).toEqual([
      [4, ''],
      [12, 'sh'],
    ]);
    expect(found).toEqual([
      { line: 1, text: 'span over lines' },
      { line: 2, text: 'one with ` in it' },
      { line: 10, text: 'code' },
      { line: 18, text: 'last' },
    ]);
  });
});

describe('a command in a block', () => {
  it.each([
    ['latchkey settings set noProxy "a, b" # a list', [['settings', 'set', 'noProxy', 'a, b']]],
    ['eval "$(latchkey env --off)"', [['env', '--off']]],
    ['latchkey env --shell fish | source', [['env', '--shell', 'fish']]],
    ['cd x && latchkey man > latchkey.1; latchkey on', [['man'], ['on']]],
    [
      'node out/cli/latchkey.cjs system-proxy on|off',
      [
        ['system-proxy', 'on'],
        ['system-proxy', 'off'],
      ],
    ],
    ['latchkey run --port N …', [['run', '--port', '3129']]],
    [
      'latchkey credential set --set-on 2999-12-31 < password.txt',
      [['credential', 'set', '--set-on', '2020-02-03']],
    ],
    ['alias latchkey="node x"', []],
  ])('%s', (text, expected) => {
    expect(commandsOf({ lines: [text] }).flatMap(callsOf)).toEqual(expected);
  });

  it('is one that the program takes', () => {
    expect(mistakes(commands, false)).toEqual([]);
  });

  it('is run by test/real/documents.test.ts, or somewhere else, and nothing else is listed', () => {
    const others = commands.filter(({ text }) => !isRun(text)).map(({ text }) => text);
    expect([...new Set(others)].toSorted()).toEqual(Object.keys(elsewhere).toSorted());
  });

  it('is in a block of commands, and every other block is there', () => {
    const firstLines = documents.flatMap(({ blocks }) =>
      blocks.filter(({ language }) => language !== 'mermaid').map(({ lines }) => lines[0] ?? ''),
    );
    for (const beginning of Object.keys(otherBlocks))
      expect(firstLines.filter((line) => line.startsWith(beginning))).not.toEqual([]);
  });

  it('that runs elsewhere is run by files that there are', () => {
    const named = Object.values(elsewhere).flatMap(
      (reason) => reason.match(/(?:scripts|test|\.ci|\.github)\/[\w./-]*\w/g) ?? [],
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

describe('a command line in the text', () => {
  it('is one that the program takes', () => {
    // Typed to see that it is none.
    const isOnPurpose = ({ text }: { readonly text: string }): boolean =>
      text === 'latchkey no-such-file /etc/hosts';
    expect(spans.filter(isOnPurpose)).toHaveLength(1);
    expect(
      mistakes(
        spans.filter((span) => !isOnPurpose(span)),
        true,
      ),
    ).toEqual([]);
  });

  it('is one also where the name of the program is left out', () => {
    const groups = commandGroups();
    const names = commandNames();
    const short = spans.filter(({ text }) => {
      const [first = '', second = ''] = text.split(' ');
      return (groups.has(first) && second !== '') || (names.has(first) && second.startsWith('-'));
    });
    expect(short.length).toBeGreaterThan(15);
    expect(
      mistakes(
        short.map(({ path, line, text }) => ({ path, line, text: `latchkey ${text}` })),
        true,
      ),
    ).toEqual([]);
  });

  it('has options that something of ours knows', () => {
    const ours = optionNames();
    const ofNode = new Set([
      '--perf-basic-prof',
      '--single-threaded-gc',
      '--no-parallel-scavenge',
      '--no-memory-reducer',
    ]);
    const sources = ['scripts', 'bench', 'src', 'test', 'e2e'].flatMap((folder) =>
      filesBelow(folder, /\.[cm]?[jt]sx?$/),
    );
    const text = sources.map(read).join('\n');
    const alone = spans.filter((span) => /^--[a-z][\w-]*(?: \S+)?$/.test(span.text));
    expect(alone.length).toBeGreaterThan(10);
    const unknown = alone.filter((span) => {
      const [option = ''] = span.text.split(' ');
      return (
        !ours.has(option) &&
        !ofNode.has(option) &&
        !text.includes(option) &&
        !text.includes(`'${option.slice(2)}'`)
      );
    });
    expect(unknown.map(({ path, line, text: option }) => `${path}:${line}: ${option}`)).toEqual([]);
  });
});

describe('what the program says', () => {
  it('has examples that it takes itself', () => {
    const program = pictureOf(createProgram(fakeTerminal({}), () => undefined));
    const examples = withAllBelow(program).flatMap(({ path, examples: all }) =>
      all.map(([text]) => ({ path: `latchkey ${path} --help`, line: 0, text })),
    );
    expect(examples.length).toBeGreaterThan(60);
    expect(examples.filter(({ text }) => callsOf(text).length !== 1)).toEqual([]);
    expect(mistakes(examples, false)).toEqual([]);
  });

  it('names command lines that it takes itself', () => {
    const files = filesBelow('src', /(?<!\.test)\.tsx?$/).concat(filesBelow('scripts', /\.mjs$/));
    const sources = files.map((path) => ({ path, text: read(path) }));
    // In a text of its own the backtick has a backslash; what is put in is a value, or nothing where it begins a word.
    const named = sources.flatMap(({ path, text }) =>
      [...text.matchAll(/`((?:node out\/cli\/)?latchkey(?:\.cjs)? [a-z][^`\n]*?)\\?`/g)].map((match) => ({
        path,
        line: text.slice(0, match.index).split('\n').length,
        text: (match[1] ?? '').replaceAll(/(?<=\s)\$\{[^}]*\}/g, 'HOST:PORT').replaceAll(/\$\{[^}]*\}/g, ''),
      })),
    );
    expect(named.length).toBeGreaterThan(100);
    expect(mistakes(named, true)).toEqual([]);
  });

  it('names commands in the sentences of the app as well', () => {
    const names = commandNames();
    const named = filesBelow('src/shared/words', /(?<!\.test)\.ts$/).flatMap((path) =>
      [...read(path).matchAll(/\blatchkey ([a-z][\w-]*)/g)].map(([, word = '']) => `${path}: ${word}`),
    );
    expect(named.length).toBeGreaterThan(0);
    // The command itself, by its name.
    const isNone = (text: string): boolean =>
      !names.has(text.split(': ')[1] ?? '') && !/command-link\/\w+\.ts: (?:is|ist)$/.test(text);
    expect(named.filter(isNone)).toEqual([]);
  });
});

describe('a script of ours', () => {
  const files = filesBelow('scripts', /\.mjs$/).concat(filesBelow('e2e/gallery', /\.mjs$/));
  const usages = files.flatMap((path) => {
    const text = read(path);
    // What it says of itself above, and what it does.
    const code = text.replaceAll(/\/\*\*.*?\*\//gs, '').replaceAll(/^\/\/.*$/gm, '');
    const calls = text.match(/^(?: \* +|\/\/ )node [\w./-]+\.mjs.*$/gm) ?? [];
    return calls.map((call) => ({ path, code, call }));
  });

  it('is called as it says', () => {
    expect(usages.length).toBeGreaterThan(5);
    expect(usages.filter(({ path, call }) => !call.includes(`node ${path}`))).toEqual([]);
  });

  it('knows the options that it says it has', () => {
    const options = usages.flatMap(({ path, code, call }) =>
      [...call.matchAll(/--([a-z-]+)/g)].map(([option, name = '']) => ({
        option: `${path}: ${option}`,
        isKnown: code.includes(option) || new RegExp(`\\b${name}\\b`).test(code),
      })),
    );
    expect(options.length).toBeGreaterThan(5);
    expect(options.filter(({ isKnown }) => !isKnown)).toEqual([]);
  });

  it('is named as package.json has it', () => {
    const { scripts } = JSON.parse(read('package.json')) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    const sources = ['scripts', 'e2e', 'bench', 'src', 'test'].flatMap((folder) =>
      filesBelow(folder, /\.(?:[cm]?[jt]sx?|sh)$/),
    );
    const named = sources.flatMap((path) =>
      [...read(path).matchAll(/\bnpm run ([a-z](?:[\w:-]*\w)?)/g)].map(([, name = '']) => `${path}: ${name}`),
    );
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((each) => scripts[each.split(': ')[1] ?? ''] === undefined)).toEqual([]);
  });
});

describe('what documents name', () => {
  const { scripts } = JSON.parse(read('package.json')) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const typed = [...spans, ...commands];

  it('are scripts of package.json, with options that they know', () => {
    const runs = typed.flatMap(({ path, line, text }) =>
      [...text.matchAll(/\bnpm (?:run )?([a-z][\w:-]*)(?: -- ([^;|&]*))?/g)].map(
        ([call, name = '', given = '']) => ({
          where: `${path}:${line}: ${call}`,
          name,
          given,
        }),
      ),
    );
    expect(runs.length).toBeGreaterThan(60);
    expect(runs.filter(({ name }) => scripts[name] === undefined && name !== 'ci')).toEqual([]);
    const unknown = runs.flatMap(({ where, name, given }) => {
      // What is built from bench/ has its options in several files.
      const script = scripts[name] ?? '';
      const files = /\bout\/bench\//.test(script)
        ? filesBelow('bench', /\.ts$/)
        : (script.match(/scripts\/[\w-]+\.mjs/g) ?? []);
      const source = files.map(read).join('\n');
      return wordsOf(given)
        .filter((word) => word.startsWith('--'))
        .filter((word) => !source.includes(word) && !source.includes(`${word.slice(2)}:`))
        .map((word) => `${where}: ${word}`);
    });
    expect(unknown).toEqual([]);
  });

  it('are programs that a package of ours brings', () => {
    const named = typed.flatMap(({ text }) =>
      [...text.matchAll(/\bnpx ([\w-]+)/g)].map(([, name = '']) => name),
    );
    expect(named.length).toBeGreaterThan(2);
    const isThere = (name: string): boolean => existsSync(join(root, 'node_modules/.bin', name));
    // It is named so that nobody types it: scripts/name-on-npm.test.ts.
    expect(named.filter((name) => name !== 'latchkey' && !isThere(name))).toEqual([]);
  });

  it('are files and folders that there are', () => {
    const pattern = /(?<![\w./:-])(?:src|docs|scripts|test|e2e|bench|assets|\.github|\.ci)\/[\w./-]*\w/g;
    const named = documents.flatMap(({ path, text }) =>
      [...text.matchAll(pattern)].map(([file]) => `${path}: ${file}`),
    );
    expect(named.length).toBeGreaterThan(300);
    expect(named.filter((each) => !existsSync(join(root, each.split(': ')[1] ?? '')))).toEqual([]);
  });

  it('are variables that something of ours reads', () => {
    const sources = ['src', 'scripts', 'e2e', 'test', 'bench']
      .flatMap((folder) => filesBelow(folder, /\.(?:[cm]?[jt]sx?|sh)$|\/[\w-]+$/))
      .filter((path) => !path.endsWith('.md'))
      .map((path) => (statSync(join(root, path)).isFile() ? read(path) : ''))
      .join('\n');
    const named = documents.flatMap(({ path, text }) =>
      [...text.matchAll(/\b(?:LATCHKEY|BENCH|E2E)_[A-Z_]*[A-Z]\b/g)].map(([name]) => `${path}: ${name}`),
    );
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter((each) => !sources.includes(each.split(': ')[1] ?? ''))).toEqual([]);
  });
});
