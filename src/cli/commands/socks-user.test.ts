import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandFixture } from '../../../test/command-fixture';

let fixture: CommandFixture;

beforeEach(async () => {
  fixture = await CommandFixture.create();
  fixture.core.setSettings({ socks: ['1080'], socksUsers: ['dave', 'eve'] });
  await fixture.listen();
});

afterEach(() => fixture.remove());

describe('latchkey socks-user', () => {
  it('lists them, a name on each line', async () => {
    expect(await fixture.run(['socks-user', 'list'])).toMatchObject({
      code: 0,
      out: ['dave', 'eve'],
      err: [],
    });
    expect(fixture.core.commands).toEqual([]);
  });

  it('reads the password of a new one from standard input, and prints it nowhere', async () => {
    const outcome = await fixture.run(['socks-user', 'set', 'frank'], 'open sesame\nmore\n');
    expect(outcome).toMatchObject({ code: 0, error: '' });
    expect(fixture.core.commands).toEqual([
      { kind: 'set-socks-user', user: 'frank', password: 'open sesame' },
    ]);
    expect(JSON.stringify(outcome)).not.toContain('sesame');
  });

  it('takes no password from the command line, and none that RFC 1929 has no room for', async () => {
    expect((await fixture.run(['socks-user', 'set', 'frank', 'secret'])).code).toBe(2);
    expect(await fixture.run(['socks-user', 'set', 'frank'], `${'ä'.repeat(128)}\n`)).toMatchObject({
      code: 2,
    });
    expect((await fixture.run(['socks-user', 'set', 'frank'], '\n')).error).toContain(
      'no password was given',
    );
    expect((await fixture.run(['socks-user', 'set', 'a:b'], 'x\n')).error).toContain('no colon');
    expect(fixture.core.commands).toEqual([]);
  });

  it('says why it was not done', async () => {
    fixture.core.answer('set-socks-user', { kind: 'failed', problem: { kind: 'keychain-locked' } });
    const { code, error } = await fixture.run(['socks-user', 'set', 'frank'], 'x\n');
    expect(error).toContain('Keychain');
    expect(code).toBe(1);
  });

  it('takes one away, and warns when nobody is left', async () => {
    expect(await fixture.run(['socks-user', 'remove', 'dave'])).toMatchObject({
      code: 0,
      out: ['dave may connect by SOCKS5 no more.'],
      err: [],
    });
    expect(fixture.core.commands).toEqual([{ kind: 'remove-socks-user', user: 'dave' }]);
    fixture.core.answer('remove-socks-user', () => {
      fixture.core.setSettings({ socksUsers: [] });
      return { kind: 'done' };
    });
    expect((await fixture.run(['socks-user', 'remove', 'eve'])).err.join()).toContain(
      'everybody may now connect',
    );
    expect(await fixture.run(['socks-user', 'remove', 'eve'])).toMatchObject({
      code: 1,
      error: 'latchkey: there is no SOCKS5 user eve',
    });
  });

  it('is what `settings set` names', async () => {
    expect(await fixture.run(['settings', 'set', 'socksUsers', 'frank'])).toMatchObject({
      code: 2,
      error: 'latchkey: socksUsers is changed by `latchkey socks-user`, which asks for a password',
    });
    expect((await fixture.run(['settings', 'get', 'socksUsers'])).out).toEqual(['dave, eve']);
  });
});
