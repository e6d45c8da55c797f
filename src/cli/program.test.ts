import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { describe, expect, it } from 'vitest';
import { fakeTerminal } from '../../test/fake-terminal';
import { CliError } from './cli-error';
import { createProgram, runProgram } from './program';
import { pathOf } from './usage-error';

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(line: string): Promise<Outcome> {
  const terminal = fakeTerminal({});
  const told = (code: number, error: readonly string[]): Outcome => ({
    code,
    out: terminal.outLines.join('\n'),
    err: [...terminal.errLines, ...error].join('\n'),
  });
  try {
    return told(await runProgram(line.split(' ').filter(Boolean), terminal), []);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return told(error.exitCode, error.lines);
  }
}

function below(command: CommandUnknownOpts): string[] {
  return command.commands.flatMap((each) => [pathOf(each), ...below(each)]);
}

const paths = below(createProgram(fakeTerminal({}), () => undefined));

describe('the help', () => {
  it.each(paths)('of `%s` is on standard output, with an example', async (path) => {
    const { code, out, err } = await run(`help ${path}`);
    expect(out).toMatch(new RegExp(`^Usage: latchkey ${path}\\b`));
    expect(out).toMatch(/\n\nExamples:\n {2}# .*\n {2}(eval "\$\(|source <\()?latchkey /);
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(await run(`${path} --help`)).toEqual({ code, out, err });
    expect((await run(`${path} -h`)).out).toBe(out);
  });

  it('lists all commands, with `help`, with --help, and with nothing as a mistake', async () => {
    const { code, out } = await run('help');
    for (const path of paths.filter((each) => !each.includes(' '))) expect(out).toContain(`\n  ${path} `);
    expect(code).toBe(0);
    expect((await run('--help')).out).toBe(out);
    expect(await run('')).toEqual({ code: 2, out: '', err: out });
  });

  it('says which words may follow', async () => {
    const { code, out, err } = await run('credential');
    expect(err).toMatch(/^Usage: latchkey credential .*\nlatchkey: `credential` is followed by set, /s);
    expect(out).toBe('');
    expect(code).toBe(2);
  });
});

describe('a mistake', () => {
  it.each([
    ['stats', 'latchkey: there is no command `stats`; did you mean status?'],
    ['walk', 'latchkey: there is no command `walk`; `latchkey help` lists them'],
    ['help walk', 'latchkey: there is no command `walk`; `latchkey help` lists them'],
    ['help credential walk', 'latchkey: there is no command `credential walk`; `latchkey help` lists them'],
    [
      'credential sett',
      "latchkey: `credential` is followed by set, retry, pause or resume, not 'sett'; did you mean set?",
    ],
    ['run --prot 3128', "latchkey: Unknown option '--prot'; did you mean --port?"],
    ['status -x', "latchkey: Unknown option '-x'; `latchkey help status` shows the options of `status`"],
    ['--prot', "latchkey: Unknown option '--prot'; `latchkey help` lists the commands"],
    ['run --port', 'latchkey: --port stands without a value; `latchkey help run` shows the options of `run`'],
    ['hash', 'latchkey: `hash` needs --user; `latchkey help hash` shows the options of `hash`'],
    [
      'import',
      'latchkey: which file? `latchkey import FILE`; `latchkey help import` shows the options of `import`',
    ],
    [
      'hash --user a --inverted --save',
      'latchkey: --inverted is for a cntlm.conf; the Keychain holds the plain hash',
    ],
    [
      'run --fail-open',
      'latchkey: --fail-open, --local-direct and --rules-direct go with --system-proxy only',
    ],
    ['run --demo -c x', 'latchkey: --demo brings its own configuration: leave out --config'],
    ['run --demo --hash-format auto', 'latchkey: --demo brings its own configuration: leave out --config'],
  ])('%s', async (line, err) => {
    expect(await run(line)).toEqual({ code: 2, out: '', err });
  });
});
