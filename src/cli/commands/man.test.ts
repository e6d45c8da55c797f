import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { fakeTerminal } from '../../../test/fake-terminal';
import { createProgram, runProgram } from '../program';
import { man } from './man';
import { pictureOf, withAllBelow } from '../command-picture';

async function page(): Promise<string> {
  const terminal = fakeTerminal({});
  expect(await runProgram(['man'], terminal)).toBe(0);
  return terminal.outLines.join('\n');
}

/** The page as a terminal shows it, with one blank where there are several. */
function shown(roff: string): string {
  const { stdout } = spawnSync('groff', ['-man', '-Tutf8', '-P-cbou', '-rLL=400n'], {
    input: `${roff}\n`,
    encoding: 'utf8',
  });
  return stdout.replace(/ +/g, ' ');
}

describe('the manual page', () => {
  it('is ASCII, and groff has nothing to say of it', async () => {
    const roff = await page();
    expect(roff).toMatch(/^[\n -~]*$/);
    // A bare one may be shown as a hyphen, which no shell knows when it is copied.
    expect(roff).not.toMatch(/[^\\]-/);
    const { stdout, stderr, error } = spawnSync('groff', ['-man', '-ww', '-z', '-Tutf8'], {
      input: `${roff}\n`,
      encoding: 'utf8',
    });
    expect({ stdout, stderr, error }).toEqual({ stdout: '', stderr: '', error: undefined });
  });

  it('shows every command, option and example as it is typed', async () => {
    const text = shown(await page());
    const commands = withAllBelow(pictureOf(createProgram(fakeTerminal({}), () => undefined)));
    const expected = commands
      .filter(({ commands: below }) => below.length === 0)
      .flatMap(({ path, options, examples }) =>
        [`latchkey ${path} [options]`].concat(
          options.flatMap(({ names }) => names),
          examples.map(([call]) => call),
        ),
      );
    expect(expected.length).toBeGreaterThan(100);
    expect(expected.filter((each) => each !== '-h' && each !== '--help' && !text.includes(each))).toEqual([]);
  });

  it('takes no text for a request', async () => {
    const terminal = fakeTerminal({});
    const awkward = '.br \\fB \'quoted\' "twice" `code` ~ don’t --it';
    const program = {
      ...pictureOf(createProgram(terminal, () => undefined)),
      examples: [[awkward, 'odd']] as const,
    };
    await man(program, terminal);
    expect(shown(terminal.outLines.join('\n'))).toContain(awkward);
  });
});
