import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandFixture, type CommandOutcome } from '../../../test/command-fixture';
import type { SystemProxyState } from '../../shared/system-proxy';

let fixture: CommandFixture;

const on: SystemProxyState = { kind: 'on', mode: 'manual', services: ['Wi-Fi'], notes: [] };
const off: SystemProxyState = { kind: 'off', notes: [] };
const isOn = 'This Mac uses Latchkey as its proxy, on “Wi-Fi”.';
const isOff = 'This Mac does not use Latchkey as its proxy.';

beforeEach(async () => {
  fixture = await CommandFixture.create();
  fixture.core.set({ systemProxy: off });
  fixture.core.answer('set-system-proxy', ({ isOn: isWanted }) => {
    fixture.core.set({ systemProxy: isWanted ? on : off });
    return { kind: 'done' };
  });
});

afterEach(() => fixture.remove());

/** On a Mac, as far as the command sees. */
function run(...args: readonly string[]): Promise<CommandOutcome> {
  const env = { LATCHKEY_STATE_DIR: fixture.folder, LATCHKEY_MAC_COMMANDS: '/nowhere' };
  return fixture.run(['system-proxy', ...args], fixture.terminal('', { env }));
}

describe('latchkey system-proxy', () => {
  it('has the core make itself the proxy of this Mac, and put everything back', async () => {
    await fixture.listen();
    expect(await run('status')).toMatchObject({ code: 0, out: [isOff] });
    expect(await run('on')).toMatchObject({ code: 0, out: [isOn] });
    expect(await run('status')).toMatchObject({ code: 0, out: [isOn] });
    expect(await run('off')).toMatchObject({ code: 0, out: [isOff] });
    expect(fixture.core.commands).toEqual([
      { kind: 'set-system-proxy', isOn: true },
      { kind: 'set-system-proxy', isOn: false },
    ]);
  });

  it.each([
    ['--fail-open', { systemProxyMode: 'pac' }],
    ['--local-direct', { bypassesLocalNetworks: true }],
    ['--rules-direct', { bypassesNoProxy: true }],
  ] as const)('is switched on in the way of %s', async (option, patch) => {
    await fixture.listen();
    expect((await run('on', option)).code).toBe(0);
    expect(fixture.core.commands).toEqual([
      {
        kind: 'change-settings',
        patch: { systemProxyMode: 'manual', bypassesLocalNetworks: false, bypassesNoProxy: false, ...patch },
      },
      { kind: 'set-system-proxy', isOn: true },
    ]);
  });

  it('is not switched on in a way that could not be set', async () => {
    await fixture.listen();
    fixture.core.answer('change-settings', {
      kind: 'failed',
      problem: { kind: 'settings-not-saved', detail: 'ENOSPC' },
    });
    expect(await run('on', '--fail-open')).toMatchObject({
      code: 1,
      error: expect.stringContaining('ENOSPC'),
    });
    expect(fixture.core.commands).toHaveLength(1);
  });

  it('has the core see which way an app and curl go', async () => {
    await fixture.listen();
    const curlBy = { kind: 'block', file: '~/.zshrc' } as const;
    const through = { kind: 'through', durationMs: 12 } as const;
    fixture.core.answer('prove-way', { kind: 'way-proof', proof: { app: through, curl: through, curlBy } });
    expect(await run('prove')).toMatchObject({
      code: 0,
      out: [
        'apps  a page came through Latchkey in 12 ms',
        'curl  a page came through Latchkey in 12 ms, by the block in ~/.zshrc',
      ],
    });
    const proof = {
      app: { kind: 'not-used' },
      curl: { kind: 'around' },
      curlBy: { kind: 'commands' },
    } as const;
    fixture.core.answer('prove-way', { kind: 'way-proof', proof });
    expect(await run('prove')).toMatchObject({
      code: 1,
      out: [
        'apps  go their own way: this Mac does not use Latchkey as its proxy',
        'curl  a page came, but not through Latchkey, with the lines of `latchkey env`',
      ],
    });
    expect(JSON.parse((await run('prove', '--json')).out.join('\n'))).toEqual(proof);
    const hop = { role: 'origin', address: { host: 'example.com', port: 80 } } as const;
    const failed = { kind: 'failed', problem: { kind: 'name-not-found', hop } } as const;
    fixture.core.answer('prove-way', { kind: 'way-proof', proof: { ...proof, curl: failed } });
    expect((await run('prove')).out.at(-1)).toBe(
      'curl  No address was found for the name of example.com:80, with the lines of `latchkey env`',
    );
  });

  it('is JSON for a program', async () => {
    fixture.core.set({ systemProxy: on });
    await fixture.listen();
    const { code, out } = await run('status', '--json');
    expect(JSON.parse(out.join('\n'))).toEqual(on);
    expect(code).toBe(0);
  });

  it('says what is in its way', async () => {
    await fixture.listen();
    fixture.core.answer('set-system-proxy', () => {
      fixture.core.set({ systemProxy: { kind: 'needs-password', to: 'on', notes: [] } });
      return { kind: 'cancelled' };
    });
    const cancelled = await run('on');
    expect(cancelled.code).toBe(1);
    expect(cancelled.out.join('\n')).toMatch(/administrator/);
    fixture.core.answer('set-system-proxy', () => {
      fixture.core.set({
        systemProxy: {
          kind: 'not-in-force',
          holder: { kind: 'pac', url: 'http://wpad/x.pac' },
          notes: [{ kind: 'service-away', service: 'LAN' }],
        },
      });
      return { kind: 'done' };
    });
    const behind = await run('on');
    expect(behind.out.join('\n')).toMatch(
      /the PAC http:\/\/wpad\/x\.pac has it.*\n(.*\n)*“LAN” is not there/,
    );
    expect(behind.code).toBe(0);
    fixture.core.answer('set-system-proxy', { kind: 'failed', problem: { kind: 'internal' } });
    expect(await run('off')).toMatchObject({ code: 1, out: [] });
  });

  it('knows what is left by one that has ended', async () => {
    expect(await run('status')).toMatchObject({
      code: 1,
      error: 'latchkey: Latchkey is not running: open the app, or start `latchkey run`',
    });
    await writeFile(join(fixture.folder, 'system-proxy.json'), '{}');
    for (const action of ['status', 'on']) {
      const { code, error } = await run(action);
      expect(error).toMatch(
        /Latchkey is not running: .*\nlatchkey: .*`latchkey restore` puts the earlier settings back$/,
      );
      expect(code).toBe(1);
    }
  });

  it('does not speak of what is left while somebody runs', async () => {
    await writeFile(join(fixture.folder, 'system-proxy.json'), '{}');
    await fixture.listen();
    fixture.core.answer('set-system-proxy', { kind: 'failed', problem: { kind: 'internal' } });
    expect((await run('off')).error).not.toContain('restore');
  });

  it.skipIf(process.platform === 'darwin')('says on another system that it needs macOS', async () => {
    await fixture.listen();
    for (const action of ['on', 'off', 'status']) {
      const { code, error } = await fixture.run(['system-proxy', action]);
      expect(error).toBe(
        'latchkey: the system proxy is a setting of macOS, and this is none; `latchkey env` prints what a terminal needs',
      );
      expect(code).toBe(1);
    }
    expect(fixture.core.commands).toEqual([]);
  });

  it.each([
    [[], 'is followed by on, off, status or prove'],
    [['up'], "on, off, status or prove, not 'up'"],
    [['on', '--fail-open', '--local-direct'], 'does nothing'],
    [['on', '--fail-open', '--rules-direct'], 'does nothing'],
    [['off', '--fail-open'], 'Unknown option'],
  ])('ends with exit code 2 for %j', async (args, words) => {
    await fixture.listen();
    const { code, error } = await run(...args);
    expect(error).toContain(words);
    expect(code).toBe(2);
    expect(fixture.core.commands).toEqual([]);
  });
});
