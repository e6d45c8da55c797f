import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppFixture, FakeKeychain } from '../../../test/app-fixture';
import { type CompanyProxy, startCompanyProxy } from '../../../test/company-proxy/start-company-proxy';
import { type Origin, startOrigin } from '../../../test/company-proxy/start-origin';
import { account, password } from '../../../test/engine-fixture';
import { freePorts } from '../../../test/servers/ports';
import { runCommand } from '../../../test/servers/run-command';
import type { Command, CommandResult } from '../../shared/command';

let proxy: CompanyProxy;
let origin: Origin;
let app: AppFixture;
let port: number;
let socksPort: number;

beforeEach(async () => {
  origin = await startOrigin();
  proxy = await startCompanyProxy({ accounts: [{ ...account, password }] });
  [port = 0, socksPort = 0] = await freePorts(2);
  app = await AppFixture.start({ checkUrl: new URL(url()) });
});

afterEach(async () => {
  expect(await app.written()).not.toContain('internal error');
  await app.remove();
  await Promise.all([proxy.close(), origin.close()]);
});

const url = (): string => `http://127.0.0.1:${origin.port}/`;
const run = (command: Command): Promise<CommandResult> => app.core.run(command);

async function setUp(): Promise<void> {
  const upstream = { host: '127.0.0.1', port: proxy.port };
  await run({ kind: 'change-settings', patch: { noProxy: [], port, socks: [String(socksPort)] } });
  await run({ kind: 'set-up', upstream, account, password });
  await app.until('on');
}

/** Whether somebody gets the page by SOCKS5. @param who `name:password`; undefined: nobody */
async function isLetIn(who: string | undefined): Promise<boolean> {
  const at = `127.0.0.1:${socksPort}`;
  const by = who === undefined ? at : `${who}@${at}`;
  const { exitCode } = await runCommand('curl', ['-sS', '-m', '60', '--socks5-hostname', by, url()]);
  return exitCode === 0;
}

describe('the users of SOCKS5', () => {
  it('are let in by the password that the Keychain has, and nobody else is', async () => {
    await setUp();
    expect(await isLetIn(undefined)).toBe(true);
    expect(await run({ kind: 'set-socks-user', user: 'dave', password: 'pä:ss' })).toEqual({ kind: 'done' });
    expect(app.state.settings.socksUsers).toEqual(['dave']);
    expect([await isLetIn('dave:pä:ss'), await isLetIn('dave:x'), await isLetIn(undefined)]).toEqual([
      true,
      false,
      false,
    ]);
    await run({ kind: 'set-socks-user', user: 'dave', password: 'another' });
    await run({ kind: 'set-socks-user', user: 'eve', password: 'secret' });
    expect([await isLetIn('dave:pä:ss'), await isLetIn('dave:another'), await isLetIn('eve:secret')]).toEqual(
      [false, true, true],
    );
    await run({ kind: 'remove-socks-user', user: 'dave' });
    expect([await isLetIn('dave:another'), await isLetIn('eve:secret')]).toEqual([false, true]);
    await run({ kind: 'remove-socks-user', user: 'eve' });
    expect(await isLetIn(undefined)).toBe(true);
    expect([...app.keychain.secrets.keys()]).toEqual(['CORP\\alice']);
  });

  it('have the password that was given last, also while they are being taken out', async () => {
    await setUp();
    await run({ kind: 'set-socks-user', user: 'dave', password: 'one' });
    await Promise.all([
      run({ kind: 'remove-socks-user', user: 'dave' }),
      run({ kind: 'set-socks-user', user: 'dave', password: 'two' }),
    ]);
    expect(await isLetIn('dave:two')).toBe(true);
  });

  it('have their passwords in the Keychain alone', async () => {
    await setUp();
    await run({ kind: 'set-socks-user', user: 'dave', password: 'open sesame' });
    expect(await isLetIn('dave:open%20sesame')).toBe(true);
    const all = [JSON.stringify(app.state), await app.written()].join('\n');
    expect(all).toContain('"dave"');
    expect(all).not.toContain('open sesame');
    expect([...app.keychain.secrets.values()].join()).toContain('open sesame');
  });

  it('are there again after a restart', async () => {
    await setUp();
    await run({ kind: 'set-socks-user', user: 'dave', password: 'p' });
    const { folder, keychain } = app;
    await app.core.close();
    app = await AppFixture.start({ checkUrl: new URL(url()) }, { folder, keychain });
    await app.until('on');
    expect([await isLetIn('dave:p'), await isLetIn(undefined)]).toEqual([true, false]);
  });

  it('are kept out, and nobody let in, while the Keychain gives no password; it is told until it does', async () => {
    await setUp();
    await run({ kind: 'set-socks-user', user: 'dave', password: 'p' });
    const { folder } = app;
    await app.core.close();
    const keychain = new FakeKeychain();
    for (const [name, secret] of app.keychain.secrets)
      if (name.startsWith('CORP')) keychain.secrets.set(name, secret);
    app = await AppFixture.start({ checkUrl: new URL(url()) }, { folder, keychain });
    await app.until('on');
    expect(app.state.notices).toContainEqual({ kind: 'socks-users-unknown', users: ['dave'] });
    expect([await isLetIn('dave:p'), await isLetIn(undefined), await isLetIn('dave:')]).toEqual([
      false,
      false,
      false,
    ]);
    keychain.refusal = 'locked';
    expect(await run({ kind: 'set-socks-user', user: 'dave', password: 'q' })).toEqual({
      kind: 'failed',
      problem: { kind: 'keychain-locked' },
    });
    expect(await isLetIn('dave:q')).toBe(false);
    keychain.refusal = undefined;
    await run({ kind: 'set-socks-user', user: 'dave', password: 'q' });
    expect(app.state.notices).toEqual([]);
    expect(await isLetIn('dave:q')).toBe(true);
  });

  it('get in once a Keychain answers that macOS has asked the user for', async () => {
    await setUp();
    await run({ kind: 'set-socks-user', user: 'dave', password: 'p' });
    const { folder } = app;
    await app.core.close();
    const keychain = new SlowKeychain();
    for (const [name, secret] of app.keychain.secrets) keychain.secrets.set(name, secret);
    app = await AppFixture.start({ checkUrl: new URL(url()), keychainWaitMs: 1 }, { folder, keychain });
    await app.core.ready();
    await expect.poll(() => app.state.services, { timeout: 60_000 }).toHaveLength(2);
    expect([await isLetIn('dave:p'), await isLetIn(undefined)]).toEqual([false, false]);
    keychain.answer();
    await app.until('on');
    await expect.poll(() => app.state.notices, { timeout: 60_000 }).toEqual([]);
    expect(await isLetIn('dave:p')).toBe(true);
  });
});

/** Answers when it is told to. */
class SlowKeychain extends FakeKeychain {
  answer: () => void = () => undefined;
  readonly #answered = new Promise<void>((resolve) => {
    this.answer = resolve;
  });

  override async read(name: string): Promise<string | undefined> {
    await this.#answered;
    return super.read(name);
  }
}

describe('a cntlm.conf with users of SOCKS5', () => {
  const text = (): string =>
    [
      'Username alice',
      'Domain CORP',
      `Password ${password}`,
      `Proxy 127.0.0.1:${proxy.port}`,
      `Listen ${port}`,
      `SOCKS5Proxy ${socksPort}`,
      'SOCKS5Users dave:from the file',
      '',
    ].join('\n');

  it('is set up with them', async () => {
    const file = join(app.folder, 'cntlm.conf');
    await writeFile(file, text());
    expect(await run({ kind: 'set-up-from-file', file })).toEqual({ kind: 'done' });
    await app.until('on');
    expect(app.state.settings).toMatchObject({ socks: [String(socksPort)], socksUsers: ['dave'] });
    expect([await isLetIn('dave:from%20the%20file'), await isLetIn(undefined)]).toEqual([true, false]);
    expect(app.state.notices).toEqual([]);
    expect(await app.written()).not.toContain('from the file');
  });

  it('is taken over with them, and written again with their passwords on request alone', async () => {
    const file = join(app.folder, 'cntlm.conf');
    const saved = join(app.folder, 'saved.conf');
    await app.core.close();
    app = await AppFixture.start(
      {
        checkUrl: new URL(url()),
        dialogs: {
          openConf: () => Promise.resolve(file),
          saveConf: () => Promise.resolve(saved),
          quitAnyway: () => Promise.resolve(false),
        },
      },
      { folder: app.folder, keychain: app.keychain },
    );
    await setUp();
    await writeFile(file, text());
    expect(await run({ kind: 'import-cntlm-conf' })).toEqual({ kind: 'done' });
    expect(await isLetIn('dave:from%20the%20file')).toBe(true);
    expect(await run({ kind: 'export-cntlm-conf', target: '0.94', hasHash: false })).toEqual({
      kind: 'exported',
      gaps: [{ kind: 'socks-users' }],
    });
    expect(await readFile(saved, 'utf8')).not.toMatch(/^SOCKS5|from the file/m);
    await run({ kind: 'export-cntlm-conf', target: '0.94', hasHash: true });
    const written = await readFile(saved, 'utf8');
    expect(written).toMatch(new RegExp(`^SOCKS5Proxy ${socksPort}$`, 'm'));
    expect(written).toMatch(/^SOCKS5Users dave:from the file$/m);
  });
});
