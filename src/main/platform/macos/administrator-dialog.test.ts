import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type EmulatedMac, emulatedService, emulateMac } from '../../../../test/emulated-mac';
import { type DialogOutcome, runAsAdministrator } from './administrator-dialog';

let mac: EmulatedMac;

beforeEach(() => {
  mac = emulateMac({ user: 'standard' });
  vi.stubEnv('LATCHKEY_MAC_STATE', mac.env['LATCHKEY_MAC_STATE']);
});

afterEach(() => {
  vi.unstubAllEnvs();
  mac.remove();
});

function ask(
  commands: readonly (readonly string[])[],
  prompt = 'Latchkey',
  timeoutMs = 600_000,
): Promise<DialogOutcome> {
  return runAsAdministrator({ file: join(mac.commands, 'osascript'), timeoutMs }, commands, prompt);
}

const networksetup = (...args: string[]): string[] => [join(mac.commands, 'networksetup'), ...args];

/** What shells and AppleScript have a meaning for, between letters. */
const hostileName = fc
  .array(
    fc.constantFrom(
      ...Array.from(`'"\\$\`;&|<>(){}[]*?!~#%^- \t=,:äé’“”🙂`),
      '$(id)',
      '`id`',
      "'; rm -rf ~; '",
      '" & quit & "',
      '\\"',
      "\\'",
      '\\n',
      'a',
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts) => parts.join(''));

describe('the commands of an administrator', () => {
  it('arrive to the byte, whatever a service is called', { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(hostileName, { minLength: 3, maxLength: 3 }),
        hostileName,
        async (names, prompt) => {
          mac.write({ user: 'standard', services: names.map((name) => emulatedService(name)) });
          const count = mac.calls().length;
          const commands = names.map((name) => ['-setproxybypassdomains', name, name, '']);
          expect(
            await ask(
              commands.map((args) => networksetup(...args)),
              prompt,
            ),
          ).toEqual({ kind: 'done' });
          expect(mac.calls().slice(count)).toEqual([
            { command: 'osascript', args: [prompt] },
            ...commands.map((args) => ({ command: 'networksetup', args })),
          ]);
          expect(mac.read().services.map(({ bypass }) => bypass)).toEqual(names.map((name) => [name, '']));
        },
      ),
      { numRuns: 25 },
    );
  });

  it('are all run, also behind one that fails', async () => {
    const state = (name: string): string[] => networksetup('-setproxyautodiscovery', name, 'on');
    expect(await ask([state('nowhere'), state('Tailscale')])).toEqual({ kind: 'done' });
    expect(mac.read().services.at(-1)?.isAutoDiscovering).toBe(true);
  });

  it.each([
    ['cancels', { kind: 'cancelled' }],
    ['wrong', { kind: 'failed', detail: 'The administrator user name or password was incorrect. (-60007)' }],
  ] as const)('are not run when the dialog %s', async (dialog, outcome) => {
    mac.write({ ...mac.read(), dialog });
    expect(await ask([networksetup('-setproxyautodiscovery', 'Tailscale', 'on')])).toEqual(outcome);
    expect(mac.changes()).toEqual([]);
  });

  it('are given up when nobody answers, or nobody can ask', async () => {
    mac.write({ ...mac.read(), dialog: 'hangs' });
    expect(await ask([], 'Latchkey', 1_000)).toMatchObject({ kind: 'failed' });
    const nowhere = { file: '/nowhere/osascript', timeoutMs: 1_000 };
    expect(await runAsAdministrator(nowhere, [], 'Latchkey')).toMatchObject({ kind: 'failed' });
  });
});
