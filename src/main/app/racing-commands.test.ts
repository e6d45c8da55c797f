import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppFixture } from '../../../test/app-fixture';
import { type CompanyProxy, startCompanyProxy } from '../../../test/company-proxy/start-company-proxy';
import { type Origin, startOrigin } from '../../../test/company-proxy/start-origin';
import { account, password, send } from '../../../test/engine-fixture';
import { freePorts } from '../../../test/servers/ports';
import type { CommandResult } from '../../shared/command';
import { CredentialMemory } from '../platform/files/credential-memory';

let origin: Origin;
let proxy: CompanyProxy;
let app: AppFixture;
let port = 0;

const url = (): string => `http://127.0.0.1:${origin.port}/`;
const refusals = (): number => proxy.logons.filter(({ accepted }) => !accepted).length;

function setUp(typed = password): Promise<CommandResult> {
  const upstream = { host: proxy.host, port: proxy.port };
  return app.core.run({ kind: 'set-up', upstream, account, password: typed });
}

function fail(message: string): never {
  throw new Error(message);
}

function change(typed: string): Promise<CommandResult> {
  return app.core.run({ kind: 'change-password', password: typed, url: url() });
}

beforeEach(async () => {
  origin = await startOrigin();
  proxy = await startCompanyProxy({ accounts: [{ ...account, password, lockoutThreshold: 3 }] });
  [port = 0] = await freePorts(1);
  app = await AppFixture.start({ checkUrl: new URL(url()) });
  await app.core.run({ kind: 'change-settings', patch: { port, noProxy: [], offNetwork: 'refuse' } });
});

afterEach(async () => {
  expect(await app.written()).not.toContain('internal error');
  await app.remove();
  await proxy.close();
  await origin.close();
});

describe('of two checks at once', () => {
  it('one is made, and the other is called off, whatever asks for it', async () => {
    await setUp();
    const { length } = proxy.logons;
    const results = await Promise.all([
      change('one'),
      change('another'),
      app.core.run({ kind: 'retry-password', url: url() }),
      app.core.run({ kind: 'use-for-session', password: 'a third' }),
      app.core.run({ kind: 'run-doctor' }),
      setUp('a fourth'),
    ]);
    expect(results[0]).toMatchObject({ kind: 'checked', check: { result: 'refused', logons: 1 } });
    expect(results.slice(1).map(({ kind }) => kind)).toEqual(Array(5).fill('cancelled'));
    expect(proxy.logons).toHaveLength(length + 1);
  });

  it('both are made when one follows the other', async () => {
    await setUp();
    expect(await change('one')).toMatchObject({ kind: 'checked', check: { logons: 1 } });
    expect(await change('one')).toMatchObject({ kind: 'checked', check: { result: 'refused', logons: 0 } });
    expect(refusals()).toBe(1);
  });

  it('one is made of two first set-ups', async () => {
    const results = await Promise.all([setUp('one'), setUp('another')]);
    expect(results.map(({ kind }) => kind)).toEqual(['done', 'cancelled']);
    expect(refusals()).toBe(1);
  });
});

describe('a doctor who knows whether he may sign in', () => {
  it('does not ask', async () => {
    await setUp();
    const seen = new Set<string>();
    const end = app.core.subscribe(({ check }) => seen.add(JSON.stringify(check)));
    const { length } = proxy.logons;
    expect(await app.core.run({ kind: 'run-doctor', signsIn: false })).toMatchObject({
      check: { result: 'unclear', logons: 0 },
    });
    expect(proxy.logons).toHaveLength(length);
    expect(await app.core.run({ kind: 'run-doctor', signsIn: true })).toMatchObject({
      check: { result: 'accepted', logons: 1 },
    });
    end();
    expect([...seen].join('\n')).not.toContain('asking');
    expect(proxy.logons).toHaveLength(length + 1);
  });
});

describe('the pause', () => {
  it('is none where there is no sign-in that could be paused', async () => {
    await setUp();
    await app.core.run({ kind: 'turn-off' });
    for (const isPaused of [true, false]) {
      expect(await app.core.run({ kind: 'pause-sign-in', isPaused })).toEqual({ kind: 'cancelled' });
    }
  });

  it('is kept while a password is being tried that is refused', async () => {
    await setUp();
    const trying = change('mistyped');
    expect(await app.core.run({ kind: 'pause-sign-in', isPaused: true })).toEqual({ kind: 'done' });
    expect(await trying).toMatchObject({ check: { result: 'refused' } });
    expect(app.state.connection).toEqual({ kind: 'waiting', why: { kind: 'paused' } });
  });
});

describe('an account that is forgotten while a password of it is tried', () => {
  it('leaves none in the Keychain', async () => {
    await setUp();
    // By the engine it would be called off.
    await app.core.run({ kind: 'turn-off' });
    proxy.misbehave({ slowLogonMs: 300 });
    const changing = change(password);
    await expect.poll(() => app.state.check).toMatchObject({ kind: 'running', canCancel: false });
    expect(await app.core.run({ kind: 'forget-account' })).toEqual({ kind: 'done' });
    expect(await changing).toEqual({ kind: 'cancelled' });
    expect(app.state.check).toMatchObject({ result: 'accepted' });
    expect(app.keychain.secrets.size).toBe(0);
  });

  it('stays forgotten, however late its logons are counted', async () => {
    const { folder, keychain } = app;
    await app.core.close();
    const memory = new CredentialMemory(folder, fail);
    app = await AppFixture.start({ checkUrl: new URL(url()), memory }, { folder, keychain });
    await setUp();
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    vi.spyOn(memory, 'logonsOn').mockImplementationOnce(async () => {
      await answered;
      return { sent: 1, refused: 0, unanswered: 0 };
    });
    const lastRead = vi.spyOn(memory, 'lastAccepted');
    const end = app.core.watch();
    expect(await app.core.run({ kind: 'forget-account' })).toEqual({ kind: 'done' });
    answer();
    await vi.waitFor(() => expect(lastRead).toHaveBeenCalled());
    await lastRead.mock.results[0]?.value;
    await nextTurn();
    expect(app.state.account).toBeUndefined();
    end();
  });
});

describe('a setting that is changed while a cntlm.conf is taken over', () => {
  it('stays as it was changed', async () => {
    const file = join(app.folder, 'cntlm.conf');
    await writeFile(
      file,
      `Username ${account.user}\nDomain ${account.domain}\nProxy ${proxy.host}:${proxy.port}\nListen ${port}\n`,
    );
    proxy.misbehave({ slowLogonMs: 300 });
    const settingUp = app.core.run({ kind: 'set-up-from-file', file, password });
    await expect.poll(() => app.state.check).toMatchObject({ kind: 'running', canCancel: false });
    await app.core.run({ kind: 'change-settings', patch: { logLevel: 'info', offNetwork: 'wait' } });
    expect(await settingUp).toEqual({ kind: 'done' });
    expect(app.state.settings).toMatchObject({ account, logLevel: 'info', offNetwork: 'wait' });
  });
});

describe('changed settings of which one is wrong', () => {
  it('change nothing, not even where it listens', async () => {
    await setUp();
    const [other = 0] = await freePorts(1);
    expect(
      await app.core.run({
        kind: 'change-settings',
        patch: { port: other, access: 'named', allowed: ['no-such-host.invalid'] },
      }),
    ).toMatchObject({ kind: 'failed', problem: { kind: 'unknown-host' } });
    expect(new Set(app.state.addresses.map((address) => address.port))).toEqual(new Set([port]));
    expect((await send(port, url())).status).toBe(200);
  });
});

describe('a set-up whose logon is under way when the core is closed', () => {
  it('starts nothing any more', async () => {
    proxy.misbehave({ slowLogonMs: 300 });
    const settingUp = setUp();
    await expect.poll(() => app.state.check).toMatchObject({ canCancel: false, steps: { length: 5 } });
    await app.core.close();
    await settingUp;
    await expect(send(port, url())).rejects.toThrow(/ECONNREFUSED/);
    expect(app.keychain.secrets.size).toBe(0);
  });
});

describe('whatever is under way when the core is closed', () => {
  it.each([
    ['a password that is tried', () => change('mistyped')],
    ['one more try', () => app.core.run({ kind: 'retry-password', url: url() })],
    ['the doctor', () => app.core.run({ kind: 'run-doctor' })],
    ['a doctor who signs in', () => app.core.run({ kind: 'run-doctor', signsIn: true })],
    ['a set-up', () => setUp('another')],
    [
      'a password that is tried while it is turned off',
      async () => {
        await app.core.run({ kind: 'turn-off' });
        return change('mistyped');
      },
    ],
  ])('has an end: %s', async (_title, begin) => {
    await setUp();
    await app.core.close();
    const { folder, keychain } = app;
    const timeouts = { connectMs: 600_000, challengeMs: 600_000 };
    app = await AppFixture.start({ checkUrl: new URL(url()), timeouts }, { folder, keychain });
    await app.until('on');
    proxy.misbehave({ silentAt: 'type-3' });
    const running = begin();
    await expect.poll(() => JSON.stringify(app.state.check)).toMatch(/asking|"canCancel":false/);
    await app.core.close();
    expect((await running).kind).not.toBe('failed');
    expect(await app.core.run({ kind: 'turn-on' })).toEqual({ kind: 'cancelled' });
  });
});

describe('a client that has left', () => {
  it('gets no logon by the doctor', async () => {
    await setUp();
    const { length } = proxy.logons;
    expect(await app.core.run({ kind: 'run-doctor', signsIn: true }, AbortSignal.abort())).toMatchObject({
      check: { logons: 0 },
    });
    expect(proxy.logons).toHaveLength(length);
  });
});

describe('switches that are thrown again and again', () => {
  it('end as the last one says', async () => {
    await setUp();
    const kinds = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? 'turn-off' : 'turn-on'));
    const results = await Promise.all(kinds.map((kind) => app.core.run({ kind } as { kind: 'turn-on' })));
    expect(new Set(results.map(({ kind }) => kind))).toEqual(new Set(['done']));
    expect(new Set(app.state.addresses.map((address) => address.port))).toEqual(new Set([port]));
    expect((await send(port, url())).status).toBe(200);
  });
});
