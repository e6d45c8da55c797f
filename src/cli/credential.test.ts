import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeTerminal, fakeTerminal } from '../../test/fake-terminal';
import type { EngineState } from '../shared/engine-state';
import { CliError } from './cli-error';
import type { ControlAnswer, ControlCommand } from './control-command';
import { type ControlServer, startControlServer } from './control-server';
import { controlSocketPath } from './control-socket';
import { credential } from './credential';
import { status } from './status';

let folder = '';
let server: ControlServer | undefined;
let commands: ControlCommand[] = [];
/** What the fake proxy answers to everything but `status`. */
let answer: ControlAnswer = { kind: 'done' };
let statusAnswer: ControlAnswer & { readonly kind: 'status' };

const hop = { role: 'upstream', address: { host: 'proxy.corp', port: 8080 } } as const;
const account = { domain: 'corp-uk', user: 'testuser' };
const state: EngineState = {
  account,
  credential: 'proven',
  isPaused: false,
  companyProxy: 'reachable',
  upstream: hop.address,
  offNetwork: 'refuse',
  addresses: [
    { host: '127.0.0.1', port: 3128 },
    { host: '::1', port: 3128 },
  ],
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-'));
  commands = [];
  answer = { kind: 'done' };
  statusAnswer = { kind: 'status', state, today: { sent: 12, refused: 0, unanswered: 1 } };
  server = await startControlServer({
    path: controlSocketPath(folder, 3128),
    handle: (command) => {
      if (command.kind === 'status') return Promise.resolve(statusAnswer);
      commands.push(command);
      return Promise.resolve(answer);
    },
    onInternalError: (error) => {
      throw error;
    },
  });
});

afterEach(async () => {
  await server?.close();
  await rm(folder, { recursive: true });
});

interface Outcome {
  readonly code: number;
  readonly terminal: FakeTerminal;
  /** What the command ended with. */
  readonly error: string;
}

async function run(
  command: (args: string[], terminal: FakeTerminal) => Promise<number>,
  args: string[],
  input = '',
): Promise<Outcome> {
  const terminal = fakeTerminal({ LATCHKEY_STATE_DIR: folder }, input);
  try {
    return { code: await command(args, terminal), terminal, error: '' };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { code: error.exitCode, terminal, error: error.message };
  }
}

describe('latchkey credential set', () => {
  it('sends the hash of the password for the account that is in use', async () => {
    answer = { kind: 'checked', result: { kind: 'accepted' }, note: 'It is in the Keychain.' };
    const args = ['set', '--url', 'https://example.com/', '--set-on', '2026-01-31'];
    const { code, terminal } = await run(credential, args, 'password\n');
    expect(terminal.errLines[0]).toBe('latchkey: the account is CORP-UK\\testuser');
    expect(terminal.outLines).toEqual([
      'The new password of CORP-UK\\testuser was accepted and is in use from now on. It is in the Keychain.',
    ]);
    expect(code).toBe(0);
    expect(commands).toEqual([
      {
        kind: 'credential-set',
        account,
        // As `latchkey hash` prints it.
        ntowfv2: 'e097c611ea19c676cd79309a3a2f59a3',
        url: 'https://example.com/',
        setOn: '2026-01-31',
      },
    ]);
  });

  it('says that a refused password changes nothing', async () => {
    answer = {
      kind: 'checked',
      result: { kind: 'refused', problem: { kind: 'credential-refused', hop, account } },
      note: 'Refused once today.',
    };
    const { code, error, terminal } = await run(credential, ['set'], 'wrong\n');
    expect(error).toMatch(
      /^latchkey: The company proxy proxy\.corp:8080 refused CORP-UK\\testuser: .* what was in use before stays in use\. Refused once today\.$/,
    );
    // The remedy is for the credential in use, which may be good.
    expect(error).not.toContain('has stopped signing in');
    expect(terminal.outLines).toEqual([]);
    expect(code).toBe(1);
  });

  it('says why a password could not be checked', async () => {
    answer = {
      kind: 'checked',
      result: { kind: 'unclear', problem: { kind: 'connect-timed-out', hop } },
    };
    const { code, error } = await run(credential, ['set'], 'right\n');
    expect(error).toMatch(/could not be checked, and nothing has changed\. The company proxy .* VPN\.$/);
    expect(code).toBe(1);
  });

  it('passes on why nothing was done', async () => {
    answer = { kind: 'failed', message: 'this Latchkey signs in as somebody else' };
    expect(await run(credential, ['set'], 'x\n')).toMatchObject({
      code: 1,
      error: 'latchkey: this Latchkey signs in as somebody else',
    });
    answer = { kind: 'done' };
    expect((await run(credential, ['set'], 'x\n')).error).toContain('is it of another version?');
  });

  it('sends nothing without a password', async () => {
    expect(await run(credential, ['set'])).toMatchObject({
      code: 2,
      error: expect.stringContaining('no password'),
    });
    expect(commands).toEqual([]);
  });
});

describe('latchkey credential', () => {
  it('tries the password once more', async () => {
    answer = { kind: 'checked', result: { kind: 'accepted' } };
    const accepted = await run(credential, ['retry', '--url', 'http://example.com/']);
    expect(accepted).toMatchObject({ code: 0, terminal: { outLines: ['The password was accepted.'] } });
    answer = {
      kind: 'checked',
      result: { kind: 'refused', problem: { kind: 'credential-refused', hop, account } },
    };
    const refused = await run(credential, ['retry', '--port', '3128']);
    expect(refused.error).toContain('Latchkey has stopped signing in');
    expect(refused.code).toBe(1);
    expect(commands).toEqual([
      { kind: 'credential-retry', url: 'http://example.com/' },
      { kind: 'credential-retry' },
    ]);
  });

  it('pauses the sign-in and goes on with it', async () => {
    answer = { kind: 'done', note: 'no sign-in is made' };
    const paused = await run(credential, ['pause']);
    expect(paused.terminal.outLines).toEqual([
      'The sign-in is paused; open tunnels stay: no sign-in is made.',
    ]);
    answer = { kind: 'failed', message: 'not now' };
    expect(await run(credential, ['pause'])).toMatchObject({ code: 1, error: 'latchkey: not now' });
    commands = commands.slice(0, 1);
    answer = { kind: 'done' };
    const resumed = await run(credential, ['resume']);
    expect(resumed.terminal.outLines).toEqual(['The sign-in goes on.']);
    expect([paused.code, resumed.code]).toEqual([0, 0]);
    expect(commands).toEqual([{ kind: 'credential-pause' }, { kind: 'credential-resume' }]);
  });

  it.each<[string, string[], RegExp]>([
    ['nothing', [], /is followed by set, retry, pause or resume$/],
    ['another word', ['forget'], /resume, not 'forget'$/],
    ['a URL that is none', ['set', '--url', 'example.com'], /--url takes a URL .*, not 'example\.com'/],
    [
      'a URL of another kind',
      ['retry', '--url', 'ftp://example.com/'],
      /begins with http:\/\/ or https:\/\//,
    ],
    ['a day that is none', ['set', '--set-on', '2026-02-30'], /--set-on takes a day as YYYY-MM-DD/],
    ['a day to come', ['set', '--set-on', '2999-01-01'], /today or before, not '2999-01-01'/],
    ['a port that is none', ['pause', '--port', 'x'], /--port takes a number/],
    [
      'an option of another command',
      ['pause', '--url', 'http://example.com/'],
      /options of `credential pause`/,
    ],
    ['an argument too many', ['resume', 'now'], /Unexpected argument 'now'/],
    ['a password among the arguments', ['set', 'secret'], /Unexpected argument/],
  ])('ends with exit code 2 for %s', async (_title, args, words) => {
    const { code, error } = await run(credential, args, 'x\n');
    expect(error).toMatch(words);
    expect(code).toBe(2);
    expect(commands).toEqual([]);
  });

  it.each([['set'], ['retry'], ['pause'], ['resume']])('%s says that nothing is running', async (action) => {
    await server?.close();
    const { code, error } = await run(credential, [action], 'x\n');
    expect(error).toBe(
      'latchkey: no `latchkey run` is running; start it first with `latchkey run --config FILE`',
    );
    expect(code).toBe(1);
    expect((await run(credential, [action, '--port', '9'], 'x\n')).error).toContain('control-9.sock');
  });
});

describe('latchkey status', () => {
  async function lines(): Promise<readonly string[]> {
    const { code, terminal } = await run(status, []);
    expect(code).toBe(0);
    return terminal.outLines;
  }

  it('says how the proxy is', async () => {
    expect(await lines()).toEqual([
      'Listening on    127.0.0.1:3128, [::1]:3128',
      'Company proxy   proxy.corp:8080, in use',
      'Account         CORP-UK\\testuser',
      'Password        accepted',
      'Today           12 logons, 0 refused, 1 without an answer',
    ]);
  });

  it.each<[Partial<EngineState>, string]>([
    [{ credential: 'unproven' }, 'Password        not tried yet on this network'],
    [{ credential: 'suspect' }, 'Password        accepted before, refused for one address: being judged'],
    [
      { credential: 'refused' },
      'Password        refused: it is not sent again until `latchkey credential set` or `latchkey credential retry`',
    ],
    [
      { isPaused: true },
      'Password        the sign-in is paused until `latchkey credential set` or `latchkey credential resume`',
    ],
    [{ companyProxy: 'unknown' }, 'Company proxy   being looked for'],
    [{ companyProxy: 'unreachable' }, 'Company proxy   none can be reached: requests are refused'],
    [
      { companyProxy: 'unreachable', offNetwork: 'direct' },
      'Company proxy   none can be reached: going direct',
    ],
  ])('%j: %s', async (change, line) => {
    statusAnswer = { ...statusAnswer, state: { ...state, ...change } };
    expect(await lines()).toContain(line);
  });

  it('shows the age of the password when it is known, and one logon as one', async () => {
    statusAnswer = {
      ...statusAnswer,
      today: { sent: 1, refused: 1, unanswered: 0 },
      password: { setOn: '2026-07-01', expiresOn: '2026-08-01', daysLeft: 3 },
    };
    const last = (await lines()).slice(-2);
    expect(last).toEqual([
      'Today           1 logon, 1 refused, 0 without an answer',
      'Password age    set on 2026-07-01; by the maximum age that you set it expires in 3 days, on 2026-08-01',
    ]);
  });

  it('says which one it means when there are several', async () => {
    const other = await startControlServer({
      path: controlSocketPath(folder, 3129),
      handle: () => Promise.resolve({ kind: 'done' }),
      onInternalError: () => undefined,
    });
    try {
      expect((await run(status, [])).error).toContain('on the ports 3128, 3129; choose one with --port');
      expect((await run(status, ['--port', '3128'])).code).toBe(0);
      expect((await run(status, ['-p', '3129'])).error).toContain('does not say how it is');
    } finally {
      await other.close();
    }
  });
});
