import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CompanyProxy, startCompanyProxy } from '../../../test/company-proxy/start-company-proxy';
import { type Origin, startOrigin } from '../../../test/company-proxy/start-origin';
import { account, password } from '../../../test/engine-fixture';
import { type FakeTerminal, fakeTerminal } from '../../../test/fake-terminal';
import { CommandFixture } from '../../../test/command-fixture';
import { deferred } from '../../../test/deferred';
import { fakeAccount, notSetUp } from '../../../test/fake-core';
import type { CommandResult, FinishedCheck } from '../../shared/command';
import type { Step } from '../../shared/state';
import { runProgram } from '../program';
import { CliError } from '../cli-error';

let folder: string;
let proxy: CompanyProxy;
let origin: Origin;
let terminal: FakeTerminal;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-check-'));
  proxy = await startCompanyProxy({ accounts: [{ ...account, password }] });
  origin = await startOrigin();
  terminal = fakeTerminal({ LATCHKEY_STATE_DIR: folder });
});

afterEach(async () => {
  await proxy.close();
  await origin.close();
  await rm(folder, { recursive: true, force: true });
});

async function checkWith(typed: string, ...options: string[]): Promise<number> {
  const file = join(folder, 'cntlm.conf');
  await writeFile(file, `Username alice\nDomain CORP\nPassword ${typed}\nProxy localhost:${proxy.port}\n`);
  return runProgram(['check', '--config', file, ...options, `http://127.0.0.1:${origin.port}/`], terminal);
}

/** The steps in order, each with its mark. */
function steps(): string[] {
  return terminal.outLines.flatMap((line) => /^ {2}[✓✗] \w+/.exec(line)?.[0].trim() ?? []);
}

describe('check', () => {
  it('goes to a page with one logon', async () => {
    expect(await checkWith(password)).toBe(0);
    expect(steps()).toEqual(['✓ name', '✓ port', '✓ schemes', '✓ challenge', '✓ logon', '✓ page']);
    const text = terminal.outLines.join('\n');
    for (const fact of ['407, offers NTLM', 'domain       CORP', 'CORP\\alice was accepted', '200 OK']) {
      expect(text).toContain(fact);
    }
    expect(proxy.logons).toHaveLength(1);
  });

  it.each(['NT', 'Basic'] as const)('signs in with %s where that is said', async (method) => {
    await proxy.close();
    proxy = await startCompanyProxy({ accounts: [{ ...account, password }], methods: [method] });
    expect(await checkWith(password, '--sign-in', method)).toBe(0);
    expect(proxy.logons.map((logon) => [logon.method, logon.accepted])).toContainEqual([method, true]);
    expect(terminal.errLines.join(' ')).toContain('warning: ');
    expect(terminal.outLines.join('\n')).toContain(method === 'NT' ? 'NTLM for NT, ' : 'offers Basic');
  });

  it('takes --sign-in for a configuration alone', async () => {
    await expect(runProgram(['check', '--sign-in', 'NT'], terminal)).rejects.toMatchObject({ exitCode: 2 });
  });

  it('remembers the page and the domain, and does not sign in to another domain', async () => {
    expect(await checkWith(password)).toBe(0);
    const remembered = await readFile(join(folder, 'company-proxies.json'), 'utf8');
    expect(JSON.parse(remembered)).toMatchObject({
      companyProxies: {
        [`localhost:${proxy.port}`]: {
          knownUrl: `http://127.0.0.1:${origin.port}/`,
          challenge: { domain: 'CORP' },
        },
      },
    });
    proxy.misbehave({ domain: 'CAFE' });
    await expect(checkWith(password)).rejects.toThrow('names the domain CAFE, and has always named CORP');
    expect(proxy.logons).toHaveLength(1);
    expect(await readFile(join(folder, 'company-proxies.json'), 'utf8')).toBe(remembered);
  });

  it('stops behind the challenge when it is to be dry', async () => {
    expect(await checkWith(password, '--dry-run')).toBe(0);
    expect(steps()).toEqual(['✓ name', '✓ port', '✓ schemes', '✓ challenge']);
    expect(proxy.logons).toHaveLength(0);
  });

  it('says what is wrong, and does not send a refused password again', async () => {
    await expect(checkWith('wrong')).rejects.toThrow(CliError);
    expect(steps().at(-1)).toBe('✗ logon');
    await expect(checkWith('wrong')).rejects.toThrow('refused');
    expect(proxy.logons).toHaveLength(1);
  });

  it('looks at the PAC first, where there is one', async () => {
    const pac = join(folder, 'proxy.pac');
    const names = `PROXY localhost:${proxy.port}; PROXY other.corp:8080`;
    await writeFile(pac, `function FindProxyForURL() { return "${names}"; }`);
    const file = join(folder, 'cntlm.conf');
    const lines = ['Username alice', 'Domain CORP', `Password ${password}`];
    await writeFile(file, `${[...lines, `Proxy localhost:${proxy.port}`, `Pac ${pac}`].join('\n')}\n`);
    const args = ['check', '--config', file, `http://127.0.0.1:${origin.port}/`];
    expect(await runProgram(args, terminal)).toBe(0);
    expect(steps()).toEqual(['✓ PAC', '✓ name', '✓ port', '✓ schemes', '✓ challenge', '✓ logon', '✓ page']);
    const text = terminal.outLines.join('\n');
    for (const fact of [
      `PAC                      ${pac}: The PAC names other.corp:8080, where no sign-in is made.`,
      `says to the page: ${names}`,
      `names, and they may get the sign-in: localhost:${proxy.port}`,
      'names, and they get no sign-in: other.corp:8080',
    ]) {
      expect(text).toContain(fact);
    }
  });

  it('says that nobody is there', async () => {
    await proxy.close();
    await expect(checkWith(password)).rejects.toThrow('refuses the connection');
    expect(steps()).toEqual(['✓ name', '✗ port']);
  });
});

describe('check of what runs', () => {
  let fixture: CommandFixture;
  const upstream = { host: 'proxy.corp', port: 8080 };
  const page = 'http://example.com/';
  const before: readonly Step[] = [
    { name: 'name', status: 'done', value: '192.0.2.1', upstream, durationMs: 2 },
    { name: 'port', status: 'done', value: '192.0.2.1:8080' },
    { name: 'offer', status: 'done', value: 'NTLM' },
    {
      name: 'challenge',
      status: 'done',
      value: 'CORP',
      details: ['domain       CORP', 'clock        0 s behind'],
    },
    { name: 'clock', status: 'done', value: '0 s', skewMs: 0 },
  ];
  const signedIn: readonly Step[] = [
    ...before,
    { name: 'logon', status: 'done', value: 'CORP-UK\\testuser' },
    { name: 'page', status: 'done', value: '200 OK' },
  ];

  beforeEach(async () => {
    fixture = await CommandFixture.create();
    await fixture.listen();
  });

  afterEach(() => fixture.remove());

  function finished(changes: Partial<FinishedCheck>): CommandResult {
    const check: FinishedCheck = {
      kind: 'finished',
      purpose: 'doctor',
      upstream,
      account: fakeAccount,
      steps: signedIn,
      result: 'accepted',
      logons: 1,
      ...changes,
    };
    fixture.core.set({ check });
    return { kind: 'checked', check };
  }

  function shows(...steps: readonly Step[]): void {
    fixture.core.set({
      check: { kind: 'running', purpose: 'doctor', upstream, account: fakeAccount, steps, canCancel: true },
    });
  }

  it('shows each step, and makes one logon', async () => {
    fixture.core.answer('run-doctor', () => {
      shows({ name: 'name', status: 'running' });
      shows(...before, { name: 'logon', status: 'running' });
      return finished({});
    });
    const { code, out } = await fixture.run(['check', page]);
    expect(out).toEqual([
      'Company proxy proxy.corp:8080, account CORP-UK\\testuser, page http://example.com/',
      '  ✓ name                     proxy.corp: 192.0.2.1',
      '  ✓ port                     192.0.2.1:8080 accepts connections',
      '  ✓ schemes                  407, offers NTLM',
      '  ✓ challenge                CORP',
      '      domain       CORP',
      '      clock        0 s behind',
      '  ✓ logon                    CORP-UK\\testuser was accepted',
      '  ✓ page                     200 OK',
    ]);
    expect(code).toBe(0);
    expect(fixture.core.commands).toEqual([{ kind: 'run-doctor', url: page, signsIn: true }]);
  });

  it('makes no logon with --dry-run', async () => {
    fixture.core.answer('run-doctor', () =>
      finished({ steps: [...before, { name: 'logon', status: 'skipped' }], result: 'unclear', logons: 0 }),
    );
    const { code, out } = await fixture.run(['check', '--dry-run', page]);
    expect(out.at(-1)).toBe('      clock        0 s behind');
    expect(code).toBe(0);
    expect(fixture.core.commands).toEqual([{ kind: 'run-doctor', url: page, signsIn: false }]);
  });

  it('leaves the question of a doctor whom somebody else has called to that one', async () => {
    shows(...before, { name: 'logon', status: 'asking' });
    fixture.core.answer('run-doctor', { kind: 'cancelled' });
    expect((await fixture.run(['check', page])).error).toBe('latchkey: another check is under way');
    expect(fixture.core.commands.map(({ kind }) => kind)).toEqual(['run-doctor']);
  });

  it('says what is wrong, and what to do', async () => {
    const hop = { role: 'upstream', address: upstream } as const;
    fixture.core.answer('run-doctor', () =>
      finished({
        steps: [
          { name: 'name', status: 'done', value: '192.0.2.1', upstream },
          { name: 'port', status: 'failed' },
        ],
        result: 'unclear',
        logons: 0,
        problem: { kind: 'connection-refused', hop },
      }),
    );
    const { code, out, error } = await fixture.run(['check', page]);
    expect(out.slice(1)).toEqual(['  ✓ name                     proxy.corp: 192.0.2.1', '  ✗ port']);
    expect(error).toBe(
      'latchkey: The company proxy proxy.corp:8080 refuses the connection.\nlatchkey: Check that this computer is on the company network or its VPN.',
    );
    expect(code).toBe(1);
  });

  it('says that there is no password to try', async () => {
    fixture.core.answer('run-doctor', () =>
      finished({ steps: [...before, { name: 'logon', status: 'skipped' }], result: 'unclear', logons: 0 }),
    );
    const { code, error } = await fixture.run(['check', page]);
    expect(error).toContain('give the new one with `latchkey credential set`');
    expect(code).toBe(1);
  });

  it('is well where no sign-in is asked for', async () => {
    const hop = { role: 'upstream', address: upstream } as const;
    fixture.core.answer('run-doctor', () =>
      finished({
        steps: [
          { name: 'offer', status: 'warning', value: '200' },
          { name: 'challenge', status: 'skipped' },
        ],
        result: 'unclear',
        logons: 0,
        problem: { kind: 'sign-in-not-asked', hop },
      }),
    );
    const { code, out } = await fixture.run(['check', page]);
    expect(out.slice(1)).toEqual([
      '  ✓ schemes                  status 200 without a sign-in',
      '  ✓ challenge                none: no sign-in is asked for',
    ]);
    expect(code).toBe(0);
  });

  it('is JSON for a program, and nothing else', async () => {
    fixture.core.answer('run-doctor', () => {
      shows({ name: 'name', status: 'running' });
      shows(...before, { name: 'logon', status: 'running' });
      return finished({});
    });
    const good = await fixture.run(['check', '--json', page]);
    expect(JSON.parse(good.out.join('\n'))).toEqual({
      result: 'accepted',
      logons: 1,
      problem: null,
      steps: signedIn.map(({ name, status, value, durationMs }) => ({
        name,
        status,
        value: value ?? null,
        durationMs: durationMs ?? null,
      })),
    });
    expect(good).toMatchObject({ code: 0, err: [], error: '' });
    fixture.core.answer('run-doctor', () =>
      finished({
        steps: [{ name: 'page', status: 'failed' }],
        result: 'unclear',
        problem: { kind: 'internal' },
      }),
    );
    const bad = await fixture.run(['check', '--json', page]);
    expect(JSON.parse(bad.out.join('\n'))).toMatchObject({ problem: 'internal', result: 'unclear' });
    expect(bad).toMatchObject({ code: 1, err: [], error: '' });
  });

  it('says that another check is under way, or nothing is set up', async () => {
    fixture.core.answer('run-doctor', { kind: 'cancelled' });
    expect(await fixture.run(['check'])).toMatchObject({
      code: 1,
      error: 'latchkey: another check is under way',
    });
    fixture.core.set(notSetUp);
    expect(await fixture.run(['check'])).toMatchObject({
      code: 1,
      out: [],
      error: 'latchkey: nothing is set up yet: open Latchkey in the menu bar, or give --config FILE',
    });
  });

  it('says that Latchkey has ended meanwhile', async () => {
    await fixture.remove();
    fixture = await CommandFixture.create();
    const close = await fixture.listen();
    const begun = deferred<void>();
    fixture.core.answer('run-doctor', () => {
      begun.resolve();
      return new Promise(() => undefined);
    });
    const checked = fixture.run(['check']);
    await begun.promise;
    await close();
    expect(await checked).toMatchObject({ code: 1, error: 'latchkey: Latchkey is stopping.' });
  });

  it('of nobody says that nothing runs', async () => {
    expect(await fixture.run(['check', '--port', '9'])).toMatchObject({ code: 1 });
    expect(fixture.core.commands).toEqual([]);
  });
});
