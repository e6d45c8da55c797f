import { setTimeout as pause } from 'node:timers/promises';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandFixture, type CommandOutcome } from '../../../test/command-fixture';
import { fakeAccount, notSetUp } from '../../../test/fake-core';
import type { FinishedCheck } from '../../shared/command';
import type { AppProblem } from '../../shared/app-problem';
import type { AccountState } from '../../shared/state';

let fixture: CommandFixture;

beforeEach(async () => {
  fixture = await CommandFixture.create();
});

afterEach(() => fixture.remove());

const hop = { role: 'upstream', address: { host: 'proxy.corp', port: 8080 } } as const;
const refusal: AppProblem = { kind: 'credential-refused', hop, account: fakeAccount };
const account: AccountState = {
  account: fakeAccount,
  standing: 'proven',
  today: { sent: 12, refused: 0, unanswered: 1 },
  isForSessionOnly: false,
};

function checked(result: FinishedCheck['result'], changes: Partial<FinishedCheck> = {}) {
  const check: FinishedCheck = {
    kind: 'finished',
    purpose: 'password',
    upstream: hop.address,
    account: fakeAccount,
    steps: [],
    result,
    logons: 1,
    ...changes,
  };
  return { kind: 'checked', check } as const;
}

function run(args: readonly string[], input = ''): Promise<CommandOutcome> {
  return fixture.run(['credential', ...args], input);
}

describe('latchkey credential set', () => {
  beforeEach(() => fixture.listen());

  it('gives the password to the core that has the account', async () => {
    fixture.core.answer('change-password', checked('accepted'));
    const args = ['set', '--url', 'https://example.com/', '--set-on', '2026-01-31', '--again'];
    const { code, out, err } = await run(args, 'pass wörd\nsecond line\n');
    expect(err).toEqual(['latchkey: the account is CORP-UK\\testuser', 'latchkey: trying it with one logon']);
    expect(out).toEqual([
      'The new password of CORP-UK\\testuser was accepted and is in use from now on. ' +
        'It is in the Keychain, where Latchkey finds it the next time.',
    ]);
    expect(code).toBe(0);
    expect(fixture.core.commands).toEqual([
      {
        kind: 'change-password',
        password: 'pass wörd',
        url: 'https://example.com/',
        setOn: '2026-01-31',
        isAgain: true,
      },
    ]);
  });

  it('says why not of a weaker method, and gives it on', async () => {
    fixture.core.answer('change-password', checked('accepted'));
    const { err } = await run(['set', '--sign-in', 'NT'], 'x\n');
    expect(err[0]).toBe(
      'latchkey: warning: Whoever listens can break NTLMv1 within hours and sign in as you.',
    );
    expect(fixture.core.commands).toEqual([{ kind: 'change-password', password: 'x', method: 'NT' }]);
    expect((await run(['set', '--sign-in', 'nothing'], 'x\n')).code).toBe(2);
  });

  it('says nothing that it was not told', async () => {
    fixture.core.answer('change-password', checked('accepted'));
    await run(['set'], 'x\n');
    expect(fixture.core.commands).toEqual([{ kind: 'change-password', password: 'x' }]);
  });

  it('says that a refused password changes nothing, and what it may cost', async () => {
    fixture.core.answer('change-password', () => {
      fixture.core.set({ account: { ...account, today: { sent: 13, refused: 1, unanswered: 1 } } });
      return checked('refused', { problem: refusal });
    });
    const once = await run(['set'], 'wrong\n');
    expect(once.error).toMatch(
      /^latchkey: The company proxy proxy\.corp:8080 refused CORP-UK\\testuser: .* It is not sent again; what was in use before stays in use\. The company proxy has refused this account once today; many directories lock an account after three\.$/,
    );
    // The remedy is for the credential in use, which may be good.
    expect(once.error).not.toContain('has stopped signing in');
    expect(once.out).toEqual([]);
    expect(once.code).toBe(1);
    fixture.core.answer('change-password', () => {
      fixture.core.set({ account: { ...account, today: { sent: 14, refused: 2, unanswered: 1 } } });
      return checked('refused', { problem: refusal });
    });
    expect((await run(['set'], 'wrong\n')).error).toContain('refused this account 2 times today');
  });

  it('says that a password that was refused before was not sent', async () => {
    fixture.core.answer('change-password', checked('refused', { logons: 0, problem: refusal }));
    const { code, error } = await run(['set'], 'wrong\n');
    expect(error).toBe(
      'latchkey: This password was refused before, or replaced by a newer one, so it was not sent; should it be valid again, ' +
        'give it with `latchkey credential set --again`.',
    );
    expect(code).toBe(1);
  });

  it('says why a password could not be checked', async () => {
    fixture.core.answer(
      'change-password',
      checked('unclear', { problem: { kind: 'connect-timed-out', hop } }),
    );
    const { code, error } = await run(['set'], 'right\n');
    expect(error).toMatch(/could not be checked, and nothing has changed\. The company proxy .* VPN\.$/);
    expect(code).toBe(1);
  });

  it('says that it was called off, in the panel, say', async () => {
    fixture.core.answer('change-password', checked('cancelled'));
    expect(await run(['set'], 'x\n')).toMatchObject({
      code: 1,
      error: 'latchkey: it was called off; nothing has changed',
      out: [],
    });
  });

  it.each<[AppProblem, RegExp]>([
    [
      { kind: 'keychain-locked' },
      /It is kept until this Latchkey ends\. The Keychain is locked\. Unlock it; /,
    ],
    [{ kind: 'keychain-denied' }, /did not give Latchkey access\. Choose Always Allow when macOS asks; /],
    [{ kind: 'keychain-absent' }, /There is no Keychain here\. For the next start put the line/],
    [{ kind: 'keychain-not-built' }, /was not built .*npm ci/],
    [{ kind: 'keychain-failed', detail: 'code 7' }, /an error: code 7\. Try it again; /],
  ])('says that the Keychain has not taken it: $kind', async (problem, words) => {
    fixture.core.answer('change-password', () => {
      fixture.core.set({
        account: { ...account, isForSessionOnly: true },
        notices: [{ kind: 'login-item-refused' }, problem],
      });
      return checked('accepted');
    });
    const { code, out } = await run(['set'], 'x\n');
    expect(out.join('\n')).toMatch(/was accepted and is in use from now on\. It is kept until/);
    expect(out.join('\n')).toMatch(words);
    expect(code).toBe(0);
  });

  it('says that macOS still asks whether it may be kept', async () => {
    fixture.core.answer('change-password', () => {
      fixture.core.set({ account: { ...account, isForSessionOnly: true } });
      return checked('accepted');
    });
    const { code, out } = await run(['set'], 'x\n');
    expect(out.join('\n')).toMatch(
      /The Keychain has not answered yet: macOS may be asking you\. Until it has/,
    );
    expect(code).toBe(0);
  });

  it('passes on why nothing was done', async () => {
    fixture.core.answer('change-password', {
      kind: 'failed',
      problem: { kind: 'sign-in-paused', hop, account: fakeAccount },
    });
    expect(await run(['set'], 'x\n')).toMatchObject({
      code: 1,
      error: expect.stringMatching(/^latchkey: Latchkey does not sign in .* `latchkey credential resume`\.$/),
    });
    fixture.core.answer('change-password', { kind: 'cancelled' });
    expect((await run(['set'], 'x\n')).error).toBe(
      'latchkey: another check is under way, or there is no password yet',
    );
    fixture.core.answer('change-password', { kind: 'done' });
    expect((await run(['set'], 'x\n')).error).toContain('is it of another version?');
  });

  it('asks for no password where there is no account', async () => {
    fixture.core.set(notSetUp);
    expect(await run(['set'], 'x\n')).toMatchObject({
      code: 1,
      err: [],
      error: 'latchkey: nothing is set up yet: open Latchkey in the menu bar',
    });
    expect(fixture.core.commands).toEqual([]);
  });

  it('sends nothing without a password', async () => {
    for (const input of ['', '\n', '\nx\n']) {
      expect(await run(['set'], input)).toMatchObject({
        code: 2,
        error: 'latchkey: no password was given',
      });
    }
    expect(fixture.core.commands).toEqual([]);
  });

  it('prints no password and no hash', async () => {
    fixture.core.answer('change-password', checked('refused', { problem: refusal }));
    const { err, error } = await run(['set'], 'S3cret!\n');
    expect([...err, error].join('\n')).not.toContain('S3cret!');
  });
});

it('a password may be typed for longer than a client may be silent', async () => {
  await fixture.listen({ clientMs: 50 });
  fixture.core.answer('change-password', checked('accepted'));
  const stdin = new PassThrough();
  const typed = fixture.run(['credential', 'set'], fixture.terminal('', { stdin }));
  await pause(300);
  stdin.end('slow\n');
  expect(await typed).toMatchObject({ code: 0 });
  expect(fixture.core.commands).toEqual([{ kind: 'change-password', password: 'slow' }]);
});

describe('latchkey credential retry', () => {
  beforeEach(() => fixture.listen());

  it('tries the password once more', async () => {
    fixture.core.answer('retry-password', checked('accepted'));
    const accepted = await run(['retry', '--url', 'http://example.com/']);
    expect(accepted).toMatchObject({ code: 0, out: ['The password was accepted.'] });
    fixture.core.answer('retry-password', () => {
      fixture.core.set({ account: { ...account, today: { sent: 2, refused: 2, unanswered: 0 } } });
      return checked('refused', { problem: refusal });
    });
    const refused = await run(['retry', '--port', '3128']);
    expect(refused.error).toMatch(/Latchkey has stopped signing in .* refused this account 2 times today/);
    expect(refused.code).toBe(1);
    expect(fixture.core.commands).toEqual([
      { kind: 'retry-password', url: 'http://example.com/' },
      { kind: 'retry-password' },
    ]);
  });

  it('says what came of it otherwise', async () => {
    fixture.core.answer('retry-password', checked('unclear', { problem: { kind: 'silent', hop } }));
    expect(await run(['retry'])).toMatchObject({
      code: 1,
      error:
        'latchkey: The company proxy proxy.corp:8080 did not answer in time. Try again. If it goes on, tell whoever runs that server.',
    });
    fixture.core.answer('retry-password', { kind: 'cancelled' });
    expect((await run(['retry'])).error).toContain('another check is under way');
  });
});

describe('latchkey credential pause and resume', () => {
  beforeEach(() => fixture.listen());

  it('are the two ends of a change of password', async () => {
    const paused = await run(['pause']);
    expect(paused.out).toEqual([
      'The sign-in is paused; open tunnels stay: no sign-in is made until there is a new password, or `latchkey credential resume`.',
    ]);
    const resumed = await run(['resume']);
    expect(resumed.out).toEqual(['The sign-in goes on.']);
    expect([paused.code, resumed.code]).toEqual([0, 0]);
    expect(fixture.core.commands).toEqual([
      { kind: 'pause-sign-in', isPaused: true },
      { kind: 'pause-sign-in', isPaused: false },
    ]);
  });

  it('say why not', async () => {
    fixture.core.answer('pause-sign-in', { kind: 'failed', problem: { kind: 'internal' } });
    expect(await run(['pause'])).toMatchObject({ code: 1, out: [] });
    fixture.core.answer('pause-sign-in', { kind: 'cancelled' });
    expect(await run(['resume'])).toMatchObject({
      code: 1,
      error: 'latchkey: there is no sign-in to be paused: Latchkey is turned off, or has no password yet',
    });
  });
});

describe('a command line of latchkey credential', () => {
  beforeEach(() => fixture.listen());

  it.each<[string, string[], RegExp]>([
    ['nothing', [], /is followed by set, retry, pause or resume$/],
    ['another word', ['forget'], /resume, not 'forget'$/],
    ['a URL that is none', ['set', '--url', 'example.com'], /--url takes a URL .*, not 'example\.com'/],
    [
      'a URL of another kind',
      ['retry', '--url', 'ftp://example.com/'],
      /begins with http:\/\/ or https:\/\//,
    ],
    ['a URL without an end', ['retry', '--url', `http://example.com/${'x'.repeat(8192)}`], /takes a URL/],
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
    const { code, error } = await run(args, 'x\n');
    expect(error).toMatch(words);
    expect(code).toBe(2);
    expect(fixture.core.commands).toEqual([]);
  });
});

it.each(['set', 'retry', 'pause', 'resume'])(
  'latchkey credential %s says that nothing is running',
  async (action) => {
    const { code, error } = await run([action], 'x\n');
    expect(error).toBe('latchkey: Latchkey is not running: open the app, or start `latchkey run`');
    expect(code).toBe(1);
    await fixture.listen();
    expect((await run([action, '--port', '9'], 'x\n')).error).toContain(
      'no Latchkey listens on port 9; there is Latchkey in the menu bar, on 127.0.0.1:3128 and [::1]:3128',
    );
    expect(fixture.core.commands).toEqual([]);
  },
);
