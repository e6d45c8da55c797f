import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { fakeTerminal } from '../../../test/fake-terminal';
import { CliError } from '../cli-error';
import { runProgram } from '../program';

interface Outcome {
  readonly code: number;
  readonly out: readonly string[];
  readonly err: readonly string[];
  /** What stands on the terminal. */
  readonly shown: string;
}

/** @param keys what is typed at each question */
async function hash(args: readonly string[], ...keys: readonly string[]): Promise<Outcome> {
  const fake = fakeTerminal({});
  const waiting = [...keys];
  let shown = '';
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (isRaw: boolean) => {
      shown += isRaw ? '<raw>' : '<cooked>';
      if (isRaw) stdin.write(waiting.shift() ?? '\u0003');
      return stdin;
    },
  }) as PassThrough & { isTTY: true; setRawMode: (isRaw: boolean) => never };
  const terminal = { ...fake, stdin, errText: (text: string) => (shown += text) };
  try {
    const code = await runProgram(['hash', ...args], terminal);
    return { code, out: fake.outLines, err: fake.errLines, shown };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { code: error.exitCode, out: fake.outLines, err: error.lines, shown };
  }
}

// Of `password`, `testuser` and CORP-UK.
const ofDomain = 'PassNTLMv2      E097C611EA19C676CD79309A3A2F59A3';

describe('latchkey hash on a terminal', () => {
  it.each([
    ['NT', ['PassNT          8846F7EAEE8FB117AD06BDD830B7586C']],
    ['NTLM2SR', ['PassNT          8846F7EAEE8FB117AD06BDD830B7586C']],
    ['LM', ['PassLM          E52CAC67419A9A224A3B108F3FA6CB6D']],
    [
      'NTLM',
      [
        'PassNT          8846F7EAEE8FB117AD06BDD830B7586C',
        'PassLM          E52CAC67419A9A224A3B108F3FA6CB6D',
      ],
    ],
  ])('prints what --sign-in %s needs, and why not', async (method, lines) => {
    const args = ['--user', 'testuser', '--domain', 'corp-uk', '--sign-in', method];
    const { code, out, err } = await hash(args, 'password\r');
    expect([code, out]).toEqual([0, lines]);
    expect(err[0]).toMatch(/^latchkey: warning: .* listens can /);
  });

  it('says who reads the digits as they are printed', async () => {
    const args = ['--user', 'testuser', '--domain', 'corp-uk'];
    expect((await hash(args, 'password\r')).err).toEqual([
      expect.stringMatching(/plain digits.*--hash-format plain.*--inverted/),
    ]);
    expect((await hash([...args, '--inverted'], 'password\r')).err).toEqual([]);
  });

  it('inverts the hashes of each method, and has none of a long password or for Basic', async () => {
    const args = ['--user', 'testuser', '--domain', 'corp-uk', '--sign-in'];
    expect((await hash([...args, 'LM', '--inverted'], 'password\r')).out).toEqual([
      'PassLM          1AD35398BE6565DDB5C4EF70C0593492',
    ]);
    const long = await hash([...args, 'NTLM'], 'fifteen chars..\r');
    expect([long.code, long.out]).toEqual([2, []]);
    expect(long.err.join(' ')).toContain('no LM hash');
    expect((await hash([...args, 'Basic'], 'password\r')).code).toBe(2);
  });

  it('asks for the domain that is not given, and shows it, but never the password', async () => {
    const { code, out, shown } = await hash(['--user', 'testuser'], 'corp-us\u007fk\r', 'password\r');
    expect(out).toEqual([ofDomain]);
    // Whoever types as soon as the question stands there is not echoed by the terminal itself.
    expect(shown).toBe(
      '<raw>Domain (Return alone for none): corp-us\b \bk<cooked>\n<raw>Password of CORP-UK\\testuser: <cooked>\n',
    );
    expect(code).toBe(0);
  });

  it('takes an answer to both questions at once', async () => {
    const { out } = await hash(['--user', 'testuser'], 'corp-uk\rpassword\r', '');
    expect(out).toEqual([ofDomain]);
  });

  it('takes Return alone for no domain', async () => {
    const asked = await hash(['--user', 'testuser'], '\r', 'password\r');
    expect(asked.out).toEqual((await hash(['--user', 'testuser', '--domain', ''], 'password\r')).out);
    expect(asked.out).not.toEqual([ofDomain]);
  });

  it('does not ask for the domain of user@realm', async () => {
    const { code, shown } = await hash(['--user', 'testuser@corp.example'], 'password\r');
    expect(shown).not.toContain('Domain');
    expect(code).toBe(0);
  });

  it.each([
    ['domain', []],
    ['password', ['corp\r']],
  ])('ends with 130 at Ctrl-C in the question for the %s', async (_title, keys) => {
    const { code, out, err } = await hash(['--user', 'testuser'], ...keys);
    expect(err).toEqual(['latchkey: interrupted; nothing was done']);
    expect(out).toEqual([]);
    expect(code).toBe(130);
  });
});
