import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandFixture } from '../../../test/command-fixture';
import { fakeAccount, notSetUp } from '../../../test/fake-core';
import type { AppProblem } from '../../shared/app-problem';

let fixture: CommandFixture;

beforeEach(async () => {
  fixture = await CommandFixture.create();
  await fixture.listen();
});

afterEach(() => fixture.remove());

const hop = { role: 'upstream', address: { host: 'proxy.corp', port: 8080 } } as const;

describe('latchkey on and off', () => {
  it('are the large switch', async () => {
    expect(await fixture.run(['on'])).toMatchObject({
      code: 0,
      out: ['It listens on 127.0.0.1:3128, [::1]:3128.'],
    });
    fixture.core.set({ connection: { kind: 'off' }, addresses: [] });
    expect(await fixture.run(['off'])).toMatchObject({ code: 0, out: ['It is turned off.'] });
    expect(fixture.core.commands).toEqual([{ kind: 'turn-on' }, { kind: 'turn-off' }]);
  });

  it('warn when it is not saved', async () => {
    fixture.core.set({ notices: [{ kind: 'settings-not-saved', detail: 'EROFS' }] });
    for (const action of ['on', 'off'])
      expect((await fixture.run([action])).err).toEqual([expect.stringContaining('not saved: The settings')]);
  });

  it('say why not', async () => {
    const problem: AppProblem = { kind: 'port-in-use', port: 3128, freePort: 3129, holder: 'cntlm' };
    fixture.core.answer('turn-on', { kind: 'failed', problem });
    expect(await fixture.run(['on'])).toMatchObject({
      code: 1,
      out: [],
      error: 'latchkey: Port 3128 is in use by cntlm. Stop it, or choose another port, such as 3129.',
    });
    fixture.core.answer('turn-off', { kind: 'cancelled' });
    expect(await fixture.run(['off'])).toMatchObject({
      code: 1,
      error: 'latchkey: the Mac’s proxy settings could not be put back, so it stays on',
    });
  });

  it('do nothing before anything is set up', async () => {
    fixture.core.set(notSetUp);
    expect(await fixture.run(['on'])).toMatchObject({
      code: 1,
      out: [],
      error: 'latchkey: nothing is set up yet: open Latchkey in the menu bar',
    });
  });
});

describe('latchkey reload', () => {
  it('says what is in use now', async () => {
    fixture.core.answer('reload-settings', { kind: 'reloaded', rejected: undefined });
    expect(await fixture.run(['reload'])).toMatchObject({
      code: 0,
      out: ['the configuration was read again; company proxies: proxy.corp:8080'],
    });
    expect(fixture.core.commands).toEqual([{ kind: 'reload-settings' }]);
  });

  it('says that the password in it is not in use, and the rest is', async () => {
    fixture.core.answer('reload-settings', {
      kind: 'reloaded',
      rejected: { kind: 'credential-refused', hop, account: fakeAccount },
    });
    const { code, error, out } = await fixture.run(['reload']);
    expect(error).toMatch(
      /^latchkey: the configuration was read again; .*; the password in it was not accepted, and the one before stays in use: The company proxy/,
    );
    expect([code, out]).toEqual([1, []]);
  });

  it('says that it was called off', async () => {
    fixture.core.answer('reload-settings', { kind: 'cancelled' });
    expect(await fixture.run(['reload'])).toMatchObject({
      code: 1,
      out: [],
      error: 'latchkey: it was called off: Latchkey is stopping',
    });
  });

  it('says what is wrong in it', async () => {
    fixture.core.answer('reload-settings', {
      kind: 'failed',
      problem: { kind: 'cntlm-conf', file: '/etc/cntlm.conf', line: 5, matter: { kind: 'bad-proxy' } },
    });
    expect(await fixture.run(['reload'])).toMatchObject({
      code: 1,
      error:
        'latchkey: nothing was changed: /etc/cntlm.conf:5: Proxy must be host:port with a port from 1 to 65535, without https:// and without a password. Correct the line.',
    });
  });
});
