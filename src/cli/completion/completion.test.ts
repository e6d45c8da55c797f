import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeTerminal } from '../../../test/fake-terminal';
import { type Shell, shells } from '../../shared/terminal-commands';
import { runProgram } from '../program';

let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-completion-'));
  for (const shell of shells) {
    const terminal = fakeTerminal({});
    expect(await runProgram(['completion', shell], terminal)).toBe(0);
    writeFileSync(join(folder, shell), terminal.outLines.join('\n'));
  }
  mkdirSync(join(folder, 'files'));
  writeFileSync(join(folder, 'files/a b.conf'), '');
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function run(program: string, args: readonly string[], script: string): string {
  const { stdout, stderr, error } = spawnSync(program, [...args, script], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, TERM: 'dumb', LC_ALL: 'C.UTF-8' },
  });
  expect({ error, stderr }).toEqual({ error: undefined, stderr: '' });
  return stdout;
}

/** What each shell offers for the last word of a command line. */
const offers: Readonly<Record<Shell, (line: readonly string[]) => string[]>> = {
  bash: (line) => {
    const words = line.map((word) => `'${word}'`).join(' ');
    const script = `source ./bash; COMP_WORDS=(${words}); COMP_CWORD=${line.length - 1}; _latchkey; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return linesOf(run('bash', ['--norc', '-c'], script)).toSorted();
  },
  // The real system of completion, in a terminal of its own, whose list is read off.
  zsh: (line) => {
    const script = `
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'PS1=; unsetopt zle_bracketed_paste 2>/dev/null; autoload -Uz compinit; compinit -D -u; source ./zsh'
zpty -w shell 'compadd() { if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return; fi; local -a found; builtin compadd -O found "$@"; print -l "offered:"$^found; builtin compadd "$@" }'
zpty -w shell 'list() { print begin; _main_complete; print "en""d"; compstate[list]=; compstate[insert]= }'
zpty -w shell 'zle -C list complete-word list; bindkey "^I" list; print "rea""dy"'
zpty -r shell seen '*ready*'
zpty -n -w shell '${line.join(' ')}'$'\\t'
zpty -r shell seen '*begin*end*'
print -r -- "$seen"
`;
    const shown = run('zsh', ['-f', '-c'], script);
    return linesOf(shown)
      .flatMap((each) => /^offered:(.+)$/.exec(each)?.[1] ?? [])
      .toSorted();
  },
  fish: (line) =>
    linesOf(run('fish', ['--no-config', '-c'], `source ./fish; complete -C '${line.join(' ')}'`))
      .map((each) => each.split('\t')[0] ?? '')
      .toSorted(),
};

function linesOf(text: string): string[] {
  return text.split(/\r?\n/).filter(Boolean);
}

describe.each(shells)('the completion of %s', (shell) => {
  it.each<[string, readonly string[]]>([
    ['st', ['status']],
    ['credential ', ['pause', 'resume', 'retry', 'set']],
    ['credential re', ['resume', 'retry']],
    ['run --h', ['--hash-format', '--help']],
    ['credential set --', ['--again', '--help', '--port', '--set-on', '--sign-in', '--url']],
    ['run --hash-format ', ['auto', 'inverted', 'plain']],
    ['run --verbose --off-network d', ['direct']],
    ['completion ', ['bash', 'fish', 'zsh']],
    ['help cr', ['credential']],
    ['run --port ', []],
  ])('offers for `latchkey %s` %j', (line, words) => {
    expect(offers[shell](['latchkey', ...line.split(' ')])).toEqual(words);
  });

  it.each([['run --config'], ['check -c'], ['import']])('offers files for `latchkey %s`', (line) => {
    const [file, ...others] = offers[shell](['latchkey', ...line.split(' '), 'files/a']);
    // zsh is told of the part behind the folder.
    expect(file).toMatch(/^(files\/)?a b\.conf$/);
    expect(others).toEqual([]);
  });
});
